"""Ready and waiting: days and cost, one reason at a time, corrections that stay to be seen."""

import csv
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client
from django.urls import reverse

from lintel.directory.models import Area
from lintel.hospital import actions
from lintel.hospital.actions import waiting as acts
from lintel.hospital.actions.waiting import Cause
from lintel.hospital.models import Waiting
from lintel.hospital.queries import waiting as queries
from lintel.hospital.states import Attribution, Holder, Reason
from lintel.kernel.actor import bound
from lintel.kernel.clock import LONDON
from lintel.kernel.errors import Conflict, Denied, Invalid, NotFound
from lintel.kernel.models import Access
from tests import factories
from tests.hospital.world import DAY, NOW, World, make_world
from tests.support.db import as_role

pytestmark = pytest.mark.django_db
TODAY = NOW.astimezone(LONDON).date()
HOME = Cause(
    reason=Reason.COUNCIL_LIST,
    attribution=Attribution.SOCIAL_CARE,
    council="E06000002",
    holder=Holder.HOUSING_OPTIONS,
    next_step="Hazel asks for the date of the keys",
    next_by=TODAY - timedelta(days=1),
)
BED = Cause(
    reason=Reason.HOSPITAL_11,
    attribution=Attribution.NHS,
    holder=Holder.TRUST,
    next_step="The bed manager rings the unit",
)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def stay(world: World) -> int:
    """The tenant, admitted thirty days before."""
    return world.admit(admitted=NOW - 30 * DAY)


def ready(world: World, stay: int, since: date, cause: Cause = HOME) -> int:
    with bound(world.actor("wanda")) as wanda:
        return acts.ready(wanda, now=NOW, stay_id=stay, since=since, cause=cause)


def seen(world: World, stay: int) -> queries.StayWaiting:
    with bound(world.actor("wanda")) as wanda:
        return queries.of_stay(wanda, stay, now=NOW)


def test_days_and_cost_grow_while_they_wait(world: World, stay: int) -> None:
    ready(world, stay, ago(10))
    view = seen(world, stay)
    assert (view.days, view.pence) == (10, 10 * 38_500)
    assert view.current
    assert view.current.overdue
    with bound(world.actor("wanda")) as wanda:
        (row,) = queries.board(wanda, now=NOW + 2 * DAY)
    assert (row.days, row.pence, row.housing, row.overdue) == (12, 12 * 38_500, True, True)


def test_a_change_of_reason_ends_one_line_and_begins_the_next(world: World, stay: int) -> None:
    ready(world, stay, ago(10))
    with bound(world.actor("wanda")) as wanda:
        with pytest.raises(Invalid, match="Nothing"):
            acts.change_reason(wanda, now=NOW, stay_id=stay, on=ago(4), cause=HOME)
        acts.change_reason(wanda, now=NOW, stay_id=stay, on=ago(4), cause=BED)
    view = seen(world, stay)
    assert [(x.reason, x.since, x.until, x.days) for x in view.lines] == [
        ("11", ago(4), None, 4),
        ("15", ago(10), ago(4), 6),
    ]
    assert view.days == 10
    with bound(world.actor("wanda")) as wanda:
        (row,) = queries.board(wanda, now=NOW)
    assert (row.days, row.reason, row.since, row.overdue) == (10, "11", ago(4), False)


def test_the_end_of_the_stay_and_of_being_ready_end_it(world: World, stay: int) -> None:
    ready(world, stay, ago(10))
    with bound(world.actor("wanda")) as wanda:
        acts.end_waiting(wanda, now=NOW, stay_id=stay, on=ago(7))
        assert queries.board(wanda, now=NOW) == []
        with pytest.raises(Conflict):
            acts.end_waiting(wanda, now=NOW, stay_id=stay, on=ago(7))
        with pytest.raises(Invalid, match="until"):
            acts.ready(wanda, now=NOW, stay_id=stay, since=ago(8), cause=HOME)
        acts.ready(wanda, now=NOW, stay_id=stay, since=ago(2), cause=BED)
        actions.discharge(wanda, now=NOW, stay_id=stay, at=NOW, ending="home")
        assert queries.board(wanda, now=NOW) == []
    assert seen(world, stay).days == 5
    with bound(world.actor("wanda")) as wanda, pytest.raises(Conflict):
        acts.ready(wanda, now=NOW, stay_id=stay, since=TODAY, cause=HOME)


