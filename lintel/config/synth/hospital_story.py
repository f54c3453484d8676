"""Femi's stay on Larch Ward: what was asked about his home, what is done, a meeting to come."""

from datetime import date, datetime, time, timedelta

from django.db import connections, transaction
from django.utils import timezone

from lintel.config.synth.places_story import SHETHERNLEY

WARD_KINDS = ["ward", "discharge"]
WORKER = "Kwame Boateng"
BEDS = 18
NIGHT_PENCE = 38_500
ADMITTED, EXPECTED = 9, 12  # Days ago, and ahead.
STEPS = (
    ("letters", "Ask the landlord to hold letters, as Femi wants", "", -2, "done", "Held."),
    ("keys", "Fetch the keys from his aunt", "", 1, "open", ""),
    ("pets", "Feed the cat", "His aunt", None, "open", ""),
    ("support", "Ask floating support whether they have room", "", 4, "open", ""),
)


def fill(now: datetime, alias: str = "owner") -> None:
    """Give each ward its beds; write the story where its people are. A second time, nothing."""
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("SET LOCAL ROLE lintel_import")
        cursor.execute(
            "INSERT INTO hospital_ward (team_id, beds, night_pence, service_began)"
            " SELECT t.id, %s, %s, %s FROM agencies_team t WHERE t.kind = ANY (%s)"
            " ON CONFLICT DO NOTHING",
            [BEDS, NIGHT_PENCE, date(now.year - 1, 4, 1), WARD_KINDS],
        )
        cursor.execute(
            "SELECT i.id, i.person_id, i.owner_id, i.team_id, w.id FROM people_involvement i"
            " JOIN agencies_team t ON t.id = i.team_id AND t.kind = 'ward'"
            " JOIN agencies_worker w ON w.id = i.worker_id AND w.name = %s"
            " WHERE NOT EXISTS (SELECT 1 FROM hospital_stay s WHERE s.involvement_id = i.id)"
            " ORDER BY i.id LIMIT 1",
            [WORKER],
        )
        if found := cursor.fetchone():
            _stay(cursor, found, now)
            _away(cursor, found, now)


def _stay(cursor: object, found: tuple[int, ...], now: datetime) -> None:
    involvement, person, owner, ward, worker = found
    admitted = _at(now, -ADMITTED, time(14, 20))
    run = cursor.execute  # type: ignore[attr-defined]
    run(
        "INSERT INTO hospital_stay (person_id, owner_id, ward_id, housing_worker_id, admitted,"
        " expected, ending, ending_words, involvement_id, recorded)"
        " VALUES (%s, %s, %s, %s, %s, %s, '', '', %s, %s) RETURNING id",
        [
            person,
            owner,
            ward,
            worker,
            admitted,
            timezone.localdate(now) + timedelta(days=EXPECTED),
            involvement,
            admitted,
        ],
    )
    (stay,) = cursor.fetchone()  # type: ignore[attr-defined]
    of = [person, owner, stay]
    # Who noted it, as the trigger writes it for a signed-in worker.
    run(
        "INSERT INTO hospital_admission (stay_id, owner_id, worker_id, noted, known)"
        " VALUES (%s, %s, %s, %s, true)",
        [stay, owner, worker, admitted],
    )
    run(
        "INSERT INTO hospital_wardspell (person_id, owner_id, stay_id, ward_id, since)"
        " VALUES (%s, %s, %s, %s, %s)",
        [*of, ward, admitted],
    )
    run(
        "INSERT INTO hospital_questions (person_id, owner_id, stay_id, where_words, tenure,"
        " can_return, return_words, at_risk, arrears, benefits, pets, keys, dependants, safe,"
        " more, need, asked_by_id, asked)"
        " VALUES (%s, %s, %s, 'A room with a friend, until the spring', 'family', 'no', '', 'yes',"
        " 'no', 'not_known', 'yes', 'His aunt', 'no', 'yes',"
        " 'He would like to be near his aunt.', true, %s, %s)",
        [*of, worker, _at(now, -ADMITTED, time(16, 5))],
    )
    for kind, words, who, due, state, outcome in STEPS:
        run(
            "INSERT INTO hospital_step (person_id, owner_id, stay_id, kind, words, worker_id,"
            " who_words, due, state, outcome, added, added_by_id, settled, settled_by_id)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                *of,
                kind,
                words,
                None if who else worker,
                who,
                None if due is None else timezone.localdate(now) + timedelta(days=due),
                state,
                outcome,
                _at(now, 1 - ADMITTED, time(10)),
                worker,
                _at(now, -3, time(11)) if state == "done" else None,
                worker if state == "done" else None,
            ],
        )
    run(
        "INSERT INTO hospital_meeting (person_id, owner_id, stay_id, at, place, invited, agreed,"
        " called_by_id) VALUES (%s, %s, %s, %s, 'Larch Ward, the quiet room',"
        " 'Femi, his aunt, Kwame Boateng, somebody of housing options', '', %s)",
        [*of, _at(now, EXPECTED - 5, time(14)), worker],
    )


def _away(cursor: object, found: tuple[int, ...], now: datetime) -> None:
    """Ready and waiting, on the board for the daily call; somebody placed away; a care review."""
    _, person, owner, _, worker = found
    today = timezone.localdate(now)
    run = cursor.execute  # type: ignore[attr-defined]
    run(
        "INSERT INTO hospital_waiting (person_id, owner_id, stay_id, since, reason, attribution,"
        " council, holder, holder_words, next_step, next_by, recorded, recorded_by_id, why)"
        " SELECT s.person_id, s.owner_id, s.id, %s, '15', '06', %s, 'housing_options', '',"
        " 'Offer a flat near his aunt', %s, %s, %s, '' FROM hospital_stay s WHERE s.person_id = %s",
        [
            today - timedelta(days=3),
            SHETHERNLEY,
            today + timedelta(days=2),
            _at(now, -3, time(9)),
            worker,
            person,
        ],
    )
    run(
        'INSERT INTO hospital_review (person_id, owner_id, kind, "on", lives_words, suits,'
        " needs, unmet, words, district, by_id, recorded) VALUES (%s, %s, 'review', %s,"
        " 'With a friend, until the spring', false, '{home,floating}', '{home}', '', 'QX1', %s,"
        " %s)",
        [person, owner, today - timedelta(days=6), worker, _at(now, -6, time(15))],
    )
    run(
        "SELECT i.person_id FROM people_involvement i JOIN agencies_team t ON t.id = i.team_id"
        " AND t.kind = 'cmht' WHERE i.owner_id = %s AND i.person_id <> %s ORDER BY i.id LIMIT 1",
        [owner, person],
    )
    if other := cursor.fetchone():  # type: ignore[attr-defined]
        run(
            "INSERT INTO hospital_placement (person_id, owner_id, provider, place, postcode,"
            " reason, why_words, since, week_pence, visitor_words, last_visit, would_take, home_by,"
            " home_week_pence, ended_words, recorded, recorded_by_id) VALUES (%s, %s,"
            " 'Fellside House', 'Carlisle', '', 'no_home', '', %s, 310000, 'Her sister', %s,"
            " 'A flat with somebody to call at night', %s, 82000, '', %s, %s)",
            [
                other[0],
                owner,
                today - timedelta(days=140),
                today - timedelta(days=20),
                today + timedelta(days=60),
                _at(now, -140, time(12)),
                worker,
            ],
        )


def _at(now: datetime, days: int, wall: time) -> datetime:
    here = timezone.localdate(now) + timedelta(days=days)
    return timezone.make_aware(datetime.combine(here, wall))
