"""Proof of sight: the database and the plain rules decide the same, step by step.

`make test` takes 10,000 random steps, `make bench-deep` a million (LINTEL_SIGHT_STEPS). A failure
names its seed and step: LINTEL_SIGHT_SEED=<seed> runs that world alone.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random

import pytest
from django.db import connection, transaction

from lintel.kernel.sight.states import Category as C
from lintel.sharing import facts, rules
from lintel.sharing.states import Detail
from tests.sharing.twin import CATEGORIES, Twin
from tests.support import database
from tests.support.db import as_role, rows, value

pytestmark = pytest.mark.django_db

STEPS_A_WORLD = 250
WORLDS = 40
INSTANT = timedelta(microseconds=1)

SIGHT = """
SELECT worker_id, person_id, owner_id, category, detail,
       (extract(epoch FROM lower(valid)) * 1000000)::bigint,
       (extract(epoch FROM upper(valid)) * 1000000)::bigint
FROM sight
"""
# The people whom the bound worker sees anything of.
AMONG = "(SELECT DISTINCT person_id FROM sight) s, LATERAL"


@pytest.fixture(autouse=True)
def swept() -> None:
    """What earlier worlds left dead is swept up before this one."""
    sweep()


def sweep() -> None:
    """Sweep up what is dead in the table that each version of the agreement writes anew."""
    with database.superuser(connection.settings_dict["NAME"]) as other:
        other.execute("VACUUM (ANALYZE false) sharing_allowed")


def micros(moment: datetime) -> int:
    """Microseconds since 1970, exactly."""
    since = moment - datetime.fromisoformat("1970-01-01T00:00:00+00:00")
    return since // INSTANT


def compare(twin: Twin) -> None:
    """Sight in the database and by the rules, now and about two moments when something turns."""
    turns = [twin.rng.choice(twin.moments) for _ in range(2)]
    found = rows(SIGHT)
    for moment in [twin.now, turns[0], turns[0] - INSTANT, turns[1]]:
        at = micros(moment)
        in_database = {
            (w, p, o, c, d)
            for w, p, o, c, d, start, end in found
            if (start is None or start <= at) and (end is None or at < end)
        }
        by_rules = rules.seen(twin.world, moment)
        assert in_database == by_rules, (
            f"at {moment}: the database alone shows {sorted(in_database - by_rules)},"
            f" the rules alone {sorted(by_rules - in_database)}"
        )


def take(seed: int, steps: int) -> None:
    """One world, that many steps."""
    twin = Twin(Random(seed))
    history: list[str] = []
    for number in range(steps):
        history.append(twin.step())
        try:
            compare(twin)
            if number % 25 == 24:
                assert rows("SELECT * FROM sight_differences()") == []
                check_keys(twin)
                check_viewers(twin)
                check_loops(twin)
            if number % 10 == 9:
                check_tables(twin)
        except AssertionError as wrong:
            last = ", ".join(history[-3:])
            raise AssertionError(f"seed {seed}, step {number} ({last}): {wrong}") from None


def check_keys(twin: Twin) -> None:
    """The function that policies call answers the same keys as the rules."""
    worker, moment = twin.worker(), twin.rng.choice(twin.moments)
    keys = set(value("SELECT sight_keys_at(%s, %s::smallint[], %s)", worker, CATEGORIES, moment))
    assert keys == {
        s.person * 1048576 + s.owner * 16 + s.category
        for s in rules.seen(twin.world, moment)
        if s.worker == worker
    }


@contextmanager
def as_application(worker: int) -> Iterator[None]:
    """The connection is what a page's is: the application's role, bound to the worker."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE lintel_app")
        cursor.execute("SELECT set_config('lintel.worker', %s, true)", [str(worker)])
        yield
        cursor.execute("SET LOCAL ROLE NONE")


def pairs(sql: str) -> set[tuple[int, ...]]:
    """The rows of a query, as a set."""
    return set(rows(sql))


