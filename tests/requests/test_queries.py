"""The lists: right, the same number of queries however long, and planned on indexes."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lintel.agencies.models import Worker
from lintel.kernel.actor import bound
from lintel.requests import actions, queries
from lintel.requests.models import Request
from lintel.requests.states import Shown
from tests import factories
from tests.requests.pump import pump
from tests.requests.world import DAY, HOUR, LATER, NOW, World, concern, make_world
from tests.support.db import as_role, rows

pytestmark = pytest.mark.django_db
LETTER = "reference, kind, masked, urgency, about_name, about_born, about_address, about_postcode,"
LETTER += " signs, seen, done, asked_for, person_knows, extra"


def fill(requests: int, senders: list[Worker], receivers: list[Worker]) -> None:
    """Many requests at once, spread over senders and teams, some of each state; past the domain."""
    people = json.dumps([[w.pk, w.memberships.first().team_id, w.agency_id] for w in senders])
    teams = json.dumps([[w.pk, w.memberships.first().team_id] for w in receivers])
    letter = """
        'LN-' || lpad(n::text, 9, '0'), (ARRAY['concern','message'])[1 + n %% 2], true,
        (ARRAY['routine','soon','urgent'])[1 + n %% 3], 'Name ' || n, '', '', '', '{noise}', 'Seen',
        '', '', 'not_asked', '{}'"""
    sender = "(%(people)s::jsonb->(n %% %(senders)s)->>{})::bigint"
    team = "(%(teams)s::jsonb->(n %% %(receivers)s)->>{})::bigint"
    state = "(ARRAY['received','acknowledged','taken','decided','active','closed'])[1 + n %% 6]"
    sent = "now() - n * interval '1 minute' - interval '2 days'"
    due = f"CASE WHEN {state} <> 'closed' THEN {sent} + interval '5 days' END"
    values = {
        "people": people,
        "teams": teams,
        "senders": len(senders),
        "receivers": len(receivers),
    }
    with as_role("postgres"), connection.cursor() as cursor:
        cursor.execute(
            f"""WITH made AS (
              INSERT INTO requests_request ({LETTER}, owner_id, sender_id, sender_team_id, state,
                created, sent, withdrawn_words)
              SELECT {letter}, {sender.format(2)}, {sender.format(0)}, {sender.format(1)}, 'sent',
                {sent}, {sent}, '' FROM generate_series(1, {requests}) n
              RETURNING id, sender_id, sender_team_id, owner_id, sent)
            INSERT INTO requests_notice (id, request_id, sender_worker_id, sender_team_id, code,
              words, decision, questions, show_from)
            SELECT gen_random_uuid(), id, sender_id, sender_team_id, code, '', '', '{{}}',
              sent + interval '1 hour'
            FROM made CROSS JOIN (VALUES ('received'), ('decided')) c (code)""",
            values,
        )
        cursor.execute(
            f"""INSERT INTO requests_handling ({LETTER}, request_id, sender_worker_id,
                sender_team_id, sender_agency_id, sender_words, team_id, worker_id, state,
                route_words, wrong_team_count, arrived, sent, decision, decision_words,
                better_route, contacts, climbed, version, due, climb_at)
            SELECT {letter}, n, {sender.format(0)}, {sender.format(1)}, {sender.format(2)}, 'S',
              {team.format(1)}, CASE WHEN n %% 4 = 0 THEN {team.format(0)} END, {state}, '', 0,
              {sent}, {sent}, '', '', '', '[]', 0, 1, {due}, {due}
            FROM generate_series(1, {requests}) n""",
            values,
        )
        for table in ("request", "notice", "handling", "message", "step"):
            cursor.execute(f"ANALYZE requests_{table}")


def people(count: int) -> list[Worker]:
    return [factories.worker(factories.team()) for _ in range(count)]


def counted(read: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        read()
    return len(captured)


def reads(world: World) -> dict[str, Callable[[], object]]:
    officer, nurse = world.actor("officer"), world.actor("nurse")
    chosen = {"shown": ["received", "decided", "returned"], "words": "name"}

    def as_(actor: Any, read: Callable[[], object]) -> Callable[[], object]:
        def run() -> object:
            with bound(actor):
                return read()

        return run

    return {
        "sent": as_(officer, lambda: list(queries.sent(officer, now=NOW + 60 * DAY))),
        "sent, chosen": as_(
            officer, lambda: list(queries.sent(officer, now=NOW + 60 * DAY, filters=chosen))
        ),
        "inbox": as_(nurse, lambda: list(queries.inbox(nurse, now=NOW))),
        "counts": as_(nurse, lambda: queries.inbox_counts(nurse, now=LATER)),
        "nurse's day": as_(nurse, lambda: queries.my_day(nurse, NOW + 60 * DAY)),
        "officer's day": as_(officer, lambda: queries.my_day(officer, NOW + 60 * DAY)),
    }


def test_longer_lists_take_no_more_queries() -> None:
    world = make_world()
    senders, receivers = [world.officer, *people(3)], [world.nurse, *people(3)]
    fill(4, senders, receivers)
    few = {name: counted(read) for name, read in reads(world).items()}
    with as_role("postgres"), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM requests_handling; DELETE FROM requests_notice;"
            "DELETE FROM requests_request"
        )
    fill(400, senders, receivers)
    many = {name: counted(read) for name, read in reads(world).items()}
    assert many == few
    own = 5  # Of binding the worker: a savepoint, the setting, back again.
    assert {name: n - own for name, n in many.items() if n - own > 12} == {}


def plans(read: Callable[[], object]) -> list[str]:
    """The plans of all that a read asks of the requests' tables."""
    with CaptureQueriesContext(connection) as captured:
        read()
    found = []
    for query in captured.captured_queries:
        if "requests_" in query["sql"] and query["sql"].startswith("SELECT"):
            found.append(
                "\n".join(line for (line,) in rows("EXPLAIN " + query["sql"].replace("%", "%%")))
            )
    return found


