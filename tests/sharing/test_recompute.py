"""Sight is recomputed in the transaction of the change, also when two change it at once."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from io import StringIO
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from lintel.sharing import jobs
from tests import factories
from tests.support import database
from tests.support.db import as_role, rows, value


@pytest.fixture
def scene(transactional_db: None) -> dict[str, int]:
    """A patch with an officer, an empty home on it, and a person who lives nowhere yet."""
    office = factories.team()
    officer = factories.worker(office)
    patch = factories.patch(office, officer)
    other = factories.patch(office, factories.worker(office))
    home = factories.home(patch)
    return {
        "officer": officer.pk,
        "patch": patch.pk,
        "other": other.pk,
        "home": home.pk,
        "person": factories.person().pk,
        "agency": office.agency_id,
        "office": office.pk,
    }


@pytest.fixture
def two(scene: dict[str, int]) -> Iterator[list[psycopg.Connection[Any]]]:
    name = str(connection.settings_dict["NAME"])
    opened = [database.superuser(name), database.superuser(name)]
    for one in opened:
        one.autocommit = False
    yield opened
    for one in opened:
        one.close()


Change = Callable[[psycopg.Connection[Any], dict[str, int]], object]


def tenancy(connected: psycopg.Connection[Any], s: dict[str, int]) -> None:
    connected.execute(
        "INSERT INTO people_tenancy (person_id, owner_id, home_id, reference, tenant_reference,"
        " folded, kind, started) VALUES (%s, %s, %s, 'T', '', '', 'secure', '2020-01-01')",
        [s["person"], s["agency"], s["home"]],
    )


def leaves(connected: psycopg.Connection[Any], s: dict[str, int]) -> None:
    connected.execute(
        "UPDATE agencies_worker SET left_on = %s WHERE id = %s", [date(2020, 1, 1), s["officer"]]
    )


def handed_over(connected: psycopg.Connection[Any], s: dict[str, int]) -> None:
    connected.execute("DELETE FROM people_patchofficer WHERE worker_id = %s", [s["officer"]])


def home_moves(connected: psycopg.Connection[Any], s: dict[str, int]) -> None:
    connected.execute("UPDATE people_home SET patch_id = %s WHERE id = %s", [s["other"], s["home"]])


def is_also_worker(connected: psycopg.Connection[Any], s: dict[str, int]) -> None:
    connected.execute(
        "UPDATE people_person SET worker_id = %s WHERE id = %s", [s["officer"], s["person"]]
    )


def at_once(
    two: list[psycopg.Connection[Any]], scene: dict[str, int], first: Change, second: Change
) -> bool:
    """`first`, then `second` before `first` commits; whether the second had to wait."""
    one, other = two
    first(one, scene)
    done = threading.Event()
    refused: list[bool] = []

    def run() -> None:
        try:
            second(other, scene)
        except psycopg.errors.DeadlockDetected:
            refused.append(True)
            other.rollback()
        done.set()

    thread = threading.Thread(target=run)
    thread.start()
    waited = not done.wait(0.5)
    one.commit()
    thread.join(10)
    other.commit()
    # PostgreSQL ends a deadlock by refusing one of the two: it must do it again.
    if refused:
        second(other, scene)
        other.commit()
    return waited


@pytest.mark.parametrize("change", [leaves, handed_over, home_moves, is_also_worker])
@pytest.mark.parametrize("tenancy_first", [True, False])
def test_two_changes_at_once_leave_no_stale_sight(
    two: list[psycopg.Connection[Any]],
    scene: dict[str, int],
    change: Change,
    tenancy_first: bool,
) -> None:
    order = (tenancy, change) if tenancy_first else (change, tenancy)
    assert at_once(two, scene, *order)
    with as_role("postgres"):
        assert rows("SELECT * FROM sight_differences()") == []
        assert value("SELECT count(*) FROM sight WHERE worker_id = %s", scene["officer"]) == 0


def test_changes_about_two_people_do_not_wait_for_each_other(
    two: list[psycopg.Connection[Any]], scene: dict[str, int]
) -> None:
    second = {**scene, "person": factories.person().pk}
    one, other = two
    tenancy(one, scene)
    started = time.monotonic()
    other.execute("SET statement_timeout = '5s'")
    other.execute(
        "UPDATE people_tenancy SET kind = 'fixed' WHERE person_id = %s", [second["person"]]
    )
    other.execute(
        "INSERT INTO people_involvement (person_id, owner_id, category, team_id, role_words, valid)"
        " VALUES (%s, %s, 5, %s, '', '(,)')",
        [second["person"], scene["agency"], scene["office"]],
    )
    other.commit()
    assert time.monotonic() - started < 4
    one.commit()


@pytest.mark.django_db
def test_the_command_checks_and_puts_right(caplog: pytest.LogCaptureFixture) -> None:
    officer = factories.worker()
    factories.tenant(officer)

    def command(*arguments: str) -> str:
        out = StringIO()
        with as_role("lintel_owner"):
            call_command("recompute_sight", *arguments, "--database=default", stdout=out)
        return out.getvalue()

    assert "what its sources say" in command("--check")
    assert "0 rows" in command()
    with as_role("postgres"):
        rows("UPDATE sight SET category = 8 WHERE category = 6 RETURNING 1")
    with pytest.raises(CommandError, match="1 missing, 1 unfounded"):
        command("--check")
    with caplog.at_level(logging.ERROR):
        jobs.check_sight(0)
    assert "sight differs" in caplog.text
    assert "2 rows" in command()
    assert "what its sources say" in command("--check")
