"""A version of the agreement changes sight at its date, in the background, for everybody."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import Error, connection, transaction
from django.utils import timezone

from lintel.agencies.models import Agency
from lintel.agencies.states import AgencyKind, TeamKind
from lintel.kernel.actor import bound
from lintel.kernel.sight.states import Category as C
from lintel.people.models import Note
from lintel.sharing import spreading
from lintel.sharing.models import Acceptance, Agreement, Rule, Signature, Spread
from lintel.sharing.states import Detail, Use
from tests import factories
from tests.support import database
from tests.support.db import as_role, rows, under, value

HOUR = timedelta(hours=1)


class Scene:
    """A nurse to whom a landlord tells what the tenant agreed to; and a version to come."""

    def __init__(self) -> None:
        self.office = factories.team()
        self.cmht = factories.team(kind=TeamKind.CMHT)
        self.officer = factories.worker(self.office)
        self.nurse = factories.worker(self.cmht)
        self.john = factories.tenant(self.officer, "John")
        self.note = factories.note(self.john, self.officer, "Slippers", C.TENANCY)
        factories.consent(
            self.john, self.officer, self.cmht, [C.IDENTITY, C.TENANCY, C.CONTACT, C.MONEY]
        )
        self.now = timezone.now()

    @under("lintel_import")
    def version(self, number: int = 2) -> Agreement:
        """A copy of the version in force, as a draft."""
        made = Agreement.objects.create(number=number, title="Next", drafted=self.now)
        for rule in Rule.objects.filter(agreement_id=factories.SHIPPED):
            rule.pk, rule.agreement = None, made
            rule.save()
        return made

    @under("postgres")
    def publish(self, version: Agreement, at: Any) -> None:
        """Its date is set, and the background work begins."""
        with transaction.atomic():
            Agreement.objects.filter(pk=version.pk).update(effective=at, published=self.now)
            spreading.begin(now=self.now, agreement_id=version.pk)

    @under("lintel_import")
    def all_join(self, version: Agreement) -> None:
        """Everybody signs and accepts it ahead of its date."""
        for agency in Agency.objects.all():
            factories.signature(agency, version.pk, signed=self.now)
        for worker in (self.officer, self.nurse):
            Acceptance.objects.create(agreement=version, worker=worker, accepted=self.now)

    @under("postgres")
    def seen(self, worker: Any, at: Any) -> set[int]:
        """The categories that the worker sees of what the landlord holds, at the moment."""
        return {
            c
            for (c,) in rows(
                "SELECT category FROM sight WHERE worker_id = %s AND person_id = %s"
                " AND owner_id = %s AND valid @> %s::timestamptz",
                worker.pk,
                self.john.pk,
                self.office.agency_id,
                at,
            )
        }


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return Scene()


@under("postgres")
def begin(now: Any) -> None:
    with transaction.atomic():
        spreading.begin(now=now)


def spread(now: Any) -> int:
    return spreading.run(lambda: now, people=2)


ASKED = {C.IDENTITY, C.TENANCY, C.CONTACT, C.MONEY}


def test_a_rule_taken_out_ends_at_its_date_and_not_before(scene: Scene) -> None:
    version, date = scene.version(), scene.now + HOUR
    with as_role("lintel_import"):
        for rule in version.rules.filter(use=Use.TENANCY_SUPPORT):
            rule.categories = [c for c in rule.categories if c != C.MONEY]
            rule.save()
    scene.all_join(version)
    scene.publish(version, date)
    spread(scene.now)
    assert scene.seen(scene.nurse, scene.now) == ASKED
    assert scene.seen(scene.nurse, date) == ASKED - {C.MONEY}
    assert C.MONEY in scene.seen(scene.officer, date)
    with as_role("postgres"):
        assert rows("SELECT * FROM sight_differences()") == []


def test_who_has_not_signed_or_accepted_by_then_neither_gives_nor_gets(scene: Scene) -> None:
    version, date = scene.version(), scene.now + HOUR
    scene.publish(version, date)
    spread(scene.now)
    assert scene.seen(scene.nurse, scene.now) == ASKED
    assert scene.seen(scene.nurse, date) == set()
    # An agency's own work needs nobody's signature.
    assert C.TENANCY in scene.seen(scene.officer, date)
    scene.all_join(version)
    begin(scene.now)
    spread(scene.now)
    assert scene.seen(scene.nurse, date) == ASKED


def test_withdrawing_a_signature_works_in_its_own_transaction(scene: Scene) -> None:
    with as_role("lintel_import"):
        Signature.objects.filter(agency=scene.office.agency).update(ended=timezone.now())
    assert scene.seen(scene.nurse, timezone.now()) == set()


def test_progress_is_kept_and_a_killed_run_goes_on(scene: Scene) -> None:
    for _ in range(4):
        factories.person()
    version = scene.version()
    scene.publish(version, scene.now + HOUR)
    assert spreading._step(scene.now, 2) is not None
    half = spreading.progress(version.pk)
    assert half is not None
    assert (half.total, half.done, half.percent) == (5, 2, 40)
    assert spreading.under_way() == half
    spread(scene.now)
    whole = spreading.progress(version.pk)
    assert whole is not None
    assert (whole.done, whole.percent, whole.finished) == (5, 100, scene.now)
    assert spreading.under_way() is None


@pytest.mark.parametrize(
    ("size", "seconds", "then"),
    [
        (50, 0.0, 100),  # As many more as can be, but not all at once.
        (50, 0.05, 100),
        (100, 0.4, 50),  # Too long: those who write would wait.
        (40, 60.0, spreading.PEOPLE_AT_LEAST),
        (300, 0.01, spreading.PEOPLE_AT_A_TIME),
    ],
)
def test_steps_are_as_long_as_somebody_may_wait(size: int, seconds: float, then: int) -> None:
    assert spreading._next_size(size, seconds, spreading.PEOPLE_AT_A_TIME) == then


def test_a_newer_run_does_the_work_of_those_before_it(scene: Scene) -> None:
    begin(scene.now)
    begin(scene.now)
    spread(scene.now)
    assert not Spread.objects.filter(finished__isnull=True).exists()
    assert [s.done for s in Spread.objects.order_by("pk")] == [0, 1]


def test_the_work_holds_nobody_up(scene: Scene) -> None:
    """While some people's sight is made anew, others are read and written."""
    factories.person()
    begin(scene.now)
    name = str(connection.settings_dict["NAME"])
    with database.superuser(name) as other, database.superuser(name) as third:
        other.autocommit = False
        (first,) = other.execute("SELECT min(id) FROM people_person").fetchone() or (0,)
        other.execute("SELECT * FROM sight_spread(%s, 1)", [first])
        third.execute("SET lock_timeout = '2s'")
        # The person before the one that is worked on: a consent is withdrawn meanwhile.
        third.execute("UPDATE sharing_consent SET withdrawn = now() WHERE person_id = %s", [first])
        assert third.execute("SELECT count(*) FROM sight").fetchone() is not None
        with pytest.raises(psycopg.errors.LockNotAvailable):
            third.execute("SELECT sight_recompute(ARRAY[%s]::bigint[])", [first + 1])
        other.rollback()