def check_tables(twin: Twin) -> None:
    """What a worker's own SELECT on each table finds now is what the rules say, row by row."""
    worker, now, world = twin.worker(), twin.now, twin.world
    seen = [s for s in rules.seen(world, now) if s.worker == worker]
    mine = {(s.person, s.owner, s.category) for s in seen}
    whole = {(s.person, s.owner, s.category) for s in seen if s.detail == Detail.FULL}
    known = {p for p, _, c in mine if c == C.IDENTITY}
    answers = {
        (twin.rows[id(a)], c.number)
        for c in world.consents
        for a in c.answers
        if c.person in known and rules.answer_shown(world, worker, now, c, a)
    }
    with as_application(worker):
        assert pairs("SELECT id FROM people_person") == {(p,) for p in known}
        assert pairs("SELECT person_id, owner_id, category FROM people_note") == whole
        assert pairs("SELECT person_id, owner_id FROM people_contactpoint") == {
            (p, o) for p, o, c in whole if c == C.CONTACT
        }
        assert pairs(
            f"SELECT s.person_id, f.owner_id FROM {AMONG} contact_facts(s.person_id) f"
        ) == {(p, o) for p, o, c in mine - whole if c == C.CONTACT}
        assert pairs("SELECT id FROM people_tenancy") == {
            (twin.rows[id(t)],) for t in world.tenancies if (t.person, t.owner, C.TENANCY) in mine
        }
        assert pairs("SELECT id FROM people_involvement") == {
            (twin.rows[id(i)],)
            for i in world.involvements
            if (i.person, i.owner, C.HEALTH_INVOLVEMENT if i.health else C.SUPPORT_NEEDS) in mine
        }
        assert pairs("SELECT id FROM plans_circlemember") == {
            (twin.rows[id(m)],)
            for m in world.circles
            if (
                (m.person, m.owner, C.PLAN) in (mine if m.worker == worker else whole)
                if m.accepted
                else rules.invitation_shown(world, worker, now, m)
            )
        }
        assert pairs(f"SELECT f.id FROM {AMONG} circle_facts(s.person_id) f") == {
            (twin.rows[id(m)],)
            for m in world.circles
            if m.accepted
            and m.left is None
            and m.worker != worker
            and (m.person, m.owner, C.PLAN) in mine - whole
        }
        assert pairs("SELECT id, consent_id FROM sharing_consentline") == answers
        assert pairs("SELECT id FROM sharing_consent") == {(c,) for _, c in answers}
        assert pairs("SELECT id FROM sharing_override") == {
            (twin.rows[id(o)],)
            for o in world.overrides
            if rules.override_shown(world, worker, now, o)
        }
        assert pairs("SELECT DISTINCT worker_id FROM sight") <= {(worker,)}