def test_lists_are_planned_on_indexes() -> None:
    world = make_world()
    fill(12_000, [world.officer, *people(59)], [world.nurse, *people(59)])
    for name, read in reads(world).items():
        actor = world.actor("officer" if "sent" in name or "officer" in name else "nurse")
        with bound(actor):
            found = plans(read)
            assert found
            for plan in found:
                for table in ("requests_request", "requests_notice", "requests_handling"):
                    assert f"Seq Scan on {table}" not in plan, f"{name}\n{plan}"


def test_filters_agree_with_what_is_shown() -> None:
    world = make_world()
    officer, nurse = world.actor("officer"), world.actor("nurse")
    made: list[Request] = []
    with bound(officer):
        for n in range(7):
            made.append(
                actions.raise_concern(officer, now=NOW + n * HOUR, **concern(world.tenant.pk))
            )
        made.append(
            actions.ask_advice(officer, now=NOW, seen="S", asked_for="W", urgency="routine")
        )
        actions.withdraw(officer, now=NOW + 8 * HOUR, reference=made[0].reference, words="No")
    pump(NOW + 8 * HOUR)
    with bound(nurse):
        for n in (1, 2):
            actions.take(nurse, now=NOW + 9 * HOUR, reference=made[n].reference)
            actions.decide(
                nurse, now=NOW + 9 * HOUR, reference=made[n].reference, decision="acting"
            )
        for n in (3, 4):
            actions.return_for_information(
                nurse, now=NOW + 9 * HOUR, reference=made[n].reference, questions=["danger"]
            )
    with bound(officer):
        later = NOW + 4 * DAY
        actions.answer_questions(officer, now=later, reference=made[4].reference, words="No")
        late = actions.raise_concern(officer, now=later, **concern(world.tenant.pk))
        for shown in Shown:
            listed = queries.sent(officer, now=later, filters={"shown": [shown]})
            assert {row.shown for row in listed} <= {shown}
        everything = list(queries.sent(officer, now=later))
        by_shown = [
            row.reference
            for shown in Shown
            for row in queries.sent(officer, now=later, filters={"shown": [shown]})
        ]
        assert sorted(by_shown) == sorted(row.reference for row in everything)
        assert len(everything) == 9
        stands = {row.reference: row.shown for row in everything}
        expected = [Shown.WITHDRAWN, Shown.DECIDED, Shown.DECIDED, Shown.RETURNED]
        assert [stands[r.reference] for r in made[:4]] == expected
        assert stands[made[4].reference] is Shown.RECEIVED
        assert stands[late.reference] is Shown.SENT
        day = queries.my_day(officer, later)
        assert [row.reference for row in day.questions] == [made[3].reference]
        assert made[1].reference in {row.reference for row in day.news}
        actions.mark_seen(officer, now=later, reference=made[1].reference)
        news = {row.reference for row in queries.my_day(officer, later).news}
        assert made[1].reference not in news


