"""Sharing on another basis than consent: written down, authorised by a second worker, told.

Recorded by the agency that tells, about its own record of a person in sight; nothing is shared
before somebody else has authorised it (docs/adr/0028).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from lintel.agencies.models import Agency, Membership, Team
from lintel.kernel import access, events, once
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Denied, Invalid, NotFound
from lintel.kernel.sight.states import Category
from lintel.kernel.states import AccessVerb
from lintel.people import queries as people
from lintel.sharing import policy, queries
from lintel.sharing.models import OtherBasis
from lintel.sharing.states import Basis, Purpose, purpose_words
from lintel.web.words import date_words

LONGEST_BASIS = timedelta(days=366)
# Why somebody is not told is looked at again within this time.
LONGEST_UNTOLD = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class Share:
    """What is to be told, to whom, on which basis, until when; and whether the person knows.

    Told: `told_words` says how. Not yet: `not_told_words` says why, and `tell_review` when it is
    looked at again.
    """

    recipient_id: int
    recipient_worker_id: int | None
    categories: Sequence[Category]
    purpose: Purpose
    basis: Basis
    statute: str
    words: str
    until: datetime
    told_words: str = ""
    not_told_words: str = ""
    tell_review: date | None = None


def record_basis(
    actor: Actor, *, now: datetime, person_id: int, share: Share, once_key: str | None = None
) -> int:
    """Write down that the actor's agency tells a team something without consent; its number.

    Nothing is shared before a second worker has authorised it. Raises NotFound, Denied for who
    doesn't work with the person from within the agency, and Invalid (the fields of `Share`).
    """
    policy.in_person(actor)
    people.person(actor, person_id)
    own = {r.category for r in queries.why(actor, person_id) if r.owner_id == actor.agency_id}
    if Category.IDENTITY not in own:
        raise Denied("Only somebody of your agency who works with this person can do this.")
    named = _checked(actor, share, now)

    def work() -> int:
        return _write(actor, now, person_id, share, named)

    return int(once.run(actor, "sharing.basis", once_key, work) if once_key else work())


def authorise_basis(actor: Actor, *, now: datetime, basis_id: int, words: str) -> None:
    """A second worker lets it be shared, from now. Raises NotFound, Denied, Conflict, Invalid."""
    view = _mine_to_decide(actor, basis_id, now)
    if not words.strip():
        raise Invalid({"words": "Say why it is right to share this"})
    if view.until <= now:
        raise Conflict("Its last day is over. Write it down again if it is still needed.")
    with transaction.atomic():
        done = OtherBasis.objects.filter(
            pk=basis_id, authorised__isnull=True, ended__isnull=True
        ).update(authorised=now, authorised_by=actor.worker_id, authorised_words=words)
        if not done:
            raise Conflict("Somebody has decided it already.")
        access.record(
            actor,
            AccessVerb.DISCLOSED,
            now=now,
            person_id=view.person_id,
            owner_id=view.owner_id,
            categories=view.categories,
            why=f"to {view.recipient}, because {basis_words(view)}",
            purpose=view.purpose_words,
            page="other basis",
        )
        _event(actor, "basis.authorised", now, view)


def decline_basis(actor: Actor, *, now: datetime, basis_id: int, words: str) -> None:
    """A second worker decides that it is not shared. Raises as `authorise_basis`."""
    view = _mine_to_decide(actor, basis_id, now)
    _end(actor, now, view, words, "basis.declined")


def end_basis(actor: Actor, *, now: datetime, basis_id: int, words: str) -> None:
    """It is not needed any more: whoever saw something by it sees it no longer, at once.

    By any worker of the agency that tells who may know of it. Raises NotFound, Conflict, Invalid.
    """
    view = _own(actor, basis_id)
    _end(actor, now, view, words, "basis.ended")


def tell_basis(actor: Actor, *, now: datetime, basis_id: int, told: date, words: str) -> None:
    """The person was told, on a day and in a way. Raises NotFound, Conflict, Invalid."""
    view = _own(actor, basis_id)
    wrong = {}
    if told > timezone.localdate(now):
        wrong["told"] = "The day they were told can’t be in the future"
    elif told < timezone.localdate(view.recorded):
        wrong["told"] = "They can’t have been told before it was written down"
    if not words.strip():
        wrong["words"] = "Say how they were told, and what they said"
    if wrong:
        raise Invalid(wrong)
    moment = now if told == timezone.localdate(now) else _midday(told)
    with transaction.atomic():
        done = OtherBasis.objects.filter(pk=basis_id, told__isnull=True).update(
            told=moment, told_words=words, told_by=actor.worker_id
        )
        if not done:
            raise Conflict("It is written down already that they were told.")
        _event(actor, "basis.told", now, view)


def review_basis(actor: Actor, *, now: datetime, basis_id: int, words: str, again: date) -> None:
    """The reason for not telling the person still holds; looked at again on another day.

    What was said before is kept. Raises NotFound, Conflict, Invalid (words, again).
    """
    view = _own(actor, basis_id)
    if view.told:
        raise Conflict("They were told, so there is nothing to look at again.")
    wrong = _wrong_untold(words, again, now, ("words", "again"))
    if wrong:
        raise Invalid(wrong)
    said = f"{date_words(now)}, {actor.name}: {words}"
    with transaction.atomic():
        OtherBasis.objects.filter(pk=basis_id, told__isnull=True).update(
            not_told_words=f"{view.not_told_words}\n\n{said}".strip(), tell_review=again
        )
        _event(actor, "basis.reviewed", now, view, {"again": again.isoformat()})


def basis_words(view: queries.BasisView) -> str:
    """What allows it, in words: for the access record, and for whoever asks why."""
    law = f" ({view.statute})" if view.statute else ""
    return f"{view.basis.label}{law}, authorised by another worker of {view.owner}"


def _own(actor: Actor, basis_id: int) -> queries.BasisView:
    policy.in_person(actor)
    view = queries.basis(actor, basis_id)
    if view.owner_id != actor.agency_id:
        raise Denied("Only the agency that tells can do this.")
    return view


def _mine_to_decide(actor: Actor, basis_id: int, now: datetime) -> queries.BasisView:
    view = queries.basis(actor, basis_id)
    policy.authorise(
        actor,
        owner_id=view.owner_id,
        recorded_by_id=view.recorded_by_id,
        named=bool(view.authoriser),
        leads_recorder=queries.leads_worker(actor, view.recorded_by_id, now=now),
    )
    if not view.waits:
        raise Conflict("Somebody has decided it already.")
    return view


def _end(actor: Actor, now: datetime, view: queries.BasisView, words: str, verb: str) -> None:
    if not words.strip():
        raise Invalid({"words": "Say why"})
    with transaction.atomic():
        done = OtherBasis.objects.filter(pk=view.id, ended__isnull=True).update(
            ended=now, ended_by=actor.worker_id, ended_words=words
        )
        if not done:
            raise Conflict("It has ended already.")
        _event(actor, verb, now, view)


def _checked(actor: Actor, share: Share, now: datetime) -> str:
    """Whom the agreement names to authorise it. Raises Invalid."""
    wrong: dict[str, str] = {}
    team = Team.objects.filter(pk=share.recipient_id).select_related("agency").first()
    if team is None or (team.closed_on and team.closed_on <= timezone.localdate(now)):
        raise NotFound
    if team.agency_id == actor.agency_id:
        raise Invalid({"": "Your own agency’s teams need no basis for your agency’s own record"})
    if (
        share.recipient_worker_id is not None
        and not Membership.objects.filter(
            worker=share.recipient_worker_id, team=team, valid__contains=now
        ).exists()
    ):
        wrong["recipient_worker"] = "This worker is not in the team"
    if share.basis == Basis.CONSENT:
        wrong["basis"] = "Consent is written down under “What they agreed to”"
    if share.basis == Basis.OWN_WORK:
        wrong["basis"] = "An agency’s own work needs no other basis"
    if share.basis == Basis.STATUTE and not share.statute.strip():
        wrong["statute"] = "Name the law and the section"
    if not share.words.strip():
        wrong["words"] = "Say why it must be shared"
    if share.until <= now:
        wrong["until"] = "The day it ends must be in the future"
    elif share.until > now + LONGEST_BASIS:
        wrong["until"] = "The day it ends must be within a year"
    if not share.categories:
        wrong["categories"] = "Choose what is shared"
    if not share.told_words.strip():
        names = ("not_told_words", "tell_review")
        wrong |= _wrong_untold(share.not_told_words, share.tell_review, now, names)
    agency = Agency.objects.get(pk=actor.agency_id)
    agreed = queries.agreed(now, share.basis)
    not_allowed = [
        str(c.label)
        for c in share.categories
        if not agreed.allows(share.purpose, agency.kind, team.agency.kind, c)
    ]
    if not_allowed and "basis" not in wrong:
        wrong["categories"] = (
            f"The agreement doesn’t let {agency.name} tell {team.agency.name} this on this basis,"
            f" {purpose_words(share.purpose)}: {', '.join(not_allowed)}"
        )
    if wrong:
        raise Invalid(wrong)
    return queries.authoriser(
        purpose=share.purpose,
        basis=share.basis,
        giver=agency.kind,
        receiver=team.agency.kind,
        categories=share.categories,
        now=now,
    )


def _wrong_untold(
    words: str, again: date | None, now: datetime, names: tuple[str, str]
) -> dict[str, str]:
    wrong = {}
    today = timezone.localdate(now)
    if not words.strip():
        wrong[names[0]] = "Say why they can’t be told yet"
    if again is None or again <= today:
        wrong[names[1]] = "Choose a day to come on which it is looked at again"
    elif again > today + LONGEST_UNTOLD:
        wrong[names[1]] = "It must be looked at again within three months"
    return wrong


def _write(actor: Actor, now: datetime, person_id: int, share: Share, named: str) -> int:
    told = bool(share.told_words.strip())
    with transaction.atomic():
        made = OtherBasis.objects.create(
            person_id=person_id,
            owner_id=actor.agency_id,
            recipient_id=share.recipient_id,
            recipient_worker_id=share.recipient_worker_id,
            # Nothing can be told about somebody without saying who they are.
            categories=sorted({int(c) for c in share.categories} | {int(Category.IDENTITY)}),
            purpose=share.purpose,
            basis=share.basis,
            statute=share.statute,
            words=share.words,
            begins=now,
            until=share.until,
            recorded=now,
            recorded_by_id=actor.worker_id,
            authoriser=named,
            told=now if told else None,
            told_words=share.told_words if told else "",
            told_by_id=actor.worker_id if told else None,
            not_told_words="" if told else share.not_told_words,
            tell_review=None if told else share.tell_review,
        )
        view = queries.basis(actor, made.pk)
        _event(actor, "basis.recorded", now, view)
    return made.pk


def _event(
    actor: Actor,
    verb: str,
    now: datetime,
    view: queries.BasisView,
    data: dict[str, str] | None = None,
) -> None:
    events.record(
        actor,
        verb,
        now=now,
        subject=("basis", view.id),
        person_id=view.person_id,
        owner_id=view.owner_id,
        data=data,
    )


def _midday(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time().replace(hour=12)))