def test_a_correction_is_a_new_line_and_the_old_one_stays(world: World, stay: int) -> None:
    first = ready(world, stay, ago(10))
    with bound(world.actor("wanda")) as wanda:
        new = acts.correct_waiting(
            wanda,
            now=NOW,
            waiting_id=first,
            since=ago(12),
            until=None,
            cause=replace(HOME, reason=Reason.SUPPORTED),
            why="The meeting was on the Monday",
        )
        with pytest.raises(Conflict, match="already"):
            acts.correct_waiting(
                wanda, now=NOW, waiting_id=first, since=ago(9), until=None, cause=HOME, why="Again"
            )
        with pytest.raises(ProgrammingError, match="corrected by a new row"), transaction.atomic():
            Waiting.objects.filter(pk=new).update(reason=Reason.PACKAGE)
    view = seen(world, stay)
    (now_counts,), (old,) = view.lines, view.superseded
    assert (now_counts.id, now_counts.corrects_id, now_counts.days) == (new, first, 12)
    assert now_counts.why == "The meeting was on the Monday"
    assert (old.id, old.since, old.reason) == (first, ago(10), "15")
    assert view.days == 12


def test_what_never_was_is_corrected_to_no_days(world: World, stay: int) -> None:
    first = ready(world, stay, ago(10))
    with bound(world.actor("wanda")) as wanda:
        acts.correct_waiting(
            wanda,
            now=NOW,
            waiting_id=first,
            since=ago(10),
            until=ago(10),
            cause=HOME,
            why="It was another person",
        )
        assert queries.board(wanda, now=NOW) == []
    assert seen(world, stay).days == 0


@pytest.mark.parametrize(
    ("since", "changed", "field"),
    [
        (ago(-1), {}, "since"),
        (ago(31), {}, "since"),
        (ago(3), {"council": ""}, "council"),
        (ago(3), {"council": "Nowhere"}, "council"),
        (ago(3), {"attribution": "04"}, "council"),
        (ago(3), {"reason": "02"}, "reason"),
        (ago(3), {"next_step": " "}, "next_step"),
        (ago(3), {"holder": "other"}, "holder_words"),
        (ago(3), {"holder_words": "a\x00b"}, "holder_words"),
    ],
)
def test_what_can_t_be_is_told_where(
    world: World, stay: int, since: date, changed: dict, field: str
) -> None:
    with pytest.raises(Invalid) as wrong:
        ready(world, stay, since, replace(HOME, **changed))
    assert set(wrong.value.errors) == {field}
    assert seen(world, stay).lines == []


def test_no_day_counts_twice(world: World, stay: int) -> None:
    first = ready(world, stay, ago(10))
    with pytest.raises(Conflict):
        ready(world, stay, ago(3))
    with bound(world.actor("wanda")) as wanda:
        second = acts.change_reason(wanda, now=NOW, stay_id=stay, on=ago(5), cause=BED)
        for changed in (
            {"waiting_id": first, "since": ago(10), "until": ago(4)},
            {"waiting_id": first, "since": ago(10), "until": None},
            {"waiting_id": second, "since": ago(6), "until": None},
        ):
            with pytest.raises(Invalid) as wrong:
                acts.correct_waiting(wanda, now=NOW, cause=BED, why="Typed wrong", **changed)
            assert "overlaps" in wrong.value.errors["since"]
    assert seen(world, stay).days == 10


def test_a_council_is_written_by_name_where_the_map_has_it(world: World, stay: int) -> None:
    with as_role("postgres"):
        Area.objects.create(code="E06000002", kind="council", name="Shethernley", ours=True)
    ready(world, stay, ago(3), replace(HOME, council=" shethernley "))
    (line,) = seen(world, stay).lines
    assert (line.council, line.council_name) == ("E06000002", "Shethernley (council)")


def test_only_the_trust_notes_and_only_who_sees_the_stay_reads(world: World, stay: int) -> None:
    first = ready(world, stay, ago(3))
    for name in ("officer", "hazel", "other_wanda", "commissioner"):
        with bound(world.actor(name)) as actor:
            assert queries.board(actor, now=NOW) == []
            with pytest.raises(NotFound):
                queries.of_stay(actor, stay, now=NOW)
            with pytest.raises((NotFound, Denied)):
                acts.correct_waiting(
                    actor, now=NOW, waiting_id=first, since=ago(3), until=None, cause=HOME, why="x"
                )


