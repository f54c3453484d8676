"""Raising: a concern, a referral, a question without a name, a message to pass on."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.http import HttpResponse
from ninja import Router
from pydantic import BaseModel

from lintel.kernel.errors import Invalid
from lintel.requests import actions
from lintel.requests.api import given, show, told
from lintel.requests.api.again import NeededKey, once_only
from lintel.requests.api.auth import RAISE
from lintel.requests.api.finding import listed, other_team_id, team_id, who
from lintel.sharing import queries as sharing
from lintel.web.http import LintelRequest

if TYPE_CHECKING:
    from lintel.requests.models import Request

router = Router(tags=["raising"])
NO_CONSENT = "The person has not agreed to this team being told, or not now"


def _send(
    request: LintelRequest,
    response: HttpResponse,
    key: str,
    kind: str,
    body: BaseModel,
    work: Callable[[], "Request"],
) -> told.Raised:
    made = once_only(request, key, (kind,), body, lambda: show.raised(work()), told.Raised)
    response["Location"] = made.href
    return made


@router.post("/concerns", response={201: told.Raised}, auth=RAISE, operation_id="raise_concern")
def concern(
    request: LintelRequest, response: HttpResponse, body: given.Concern, key: NeededKey
) -> told.Raised:
    """Raise a concern about a person. It goes out masked.

    It goes to a service that works with the person, or to the one-stop shop for the address: you
    see "received" and "decided", in words and at times that are the same for both.
    """

    def work() -> "Request":
        person_id, about = who(request, body.who)
        return actions.raise_concern(
            request.actor,
            now=request.now,
            person_id=person_id,
            about=about,
            signs=list(dict.fromkeys(body.signs)),
            seen=body.seen,
            done=body.done,
            asked_for=body.asked_for,
            urgency=body.urgency,
            person_knows=body.person_knows,
            team_id=team_id(request, body.team),
        )

    return _send(request, response, key, "concern", body, work)


@router.post("/referrals", response={201: told.Raised}, auth=RAISE, operation_id="refer")
def referral(
    request: LintelRequest, response: HttpResponse, body: given.Referral, key: NeededKey
) -> told.Raised:
    """Refer a person to a team, openly. The person's consent must have been recorded before."""

    def work() -> "Request":
        person_id = listed(request, body.who)
        to_team_id = other_team_id(request, body.to_team)
        consent = sharing.standing(
            request.actor, person_id=person_id, team_id=to_team_id, now=request.now
        )
        if consent is None:
            raise Invalid({"consent": NO_CONSENT})
        return actions.refer(
            request.actor,
            now=request.now,
            person_id=person_id,
            to_team_id=to_team_id,
            consent_id=consent.consent_id,
            signs=list(dict.fromkeys(body.signs)),
            seen=body.seen,
            done=body.done,
            asked_for=body.asked_for,
            urgency=body.urgency,
            follows=body.follows,
            team_id=team_id(request, body.team),
        )

    return _send(request, response, key, "referral", body, work)


@router.post("/advice", response={201: told.Raised}, auth=RAISE, operation_id="ask_advice")
def advice(
    request: LintelRequest, response: HttpResponse, body: given.Advice, key: NeededKey
) -> told.Raised:
    """Ask the one-stop shop about a situation, with nobody named."""

    def work() -> "Request":
        return actions.ask_advice(
            request.actor,
            now=request.now,
            seen=body.seen,
            asked_for=body.asked_for,
            urgency=body.urgency,
            signs=list(dict.fromkeys(body.signs)),
            postcode=body.district or "",
            team_id=team_id(request, body.team),
        )

    return _send(request, response, key, "advice", body, work)


@router.post("/messages", response={201: told.Raised}, auth=RAISE, operation_id="pass_on_message")
def message(
    request: LintelRequest, response: HttpResponse, body: given.PassedOn, key: NeededKey
) -> told.Raised:
    """Have a message passed on to whoever works with a person. It goes out masked."""

    def work() -> "Request":
        person_id, about = who(request, body.who)
        return actions.pass_on_message(
            request.actor,
            now=request.now,
            person_id=person_id,
            about=about,
            words=body.words,
            urgency=body.urgency,
            team_id=team_id(request, body.team),
        )

    return _send(request, response, key, "message", body, work)
