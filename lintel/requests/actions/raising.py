"""Raising a request: a concern, a referral, advice without a name, a message to pass on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from lintel.kernel.actor import Actor
from lintel.kernel.errors import Invalid
from lintel.people import queries as people
from lintel.requests import queries
from lintel.requests.actions import checks
from lintel.requests.actions.posting import About, Letter, send
from lintel.requests.kinds import rule_of
from lintel.requests.models import Request
from lintel.requests.states import Kind, PersonKnows, Urgency


def raise_concern(
    actor: Actor,
    *,
    now: datetime,
    person_id: int | None,
    about: About,
    signs: Sequence[str],
    seen: str,
    done: str = "",
    asked_for: str = "",
    urgency: str,
    person_knows: str,
    once: str | None = None,
    team_id: int | None = None,
) -> Request:
    """Raise a concern about a person, masked: it goes to whoever works with them, or to the shop.

    `person_id` is None for somebody who isn't listed; then `about` says who, exactly enough.
    `team_id`: the sender's team that the answer comes back to, if the worker has several.
    Raises NotFound (no such person in sight), Denied, Invalid and TooMany (many guesses).
    """
    checks.refuse(checks.one_of("person_knows", person_knows, PersonKnows.values))
    letter = Letter(
        kind=Kind.CONCERN,
        about=about,
        person_id=person_id,
        signs=tuple(signs),
        seen=seen,
        done=done,
        asked_for=asked_for,
        urgency=urgency,
        person_knows=person_knows,
    )
    return send(actor, letter, now=now, token=once, team_id=team_id)


def refer(
    actor: Actor,
    *,
    now: datetime,
    person_id: int,
    to_team_id: int,
    consent_id: int,
    signs: Sequence[str] = (),
    seen: str,
    done: str = "",
    asked_for: str,
    urgency: str,
    follows: str | None = None,
    once: str | None = None,
    team_id: int | None = None,
) -> Request:
    """Refer a person who consented to a team, openly. `follows`: the reference it grew out of.

    Raises NotFound, Denied, and Invalid when the consent doesn't cover the team or the team takes
    no requests.
    """
    letter = Letter(
        kind=Kind.REFERRAL,
        about=_about_listed(actor, person_id),
        person_id=person_id,
        signs=tuple(signs),
        seen=seen,
        done=done,
        asked_for=asked_for,
        urgency=urgency,
        person_knows=PersonKnows.AGREES,
        to_team_id=to_team_id,
        consent_id=consent_id,
        follows=follows,
    )
    _check_team(actor, to_team_id, now)
    _check_consent(actor, consent_id, person_id, to_team_id, now)
    return send(actor, letter, now=now, token=once, team_id=team_id)


def ask_advice(
    actor: Actor,
    *,
    now: datetime,
    seen: str,
    asked_for: str,
    urgency: str,
    signs: Sequence[str] = (),
    postcode: str = "",
    once: str | None = None,
    team_id: int | None = None,
) -> Request:
    """Ask the one-stop shop about a situation, with nobody named. The answer comes back openly."""
    letter = Letter(
        kind=Kind.ADVICE,
        about=About(postcode=postcode),
        signs=tuple(signs),
        seen=seen,
        asked_for=asked_for,
        urgency=urgency,
    )
    return send(actor, letter, now=now, token=once, team_id=team_id)


def pass_on_message(
    actor: Actor,
    *,
    now: datetime,
    person_id: int | None,
    about: About,
    words: str,
    urgency: str = Urgency.ROUTINE,
    once: str | None = None,
    team_id: int | None = None,
) -> Request:
    """Ask for a message to be passed on to whoever works with a person, masked.

    Raises as `raise_concern`.
    """
    letter = Letter(
        kind=Kind.MESSAGE, about=about, person_id=person_id, seen=words, urgency=urgency
    )
    return send(actor, letter, now=now, token=once, team_id=team_id)


def raise_request(
    actor: Actor,
    *,
    now: datetime,
    kind: str,
    about: About,
    seen: str,
    urgency: str,
    person_id: int | None = None,
    to_team_id: int | None = None,
    consent_id: int | None = None,
    asked_for: str = "",
    extra: dict[str, Any] | None = None,
    once: str | None = None,
    team_id: int | None = None,
) -> Request:
    """Raise a request of a kind that another domain declared; `extra` holds its own fields.

    To a team that was chosen, with the person's consent where the kind asks for it. Raises
    Invalid, NotFound, Denied, Conflict.
    """
    if kind in Kind.values:
        raise Invalid({"kind": "Use the verb of this kind"})
    if to_team_id is not None:
        _check_team(actor, to_team_id, now)
    if "consent_id" in rule_of(kind).required:
        _check_consent(actor, consent_id, person_id, to_team_id, now)
    letter = Letter(
        kind=kind,
        about=about,
        person_id=person_id,
        seen=seen,
        asked_for=asked_for,
        urgency=urgency,
        to_team_id=to_team_id,
        consent_id=consent_id,
        extra=tuple(sorted((extra or {}).items())),
    )
    return send(actor, letter, now=now, token=once, team_id=team_id)


def _check_team(actor: Actor, to_team_id: int, now: datetime) -> None:
    if not queries.open_teams(now).filter(pk=to_team_id).exists():
        raise Invalid({"to_team": "Choose a team that takes requests"})
    if to_team_id in actor.team_ids:
        raise Invalid({"to_team": "Choose a team that isn't your own"})


def _check_consent(
    actor: Actor,
    consent_id: int | None,
    person_id: int | None,
    to_team_id: int | None,
    now: datetime,
) -> None:
    known = consent_id is not None and person_id is not None and to_team_id is not None
    if not known or not queries.consent_covers(
        actor,
        consent_id=consent_id,  # type: ignore[arg-type]
        person_id=person_id,  # type: ignore[arg-type]
        to_team_id=to_team_id,  # type: ignore[arg-type]
        now=now,
    ):
        raise Invalid({"consent": "The person has not agreed to this team being told, or not now"})


def _about_listed(actor: Actor, person_id: int) -> About:
    person = people.person(actor, person_id)
    born = f"{person.born.day} {person.born:%B %Y}" if person.born else ""
    lived = [t for t in people.tenancies(actor, person_id) if t.ended is None]
    home = max(lived, key=lambda tenancy: tenancy.started, default=None)
    return About(
        name=person.name,
        born=born,
        address=home.address if home else "",
        postcode=home.postcode if home else "",
    )
