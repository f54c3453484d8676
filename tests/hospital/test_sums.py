"""The kept sums against the rows: after whatever is done, they are what a count says."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from threading import Event, Thread
from time import sleep
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from django.db import connection, transaction
from django.utils import timezone

from lintel.agencies.states import AgencyKind, TeamRole
from lintel.hospital import actions, jobs
from lintel.hospital.models import Answer, Notice, Questions, Stay, Waiting, Ward
from lintel.kernel.actor import Actor, bound
from lintel.kernel.clock import LONDON
from lintel.people.models import Person
from tests import factories
from tests.hospital.world import World, a_ward, make_world
from tests.support.db import as_role, rows

THIS_MONTH = timezone.now().astimezone(LONDON).date().replace(day=1)
START = THIS_MONTH - relativedelta(months=30)
SUMS = {
    "hospital_staysum": ("owner_id, month, period, need", "n, days, squares"),
    "hospital_lostsum": ("scope_id, dimension, value, month, before", "people, days"),
    "hospital_answersum": ("owner_id, month, quarter", "sent, answered"),
    "hospital_answertime": ("owner_id, month, quarter, took", "n"),
}
READ = {
    "hospital_stay_lengths": "hospital_sums_counted_lengths",
    "hospital_days_lost": "hospital_sums_counted_lost",
    "hospital_answer_times": "hospital_sums_counted_answers",
}


def at(day: date, hour: int = 12) -> datetime:
    """An hour of a day, in the ward's place."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=LONDON)


def kept() -> dict[str, list[tuple[Any, ...]]]:
    """All sums, rows of the same key together, without those that come to nothing."""
    found = {}
    with as_role("postgres"):
        for table, (keys, counts) in SUMS.items():
            totals = ", ".join(f"sum({c})" for c in counts.split(", "))
            some = " OR ".join(f"sum({c}) <> 0" for c in counts.split(", "))
            found[table] = rows(
                f"SELECT {keys}, {totals} FROM {table} GROUP BY {keys}"
                f" HAVING {some} ORDER BY {keys}"
            )
    return found


def counted() -> dict[str, list[tuple[Any, ...]]]:
    """The same, counted anew from the rows."""
    with as_role("postgres"):
        rows("SELECT hospital_sums_rebuild()")
    return kept()


def read(actor: Actor, first: date, until: date) -> set[str]:
    """Figures from the sums are what the functions that count rows say; what was shown at all."""
    shown = set()
    with bound(actor):
        for ours, theirs in READ.items():
            found = rows(f"SELECT * FROM {ours}(%s, %s)", first, until)
            with as_role("postgres"):
                right = rows(f"SELECT * FROM {theirs}(%s, %s)", first, until)
            assert sorted(found, key=str) == sorted(right, key=str), (ours, first, until)
            if any(row[-2] for row in found):
                shown.add(ours)
    return shown


