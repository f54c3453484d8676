"""The rules of sight, said a second time: what the database must decide (docs/adr/0007-sight.md).

The database derives sight as ranges of time, in SQL (`lintel/config/migrations/0007`). This
module asks another question in another way: given everything that is written down, who sees what
*at one moment*? It shares no code with the SQL, so that a mistake in one shows as a difference
(`tests/sharing/test_sight_proof.py`). It serves no request.

All moments carry a time zone; days are days in London, and begin at midnight.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from lintel.kernel.sight.states import Category as C
from lintel.sharing.facts import Answer, Cell, Circle, Consent, Override, Version, World, day_of
from lintel.sharing.states import ANY_PURPOSE, OWN, Basis, Detail, Level, Use

BEFORE_TENANCY = timedelta(days=60)
AFTER_TENANCY = timedelta(days=90)


class Seen(NamedTuple):
    """The worker sees this category of what the agency holds about the person, and how much."""

    worker: int
    person: int
    owner: int
    category: int
    detail: int


def seen(world: World, moment: datetime) -> set[Seen]:
    """Who sees what at the moment: every (worker, person, agency, category, detail)."""
    found = {
        Seen(worker, person, owner, int(category), detail)
        for worker, person, owner, allowed in _claims(world, moment)
        for category, detail in allowed
    }
    return {
        s
        for s in found
        if world.workers[s.worker].in_post(moment) and world.persons[s.person] != s.worker
    }


# A category and how much of it.
Allowed = set[tuple[int, int]]
Claim = tuple[int, int, int, Allowed]


def _claims(world: World, moment: datetime) -> Iterator[Claim]:
    yield from _from_patch(world, moment)
    yield from _from_caseload(world, moment)
    yield from _from_consent(world, moment)
    yield from _from_basis(world, moment)
    yield from _from_request(world, moment)
    yield from _from_override(world, moment)
    yield from _from_circle(world, moment)


# The agreement


def in_force(world: World, moment: datetime) -> Version | None:
    """The version whose date has come last."""
    begun = [v for v in world.versions if v.effective is not None and v.effective <= moment]
    return max(begun, key=lambda v: (v.effective, v.number)) if begun else None


def takes_part(world: World, agency: int, moment: datetime) -> bool:
    """Whether the agency has signed the version in force: if not it neither gives nor gets."""
    version = in_force(world, moment)
    return version is not None and any(
        s.agency == agency
        and s.version == version.number
        and s.signed <= moment
        and not (s.ended is not None and s.ended <= moment)
        for s in world.signed
    )


def in_loop(world: World, worker: int, moment: datetime) -> bool:
    """Agency signed, this version accepted, training in date. That the post holds comes on top."""
    version = in_force(world, moment)
    today = day_of(moment)
    return (
        version is not None
        and takes_part(world, world.workers[worker].agency, moment)
        and any(
            a.worker == worker and a.version == version.number and a.accepted <= moment
            for a in world.accepted
        )
        and any(t.worker == worker and t.done_on <= today < t.until for t in world.trained)
    )


def _cells(
    world: World,
    moment: datetime,
    use: str,
    giver: str,
    receiver: str,
    levels: Iterable[str],
    bases: frozenset[str] | None = None,
) -> Iterator[Cell]:
    version = in_force(world, moment)
    wanted = set(levels)
    for cell in version.rules if version else ():
        if (
            cell.use == use
            and giver in cell.givers
            and receiver in cell.receivers
            and cell.levels & wanted
            and (bases is None or cell.basis in bases)
        ):
            yield cell


def _all_of(cells: Iterable[Cell]) -> Allowed:
    return {(category, cell.detail) for cell in cells for category in cell.categories}


def _only(cells: Iterable[Cell], categories: Iterable[int]) -> Allowed:
    wanted = set(categories)
    return {one for one in _all_of(cells) if one[0] in wanted}


OWN_WORK = frozenset({Basis.OWN_WORK.value})


def levels_in(world: World, worker: int, team: int, moment: datetime) -> set[str]:
    """The levels of need to know that the worker has by places in the team."""
    found: set[str] = set()
    for place in world.places:
        if (place.worker, place.team) == (worker, team) and place.span.holds(moment):
            found.add({"lead": Level.MANAGER, "duty": Level.DUTY}.get(place.role, Level.TEAM))
    for link in world.links:
        if link.team == team and link.span.holds(moment):
            covers = link.cover == worker and link.away is not None and link.away.holds(moment)
            if link.worker == worker or covers:
                found.add(Level.LINK)
    if world.workers[worker].agency == world.teams[team] and any(
        lead.worker == worker and lead.span.holds(moment) for lead in world.leads
    ):
        found.add(Level.INFORMATION_LEAD)
    return found


def assigned(world: World, worker: int, person: int, moment: datetime) -> bool:
    """Whether the worker works with the person by name: of an involvement, or of their patch."""
    if any(
        (case.worker, case.person) == (worker, person) and case.span.holds(moment)
        for case in world.involvements
    ):
        return True
    today = day_of(moment)
    patches = {o.patch for o in world.officers if o.worker == worker and o.span.holds(moment)}
    return any(
        t.person == person
        and world.homes[t.home] in patches
        and t.started - BEFORE_TENANCY <= today
        and not (t.ended is not None and today >= t.ended + AFTER_TENANCY)
        for t in world.tenancies
    )


def _told(
    world: World, moment: datetime, person: int, team: int | None, agency: int, named: int | None
) -> Iterator[tuple[int, set[str]]]:
    """Who of those told may see it, with their levels: inside the loop, as near as they are."""
    teams = [team] if team is not None else [t for t, a in world.teams.items() if a == agency]
    for worker in world.workers:
        if (named is not None and worker != named) or not in_loop(world, worker, moment):
            continue
        levels: set[str] = set()
        member = False
        for one in teams:
            levels |= levels_in(world, worker, one, moment)
            member |= any(
                (p.worker, p.team) == (worker, one) and p.span.holds(moment) for p in world.places
            )
        if member and (named is not None or assigned(world, worker, person, moment)):
            levels.add(Level.ASSIGNED)
        if levels:
            yield worker, levels


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
        leading = set(_leads(world, world.patches[patch], moment))
        for worker in looking_after | leading:
            if world.workers[worker].agency == tenancy.owner:
                levels = set()
                if worker in looking_after:
                    levels.add(Level.ASSIGNED)
                if worker in leading:
                    levels.add(Level.MANAGER)
                cells = _cells(world, moment, Use.HOUSING, OWN, OWN, levels, OWN_WORK)
                yield worker, tenancy.person, tenancy.owner, _all_of(cells)


def _from_caseload(world: World, moment: datetime) -> Iterator[Claim]:
    """Own casework: the named worker and the leads of the team."""
    for case in world.involvements:
        if not case.span.holds(moment):
            continue
        use = Use.CARE if case.health else Use.TENANCY_SUPPORT
        found = [(worker, Level.MANAGER) for worker in _leads(world, case.team, moment)]
        if case.worker is not None:
            found.append((case.worker, Level.ASSIGNED))
        for worker, level in found:
            if world.workers[worker].agency == case.owner:
                cells = _cells(world, moment, use, OWN, OWN, {level}, OWN_WORK)
                yield worker, case.person, case.owner, _all_of(cells)


def _ends(later: Answer, of: str, earlier: Answer, was: str) -> bool:
    """Whether a later answer takes the place of an earlier one."""
    if (later.giver, later.category) != (earlier.giver, earlier.category):
        return False
    if later.agency != earlier.agency or of not in {was, ANY_PURPOSE}:
        return False
    if later.recipient is None:
        return True
    return later.recipient == earlier.recipient or (earlier.recipient is None and not later.yes)


def standing(world: World, moment: datetime) -> Iterator[tuple[Consent, Answer]]:
    """The answers in force: given, confirmed where they must be, no later one in their place."""
    counted = [
        (consent, answer)
        for consent in sorted(world.consents, key=lambda c: (c.given, c.number))
        for answer in consent.answers
        if consent.counts(answer, moment)
    ]
    for index, (consent, answer) in enumerate(counted):
        if consent.stands(moment) and not any(
            later.number != consent.number
            and later.person == consent.person
            and _ends(of, later.purpose, answer, consent.purpose)
            for later, of in counted[index + 1 :]
        ):
            yield consent, answer


CONSENT = frozenset({Basis.CONSENT.value})


def _from_consent(world: World, moment: datetime) -> Iterator[Claim]:
    """Whom the person named, as far as the agreement and their nearness let them see."""
    for consent, answer in standing(world, moment):
        if not answer.yes or not _both(world, answer.giver, answer.agency, moment):
            continue
        kinds = world.kinds[answer.giver], world.kinds[answer.agency]
        told = _told(world, moment, consent.person, answer.recipient, answer.agency, answer.worker)
        for worker, levels in told:
            cells = _cells(world, moment, consent.purpose, *kinds, levels, CONSENT)
            yield worker, consent.person, answer.giver, _only(cells, {answer.category})


def _both(world: World, giver: int, told: int, moment: datetime) -> bool:
    return takes_part(world, giver, moment) and takes_part(world, told, moment)


def _from_basis(world: World, moment: datetime) -> Iterator[Claim]:
    """On another basis: from when a second worker has authorised it, until it ends."""
    for basis in world.bases:
        begins = basis.authorised and max(basis.begins, basis.authorised)
        over = basis.until <= moment or (basis.ended is not None and basis.ended <= moment)
        agency = world.teams[basis.recipient]
        if begins is None or moment < begins or over:
            continue
        if not _both(world, basis.owner, agency, moment):
            continue
        kinds = world.kinds[basis.owner], world.kinds[agency]
        told = _told(world, moment, basis.person, basis.recipient, agency, basis.worker)
        for worker, levels in told:
            cells = _cells(world, moment, basis.purpose, *kinds, levels, frozenset({basis.basis}))
            yield worker, basis.person, basis.owner, _only(cells, basis.categories)


def _relation(world: World, giver: int, worker: int) -> tuple[str, str]:
    """The two kinds as rules name them: `own` where the worker is of the giving agency."""
    mine = world.workers[worker].agency
    return (OWN, OWN) if giver == mine else (world.kinds[giver], world.kinds[mine])


def _from_request(world: World, moment: datetime) -> Iterator[Claim]:
    """Whoever handles an open request learns who it is about, and no more."""
    for desk in world.handlings:
        if desk.masked or desk.withdrawn or desk.person is None or desk.worker is None:
            continue
        closed = desk.closed is not None and desk.closed <= moment
        if (
            desk.arrived <= moment
            and not closed
            and in_loop(world, desk.worker, moment)
            and takes_part(world, desk.sender_agency, moment)
        ):
            kinds = _relation(world, desk.sender_agency, desk.worker)
            cells = _cells(world, moment, Use.REQUEST, *kinds, {Level.ASSIGNED})
            yield desk.worker, desk.person, desk.sender_agency, _all_of(cells)


def _from_override(world: World, moment: datetime) -> Iterator[Claim]:
    """For safety, one worker, for a short time; where the agreement asks for it, authorised."""
    for override in world.overrides:
        mine = world.workers[override.worker].agency
        ended = override.ended is not None and override.ended <= moment
        if not override.opened <= moment < override.until or ended:
            continue
        if not _both(world, override.holder, mine, moment):
            continue
        authorised = override.authorised is not None and override.authorised <= moment
        kinds = world.kinds[override.holder], world.kinds[mine]
        cells = [
            cell
            for cell in _cells(world, moment, Use.EMERGENCY, *kinds, {Level.ASSIGNED})
            if authorised or not cell.second
        ]
        yield override.worker, override.person, override.holder, _only(cells, override.categories)


def _from_circle(world: World, moment: datetime) -> Iterator[Claim]:
    """Who accepted sees what was agreed, whichever agency of those in the same circle holds it."""
    members = [m for m in world.circles if m.inside(moment)]
    for mine in members:
        if not in_loop(world, mine.worker, moment):
            continue
        for theirs in members:
            if (theirs.person, theirs.circle) == (
                mine.person,
                mine.circle,
            ) and takes_part(world, theirs.owner, moment):
                kinds = _relation(world, theirs.owner, mine.worker)
                cells = _cells(world, moment, Use.TOGETHER, *kinds, {Level.ASSIGNED})
                yield mine.worker, mine.person, theirs.owner, _all_of(cells)


# The person's own view


def viewed(world: World, account: int, moment: datetime) -> set[tuple[int, int]]:
    """The people and categories that an account sees: its own self's all, others' as they chose."""
    found: set[tuple[int, int]] = set()
    for viewer in world.viewers:
        over = (viewer.until is not None and viewer.until <= moment) or (
            viewer.ended is not None and viewer.ended <= moment
        )
        if viewer.account != account or moment < viewer.begins or over:
            continue
        chosen = set(C) if viewer.kind == "self" else viewer.categories | {C.IDENTITY}
        found |= {(viewer.person, int(category)) for category in chosen}
    return found


def held_back(world: World, note: int, moment: datetime) -> bool:
    """Whether the note is held back from the person at the moment."""
    return any(
        h.note == note
        and h.held <= moment
        and not (h.released is not None and h.released <= moment)
        for h in world.held_back
    )


def invitation_shown(world: World, worker: int, moment: datetime, of: Circle) -> bool:
    """Whether the worker may read that somebody was asked into a circle, and hasn't accepted.

    Who is asked, until they answered; who asks, and the colleagues of who is asked, while they see
    who the person is, or all of what their agency has agreed with them: it is said in words, which
    a summary hasn't. Whoever was asked reads their own by a summary too.
    """
    if of.worker == worker and of.left is None:
        return True
    mine = {s for s in seen(world, moment) if s.worker == worker and s.person == of.person}
    if of.added_by == worker and any(s.category == C.IDENTITY for s in mine):
        return True
    ours = of.owner == world.workers[worker].agency
    return ours and any(
        s.owner == of.owner
        and s.category == C.PLAN
        and (s.detail == Detail.FULL or of.worker == worker)
        for s in mine
    )


def override_shown(world: World, worker: int, moment: datetime, override: Override) -> bool:
    """Whether the worker may read that a record was opened for safety.

    Who opened it; and the information leads of the agency that holds it, and of the worker's.
    """
    mine = world.workers[worker]
    leads = mine.in_post(moment) and any(
        lead.worker == worker and lead.span.holds(moment) for lead in world.leads
    )
    return override.worker == worker or (
        leads and mine.agency in {override.holder, override.agency}
    )


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
    places = [
        p
        for p in world.places
        if p.worker == worker and p.span.holds(moment) and in_loop(world, worker, moment)
    ]
    in_team = any(p.team == of.recipient for p in places)
    in_agency = of.recipient is None and of.agency == post.agency and bool(places)
    return of.yes and (post.agency == of.giver or in_team or in_agency)
