"""Dates as people write them."""

import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintel.web import dates, words

TODAY = dt.date(2026, 5, 13)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("3/5/24", dt.date(2024, 5, 3)),
        ("3-5-2024", dt.date(2024, 5, 3)),
        ("3.5.24", dt.date(2024, 5, 3)),
        ("3 5 2024", dt.date(2024, 5, 3)),
        (" 03 / 05 / 2024 ", dt.date(2024, 5, 3)),
        ("03052024", dt.date(2024, 5, 3)),
        ("030524", dt.date(2024, 5, 3)),
        ("2024-05-03", dt.date(2024, 5, 3)),
        ("3 May", dt.date(2026, 5, 3)),
        ("3may", dt.date(2026, 5, 3)),
        ("3rd of May, 2024", dt.date(2024, 5, 3)),
        ("May 3", dt.date(2026, 5, 3)),
        ("May 3rd 2024", dt.date(2024, 5, 3)),
        ("1 sept 2025", dt.date(2025, 9, 1)),
        ("1-Jan-25", dt.date(2025, 1, 1)),
        ("Friday 15 May", dt.date(2026, 5, 15)),
        ("fri 15/5/26", dt.date(2026, 5, 15)),
        ("today", TODAY),
        ("Tomorrow", dt.date(2026, 5, 14)),
        ("yesterday", dt.date(2026, 5, 12)),
        ("the day after tomorrow", dt.date(2026, 5, 15)),
        ("Friday", dt.date(2026, 5, 15)),
        ("wednesday", dt.date(2026, 5, 20)),
        ("this Friday", dt.date(2026, 5, 15)),
        ("next Friday", dt.date(2026, 5, 22)),
        ("last friday", dt.date(2026, 5, 8)),
        ("in 2 weeks", dt.date(2026, 5, 27)),
        ("three days ago", dt.date(2026, 5, 10)),
        ("in a month", dt.date(2026, 6, 13)),
        ("2 weeks’ time", dt.date(2026, 5, 27)),
        ("1/1", dt.date(2026, 1, 1)),
        ("29 Feb", dt.date(2028, 2, 29)),
        ("4/7/71", dt.date(1971, 7, 4)),
        ("٣ May", dt.date(2026, 5, 3)),
        ("3 May 20", dt.date(2020, 5, 3)),
    ],
)
def test_reads_what_people_write(text, meant):
    assert dates.parse_date(text, today=TODAY) == meant


@pytest.mark.parametrize(
    ("text", "prefers", "meant"),
    [
        ("20 May", "past", dt.date(2025, 5, 20)),
        ("3 May", "future", dt.date(2027, 5, 3)),
        ("13 May", "past", TODAY),
        ("13 May", "future", TODAY),
        ("Friday", "past", dt.date(2026, 5, 8)),
        ("Wednesday", "past", dt.date(2026, 5, 6)),
        ("1/1/27", "past", dt.date(1927, 1, 1)),
        ("1/1/27", "future", dt.date(2027, 1, 1)),
    ],
)
def test_what_was_left_out_falls_on_the_side_that_is_meant(text, prefers, meant):
    assert dates.parse_date(text, today=TODAY, prefers=prefers) == meant


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Enter a date like 3 May 2026"),
        ("31 June 2024", "June 2024 has 30 days. Enter a day from 1 to 30"),
        ("29/2/2025", "February 2025 has 28 days"),
        ("0/5/2024", "Enter a day from 1 to 31"),
        ("5/13/2024", "Write the day before the month, like 13 May 2024"),
        ("40/40/2024", "Month 40 does not exist"),
        ("3 Mud 2024", "“mud” is not a month"),
        ("soon", "“soon” is not a date we can read"),
        ("Monday 15 May 2026", "15 May 2026 is a Friday, not a Monday"),
        ("3/5/1066", "Year 1066 is too far away"),
    ],
)
def test_a_wrong_date_says_what_to_write(text, says):
    with pytest.raises(dates.Unreadable) as caught:
        dates.parse_date(text, today=TODAY)
    assert says in str(caught.value)


