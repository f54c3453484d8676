"""The forms about placements away."""

from decimal import Decimal
from typing import Any

from django import forms

from lintel.hospital.actions.placing import Placing
from lintel.hospital.queries.placements import PlacementView
from lintel.hospital.states import PlacedFor
from lintel.web.forms import Form, PlainDateField, PostcodeField

PENCE = 100
MONEY = {"class": "govuk-input--width-10", "inputmode": "decimal"}


class PlacementForm(Form):
    """Where somebody is, at what cost, and the plan home."""

    provider = forms.CharField(
        label="Who looks after them there?",
        max_length=200,
        error_messages={"required": "Say who looks after them there"},
        help_text="The hospital, home or service.",
    )
    place = forms.CharField(
        label="In which town?",
        max_length=200,
        error_messages={"required": "Say in which town"},
    )
    postcode = PostcodeField(label="Its postcode", required=False)
    reason = forms.ChoiceField(
        label="Why there?",
        choices=PlacedFor.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why they are there"},
    )
    why_words = forms.CharField(label="More about why", max_length=500, required=False)
    since = PlainDateField(
        label="Since when?",
        prefers="past",
        error_messages={"required": "Enter the day on which they came"},
    )
    week = forms.DecimalField(
        label="What does it cost a week, in pounds?",
        min_value=0,
        decimal_places=2,
        widget=forms.TextInput(attrs=MONEY),
        error_messages={"required": "Enter what it costs a week", "invalid": "Enter pounds"},
    )
    visitor_words = forms.CharField(
        label="Who visits them?",
        max_length=200,
        required=False,
        help_text="A name and a team. Somebody should.",
    )
    last_visit = PlainDateField(label="When was the last visit?", required=False, prefers="past")
    would_take = forms.CharField(
        label="What would bring them home?",
        max_length=5000,
        required=False,
        widget=forms.Textarea,
        help_text="What the home here must have: who is there at night, what is near, who helps.",
    )
    home_by = PlainDateField(label="Home by", required=False, prefers="future")
    home_week = forms.DecimalField(
        label="What would the home here cost a week, in pounds?",
        min_value=0,
        decimal_places=2,
        required=False,
        widget=forms.TextInput(attrs=MONEY),
        help_text="Rent and support together. Leave it empty while nobody knows.",
    )
    fieldsets = [
        (
            "Where they are",
            ["provider", "place", "postcode", "reason", "why_words", "since", "week"],
        ),
        ("Who keeps in touch", ["visitor_words", "last_visit"]),
        ("The plan home", ["would_take", "home_by", "home_week"]),
    ]

    def placing(self) -> Placing:
        """What was typed, for the domain."""
        given = self.cleaned_data
        return Placing(
            week_pence=_pence(given["week"]) or 0,
            home_week_pence=_pence(given["home_week"]),
            **{
                name: given[name]
                for name in (
                    "provider",
                    "place",
                    "postcode",
                    "reason",
                    "why_words",
                    "since",
                    "visitor_words",
                    "last_visit",
                    "would_take",
                    "home_by",
                )
            },
        )


class EndForm(Form):
    """They came home, or went elsewhere."""

    until = PlainDateField(
        label="When did they leave?",
        prefers="past",
        error_messages={"required": "Enter the day on which they left"},
    )
    words = forms.CharField(
        label="Where do they live now?",
        max_length=300,
        error_messages={"required": "Say where they live now"},
    )


def initial(one: PlacementView) -> dict[str, Any]:
    """What is known, in the form's fields."""
    return {
        "provider": one.provider,
        "place": one.place,
        "postcode": one.postcode,
        "reason": one.reason,
        "why_words": one.why_words,
        "since": one.since,
        "week": _pounds(one.week_pence),
        "visitor_words": one.visitor,
        "last_visit": one.last_visit,
        "would_take": one.would_take,
        "home_by": one.home_by,
        "home_week": None if one.home_week_pence is None else _pounds(one.home_week_pence),
    }


def _pence(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount * PENCE)


def _pounds(pence: int) -> Decimal:
    return Decimal(pence) / PENCE
