"""Proof of sight: the database and the plain rules decide the same, step by step.

`make test` takes 10,000 random steps, `make bench-deep` a million (LINTEL_SIGHT_STEPS). A failure
names its seed and step: LINTEL_SIGHT_SEED=<seed> runs that world alone.
"""

import os
from datetime import datetime, timedelta
from random import Random

import pytest
from django.db import connection

from lintel.kernel.sight.states import Category as C
from lintel.sharing import rules
from tests.sharing.twin import CATEGORIES, Twin
from tests.support.db import as_role, rows, value

pytestmark = pytest.mark.django_db

STEPS_A_WORLD = 250
WORLDS = 40
INSTANT = timedelta(microseconds=1)

SIGHT = """
SELECT worker_id, person_id, owner_id, category,
       (extract(epoch FROM lower(valid)) * 1000000)::bigint,
       (extract(epoch FROM upper(valid)) * 1000000)::bigint
FROM sight
"""


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
            (w, p, o, c)
            for w, p, o, c, start, end in found
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


def seeds(worlds: int) -> list[int]:
    """Which worlds: the same in each run, or the one asked for."""
    one = os.environ.get("LINTEL_SIGHT_SEED")
    return [int(one)] if one else list(range(worlds))


@pytest.mark.parametrize("seed", seeds(WORLDS))
def test_database_and_rules_agree(seed: int) -> None:
    with as_role("postgres"):
        take(seed, STEPS_A_WORLD)


@pytest.mark.deep
@pytest.mark.timeout(14400)
def test_database_and_rules_agree_for_long(django_db_blocker: object) -> None:
    from django.db import transaction

    total = int(os.environ.get("LINTEL_SIGHT_STEPS", "1000000"))
    seed = int(os.environ.get("LINTEL_SIGHT_SEED", Random().randrange(10**9)))
    for number in range(total // 1000):
        with as_role("postgres"):
            save = transaction.savepoint()
            take(seed + number, 1000)
            transaction.savepoint_rollback(save)


def test_rules_have_teeth() -> None:
    """Each kind of source does give sight somewhere in the steps: the proof isn't of nothing."""
    with as_role("postgres"):
        twin = Twin(Random(7))
        kinds: set[str] = set()
        for _ in range(400):
            twin.step()
            kinds |= {k for (k,) in rows("SELECT DISTINCT source FROM sight")}
            if len(kinds) == 6:
                break
        assert kinds == {"patch", "caseload", "consent", "request", "override", "circle"}
        assert C.HEALTH_DETAIL in {s.category for s in rules.seen(twin.world, twin.now)}


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("AT_ONCE", frozenset(C)),
        ("BEFORE_TENANCY", timedelta(days=59)),
        ("AFTER_TENANCY", timedelta(days=91)),
        ("PATCH_SHOWS", rules.PATCH_SHOWS | {C.HEALTH_INVOLVEMENT}),
        ("SUPPORT_CASELOAD_SHOWS", rules.HEALTH_CASELOAD_SHOWS),
        ("CIRCLE_SHOWS", frozenset({C.PLAN})),
    ],
)
def test_a_wrong_rule_is_found(monkeypatch: pytest.MonkeyPatch, name: str, wrong: object) -> None:
    monkeypatch.setattr(rules, name, wrong)
    with as_role("postgres"), pytest.raises(AssertionError, match="seed"):
        take(1, 2000)


def test_a_wrong_view_is_found() -> None:
    with as_role("postgres"):
        right = value("SELECT pg_get_viewdef('sight_from_consent')")
        wrong = right.replace("COALESCE(w.loop, 'empty'::tstzrange)", "'(,)'::tstzrange")
        assert wrong != right
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE OR REPLACE VIEW sight_from_consent AS {wrong}")
        with pytest.raises(AssertionError, match="seed"):
            take(1, 2000)
