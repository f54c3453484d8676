"""An upgrade: what teams said they cover becomes their entries, and comes back the other way."""

import os
import subprocess
import sys

import psycopg

from tests.support import database

# The migration of agencies that drops the column goes back with it.
BEFORE = ("directory", "0008")
AFTER = ("agencies", "0004")


def migrated(name: str, *to: str) -> None:
    """Migrate the database in a process of its own, as an upgrade does."""
    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--database=owner", "--skip-checks", *to],
        env={**os.environ, **database.urls(name)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout


AREA = """
INSERT INTO agencies_agency (id, name, slug, kind) VALUES (1, 'The Door', 'door', 'voluntary');
INSERT INTO agencies_team
  (id, agency_id, name, slug, kind, phone, email, description, covers, takes_requests, closed_on)
VALUES
  (1, 1, 'Shop', 'shop', 'one_stop_shop', '01632 960300', '', 'Ask us', '{*}', true, NULL),
  (2, 1, 'North', 'north', 'voluntary', '', '', '', '{"qx1","QX2 3",QX1}', true, NULL),
  (3, 1, 'Both', 'both', 'cmht', '', '', '', '{*,QX1}', true, NULL),
  (4, 1, 'Silent', 'silent', 'voluntary', '', '', '', '{}', true, NULL),
  (5, 1, 'Closed', 'closed', 'voluntary', '', '', '', '{QX1}', true, '2020-01-01');
"""


def test_what_teams_covered_becomes_their_entries(django_db_setup: None) -> None:
    name = "lintel_test_covers"
    # From nothing to then: shorter than undoing all that came since.
    database.make_empty(name)
    try:
        migrated(name, *BEFORE)
        with database.superuser(name) as connection:
            connection.execute(AREA)
        migrated(name, *AFTER)
        with database.superuser(name) as connection:
            check_entries(connection)
        migrated(name, "agencies", "0003")
        with database.superuser(name) as connection:
            covers = connection.execute("SELECT id, covers FROM agencies_team ORDER BY id")
            assert covers.fetchall() == [
                (1, ["*"]),
                (2, ["QX1", "QX2 3"]),
                (3, ["*", "QX1"]),
                (4, []),
                (5, []),
            ]
        migrated(name, *AFTER)
        with database.superuser(name) as connection:
            check_entries(connection)
    finally:
        database.drop(name)


def check_entries(connection: psycopg.Connection) -> None:
    """Three entries, for partners only, each with its catchment; a second run adds none."""
    services = connection.execute(
        "SELECT s.team_id, s.slug, s.state, s.audience, s.name, s.needs, p.name, v.number"
        " FROM directory_service s JOIN directory_partnerentry p ON p.service_id = s.id"
        " JOIN directory_version v ON v.service_id = s.id ORDER BY 1"
    ).fetchall()
    assert services == [
        (1, "shop", "published", "partners", "", ["advice"], "Shop", 1),
        (2, "north", "published", "partners", "", [], "North", 1),
        (3, "both", "published", "partners", "", ["mental_health"], "Both", 1),
    ]
    pieces = connection.execute(
        "SELECT s.team_id, c.kind, c.codes FROM directory_catchment c"
        " JOIN directory_service s ON s.id = c.service_id ORDER BY 1, 2"
    ).fetchall()
    assert pieces == [
        (1, "whole", []),
        (2, "postcodes", ["QX1", "QX2 3"]),
        (3, "postcodes", ["QX1"]),
        (3, "whole", []),
    ]
    documents = connection.execute("SELECT document FROM directory_version").fetchall()
    from lintel.directory.entry import Document

    assert {Document.model_validate(d).entry.name for (d,) in documents} == {
        "Shop",
        "North",
        "Both",
    }
