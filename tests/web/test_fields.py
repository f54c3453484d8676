"""Postcodes, telephone numbers, e-mail addresses and the date fields' bounds."""

import contextlib
import datetime as dt

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from lintel.web.fields import (
    EmailField,
    PhoneField,
    PlainDateField,
    PlainDateTimeField,
    PostcodeField,
)


def error_of(field, value):
    """What the field says about the value."""
    with pytest.raises(forms.ValidationError) as caught:
        field.clean(value)
    return caught.value.messages[0]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("SH1 4AB", "SH1 4AB"),
        ("sh14ab", "SH1 4AB"),
        (" Sh1-4aB ", "SH1 4AB"),
        ("SH1 4AB!", "SH1 4AB"),
        ("M1 1AE", "M1 1AE"),
        ("M60 1NW", "M60 1NW"),
        ("CR2 6XH", "CR2 6XH"),
        ("DN55 1PT", "DN55 1PT"),
        ("W1A 1HQ", "W1A 1HQ"),
        ("EC1A 1BB", "EC1A 1BB"),
        ("GIR 0AA", "GIR 0AA"),
        ("SH1 OAB", "SH1 0AB"),
        ("M1 IAE", "M1 1AE"),
        ("", ""),
    ],
)
def test_a_postcode_is_kept_in_its_usual_form(typed, kept):
    assert PostcodeField(required=False).clean(typed) == kept


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("SH1", "SH1 is the first half of a postcode"),
        ("SH1 4A", "Enter a full UK postcode"),
        ("12345", "Enter a full UK postcode"),
        ("SH1 4CB", "Enter a full UK postcode"),
        ("Ünter 1", "only letters and numbers"),
    ],
)
def test_a_wrong_postcode_says_why(typed, says):
    assert says in error_of(PostcodeField(), typed)


def test_half_a_postcode_is_enough_where_a_search_allows_it():
    assert PostcodeField(allow_part=True).clean("sh1") == "SH1"


@given(
    area=st.sampled_from(["SH1", "M60", "W1A", "EC1A", "DN55", "CR2"]),
    figure=st.integers(0, 9),
    letters=st.text("ABDEFGHJLNPQRSTUWXYZ", min_size=2, max_size=2),
    gap=st.sampled_from(["", " ", "  ", "-"]),
    lower=st.booleans(),
)
def test_however_spaced_a_postcode_is_the_same(area, figure, letters, gap, lower):
    typed = f"{area}{gap}{figure}{letters}"
    kept = PostcodeField().clean(typed.lower() if lower else typed)
    assert kept == f"{area} {figure}{letters}"
    assert PostcodeField().clean(kept) == kept


@given(st.text(max_size=30))
def test_any_postcode_box_answers(typed):
    with contextlib.suppress(forms.ValidationError):
        assert PostcodeField(required=False).clean(typed) is not None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("01632 960001", "01632 960 001"),
        ("(01632) 960-001", "01632 960 001"),
        ("+44 1632 960001", "01632 960 001"),
        ("+44 (0)7700 900982", "07700 900 982"),
        ("0044 7700 900982", "07700 900 982"),
        ("07700900982", "07700 900 982"),
        ("+353 1 234 5678", "+35312345678"),
        ("116 123", "116123"),
        ("", ""),
    ],
)
def test_a_telephone_number_is_kept_in_its_usual_form(typed, kept):
    assert PhoneField(required=False).clean(typed) == kept


@pytest.mark.parametrize("typed", ["1234", "07700 9009", "99999999999", "ring his sister", "+12"])
def test_a_wrong_telephone_number_says_how_one_looks(typed):
    assert "like" in error_of(PhoneField(), typed)


def test_an_email_address_says_how_one_looks():
    assert error_of(EmailField(), "amina@") == "Enter an email address, like name@example.com"
    assert EmailField().clean(" a@b.example ") == "a@b.example"


TODAY = dt.date(2026, 5, 13)


@pytest.mark.parametrize(
    ("bounds", "typed", "says"),
    [
        ({"past": True}, "14 May 2026", "14 May 2026 is in the future"),
        ({"future": True}, "12 May 2026", "12 May 2026 is in the past"),
        ({"earliest": TODAY}, "1 May 2026", "Enter a date on or after 13 May 2026"),
        ({"latest": lambda: TODAY}, "14 May 2026", "Enter a date on or before 13 May 2026"),
        ({}, "blue", "“blue” is not a date we can read"),
    ],
)
def test_a_date_out_of_bounds_says_the_bound(bounds, typed, says):
    assert says in error_of(PlainDateField(today=lambda: TODAY, **bounds), typed)


@pytest.mark.parametrize("bounds", [{"past": True}, {"future": True}])
def test_today_is_on_both_sides(bounds):
    assert PlainDateField(today=lambda: TODAY, **bounds).clean("today") == TODAY


def test_a_date_is_shown_in_words_and_what_was_typed_as_typed():
    field = PlainDateField()
    assert field.prepare_value(TODAY) == "13 May 2026"
    assert field.prepare_value("nxt friday") == "nxt friday"
    assert not field.has_changed(TODAY, "13/5/26")
    assert field.has_changed(TODAY, "rubbish")


def test_a_moment_on_the_wrong_side_of_now_is_refused():
    now = dt.datetime(2026, 5, 13, 10, 30, tzinfo=dt.UTC)
    assert "has passed" in error_of(PlainDateTimeField(future=True, now=lambda: now), "today 9am")
    assert "to come" in error_of(PlainDateTimeField(past=True, now=lambda: now), "today 5pm")
    field = PlainDateTimeField(now=lambda: now)
    assert field.clean(field.prepare_value(now)) == now