def test_the_inbox_in_parts() -> None:
    world = make_world()
    officer, nurse = world.actor("officer"), world.actor("nurse")
    with bound(officer):
        first, second, third = (
            actions.raise_concern(
                officer, now=NOW + n * HOUR, **concern(world.tenant.pk, urgency=urgency)
            )
            for n, urgency in enumerate(["routine", "urgent", "soon"])
        )
    pump(NOW + 3 * HOUR)
    with bound(nurse):
        actions.hand_over_desk(nurse, now=NOW, from_worker_id=nurse.worker_id)
        actions.take(nurse, now=NOW + 4 * HOUR, reference=first.reference)
        counts = queries.inbox_counts(nurse, now=NOW + 4 * HOUR + DAY / 48)
        assert (counts["all"], counts["unassigned"], counts["mine"]) == (3, 2, 1)
        for view, count in counts.items():
            page = queries.inbox(nurse, now=NOW + 4 * HOUR + DAY / 48, view=view)
            assert len(list(page)) == count == page.paginator.count
        page = queries.inbox(nurse, now=NOW, sort="urgency")
        assert [r.reference for r in page] == [
            second.reference,
            third.reference,
            first.reference,
        ]
        chosen = queries.inbox(nurse, now=NOW, filters={"urgency": ["soon"], "words": "john"})
        assert [r.reference for r in chosen] == [third.reference]
        assert list(queries.inbox(nurse, now=NOW, filters={"words": "nobody"})) == []
        small = queries.inbox(nurse, now=NOW, page=2, per_page=2)
        assert (len(list(small)), small.number, small.paginator.num_pages) == (1, 2, 2)
    with bound(officer):
        assert list(queries.inbox(officer, now=NOW)) == []
        assert set(queries.inbox_counts(officer, now=LATER).values()) == {0}


def test_services_are_those_that_cover_the_place() -> None:
    world = make_world()
    near = factories.team(world.trust, covers=["SY1"])
    far = factories.team(world.trust, covers=["LD1"])
    closed = factories.team(world.trust, covers=["SY1"], closed_on=NOW.date())
    officer = world.actor("officer")
    with bound(officer):
        found = queries.services_for(officer, postcode="SY1 2AB", now=NOW)
    covering = {offer.team: offer.reasons for offer in found.covering}
    assert next(iter(covering)) == near
    assert covering[near] == ("Covers SY1", "Opening times not known: ring first")
    assert covering[world.cmht][0] == "Covers the whole partnership"
    # What isn't for the address can be chosen still, but not what is closed, or one's own.
    assert far in [offer.team for offer in found.others]
    assert not {closed, world.office} & {o.team for o in (*found.covering, *found.others)}
    assert far not in covering
