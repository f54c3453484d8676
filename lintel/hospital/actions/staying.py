"""Admission, moves between wards, time away, and the end of a stay."""

import datetime as dt
from contextlib import suppress

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import IntegrityError, connection, transaction

from lintel.hospital import policy, queries
from lintel.hospital.actions.checking import (
    choice_fault,
    day_fault,
    moment_fault,
    once_only,
    own_stay,
    record,
    refuse,
    words_fault,
)
from lintel.hospital.actions.noticing import withdraw_notice
from lintel.hospital.models import Absence, Notice, Stay, Step, Waiting, WardSpell
from lintel.hospital.states import ENDINGS, NOT_HOME, Away, Ending, StepState
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Invalid, NotFound
from lintel.kernel.sight.states import Category
from lintel.people import actions as people
from lintel.requests import actions as requests

# The ward finishes its papers, and looks how the person is: sight ends so long after the stay.
AFTERWARDS = dt.timedelta(days=28)
NOT_NEEDED = "They do not leave this ward for a home now. Nothing more is asked of you."
HOUSING_WORKER = "Housing worker on the ward"
OVERLAPS = (
    "There is a stay of this person at that time already. Look at it, and correct its dates first."
)
_ONCE = next(c.name for c in Stay._meta.constraints if isinstance(c, ExclusionConstraint))


def admit(
    actor: Actor,
    *,
    now: dt.datetime,
    ward_team_id: int,
    name: str,
    born: dt.date,
    admitted: dt.datetime,
    housing_worker_id: int,
    expected: dt.date | None = None,
    once: str | None = None,
) -> int:
    """Note an admission to a ward of the actor's; answers the number of the stay.

    Somebody known by exactly this name and date of birth is taken for that person; anybody else
    is written down. Raises Denied, Invalid, and Conflict for a stay at the same time.
    """
    policy.admit(actor, ward_team_id)
    name = " ".join(name.split())
    refuse(
        {
            "name": words_fault(name, "Enter the person’s name", 200),
            "born": "Enter a date of birth in the past" if born >= now.date() else "",
            "admitted": "Admission can’t be in the future" if admitted > now else "",
            "expected": "The expected discharge can’t be before admission"
            if expected and expected < admitted.date()
            else "",
            "housing_worker": ""
            if housing_worker_id in {key for key, _ in queries.members(ward_team_id, now)}
            else "Choose somebody of the ward",
        }
    )

    def work() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT who, involved FROM hospital_begin(%s, %s, %s, %s, %s)",
                [name, born, ward_team_id, actor.worker_id, admitted],
            )
            person_id, involvement_id = cursor.fetchone()
        one = Stay(
            person_id=person_id,
            owner_id=actor.agency_id,
            ward_id=ward_team_id,
            housing_worker_id=housing_worker_id,
            admitted=admitted,
            expected=expected,
            involvement_id=involvement_id,
            recorded=now,
        )
        _save(one)
        WardSpell.objects.create(
            person_id=person_id,
            owner_id=actor.agency_id,
            stay=one,
            ward_id=ward_team_id,
            since=admitted,
        )
        record(actor, "admitted", one, now)
        # Last: whoever notes it for a colleague sees the person no more.
        if housing_worker_id != actor.worker_id:
            people.give_involvement(involvement_id, housing_worker_id)
        return one.pk

    made: int = once_only(actor, "hospital.admit", once, work)
    return made


@transaction.atomic
def change_expected(
    actor: Actor, *, now: dt.datetime, stay_id: int, expected: dt.date | None
) -> None:
    """Say when the person is expected to leave; notices that were sent are for `notices`.

    Raises NotFound, Denied, Conflict (over), Invalid.
    """
    one = own_stay(actor, stay_id)
    if expected is not None:
        refuse({"expected": day_fault(expected, one, what="The expected discharge")})
    one.expected = expected
    one.save(update_fields=["expected"])
    record(actor, "expected_changed", one, now)


