"""Figures of stays: 10 years of 20,000 stays a year, against one aggregate query in DuckDB.

In a database of its own. Ours is the whole dashboard, as a commissioner's, by the application's
role: length of stay, days lost by reason, holder and month, time to an answer, with row security
and what is too few left out. The floor is DuckDB over the same rows in memory: one query, the
average length of stay by period and need.
"""

import os
import time
from datetime import date
from typing import Any

import psycopg

from bench.measure import Figure, pair
from lintel.kernel.embedded import Embedded
from lintel.kernel.roles import ensure_roles

DATABASE = "bench_stays"
YEARS, A_YEAR = 10, 20_000
STAYS = YEARS * A_YEAR
# Each comes back three times or so, every three years.
PEOPLE = 60_000
# The first day that isn't counted: the 1st of a month that is over.
UNTIL = date(2026, 11, 1)
FILL = """
INSERT INTO agencies_agency (id, name, slug, kind) VALUES (1, 'Trust', 'trust', 'trust'),
  (2, 'Commissioners', 'commissioners', 'commissioner');
INSERT INTO agencies_team (id, agency_id, name, slug, kind, {more}) OVERRIDING SYSTEM VALUE
  SELECT n, 1, 'Ward ' || n, 'ward-' || n, 'ward', {blank} FROM generate_series(1, 40) n
  UNION ALL SELECT 41, 2, 'Commissioning', 'commissioning', 'commissioning', {blank};
INSERT INTO agencies_user (id, password, email, is_active, date_joined, sign_in_epoch)
  VALUES (1, '!', 'w1@example.test', true, now(), 0);
INSERT INTO agencies_worker (id, user_id, agency_id, name, job_title, phone)
  VALUES (1, 1, 2, 'Corin', 'Commissioner', '');
INSERT INTO agencies_membership (worker_id, team_id, role, valid)
  VALUES (1, 41, 'member', tstzrange(NULL, NULL));
INSERT INTO hospital_ward (team_id, beds, night_pence, service_began)
  SELECT n, 18, 38500, date '2021-04-01' FROM generate_series(1, 40) n;
INSERT INTO people_person (id, name, known_as, no_fixed_address, created)
  SELECT n, 'Person', '', false, now() FROM generate_series(1, {people}) n;
INSERT INTO hospital_stay (id, person_id, owner_id, ward_id, admitted, ended, ending, ending_words,
                           involvement_id, recorded) OVERRIDING SYSTEM VALUE
  SELECT n, 1 + n % {people}, 1, 1 + n % 40, s.at, s.at + make_interval(days => 5 + (n * 37) % 160),
         'home', '', 0, s.at
  FROM generate_series(1, {stays}) n
  CROSS JOIN LATERAL (SELECT timestamptz '2016-06-01 10:00+00'
                      + make_interval(hours => (n::bigint * {years} * 8760 / {stays})::int)
                      AS at) s;
INSERT INTO hospital_questions (person_id, owner_id, stay_id, where_words, tenure, can_return,
    return_words, at_risk, arrears, benefits, pets, keys, dependants, safe, more, need,
    asked_by_id, asked)
  SELECT s.person_id, 1, s.id, '', 'social', 'yes', '', 'no', 'no', 'yes', 'no', '', 'no', 'yes',
         '', s.id % 3 = 0, 1, s.admitted
  FROM hospital_stay s;
INSERT INTO hospital_waiting (person_id, owner_id, stay_id, since, until, reason, attribution,
    council, holder, holder_words, next_step, recorded, recorded_by_id, why)
  SELECT s.person_id, 1, s.id, s.ended::date - (s.id % 5)::int * 5,
         -- The latest wait still.
         CASE WHEN s.id < {stays} - 1500 THEN s.ended::date END,
         -- One reason is so rare that it can't be shown alone.
         CASE WHEN s.id % 60000 = 3 THEN '11'
              ELSE (ARRAY['14','15','18','19','32','36'])[1 + s.id % 6] END, '05', 'E06000002',
         (ARRAY['housing_options','landlord','ward','support'])[1 + s.id % 4], '', 'x', s.admitted,
         1, ''
  FROM hospital_stay s WHERE s.id % 5 > 0 AND s.id % 3 = 0;
INSERT INTO hospital_notice (id, person_id, owner_id, stay_id, reference, outside_name,
    outside_email, duty, reason, contact, expected, vulnerability, suitable, agreed_words, sent,
    sent_by_id) OVERRIDING SYSTEM VALUE
  SELECT s.id, s.person_id, 1, s.id, 'LN-' || s.id, 'A council', 'a@council.gov.uk', 'duty',
         'homeless', 'x', s.ended::date, '', '', 'x', s.admitted + interval '1 day', 1
  FROM hospital_stay s WHERE s.id % 3 = 0;
INSERT INTO hospital_answer (reference, kind, place, words, by_words, answered)
  SELECT n.reference, 'appointment', '', '', 'x',
         n.sent + make_interval(secs => 600 + (n.id * 7919) % 1200000 + again * 90000)
  FROM hospital_notice n CROSS JOIN generate_series(0, 1) again WHERE n.id % 10 > 0;
"""
FLOOR = """
SELECT s.admitted < w.service_began AS before, q.need, count(*), avg(s.ended - s.admitted),
       stddev_samp(s.ended - s.admitted)
FROM stay s JOIN ward w ON w.team_id = s.ward_id LEFT JOIN question q ON q.stay_id = s.id
WHERE s.ended >= ? AND s.ended < ?
GROUP BY ALL
"""