class Doings:
    """Random doings on the wards of two trusts, past the application's rules."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.by_chance = world, random.Random(seed)
        other = factories.agency(AgencyKind.TRUST)
        self.elsewhere = a_ward(other)
        self.wards = [world.ward, world.other_ward, self.elsewhere]
        self.lead = factories.worker(self.elsewhere, team_role=TeamRole.LEAD)
        self.people = Person.objects.bulk_create(
            Person(name=f"Nobody {factories.number()}", created=timezone.now()) for _ in range(22)
        )

    def day(self, months: int = 30) -> date:
        """A day of the time."""
        return START + timedelta(days=self.by_chance.randrange(months * 30 + 29))

    def one(self, of: Any) -> Any:
        """One of them, or None."""
        found = list(of)
        return self.by_chance.choice(found) if found else None

    def admit(self) -> None:
        ward, day = self.one(self.wards), self.day()
        ended = None if self.by_chance.random() < 0.2 else at(day + timedelta(days=self.length()))
        who = self.one(self.people)
        clash = Stay.objects.filter(
            person=who, owner=ward.agency, admitted__lt=ended or at(date.max - timedelta(days=9))
        )
        if clash.exclude(ended__lte=at(day)).exists():
            return
        Stay.objects.create(
            person=who, owner=ward.agency, ward=ward, admitted=at(day), ended=ended,
            ending="home" if ended else "", involvement_id=0, recorded=at(day),
        )  # fmt: skip

    def length(self) -> int:
        return self.by_chance.choice([0, 3, 20, 45, 140])

    def end(self) -> None:
        if one := self.one(Stay.objects.filter(ended=None).order_by("pk")):
            one.ended, one.ending = one.admitted + timedelta(days=self.length()), "home"
            one.save()

    def correct(self) -> None:
        if one := self.one(Stay.objects.exclude(ended=None).order_by("pk")):
            one.ended = max(one.admitted, one.ended - timedelta(days=self.by_chance.randrange(40)))
            one.save()

    def take_back(self) -> None:
        if one := self.one(Stay.objects.exclude(ended=None).order_by("pk")):
            one.ending = self.one(["mistake", "home"])
            one.save()

    def move(self) -> None:
        if one := self.one(Stay.objects.filter(owner=self.world.trust).order_by("pk")):
            one.ward = self.one(self.wards[:2])
            one.save()

    def ask(self) -> None:
        if one := self.one(Stay.objects.order_by("pk")):
            Questions.objects.create(
                person_id=one.person_id, owner_id=one.owner_id, stay=one,
                need=self.by_chance.random() < 0.5, asked_by=self.world.wanda, asked=at(self.day()),
            )  # fmt: skip

    def service(self) -> None:
        Ward.objects.filter(team=self.one(self.wards)).update(
            service_began=self.one([None, self.day()])
        )

    def wait(self) -> None:
        made = []
        for one in self.by_chance.sample(
            list(Stay.objects.order_by("pk")), k=min(3, Stay.objects.count())
        ):
            since = self.day()
            until = since + timedelta(days=self.by_chance.choice([0, 1, 9, 40, 100]))
            made.append(self.line(one, since, None if self.by_chance.random() < 0.25 else until))
        Waiting.objects.bulk_create(made)

    def line(self, one: Stay, since: date, until: date | None, **more: Any) -> Waiting:
        return Waiting(
            person_id=one.person_id, owner_id=one.owner_id, stay=one, since=since, until=until,
            reason=self.by_chance.choices(["14", "18", "11"], [6, 6, 1])[0],
            holder=self.one(["ward", "landlord"]), attribution="05", council="E06000002",
            next_step="Ask", recorded=at(since), recorded_by=self.world.wanda, **more,
        )  # fmt: skip

    def wait_no_more(self) -> None:
        for one in Waiting.objects.filter(until=None, superseded=None).order_by("pk")[:3]:
            one.until = one.since + timedelta(days=self.by_chance.randrange(60))
            one.save()

    def correct_waiting(self) -> None:
        if one := self.one(Waiting.objects.filter(superseded=None).order_by("pk")):
            one.superseded = timezone.now()
            one.save()
            since = self.day()
            self.line(one.stay, since, since + timedelta(days=7), corrects=one).save()

    def notice(self) -> None:
        if one := self.one(Stay.objects.order_by("pk")):
            Notice.objects.create(
                person_id=one.person_id, owner_id=one.owner_id, stay=one,
                reference=f"LN-{factories.number():08}", to_team=self.world.options, duty="duty",
                reason="homeless", contact="x", expected=self.day(), sent=at(self.day()),
                sent_by=self.world.wanda,
            )  # fmt: skip

    def answer(self) -> None:
        for _ in range(2):
            if one := self.one(Notice.objects.order_by("pk")):
                took = timedelta(seconds=self.by_chance.randrange(1, 600_000))
                Answer.objects.create(
                    reference=one.reference, kind="appointment", by=self.world.hazel,
                    answered=one.sent + took,
                )  # fmt: skip

    def withdraw(self) -> None:
        if one := self.one(Notice.objects.order_by("pk")):
            one.withdrawn = one.sent
            one.save()

    def erase(self) -> None:
        who = self.one(self.people)
        with as_role("lintel_records"):
            for sql in (
                "DELETE FROM hospital_answer WHERE reference IN"
                " (SELECT reference FROM hospital_notice WHERE person_id = %s)",
                "DELETE FROM hospital_notice WHERE person_id = %s",
                "DELETE FROM hospital_waiting WHERE person_id = %s",
                "DELETE FROM hospital_questions WHERE person_id = %s",
                "DELETE FROM hospital_stay WHERE person_id = %s",
            ):
                with connection.cursor() as cursor:
                    cursor.execute(sql, [who.pk])

    def gather(self) -> None:
        rows("SELECT hospital_sums_gather()")

    def all(self) -> list[Callable[[], None]]:
        """What is done, more often what makes more."""
        often = [self.admit, self.wait, self.ask, self.notice, self.answer]
        seldom = [
            self.correct,
            self.take_back,
            self.move,
            self.service,
            self.erase,
            self.withdraw,
            self.gather,
        ]
        return often * 4 + [self.end, self.wait_no_more, self.correct_waiting] * 2 + seldom


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_is_done_the_sums_are_what_a_count_says(seed: int) -> None:
    world = make_world()
    with as_role("postgres"):
        doings = Doings(world, seed)
    actors = [world.actor("commissioner"), world.actor("ward_lead"), factories.actor(doings.lead)]
    with as_role("postgres"):
        for _ in range(25):
            doings.admit()
            doings.wait()
            doings.notice()
            doings.answer()
    for step in range(1, 151):
        with as_role("postgres"):
            doings.by_chance.choice(doings.all())()
        if step % 25:
            continue
        for actor in actors:
            for _ in range(3):
                first = doings.day()
                months = relativedelta(months=doings.by_chance.randrange(1, 30))
                read(actor, first, first + months)
        assert kept() == counted(), step
    # It was no comparison of nothing with nothing.
    assert read(actors[0], START, THIS_MONTH) == set(READ)


@pytest.mark.django_db
def test_quantiles_of_many_answers_are_exact() -> None:
    world = make_world()
    with as_role("postgres"):
        doings = Doings(world, 3)
        for _ in range(25):
            doings.admit()
        for _ in range(150):
            doings.notice()
        for one in Notice.objects.order_by("pk"):
            # Some at the same moment, some a moment apart, some days.
            took = doings.by_chance.choice([7_200, 7_201, doings.by_chance.randrange(1, 900_000)])
            Answer.objects.create(
                reference=one.reference,
                kind="appointment",
                by=world.hazel,
                answered=one.sent + timedelta(seconds=took, microseconds=one.pk),
            )
    for actor in (world.actor("commissioner"), world.actor("ward_lead")):
        for months in range(1, 31, 5):
            read(actor, THIS_MONTH - relativedelta(months=months), THIS_MONTH)
    with bound(world.actor("commissioner")):
        (found,) = rows("SELECT * FROM hospital_answer_times(%s, %s)", START, THIS_MONTH)
    assert None not in found
    assert kept() == counted()


@pytest.mark.django_db
def test_a_trust_with_delays_and_no_ward_is_in_nobodys_figures() -> None:
    world = make_world()
    with as_role("postgres"):
        doings = Doings(world, 5)
        for _ in range(40):
            doings.admit()
            doings.wait()
        read(world.actor("commissioner"), START, THIS_MONTH)
        Ward.objects.filter(team=doings.elsewhere).delete()
    for name in ("commissioner", "ward_lead"):
        read(world.actor(name), START, THIS_MONTH)
    assert kept() == counted()


@pytest.mark.django_db
def test_what_the_ward_does_is_in_the_sums_at_once() -> None:
    world = make_world()
    stay = world.admit()
    with bound(world.actor("wanda")) as wanda:
        now = timezone.now()
        actions.discharge(wanda, now=now, stay_id=stay, at=now, ending="home")
    found = kept()
    assert [(row[0], *row[2:5]) for row in found["hospital_staysum"]] == [
        (world.trust.pk, "without", "not_asked", 1)
    ]
    assert found == counted()


@pytest.mark.django_db
def test_nobody_reads_sums_or_makes_them_but_the_functions() -> None:
    for table in SUMS:
        for role in ("lintel_app", "lintel_system", "lintel_person", "lintel_import"):
            assert rows("SELECT has_table_privilege(%s, %s, 'SELECT')", role, table) == [(False,)]
            assert rows("SELECT has_table_privilege(%s, %s, 'INSERT')", role, table) == [(False,)]
    for function in ("rebuild()", "gather()", "counted_lost(date, date)"):
        name = f"hospital_sums_{function}"
        assert rows("SELECT has_function_privilege('lintel_app', %s, 'EXECUTE')", name) == [
            (False,)
        ]


@pytest.mark.django_db
def test_the_job_makes_the_journals_short_and_changes_nothing() -> None:
    world = make_world()
    with as_role("postgres"):
        doings = Doings(world, 6)
        for _ in range(30):
            doings.admit()
            doings.wait()
            doings.wait_no_more()
    before = kept()
    jobs.gather_sums(timestamp=0)
    with as_role("postgres"):
        for table in SUMS:
            assert rows(f"SELECT count(*) FROM {table}") == [(len(before[table]),)]
    assert kept() == before


@pytest.mark.django_db(transaction=True)
def test_two_who_write_about_one_person_at_once_count_them_once() -> None:
    world = make_world()
    with as_role("postgres"):
        doings = Doings(world, 7)
        doings.people = doings.people[:1]
        while not Stay.objects.exists():
            doings.admit()
        stay = Stay.objects.get()
    written, found = Event(), []

    def wait(months: int, first: bool) -> None:
        try:
            with transaction.atomic(), as_role("postgres"):
                if not first:
                    written.wait(20)
                since = START + relativedelta(months=months)
                doings.line(stay, since, since + timedelta(days=5)).save()
                written.set()
                if first:
                    # The other is at its trigger by now, and waits there for this commit.
                    for _ in range(100):
                        if rows(
                            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                        ):
                            found.append("waited")
                            break
                        sleep(0.05)
        finally:
            connection.close()

    both = [Thread(target=wait, args=(1, True)), Thread(target=wait, args=(3, False))]
    for one in both:
        one.start()
    for one in both:
        one.join(40)
    assert found == ["waited"]
    with as_role("postgres"):
        assert Waiting.objects.count() == 2
    before = {row[4] for row in kept()["hospital_lostsum"] if row[1] == "all"}
    assert before == {date.min, START + relativedelta(months=1)}
    assert kept() == counted()
