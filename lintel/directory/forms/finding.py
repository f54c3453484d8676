"""The forms with which anybody looks for a service."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from lintel.directory.states import Need
from lintel.web.forms import Form, PlainDateTimeField

ANY_NEED = [("", "Anything"), *Need.choices]
FURTHEST = timedelta(days=366)
OLDEST = 130
WITHIN = [
    ("", "Any distance"),
    *((n, f"{n} mile{'s' if n != '1' else ''}") for n in ("1", "3", "5", "10", "20")),
]
ORDERS = {"best": "Best match", "near": "Nearest first", "name": "By name"}
NARROW = {"class": "govuk-input--width-3", "inputmode": "numeric", "autocomplete": "off"}


def need_field() -> forms.ChoiceField:
    """What help is looked for."""
    return forms.ChoiceField(
        label="What help is needed?", choices=ANY_NEED, required=False, widget=forms.Select
    )


def age_field() -> forms.IntegerField:
    """How old the person is, in years."""
    return forms.IntegerField(
        label="Age of the person",
        required=False,
        min_value=0,
        max_value=OLDEST,
        widget=forms.TextInput(attrs=NARROW),
        error_messages={
            "invalid": "Enter an age in years, like 34",
            "min_value": "Enter an age in years, like 34",
            "max_value": f"Enter an age of {OLDEST} or less",
        },
    )


class WhenField(PlainDateTimeField):
    """A moment at most a year from now; empty is now."""

    def __init__(self, **rest: Any) -> None:
        rest.setdefault("label", "Another time")
        rest.setdefault("help_text", "Leave empty for now. For example, Saturday 10am.")
        rest.setdefault("widget", forms.TextInput(attrs={"class": "govuk-input--width-20"}))
        super().__init__(required=False, prefers="future", **rest)

    def validate(self, value: datetime | None) -> None:
        """Within a year, back or ahead."""
        super().validate(value)
        if value is not None and abs(value - self.now()) > FURTHEST:
            raise ValidationError("Enter a time within a year from now", "far")


class LookUpForm(Form):
    """Who covers a place: the one box, and what narrows the answer."""

    place = forms.CharField(
        label="Postcode or place",
        max_length=100,
        help_text="A full postcode is best. A town, a village or the first half of a postcode "
        "works too.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
        error_messages={"required": "Enter a postcode or the name of a place"},
    )
    need = need_field()
    age = age_field()
    when = WhenField()

    def choose(self, choices: tuple[tuple[str, str], ...]) -> None:
        """Ask which of several places is meant: `choices` of (code, words)."""
        self.fields["which"] = forms.ChoiceField(
            label="Which one do you mean?",
            choices=choices,
            widget=forms.RadioSelect,
            required=False,
        )

    @property
    def has_more(self) -> bool:
        """Whether what stands under "more" holds something, or is wrong."""
        return any(self[name].value() or self[name].errors for name in ("age", "when"))


class NarrowForm(Form):
    """What narrows the answer for a place that is kept. By GET."""

    need = need_field()
    age = age_field()
    when = WhenField()


class FindForm(Form):
    """Words and filters of the search. By GET; the place is kept apart, never in an address."""

    need = need_field()
    age = age_field()
    within = forms.ChoiceField(
        label="How far away?", choices=WITHIN, required=False, widget=forms.Select
    )
    open = forms.BooleanField(label="Open now", required=False)
    sort = forms.ChoiceField(
        label="Order", choices=list(ORDERS.items()), required=False, widget=forms.Select
    )

    def __init__(self, *args: Any, placed: bool, **rest: Any) -> None:
        super().__init__(*args, **rest)
        # The order that holds when none is chosen comes first.
        orders = ["near", "best", "name"] if placed and not self.data.get("q") else list(ORDERS)
        if not placed:
            del self.fields["within"]
            orders.remove("near")
        self.fields["sort"].choices = [(key, ORDERS[key]) for key in orders]  # type: ignore[attr-defined]


class ReportForm(Form):
    """What is wrong with an entry, without a name."""

    words = forms.CharField(
        label="What is wrong?",
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="For example, the number does not answer any more. Do not write your name, or "
        "anything about a person who is being helped.",
    )
