"""The rules of sight, said a second time: what the database must decide (docs/adr/0007-sight.md).

The database derives sight as ranges of time, in SQL (`migrations/0002` and `0003` here, and those
of requests and plans). This module asks another question in another way: given everything that is
written down, who sees what *at one moment*? It shares no code with the SQL, so that a mistake in
one shows as a difference (`tests/sharing/test_sight_proof.py`). It serves no request.

All moments carry a time zone; days are days in London, and begin at midnight.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from lintel.kernel.sight.states import Category as C
from lintel.sharing.facts import Answer, Circle, Consent, World, day_of

BEFORE_TENANCY = timedelta(days=60)
AFTER_TENANCY = timedelta(days=90)

# What a landlord's own officer sees of the landlord's record.
PATCH_SHOWS = frozenset(
    {
        C.IDENTITY,
        C.CONTACT,
        C.TENANCY,
        C.MONEY,
        C.SUPPORT_NEEDS,
        C.SAFETY,
        C.PLAN,
        C.ENFORCEMENT,
    }
)
# What a named worker sees of their own agency's record.
SUPPORT_CASELOAD_SHOWS = frozenset({C.IDENTITY, C.CONTACT, C.SUPPORT_NEEDS, C.SAFETY, C.PLAN})
HEALTH_CASELOAD_SHOWS = SUPPORT_CASELOAD_SHOWS | {
    C.HEALTH_INVOLVEMENT,
    C.HEALTH_DETAIL,
    C.HOSPITAL_STAY,
}
CIRCLE_SHOWS = frozenset({C.IDENTITY, C.PLAN})


class Seen(NamedTuple):
    """The worker sees this category of what the agency holds about the person."""

    worker: int
    person: int
    owner: int
    category: int


def seen(world: World, moment: datetime) -> set[Seen]:
    """Who sees what at the moment: every (worker, person, holding agency, category)."""
    found = {
        Seen(worker, person, owner, int(category))
        for worker, person, owner, categories in _claims(world, moment)
        for category in categories
    }
    return {
        s
        for s in found
        if world.workers[s.worker].in_post(moment) and world.persons[s.person] != s.worker
    }


Claim = tuple[int, int, int, frozenset[int] | frozenset[C]]


def _claims(world: World, moment: datetime) -> Iterator[Claim]:
    yield from _from_patch(world, moment)
    yield from _from_caseload(world, moment)
    yield from _from_consent(world, moment)
    yield from _from_request(world, moment)
    yield from _from_override(world, moment)
    yield from _from_circle(world, moment)


def _leads(world: World, team: int, moment: datetime) -> Iterator[int]:
    for place in world.places:
        if place.lead and place.team == team and place.span.holds(moment):
            yield place.worker


def _from_patch(world: World, moment: datetime) -> Iterator[Claim]:
    """Landlord's own record: the patch's officers and the leads of its team."""
    today = day_of(moment)
    for tenancy in world.tenancies:
        patch = world.homes[tenancy.home]
        over = tenancy.ended is not None and today >= tenancy.ended + AFTER_TENANCY
        if patch is None or over or today < tenancy.started - BEFORE_TENANCY:
            continue
        looking_after = {
            o.worker for o in world.officers if o.patch == patch and o.span.holds(moment)
        }
        for worker in looking_after | set(_leads(world, world.patches[patch], moment)):
            if world.workers[worker].agency == tenancy.owner:
                yield worker, tenancy.person, tenancy.owner, PATCH_SHOWS


def _from_caseload(world: World, moment: datetime) -> Iterator[Claim]:
    """Own casework: the named worker and the leads of the team."""
    for case in world.involvements:
        if not case.span.holds(moment):
            continue
        workers = set(_leads(world, case.team, moment))
        if case.worker is not None:
            workers.add(case.worker)
        shows = HEALTH_CASELOAD_SHOWS if case.health else SUPPORT_CASELOAD_SHOWS
        for worker in workers:
            if world.workers[worker].agency == case.owner:
                yield worker, case.person, case.owner, shows


def standing(world: World, moment: datetime) -> Iterator[tuple[Consent, Answer]]:
    """The answers in force: of all that count, the latest about a team and a category."""
    latest: dict[tuple[int, int, int, int], tuple[Consent, Answer]] = {}
    for consent in sorted(world.consents, key=lambda c: (c.given, c.number)):
        for answer in consent.answers:
            if consent.counts(answer, moment):
                about = (consent.person, answer.giver, answer.recipient, answer.category)
                latest[about] = (consent, answer)
    for consent, answer in latest.values():
        if consent.stands(moment):
            yield consent, answer


def _from_consent(world: World, moment: datetime) -> Iterator[Claim]:
    """The team that the person named, as far as its workers are inside the loop."""
    for consent, answer in standing(world, moment):
        if not answer.yes:
            continue
        for place in world.places:
            named = answer.worker is None or answer.worker == place.worker
            if (
                place.team == answer.recipient
                and named
                and place.span.holds(moment)
                and world.workers[place.worker].in_loop(moment)
            ):
                category = frozenset({answer.category})
                yield place.worker, consent.person, answer.giver, category


def _from_request(world: World, moment: datetime) -> Iterator[Claim]:
    """Whoever handles an open request learns who it is about, and no more."""
    for desk in world.handlings:
        if desk.masked or desk.withdrawn or desk.person is None or desk.worker is None:
            continue
        closed = desk.closed is not None and desk.closed <= moment
        if desk.arrived <= moment and not closed and world.workers[desk.worker].in_loop(moment):
            yield desk.worker, desk.person, desk.sender_agency, frozenset({C.IDENTITY})


def _from_override(world: World, moment: datetime) -> Iterator[Claim]:
    """For safety, one worker, for a short time."""
    for override in world.overrides:
        ended = override.ended is not None and override.ended <= moment
        if override.opened <= moment < override.until and not ended:
            yield override.worker, override.person, override.holder, override.categories


def _from_circle(world: World, moment: datetime) -> Iterator[Claim]:
    """Who accepted sees what was agreed, whichever agency of those in the same circle holds it."""
    members = [m for m in world.circles if m.inside(moment)]
    for mine in members:
        if not world.workers[mine.worker].in_loop(moment):
            continue
        for theirs in members:
            if (theirs.person, theirs.circle) == (mine.person, mine.circle):
                yield mine.worker, mine.person, theirs.owner, CIRCLE_SHOWS


def invitation_shown(world: World, worker: int, moment: datetime, of: Circle) -> bool:
    """Whether the worker may read that somebody was asked into a circle, and hasn't accepted.

    Who is asked, until they answered; who asks, and the colleagues of who is asked, while they see
    who the person is, or what their agency has agreed with them.
    """
    if of.worker == worker and of.left is None:
        return True
    mine = {s for s in seen(world, moment) if s.worker == worker and s.person == of.person}
    if of.added_by == worker and any(s.category == C.IDENTITY for s in mine):
        return True
    ours = of.owner == world.workers[worker].agency
    return ours and any(s.owner == of.owner and s.category == C.PLAN for s in mine)


def answer_shown(world: World, worker: int, moment: datetime, consent: Consent, of: Answer) -> bool:
    """Whether the worker may read this answer (and so the conversation that it is part of).

    Who wrote it down reads all answers; the agency that may tell and the team that may be told
    read a yes, and never learn of a no. All of them only if they see who the person is.
    """
    post = world.workers[worker]
    if not post.in_post(moment):
        return False
    if post.agency == consent.owner:
        return True
    in_team = post.in_loop(moment) and any(
        p.worker == worker and p.team == of.recipient and p.span.holds(moment) for p in world.places
    )
    return of.yes and (post.agency == of.giver or in_team)