def check_viewers(twin: Twin) -> None:
    """What an account's functions answer, which policies of the person's view call."""
    account, moment = twin.rng.choice(twin.accounts), twin.rng.choice(twin.moments)
    found = set(value("SELECT viewer_held_at(%s, %s)", account, moment))
    assert found == {p * 16 + c for p, c in rules.viewed(twin.world, account, moment)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lintel.account', %s, true)", [str(account)])
    now, world = twin.now, twin.world
    people = {p for p, _ in rules.viewed(world, account, now)}
    assert set(value("SELECT subject_people()")) == people
    assert set(value("SELECT subject_held_back()")) == {
        h.note
        for h in world.held_back
        if h.person in people and rules.held_back(world, h.note, now)
    }


def check_loops(twin: Twin) -> None:
    """When workers are inside the loop and agencies take part, at some moment."""
    moment = twin.rng.choice(twin.moments)
    at = f"'{moment.isoformat()}'::timestamptz"
    inside = pairs(f"SELECT id FROM agencies_worker WHERE loop @> {at}")
    assert inside == {(w,) for w in twin.world.workers if rules.in_loop(twin.world, w, moment)}
    part = pairs(f"SELECT id FROM agencies_agency WHERE takes_part @> {at}")
    assert part == {(a,) for a in twin.agencies if rules.takes_part(twin.world, a, moment)}


def seeds(worlds: int) -> list[int]:
    """Which worlds: the same in each run, or the one asked for."""
    one = os.environ.get("LINTEL_SIGHT_SEED")
    return [int(one)] if one else list(range(worlds))


@pytest.mark.parametrize("seed", seeds(WORLDS))
def test_database_and_rules_agree(seed: int) -> None:
    with as_role("postgres"):
        take(seed, STEPS_A_WORLD)


@pytest.mark.deep
@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(14400)
def test_database_and_rules_agree_for_long() -> None:
    total = int(os.environ.get("LINTEL_SIGHT_STEPS", "1000000"))
    first = int(os.environ.get("LINTEL_SIGHT_SEED", Random().randrange(10**9)))
    for seed in range(first, first + total // STEPS_A_WORLD):
        # A transaction each, rolled back: in a single one, what is dead could never be swept up.
        with transaction.atomic():
            with as_role("postgres"):
                take(seed, STEPS_A_WORLD)
            transaction.set_rollback(True)
        sweep()


@pytest.mark.timeout(1200)
def test_rules_have_teeth() -> None:
    """Each kind of source does give sight somewhere in the steps: the proof isn't of nothing."""
    every = {"patch", "caseload", "consent", "request", "override", "circle", "basis"}
    kinds: set[str] = set()
    details: set[int] = set()
    for seed in LOOKED_FOR_IN:
        with as_role("postgres"), transaction.atomic():
            twin = Twin(Random(seed))
            # On the way, not only at the end, which few of the versions that show less live to see.
            for number in range(STEPS_A_WORLD):
                twin.step()
                if number % 5 == 0:
                    found = rows("SELECT DISTINCT source, detail FROM sight")
                    kinds |= {kind for kind, _ in found}
                    details |= {detail for _, detail in found}
            transaction.set_rollback(True)
        if kinds == every and details == {1, 2}:
            return
    raise AssertionError(f"only {kinds}, {details}")


WRONG_RULES: list[tuple[object, str, object]] = [
    (facts, "AT_ONCE", frozenset(C)),
    (rules, "BEFORE_TENANCY", timedelta(days=59)),
    (rules, "AFTER_TENANCY", timedelta(days=91)),
    (rules, "OWN_WORK", frozenset({"consent"})),
    (rules, "CONSENT", None),
    (rules, "takes_part", lambda world, agency, moment: True),
    (rules, "in_loop", lambda world, worker, moment: True),
    (rules, "assigned", lambda world, worker, person, moment: False),
    (rules, "ANY_PURPOSE", "none"),
]
# A view, a piece of its text, and what is put in its place.
WRONG_VIEWS = [
    ("sight_from_circle", "(mine.accepted IS NOT NULL)", "true"),
    ("sight_from_circle", "(theirs.accepted IS NOT NULL)", "true"),
    ("sight_from_circle", "(theirs.circle = mine.circle)", "true"),
    ("sight_from_consent", " * w.loop)", ")"),
    ("sight_from_consent", " * giver.takes_part)", ")"),
    ("sight_from_consent", " * told.takes_part)", ")"),
    ("sight_from_override", "(NOT r.second)", "true"),
    ("sight_from_basis", "((r.basis)::text = (a.basis)::text)", "true"),
    ("sharing_told_on_basis", "(b.authorised IS NOT NULL)", "true"),
]
# Worlds differ with the day and the hour, and some faults show seldom: far more than are needed,
# for the search ends with the last fault found.
LOOKED_FOR_IN = range(1, 301)


def tells(twin: Twin, moments: list[datetime]) -> bool:
    """Whether what the rules say now differs from the database's sight at one of the moments."""
    found = rows(SIGHT)
    return any(
        {
            (w, p, o, c, d)
            for w, p, o, c, d, start, end in found
            if (start is None or start <= at) and (end is None or at < end)
        }
        != rules.seen(twin.world, moment)
        for moment in moments
        for at in [micros(moment)]
    )


@pytest.mark.timeout(1200)
def test_wrong_rules_are_found() -> None:
    """The steps come by what each of these faults would get wrong, one history for all."""
    left = list(WRONG_RULES)
    for seed in LOOKED_FOR_IN:
        with as_role("postgres"), transaction.atomic():
            twin = Twin(Random(seed))
            for number in range(STEPS_A_WORLD):
                twin.step()
                if number % 3:
                    continue
                # The fewer are left, the more moments they are looked for at.
                looks = 1 + 12 // max(len(left), 1)
                moments = [twin.now, *(twin.rng.choice(twin.moments) for _ in range(looks))]
                for fault in list(left):
                    with pytest.MonkeyPatch.context() as patched:
                        patched.setattr(*fault)
                        if tells(twin, moments):
                            left.remove(fault)
            assert not tells(twin, [twin.now])
            transaction.set_rollback(True)
        if not left:
            return
    raise AssertionError(f"not found: {left}")


@pytest.mark.timeout(1200)
def test_wrong_views_are_found() -> None:
    """So does the database's own check, which derives all sight again from its sources."""
    left = list(WRONG_VIEWS)
    for seed in LOOKED_FOR_IN:
        with as_role("postgres"), transaction.atomic():
            twin = Twin(Random(seed))
            for number in range(STEPS_A_WORLD):
                twin.step()
                if number % 20 == 19:
                    left = [fault for fault in left if not derived_otherwise(*fault)]
            transaction.set_rollback(True)
        if not left:
            return
    raise AssertionError(f"not found: {left}")


def derived_otherwise(view: str, right: str, wrong: str) -> bool:
    """Whether sight would be another with the view so changed; put back afterwards."""
    with transaction.atomic(), connection.cursor() as cursor:
        plant(view, right, wrong)
        cursor.execute("SELECT count(*) FROM sight_differences()")
        different = bool(cursor.fetchone()[0])
        transaction.set_rollback(True)
    return different


def plant(view: str, right: str, wrong: str) -> None:
    """Change one place of a view's text."""
    text = value(f"SELECT pg_get_viewdef('{view}')")
    assert text.count(right) >= 1, text
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE OR REPLACE VIEW {view} AS {text.replace(right, wrong)}")


def test_a_version_that_never_ends_is_found() -> None:
    """What a trigger derives from a wrong view is found by the steps themselves."""

    def take_some() -> None:
        for seed in LOOKED_FOR_IN:
            with transaction.atomic():
                take(seed, STEPS_A_WORLD)
                transaction.set_rollback(True)

    with as_role("postgres"):
        plant("sharing_in_force", "lead(effective) OVER (ORDER BY effective)", "NULL::timestamptz")
        with pytest.raises(AssertionError, match="seed"):
            take_some()
