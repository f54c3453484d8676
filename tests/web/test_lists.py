"""Lists whose state is in their address, and words for dates and counts."""

import datetime as dt

import pytest
from django.test import RequestFactory

from lintel.web import lists, words

GET = RequestFactory().get


def test_a_change_keeps_what_else_is_chosen():
    request = GET("/inbox/", {"status": ["late", "sent"], "page": "3", "q": "Ó & co"})
    assert lists.address(request, page=None) == "/inbox/?status=late&status=sent&q=%C3%93+%26+co"
    assert "page=4" in lists.address(request, page=4)
    assert lists.without(request, "status", "late") == "/inbox/?status=sent&q=%C3%93+%26+co"
    assert lists.without(GET("/inbox/", {"status": "late"}), "status", "late") == "/inbox/"
    assert lists.page_link(request)(1) == lists.address(request, page=None)


@pytest.mark.parametrize(
    ("asked", "key", "down"),
    [("due", "due", False), ("-name", "name", True), ("password", "due", True), ("", "due", True),
     ("--due", "due", True), ("-due", "due", True)],
)  # fmt: skip
def test_only_known_keys_sort(asked, key, down):
    sort = lists.Sort.of(GET("/", {"sort": asked}), {"due", "name"}, "-due")
    assert (sort.key, sort.down) == (key, down)


def test_a_heading_says_its_order_and_turns_it_round():
    sort = lists.Sort.of(GET("/", {"sort": "due", "page": "4"}), {"due", "name"}, "name")
    assert [sort.state(k) for k in ("due", "name")] == ["ascending", "none"]
    assert sort.href("due") == "/?sort=-due"
    assert sort.href("name") == "/?sort=name"


@pytest.mark.parametrize(("asked", "number"), [("", 1), ("2", 2), ("99", 4), ("x", 1), ("-1", 4)])
def test_a_wrong_page_number_gives_the_nearest(asked, number):
    assert lists.page_of(GET("/", {"page": asked}), list(range(100))).number == number


@pytest.mark.parametrize(
    ("hour", "minute", "said"),
    [(0, 0, "midnight"), (12, 0, "midday"), (9, 0, "9am"), (16, 45, "4:45pm"), (0, 5, "12:05am")],
)
def test_times_in_words(hour, minute, said):
    assert words.time_words(dt.time(hour, minute)) == said


def test_dates_in_words():
    moment = dt.datetime(2026, 5, 3, 15, 45, tzinfo=dt.UTC)
    assert words.date_words(dt.date(2026, 5, 3)) == "3 May 2026"
    assert words.date_words(moment, weekday=True) == "Sunday 3 May 2026"
    assert words.datetime_words(moment, now=moment) == "3 May at 4:45pm"
    later = moment.replace(year=2027)
    assert words.datetime_words(moment, now=later) == "3 May 2026 at 4:45pm"
    assert words.moment_words(dt.date(2026, 5, 3)) == "3 May 2026"
    assert words.date_words(None) == words.datetime_words(None) == words.time_words(None) == ""


def test_counts_and_lists_in_words():
    assert words.count_words(1, "person", "people") == "1 person"
    assert words.count_words(1204, "home") == "1,204 homes"
    assert words.listed(["a", "b", "c"]) == "a, b and c"
    assert words.listed(["a"], "or") == "a"
    assert words.listed([]) == ""
