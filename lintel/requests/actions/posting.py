"""Posting a letter: checked, written once, recorded, and queued for the relay."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction

from lintel.agencies.models import Team, Worker
from lintel.agencies.states import TeamKind
from lintel.kernel import access, events, once, outbox
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Denied, Invalid, NotFound
from lintel.kernel.sight.states import Category
from lintel.kernel.states import AccessVerb
from lintel.people import queries as people
from lintel.requests import limits, policy, standstill
from lintel.requests.actions import checks
from lintel.requests.clocks import Heard
from lintel.requests.kinds import KindRule, rule_of
from lintel.requests.models import Request
from lintel.requests.references import new_reference
from lintel.requests.states import SenderState, Sign, Urgency

REFERENCE_TRIES = 3
SAY_WHO = "Enter a date of birth, or an address and postcode, so that the right person is found"


@dataclass(frozen=True, slots=True)
class About:
    """The person as the sender knows them, as typed; empty where the sender doesn't know."""

    name: str = ""
    born: str = ""
    address: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be sent."""

    kind: str
    about: About
    seen: str
    urgency: str
    person_id: int | None = None
    signs: Sequence[str] = ()
    done: str = ""
    asked_for: str = ""
    person_knows: str = ""
    to_team_id: int | None = None
    consent_id: int | None = None
    follows: str | None = None
    extra: tuple[tuple[str, Any], ...] = ()

    def fingerprint(self) -> str:
        """A digest, by which a repeat is told from another request under the same key."""
        return sha256(repr(self).encode()).hexdigest()


def send(
    actor: Actor, letter: Letter, *, now: datetime, token: str | None, team_id: int | None
) -> Request:
    """Send a letter from a team of the actor's; the same token sends once.

    Raises NotFound (no such person, or letter to follow, in sight), Denied, Invalid, TooMany, and
    Conflict for a token that was used for another letter, or a team that was closed meanwhile.
    """
    rule = rule_of(letter.kind)
    letter = replace(letter, about=_tidied(letter.about))
    team = _sender_team(actor, rule, team_id)
    checks.refuse(_faults(letter, rule))

    def work() -> int:
        return _write(actor, letter, rule, team, now).pk

    if token is None:
        with transaction.atomic():
            return Request.objects.get(pk=work())
    made = once.run(actor, "requests.send", token, work, fingerprint=letter.fingerprint())
    return Request.objects.get(pk=made)


def _tidied(about: About) -> About:
    return About(
        name=" ".join(about.name.split()),
        born=" ".join(about.born.split()),
        address=" ".join(about.address.split()),
        postcode=" ".join(about.postcode.upper().split()),
    )


def _sender_team(actor: Actor, rule: KindRule, team_id: int | None) -> Team:
    teams = list(Team.objects.filter(pk__in=actor.team_ids).order_by("id"))
    reason = policy.may_raise(
        actor,
        rule,
        team_kinds=frozenset(t.kind for t in teams),
        at_a_shop=any(t.kind == TeamKind.ONE_STOP_SHOP for t in teams),
    )
    if reason or not teams:
        raise Denied(reason or policy.NO_TEAM)
    chosen = [t for t in teams if team_id in (None, t.pk)]
    if not chosen:
        raise Invalid({"team": "Choose one of your own teams"})
    return chosen[0]


def _faults(letter: Letter, rule: KindRule) -> dict[str, str]:
    about = letter.about
    say = {"seen": (letter.seen, "Say what was seen or heard")}
    if "asked_for" in rule.required:
        say["asked_for"] = (letter.asked_for, "Say what you ask for")
    if "about_name" in rule.required:
        say["about_name"] = (about.name, "Enter the person's name as you know it")
    errors = {
        **checks.needed(say),
        **checks.lengths(
            {
                "about_name": (about.name, 200),
                "about_born": (about.born, 40),
                "about_address": (about.address, 250),
                "about_postcode": (about.postcode, 8),
                "seen": (letter.seen, checks.LONGEST),
                "done": (letter.done, checks.LONGEST),
                "asked_for": (letter.asked_for, checks.LONGEST),
            }
        ),
        **checks.one_of("urgency", letter.urgency, Urgency.values),
        **checks.all_of("signs", letter.signs, Sign.values),
    }
    fields = {field.name for field in Request._meta.get_fields()}
    own = rule.required - fields - {"to_team_id", "consent_id"}
    given = dict(letter.extra)
    errors |= {name: "Fill this in" for name in sorted(own) if given.get(name) in (None, "", [])}
    placed = about.born or (about.address and about.postcode)
    if rule.masked and letter.person_id is None and not placed:
        errors.setdefault("about_address", SAY_WHO)
    return errors


def _write(actor: Actor, letter: Letter, rule: KindRule, team: Team, now: datetime) -> Request:
    standstill.move_one()
    standstill.still_open(team.pk, letter.to_team_id, now=now)
    if letter.person_id is not None and not people.names(actor, [letter.person_id]):
        raise NotFound
    if rule.masked:
        limits.check(actor, now=now, listed=letter.person_id is not None)
    follows = None
    if letter.follows:
        follows = Request.objects.filter(reference=letter.follows).first()
        if follows is None:
            raise NotFound
    made = _insert(
        kind=letter.kind,
        masked=rule.masked,
        urgency=letter.urgency,
        about_name=letter.about.name,
        about_born=letter.about.born,
        about_address=letter.about.address,
        about_postcode=letter.about.postcode,
        signs=list(letter.signs),
        seen=letter.seen,
        done=letter.done,
        asked_for=letter.asked_for,
        person_knows=letter.person_knows,
        extra=dict(letter.extra),
        person_id=letter.person_id,
        owner_id=actor.agency_id,
        sender=Worker.objects.get(pk=actor.worker_id),
        sender_team=team,
        to_team_id=letter.to_team_id,
        consent_id=letter.consent_id,
        follows=follows,
        state=SenderState.SENT,
        created=now,
        sent=now,
        chase_at=rule.sender_due(
            letter.urgency, now, Heard(), masked=rule.masked, extra=dict(letter.extra)
        ),
    )
    _record(actor, made, now)
    outbox.defer("requests.deliver", request_id=made.pk)
    return made


def _insert(**values: Any) -> Request:
    for _ in range(REFERENCE_TRIES - 1):
        try:
            with transaction.atomic():
                return Request.objects.create(reference=new_reference(), **values)
        except IntegrityError as error:
            if "reference" not in str(error):
                raise
    return Request.objects.create(reference=new_reference(), **values)


def _record(actor: Actor, made: Request, now: datetime) -> None:
    events.record(
        actor,
        "requests.sent",
        now=now,
        subject=("request", made.pk),
        person_id=made.person_id,
        owner_id=actor.agency_id,
        data={"kind": made.kind, "masked": made.masked},
    )
    if made.person_id is not None:
        access.record(
            actor,
            AccessVerb.DISCLOSED,
            now=now,
            person_id=made.person_id,
            owner_id=actor.agency_id,
            categories=[Category.IDENTITY, Category.CONTACT],
            why=f"In a {rule_of(made.kind).label.lower()} that the worker sent.",
            request_ref=made.reference,
            page="requests.send",
        )
