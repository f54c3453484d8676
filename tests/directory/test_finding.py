"""Searching: each filter, filters together, typing errors, and what workers find beside."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from lintel.directory.entry import Closure, Rule
from lintel.directory.hours import state_at
from lintel.directory.models import Service
from lintel.directory.place import Place
from lintel.directory.queries import finding
from lintel.directory.queries.finding import Filters
from lintel.directory.states import DAYS, Audience, BankHolidays, RuleKind, Status
from lintel.kernel.actor import bound
from tests import factories
from tests.directory import making

pytestmark = pytest.mark.django_db
NOW = making.NOW
HERE = Place(postcode="QX1 2AB", lon=making.LON, lat=making.LAT)


def names(filters: Filters, **more):
    return [row.entry.name for row in finding.search(filters, when=NOW, **more).rows]


def test_words_find_by_name_first_then_by_the_rest():
    making.published("Debt advice")
    making.published("Warm welcome", description="Tea, company, and advice about debt.")
    making.published("Garden club", description="Seeds.", needs=["lonely"])
    assert names(Filters(words="debt advice")) == ["Debt advice", "Warm welcome"]
    assert names(Filters(words="debt -tea")) == ["Debt advice"]
    assert names(Filters(words='"advice about debt"')) == ["Warm welcome"]
    assert set(names(Filters(words="gardens or tea"))) == {"Garden club", "Warm welcome"}


@pytest.mark.parametrize("words", ["hoard", "hoarding sup", "hoarding support", "HOARDING"])
def test_the_last_word_may_be_half_typed(words):
    making.published("Hoarding support")
    assert names(Filters(words=words)) == ["Hoarding support"]


@pytest.mark.parametrize(
    "words",
    [
        *("'", '"', "a:*&!|()", "the", "  ", "\\", "%", "help:*", "-", "or", "é" * 300, "don’t"),
        *("<b>", "- " * 100, "-" * 200, '-"' * 100, "-_" * 100, "-a or " * 40),
    ],
)
def test_odd_words_never_break_it(words):
    making.published("Hoarding support")
    finding.search(Filters(words=words), when=NOW)
    finding.like(words)


def test_need_and_age_narrow():
    making.published("Money", needs=["money"])
    making.published(
        "Young",
        needs=["young"],
        rules=[Rule(kind=RuleKind.AGE, words="16 to 25", minimum=16, maximum=25)],
    )
    assert names(Filters(need="money")) == ["Money"]
    assert names(Filters(age=15)) == ["Money"]
    assert names(Filters(age=16)) == ["Money", "Young"]
    assert names(Filters(age=26)) == ["Money"]
    assert names(Filters(need="young", age=30)) == []


def test_distance_narrows_and_orders():
    making.published("Far", locations=[making.at(lat=making.LAT + 0.1)])
    making.published("Near", locations=[making.at(lat=making.LAT + 0.01)])
    making.published("By phone", locations=[])
    near = Filters(place=HERE, order="near")
    assert names(near) == ["Near", "Far", "By phone"]
    assert names(Filters(place=HERE, miles=2)) == ["Near"]
    assert names(Filters(place=HERE, miles=20)) == ["Far", "Near"]
    assert names(Filters(place=Place(postcode="QX9"), miles=2)) == ["By phone", "Far", "Near"]
    row = finding.search(near, when=NOW).rows[0]
    assert row.metres == pytest.approx(1112, abs=2)


def test_all_filters_together_and_pages():
    for number in range(5):
        making.published(
            f"Debt advice {number}", locations=[making.at(lat=making.LAT + number / 100)]
        )
    making.published("Debt advice elsewhere", locations=[making.at(lat=making.LAT + 1)])
    making.published("Debt advice at night", hours=[making.hours(opens="20:00", closes="23:00")])
    asked = Filters(
        words="debt advice", need="money", age=40, place=HERE, miles=5, open_at=NOW, order="near"
    )
    assert names(asked) == [f"Debt advice {number}" for number in range(5)]
    second = finding.search(asked, when=NOW, page=2, per_page=2)
    assert [r.entry.name for r in second.rows] == ["Debt advice 2", "Debt advice 3"]
    assert (second.count, second.page) == (5, 2)
    last = finding.search(asked, when=NOW, page=99, per_page=2)
    assert (last.count, last.page, len(last.rows)) == (5, 3, 1)
    assert len(finding.found(asked, when=NOW)) == 5


def test_a_typing_error_is_answered_with_likely_names():
    made = making.published("Shethernley Samaritans")
    assert names(Filters(words="samartians")) == []
    assert [link.slug for link in finding.like("samartians")] == [made.slug]
    assert finding.like("zzzz") == []


def test_what_is_for_partners_is_found_by_workers_only():
    making.published(
        "Duty desk", audience=Audience.PARTNERS, hours=[making.hours("daily", "00:00", "24:00")]
    )
    making.published("Debt desk")
    asked = Filters(words="desk", need="money", place=HERE, miles=1, open_at=NOW, order="near")
    assert names(asked) == ["Debt desk"]
    worker = factories.worker()
    with bound(factories.actor(worker)):
        assert names(asked, workers=True) == ["Debt desk", "Duty desk"]
        assert finding.like("dutty desk", workers=True)[0].name == "Duty desk"
    # Unbound, row security keeps it back whatever the query asks for.
    assert names(asked, workers=True) == ["Debt desk"]
    assert [link.name for link in finding.like("dutty desk")] != ["Duty desk"]


def test_withdrawn_entries_are_never_found():
    from django.db import transaction

    from lintel.directory.actions import take_out
    from tests.support.db import as_role

    made = making.published("Debt desk")
    with as_role("postgres"), transaction.atomic():
        take_out(made, now=NOW)
    assert names(Filters()) == []


@pytest.mark.parametrize("many", [3, 30])
def test_the_same_queries_however_many(django_assert_num_queries, many):
    for number in range(many):
        making.published(f"Debt advice {number}")
    with django_assert_num_queries(2):
        finding.search(Filters(words="debt", place=HERE, miles=3, open_at=NOW), when=NOW)


def test_open_in_the_database_is_open_by_the_rules_of_hours():
    """Random hours, random moments: the filter and `state_at` agree (clock changes apart)."""
    chance = random.Random(7)
    times = ["00:00", "06:30", "09:00", "12:00", "17:00", "22:15", "24:00"]
    for number in range(120):
        rules = []
        for _ in range(chance.randint(0, 3)):
            first = date(2026, 1, 1) + timedelta(days=chance.randint(0, 300))
            rules.append(
                making.hours(
                    chance.sample(list(DAYS), chance.randint(1, 7)),
                    chance.choice(times[:-1]),
                    chance.choice(times),
                    weeks=chance.choice([[], [], [1], [2, -1], [5]]),
                    bank_holidays=chance.choice(list(BankHolidays)),
                    valid_from=chance.choice([None, None, first]),
                    valid_to=chance.choice([None, None, first + timedelta(days=90)]),
                )
            )
        closed = date(2026, 1, 1) + timedelta(days=chance.randint(0, 300))
        closures = [Closure(first=closed, last=closed + timedelta(days=20))]
        making.published(
            f"Service {number}",
            hours=rules,
            closures=chance.choice([[], closures]),
            always_open=chance.random() < 0.1,
            status=chance.choice([Status.ACTIVE] * 5 + [Status.INACTIVE]),
        )
    entries = {row.pk: row.document for row in Service.objects.all()}
    from lintel.directory.entry import Entry

    read = {pk: Entry.model_validate(found) for pk, found in entries.items()}
    for _ in range(60):
        moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randint(0, 500_000))
        ids, _count = finding.matching(Filters(open_at=moment), limit=1000)
        right = {pk for pk, entry in read.items() if state_at(entry, moment).open}
        assert set(ids) == right, moment
