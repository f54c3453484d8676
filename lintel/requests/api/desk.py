"""The team's desk: the inbox, one request, and what may be done with it."""

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from ninja import Query, Router

from lintel.people import queries as people
from lintel.requests import actions, queries
from lintel.requests.api import given, show, told
from lintel.requests.api.again import MaybeKey, cursor_of, once_only, place_of
from lintel.requests.api.auth import ANSWER
from lintel.requests.api.finding import other_team_id
from lintel.requests.api.following import Cursor, Limit, Reference
from lintel.requests.states import Kind, Urgency
from lintel.web.http import LintelRequest

if TYPE_CHECKING:
    from lintel.requests.models import Handling

router = Router(tags=["answering"])


class View(StrEnum):
    """The parts of an inbox."""

    ALL = "all"
    UNASSIGNED = "unassigned"
    MINE = "mine"
    OVERDUE = "overdue"
    FINDING_OUT = "finding_out"
    RETURNED = "returned"
    WRONG_TEAM = "wrong_team"
    MESSAGES = "messages"
    CLOSED = "closed"


@router.get("/inbox", response=told.DeskList, auth=ANSWER, operation_id="inbox")
def inbox(
    request: LintelRequest,
    view: Annotated[View, Query()] = View.ALL,
    kind: Annotated[Kind | None, Query()] = None,
    urgency: Annotated[Urgency | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> told.DeskList:
    """What is on the desks of the worker's teams, in the order of arrival."""
    filters = {"kind": [kind] if kind else None, "urgency": [urgency] if urgency else None}
    rows, place = queries.inbox_part(
        request.actor,
        now=request.now,
        view=view.value,
        filters=filters,
        after=place_of(cursor),
        limit=limit,
    )
    return told.DeskList(items=[show.desk_line(row) for row in rows], next=cursor_of(place))


@router.get("/desk/{reference}", response=told.DeskTold, auth=ANSWER, operation_id="desk")
def one(request: LintelRequest, reference: Reference) -> told.DeskTold:
    """One request on a desk of the worker's: the letter, what happened, and what can be done."""
    desk = queries.desk_one(request.actor, reference, now=request.now)
    person_id = desk.handling.person_id
    seen = person_id is not None and bool(people.names(request.actor, [person_id]))
    return show.desk_one(desk, person_id=person_id if seen else None)


def _act(
    request: LintelRequest,
    key: str | None,
    verb: str,
    reference: str,
    body: given.Acted,
    work: Callable[[], "Handling"],
) -> told.Moved:
    what = (verb, reference)
    return once_only(request, key, what, body, lambda: show.moved(work()), told.Moved)


@router.post(
    "/desk/{reference}/acknowledge", response=told.Moved, auth=ANSWER, operation_id="acknowledge"
)
def acknowledge(
    request: LintelRequest, reference: Reference, body: given.Acted, key: MaybeKey = None
) -> told.Moved:
    """Say that it was read; the clock to decide runs from its arrival."""

    def work() -> "Handling":
        return actions.acknowledge(
            request.actor, now=request.now, reference=reference, version=body.version
        )

    return _act(request, key, "acknowledge", reference, body, work)


@router.post("/desk/{reference}/take", response=told.Moved, auth=ANSWER, operation_id="take")
def take(
    request: LintelRequest, reference: Reference, body: given.Acted, key: MaybeKey = None
) -> told.Moved:
    """Take it: it is the worker's from now on."""

    def work() -> "Handling":
        return actions.take(
            request.actor, now=request.now, reference=reference, version=body.version
        )

    return _act(request, key, "take", reference, body, work)


@router.post(
    "/desk/{reference}/find-out", response=told.Moved, auth=ANSWER, operation_id="find_out"
)
def find_out(
    request: LintelRequest, reference: Reference, body: given.FindOut, key: MaybeKey = None
) -> told.Moved:
    """Promise to find out and get back; `words` stay on the desk."""

    def work() -> "Handling":
        return actions.find_out(
            request.actor,
            now=request.now,
            reference=reference,
            words=body.words,
            version=body.version,
        )

    return _act(request, key, "find-out", reference, body, work)


@router.post(
    "/desk/{reference}/return", response=told.Moved, auth=ANSWER, operation_id="return_for_more"
)
def return_for_more(
    request: LintelRequest, reference: Reference, body: given.Returned, key: MaybeKey = None
) -> told.Moved:
    """Ask the sender for more: standard questions and, in an open thread, words."""

    def work() -> "Handling":
        return actions.return_for_information(
            request.actor,
            now=request.now,
            reference=reference,
            questions=body.questions,
            words=body.words,
            version=body.version,
        )

    return _act(request, key, "return", reference, body, work)


@router.post(
    "/desk/{reference}/redirect", response=told.Moved, auth=ANSWER, operation_id="redirect"
)
def redirect(
    request: LintelRequest, reference: Reference, body: given.Redirected, key: MaybeKey = None
) -> told.Moved:
    """Send it to the right team, and say why. It leaves the worker's desk."""

    def work() -> "Handling":
        return actions.redirect(
            request.actor,
            now=request.now,
            reference=reference,
            to_team_id=other_team_id(request, body.to_team),
            words=body.words,
            reason=body.reason or "",
            version=body.version,
        )

    return _act(request, key, "redirect", reference, body, work)


@router.post("/desk/{reference}/decide", response=told.Moved, auth=ANSWER, operation_id="decide")
def decide(
    request: LintelRequest, reference: Reference, body: given.Decided, key: MaybeKey = None
) -> told.Moved:
    """Decide. Of a masked request the sender learns that it was decided, and no more."""

    def work() -> "Handling":
        return actions.decide(
            request.actor,
            now=request.now,
            reference=reference,
            decision=body.decision,
            words=body.words,
            better_route=body.better_route,
            advice=body.advice,
            not_ours=body.not_ours or "",
            version=body.version,
        )

    return _act(request, key, "decide", reference, body, work)


@router.post("/desk/{reference}/close", response=told.Moved, auth=ANSWER, operation_id="close")
def close(
    request: LintelRequest, reference: Reference, body: given.Closed, key: MaybeKey = None
) -> told.Moved:
    """Close it, and say who to contact in which circumstances. Tells a masked sender nothing."""

    def work() -> "Handling":
        return actions.close(
            request.actor,
            now=request.now,
            reference=reference,
            words=body.words,
            contacts=[(contact.when, contact.who) for contact in body.contacts],
            version=body.version,
        )

    return _act(request, key, "close", reference, body, work)


@router.post("/desk/{reference}/messages", response=told.Noted, auth=ANSWER, operation_id="write")
def write(
    request: LintelRequest, reference: Reference, body: given.Written, key: MaybeKey = None
) -> told.Noted:
    """Write to the sender of an open request, or keep a note on the desk."""

    def work() -> told.Noted:
        made = actions.write_message(
            request.actor,
            now=request.now,
            reference=reference,
            words=body.words,
            to_other_side=body.to_sender,
        )
        return told.Noted(reference=reference, at=made.at)

    return once_only(request, key, ("messages", reference), body, work, told.Noted)