@transaction.atomic
def move(
    actor: Actor,
    *,
    now: dt.datetime,
    stay_id: int,
    ward_team_id: int,
    housing_worker_id: int,
    at: dt.datetime,
) -> None:
    """Move the person to another ward of the trust, with who works on their housing there.

    The ward they leave loses sight, the new one gains it. Raises NotFound, Denied, Conflict,
    Invalid.
    """
    one = own_stay(actor, stay_id)
    wards = {w.team_id for w in queries.wards(actor)}
    workers = {key for key, _ in queries.members(ward_team_id, now)}
    refuse(
        {
            "ward": "Choose another ward of the trust"
            if ward_team_id not in wards or ward_team_id == one.ward_id
            else "",
            "housing_worker": ""
            if housing_worker_id in workers
            else "Choose somebody of that ward",
            "at": moment_fault(at, one, now, what="The move"),
        }
    )
    WardSpell.objects.filter(stay=one, until__isnull=True).update(until=at)
    WardSpell.objects.create(
        person_id=one.person_id, owner_id=one.owner_id, stay=one, ward_id=ward_team_id, since=at
    )
    _move_notices(actor, one, now, ward_team_id, housing_worker_id)
    # Whoever moves them writes the last of it now: from the next line on it is the new ward's.
    record(actor, "moved", one, now, ward=ward_team_id)
    one.ward_id = ward_team_id
    one.housing_worker_id = housing_worker_id
    former = one.involvement_id
    one.involvement_id = people.begin_involvement(
        person_id=one.person_id,
        owner_id=one.owner_id,
        category=Category.HEALTH_INVOLVEMENT,
        team_id=ward_team_id,
        worker_id=housing_worker_id,
        role_words=HOUSING_WORKER,
        since=at,
    )
    one.save(update_fields=["ward", "housing_worker", "involvement_id"])
    people.end_involvement(former, at)


def _move_notices(
    actor: Actor, one: Stay, now: dt.datetime, ward_team_id: int, housing_worker_id: int
) -> None:
    """What councils were told goes on with the person: their answers come to the new ward."""
    standing = Notice.objects.filter(stay=one, withdrawn__isnull=True, to_team__isnull=False)
    sent = list(standing.values_list("reference", flat=True))
    if sent:
        requests.move_sent(
            actor,
            now=now,
            references=sent,
            to_worker_id=housing_worker_id,
            to_team_id=ward_team_id,
        )


@transaction.atomic
def give_to(actor: Actor, *, now: dt.datetime, stay_id: int, housing_worker_id: int) -> None:
    """Give the work on the person's housing to another of the ward. Raises as `move`."""
    one = own_stay(actor, stay_id)
    if housing_worker_id not in {key for key, _ in queries.members(one.ward_id, now)}:
        raise Invalid({"housing_worker": "Choose somebody of the ward"})
    if housing_worker_id == one.housing_worker_id:
        return
    one.housing_worker_id = housing_worker_id
    one.save(update_fields=["housing_worker"])
    record(actor, "given_to", one, now, worker=housing_worker_id)
    _move_notices(actor, one, now, one.ward_id, housing_worker_id)
    people.give_involvement(one.involvement_id, housing_worker_id)


@transaction.atomic
def go_away(
    actor: Actor, *, now: dt.datetime, stay_id: int, kind: str, since: dt.datetime, words: str = ""
) -> int:
    """Note that somebody is off the ward while the stay goes on: leave, or without leave.

    Raises NotFound, Denied, Conflict (over, or away already), Invalid.
    """
    one = own_stay(actor, stay_id)
    refuse(
        {
            "kind": choice_fault(kind, Away),
            "since": moment_fault(since, one, now, what="The time"),
            "words": words_fault(words, longest=300),
        }
    )
    if Absence.objects.filter(stay=one, until__isnull=True).exists():
        raise Conflict("They are away already. Say first that they came back.")
    made = Absence.objects.create(
        person_id=one.person_id,
        owner_id=one.owner_id,
        stay=one,
        kind=kind,
        since=since,
        words=words.strip(),
        recorded_by_id=actor.worker_id,
    )
    record(actor, "went_away", one, now, kind=kind)
    return made.pk


@transaction.atomic
def come_back(actor: Actor, *, now: dt.datetime, stay_id: int, at: dt.datetime) -> None:
    """Note that they are back on the ward. Raises NotFound, Denied, Conflict, Invalid."""
    one = own_stay(actor, stay_id)
    away = Absence.objects.filter(stay=one, until__isnull=True).first()
    if away is None:
        raise Conflict("Nobody noted that they were away.")
    refuse(
        {
            "at": "They can’t be back before they went"
            if at < away.since
            else moment_fault(at, one, now, what="The time")
        }
    )
    away.until = at
    away.save(update_fields=["until"])
    record(actor, "came_back", one, now)