def main() -> None:
    """Fill the database where it isn't yet, and measure."""
    from bench import area

    embedded = area.server()
    os.environ["DATABASE_URL"] = embedded.dsn("lintel_app", DATABASE)
    os.environ["LINTEL_OWNER_DATABASE_URL"] = embedded.dsn("lintel_owner", DATABASE)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    import django

    django.setup()
    prepare(embedded)
    print("\nfigures of stays")
    with psycopg.connect(embedded.dsn("postgres", DATABASE), autocommit=True) as free:
        for figure in figures(free):
            print(figure.line(), flush=True)


def prepare(embedded: Embedded) -> None:
    """Tables, a commissioner, and the stays; once."""
    from django.core.management import call_command

    ensure_roles(embedded.superuser_dsn, DATABASE)
    call_command("migrate", database="owner", verbosity=0)
    with psycopg.connect(embedded.dsn("postgres", DATABASE), autocommit=True) as free:
        if free.execute("SELECT 1 FROM hospital_stay LIMIT 1").fetchone():
            return
        must = free.execute(
            "SELECT column_name, data_type FROM information_schema.columns"
            " WHERE table_name = 'agencies_team' AND is_nullable = 'NO' AND column_default IS NULL"
            " AND is_identity = 'NO' AND column_name <> ALL (%s)",
            [["id", "agency_id", "name", "slug", "kind"]],
        ).fetchall()
        blanks = {"boolean": "false", "ARRAY": "'{}'", "integer": "0", "smallint": "0"}
        sql = FILL.format(
            more=", ".join(name for name, _ in must),
            blank=", ".join(blanks.get(kind, "''") for _, kind in must),
            stays=STAYS,
            people=PEOPLE,
            years=YEARS,
        )
        with free.transaction():
            free.execute("SET LOCAL session_replication_role = replica")
            free.execute(sql)
        for table in ("stay", "questions", "waiting", "ward", "notice", "answer"):
            free.execute(f"VACUUM ANALYZE hospital_{table}")
        # Triggers were off for the filling; counting is what the migration does with what is there.
        start = time.perf_counter()
        free.execute("SELECT hospital_sums_rebuild()")
        print(f"sums counted from all rows in {time.perf_counter() - start:.1f} s", flush=True)
        for table in ("staysum", "lostsum", "answersum", "answertime"):
            free.execute(f"VACUUM ANALYZE hospital_{table}")


def figures(free: psycopg.Connection[Any]) -> list[Figure]:
    """The dashboard of ten years, and of its two heavier parts, against DuckDB."""
    from django.db import connection

    from lintel.hospital.queries import figures as ours
    from lintel.kernel.actor import Actor, bound

    actor = Actor(1, 1, 2, "Corin", team_ids=frozenset({41}))
    first = UNTIL.replace(year=UNTIL.year - YEARS)

    def dashboard() -> object:
        with bound(actor):
            return ours.figures(actor, first=first, until=UNTIL)

    def part(name: str) -> Any:
        def run() -> object:
            with bound(actor), connection.cursor() as cursor:
                cursor.execute(f"SELECT * FROM {name}(%s, %s)", [first, UNTIL])
                return cursor.fetchall()

        return run

    floor = _duckdb(free, first)
    return [
        pair("dashboard of 10 years, 200,000 stays", dashboard, floor, rounds=15, warm=2, goal=3),
        pair("the same, lengths of stay", part("hospital_stay_lengths"), floor, rounds=15, warm=2),
        pair("the same, days lost", part("hospital_days_lost"), floor, rounds=15, warm=2),
        pair(
            "the same, time to an answer", part("hospital_answer_times"), floor, rounds=15, warm=2
        ),
    ]


def _duckdb(free: psycopg.Connection[Any], first: date) -> Any:
    """One aggregate over the same rows, in DuckDB's memory."""
    import duckdb
    import pandas

    base = duckdb.connect()
    for name, sql in (
        (
            "stay",
            "SELECT id, ward_id, (admitted AT TIME ZONE 'Europe/London')::date AS admitted,"
            " (ended AT TIME ZONE 'Europe/London')::date AS ended FROM hospital_stay",
        ),
        ("question", "SELECT stay_id, need FROM hospital_questions"),
        ("ward", "SELECT team_id, service_began FROM hospital_ward"),
    ):
        cursor = free.execute(sql)
        names = [column.name for column in cursor.description or ()]
        frame = pandas.DataFrame(cursor.fetchall(), columns=names)
        base.register("rows_given", frame)
        base.execute(f"CREATE TABLE {name} AS SELECT * FROM rows_given")
        for column in names:
            if column in {"admitted", "ended", "service_began"}:
                base.execute(f"ALTER TABLE {name} ALTER {column} TYPE date")
        base.unregister("rows_given")
    return lambda: base.execute(FLOOR, [first, UNTIL]).fetchall()


if __name__ == "__main__":
    main()