def test_a_summary_shows_facts_and_no_notes(scene: Scene) -> None:
    version = scene.version()
    with as_role("lintel_import"):
        version.rules.filter(use=Use.TENANCY_SUPPORT).update(detail=Detail.SUMMARY)
    scene.all_join(version)
    with bound(factories.actor(scene.nurse)):
        assert Note.objects.filter(pk=scene.note.pk).exists()
    scene.publish(version, timezone.now())
    spread(scene.now)
    with bound(factories.actor(scene.nurse)):
        assert not Note.objects.filter(pk=scene.note.pk).exists()
        assert value("SELECT count(*) FROM people_tenancy WHERE person_id = %s", scene.john.pk) == 1


def test_an_unsigned_agency_neither_gives_nor_gets(scene: Scene) -> None:
    outside = factories.agency(AgencyKind.VOLUNTARY, signed=False)
    team = factories.team(outside, TeamKind.VOLUNTARY)
    helper = factories.worker(team)
    factories.consent(scene.john, scene.officer, team, [C.IDENTITY, C.CONTACT])
    factories.consent(scene.john, helper, scene.cmht, [C.IDENTITY], giver=outside)
    assert scene.seen(helper, timezone.now()) == set()
    with as_role("postgres"):
        assert not value("SELECT count(*) FROM sight WHERE owner_id = %s", outside.pk)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE agencies_worker SET loop = '{(,)}'",
        "UPDATE agencies_agency SET takes_part = '{(,)}'",
    ],
)
def test_what_is_derived_stays_what_it_was(scene: Scene, statement: str) -> None:
    before = rows("SELECT id, loop FROM agencies_worker ORDER BY id")
    part = rows("SELECT id, takes_part FROM agencies_agency ORDER BY id")
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert rows("SELECT id, loop FROM agencies_worker ORDER BY id") == before
    assert rows("SELECT id, takes_part FROM agencies_agency ORDER BY id") == part


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO sharing_allowed (use, basis, category, giver, receiver, level, detail, second,"
        " valid) VALUES ('care', 'consent', 8, 'trust', 'landlord', 'team', 2, false, '(,)')",
        "UPDATE sharing_allowed SET category = 8",
        "DELETE FROM sharing_allowed",
        "SELECT sharing_derive_loop(NULL)",
        "SELECT * FROM sight_spread(0, 1)",
        "SELECT * FROM sharing_told",
    ],
)
def test_the_application_can_not_allow_itself_more(scene: Scene, statement: str) -> None:
    with bound(factories.actor(scene.officer)), pytest.raises(Error), transaction.atomic():
        connection.cursor().execute(statement)