def signed_in(world: World, name: str) -> Client:
    client = Client()
    client.force_login(getattr(world, name).user)
    return client


def typed(cause: Cause, **more: str) -> dict[str, str]:
    return {
        "reason": cause.reason,
        "attribution": cause.attribution,
        "council": cause.council,
        "holder": cause.holder,
        "holder_words": cause.holder_words,
        "next_step": cause.next_step,
        "next_by": "",
        **more,
    }


def test_the_pages_from_ready_to_corrected(world: World, stay: int) -> None:
    client = signed_in(world, "wanda")
    page = reverse("hospital-waiting:stay", args=[stay])
    assert "They are not waiting" in client.get(page).content.decode()
    day = NOW - 3 * DAY
    answer = client.post(f"{page}ready", typed(HOME, since="tomorrow week"))
    assert "can’t be read" in (text := answer.content.decode()) or "govuk-error-summary" in text
    assert HOME.next_step in text
    answer = client.post(f"{page}ready", typed(HOME, since=f"{day:%d/%m/%Y}"))
    assert answer.status_code == 302, answer.content.decode()
    (row,) = Waiting_all()
    answer = client.get(reverse("hospital-waiting:correct", args=[row.pk]))
    assert "Hazel asks" in answer.content.decode()
    answer = client.post(
        reverse("hospital-waiting:correct", args=[row.pk]),
        typed(HOME, since=f"{NOW - 5 * DAY:%d/%m/%Y}", until="", why="Heard <b>later</b>"),
    )
    assert answer.status_code == 302
    text = client.get(page).content.decode()
    assert "Noted before, and corrected since" in text
    assert "Heard &lt;b&gt;later&lt;/b&gt;" in text
    assert client.post(f"{page}change", typed(BED, on=f"{NOW - DAY:%d/%m/%Y}")).status_code == 302
    assert client.post(f"{page}end", {"on": "today"}).status_code == 302
    assert client.post(f"{page}end", {"on": "today"}).status_code == 200  # said on the form
    assert signed_in(world, "officer").get(page).status_code == 404


def Waiting_all() -> list[Waiting]:
    with as_role("postgres"):
        return list(Waiting.objects.all())


def test_the_board_filters_prints_copies_and_says_who_was_seen(
    world: World, stay: int, django_assert_max_num_queries: object
) -> None:
    ready(world, stay, ago(10))
    client, board = signed_in(world, "wanda"), reverse("hospital-waiting:board")
    text = client.get(board).content.decode()
    assert "1 person waits, 1 for housing" in text
    assert "1 next step is overdue" in text
    for query, shown in (
        ("?reason=housing&holder=housing_options&overdue=yes", True),
        (f"?ward={world.ward.pk}&sort=by", True),
        ("?reason=11", False),
        ("?overdue=none", False),
        ("?reason=nonsense&ward=x&sort=x", True),
    ):
        assert (HOME.next_step in client.get(board + query).content.decode()) is shown, query
    got = client.get(reverse("hospital-waiting:board-copy"))
    (line,) = list(csv.DictReader(got.content.decode("utf-8-sig").splitlines()))
    assert (line["Person"], line["Overdue"]) == (world.tenant.name, "yes")
    with as_role("postgres"):
        verbs = set(Access.objects.filter(page="hospital-waiting:board").values_list("verb"))
    assert verbs == {("listed",), ("exported",)}
    assert "Nobody waits" in signed_in(world, "officer").get(board).content.decode()


def test_the_board_costs_the_same_however_many_wait(world: World, stay: int) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ready(world, stay, ago(10))

    def cost() -> int:
        with bound(world.actor("wanda")) as wanda, CaptureQueriesContext(connection) as found:
            queries.board(wanda, now=NOW)
        return len(found)

    one = cost()
    for n in range(3):
        other = factories.tenant(world.officer, f"Other {n}", born=date(1980, 1, n + 1))
        ready(
            world,
            world.admit(name=other.name, born=other.born, admitted=NOW - 20 * DAY),
            ago(n + 1),
        )
    assert cost() == one