@transaction.atomic
def discharge(
    actor: Actor,
    *,
    now: dt.datetime,
    stay_id: int,
    at: dt.datetime,
    ending: str,
    words: str = "",
) -> None:
    """End the stay: discharge, transfer to another hospital, death, or gone without leave.

    What was awaited ends with it; steps that are open stay open for those who go home. Raises
    NotFound, Denied, Conflict (over), Invalid.
    """
    one = own_stay(actor, stay_id)
    refuse(
        {
            "ending": "" if ending in dict(ENDINGS) else "Choose one of the answers",
            "at": moment_fault(at, one, now, what="The end"),
            "words": words_fault(words, longest=300),
        }
    )
    if Ending(ending) in NOT_HOME:
        _take_notices_back(actor, one, now)
    _end(actor, one, at=at, ending=Ending(ending), words=words, now=now)


def _take_notices_back(actor: Actor, one: Stay, now: dt.datetime) -> None:
    """Nobody comes home from this stay: councils that were told need do nothing more.

    A notice that is decided and closed, or that another of the ward sent, stays as it is.
    """
    standing = Notice.objects.filter(stay=one, withdrawn__isnull=True)
    for reference in standing.values_list("reference", flat=True):
        with suppress(Conflict, NotFound), transaction.atomic():
            withdraw_notice(actor, now=now, reference=reference, why=NOT_NEEDED)


@transaction.atomic
def correct_dates(
    actor: Actor,
    *,
    now: dt.datetime,
    stay_id: int,
    admitted: dt.datetime,
    ended: dt.datetime | None,
    why: str,
) -> None:
    """Put right when a stay began or ended; what it was before stays in the record of events.

    A figure that was reported says from then on that it was corrected. Raises NotFound, Denied,
    Invalid, Conflict (it would overlap another stay).
    """
    one = own_stay(actor, stay_id, going_on=False)
    spells = list(WardSpell.objects.filter(stay=one).order_by("since"))
    refuse(
        {
            "admitted": _admitted_fault(admitted, spells, now),
            "ended": _ended_fault(one, admitted, ended, spells, now),
            "why": words_fault(why, "Say what was wrong", 300),
        }
    )
    before = {"admitted": one.admitted.isoformat(), "why": why.strip()}
    if one.ended is not None:
        before["ended"] = one.ended.isoformat()
    one.admitted, one.ended = admitted, ended
    _save(one)
    WardSpell.objects.filter(pk=spells[0].pk).update(since=admitted)
    WardSpell.objects.filter(pk=spells[-1].pk).update(until=ended)
    record(actor, "dates_corrected", one, now, **before)


def _admitted_fault(admitted: dt.datetime, spells: list[WardSpell], now: dt.datetime) -> str:
    if admitted > now:
        return "Admission can’t be in the future"
    first = spells[0].until
    return "They had moved to another ward by then" if first and admitted > first else ""


def _ended_fault(
    one: Stay,
    admitted: dt.datetime,
    ended: dt.datetime | None,
    spells: list[WardSpell],
    now: dt.datetime,
) -> str:
    if (ended is None) != (one.ended is None):
        return "Enter when it ended" if ended is None else "This stay goes on. Discharge first."
    if ended is None:
        return ""
    if ended > now:
        return "The end can’t be in the future"
    if ended < admitted:
        return "The end can’t be before admission"
    return "They moved to another ward after that" if ended < spells[-1].since else ""


def _end(
    actor: Actor, one: Stay, *, at: dt.datetime, ending: Ending, words: str, now: dt.datetime
) -> None:
    one.ended, one.ending, one.ending_words = at, ending, words.strip()
    one.save(update_fields=["ended", "ending", "ending_words"])
    day = at.date()
    WardSpell.objects.filter(stay=one, until__isnull=True).update(until=at)
    Absence.objects.filter(stay=one, until__isnull=True).update(until=at)
    for waits in Waiting.objects.filter(stay=one, until__isnull=True, superseded__isnull=True):
        waits.until = max(day, waits.since)
        waits.save(update_fields=["until"])
    if ending in NOT_HOME:
        Step.objects.filter(stay=one, state=StepState.OPEN).update(
            state=StepState.DROPPED,
            outcome=f"The stay ended: {ending.label.lower()}.",
            settled=now,
            settled_by_id=actor.worker_id,
        )
    record(actor, "discharged", one, now, ending=ending)
    # Last: it ends the ward's sight of the person, some weeks from now.
    people.end_involvement(one.involvement_id, now + AFTERWARDS)


def _save(one: Stay) -> None:
    """Save, with the database's word on overlapping stays told in ours."""
    try:
        with transaction.atomic():
            one.save()
    except IntegrityError as error:
        if _ONCE not in str(error):
            raise
        raise Conflict(OVERLAPS) from None