REAL = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))
FORMS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y", "%d%m%Y", "%Y-%m-%d", "%d %B %Y",
         "%d %b %Y", "%A %d %B %Y", "%B %d %Y"]  # fmt: skip


@given(day=REAL, form=st.sampled_from(FORMS), today=REAL)
def test_every_real_date_with_its_year_is_read_back_in_every_form(day, form, today):
    assert dates.parse_date(day.strftime(form), today=today) == day
    assert dates.parse_date(day.strftime(form).upper(), today=today) == day


@given(day=REAL, today=REAL)
def test_what_is_shown_is_read_back(day, today):
    assert dates.parse_date(words.date_words(day), today=today) == day


@given(text=st.text(max_size=40), today=REAL)
def test_anything_typed_is_a_date_or_is_explained(text, today):
    said = ""
    try:
        assert isinstance(dates.parse_date(text, today=today), dt.date)
    except dates.Unreadable as error:
        said = str(error)
    assert not said or 10 < len(said) < 200


PIECES = [
    "3",
    "31",
    "2",
    "May",
    "feb",
    "/",
    "-",
    " ",
    "next",
    "friday",
    "in",
    "weeks",
    "ago",
    "99",
    "0",
]


@given(
    parts=st.lists(st.sampled_from(PIECES), max_size=8),
    today=REAL,
    prefers=st.sampled_from(["past", "future", "nearest"]),
)
def test_anything_date_like_is_a_date_or_is_explained(parts, today, prefers):
    try:
        dates.parse_date("".join(parts), today=today, prefers=prefers)
        dates.parse_date(" ".join(parts), today=today, prefers=prefers)
    except dates.Unreadable:
        pass


@given(day=REAL, today=REAL, prefers=st.sampled_from(["past", "future"]))
def test_a_date_without_year_is_never_on_the_wrong_side(day, today, prefers):
    found = dates.parse_date(f"{day.day} {day:%B}", today=today, prefers=prefers)
    assert (found.day, found.month) == (day.day, day.month)
    assert found <= today if prefers == "past" else found >= today


NOW = dt.datetime(2026, 5, 13, 10, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("3 May at 4:45pm", "2026-05-03T16:45:00+01:00"),
        ("3 May 4.45 pm", "2026-05-03T16:45:00+01:00"),
        ("3/5/24 16:45", "2024-05-03T16:45:00+01:00"),
        ("tomorrow 10am", "2026-05-14T10:00:00+01:00"),
        ("tomorrow, 9.30am", "2026-05-14T09:30:00+01:00"),
        ("today at midday", "2026-05-13T12:00:00+01:00"),
        ("16:30", "2026-05-13T16:30:00+01:00"),
        ("12am", "2026-05-13T00:00:00+01:00"),
        ("1 January 2027 at midnight", "2027-01-01T00:00:00+00:00"),
        ("next friday at noon", "2026-05-22T12:00:00+01:00"),
    ],
)
def test_reads_a_date_with_a_time(text, local):
    found = dates.parse_datetime(text, now=NOW)
    assert found == dt.datetime.fromisoformat(local)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("3 May", "Add a time"),
        ("tomorrow at 25:00", "25:00 is not a time"),
        ("tomorrow at 13pm", "13pm is not a time"),
        ("31 June at 9am", "June 2026 has 30 days"),
        ("29 March 2026 at 1:30am", "The clocks go forward"),
        ("", "Enter a date"),
    ],
)
def test_a_wrong_time_says_what_to_write(text, says):
    with pytest.raises(dates.Unreadable) as caught:
        dates.parse_datetime(text, now=NOW)
    assert says in str(caught.value)


@given(st.times())
def test_every_time_shown_is_read_back(clock):
    clock = clock.replace(second=0, microsecond=0)
    assert dates.parse_time(words.time_words(clock)) == clock
    assert dates.parse_time(f"{clock:%H:%M}") == clock


@given(text=st.text(max_size=30))
def test_anything_typed_is_a_moment_or_is_explained(text):
    with contextlib.suppress(dates.Unreadable):
        assert dates.parse_datetime(text, now=NOW).tzinfo
