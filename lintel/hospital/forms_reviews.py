"""The form of a care review: housing in four questions."""

from typing import Any

from django import forms

from lintel.hospital.actions.reviewing import Reviewed
from lintel.hospital.queries.reviews import ReviewView
from lintel.hospital.states import Need, ReviewKind
from lintel.web.forms import Form, PlainDateField


class ReviewForm(Form):
    """Where they live, what they need, what is missing, anything else."""

    kind = forms.ChoiceField(
        label="At what was it asked?",
        choices=ReviewKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose at what it was asked"},
    )
    on = PlainDateField(
        label="When?", prefers="past", error_messages={"required": "Enter the day of the review"}
    )
    lives_words = forms.CharField(
        label="Where do they live?",
        max_length=500,
        error_messages={"required": "Say where they live"},
        help_text="In words, with whom. No full address is needed.",
    )
    district = forms.CharField(
        label="First half of its postcode",
        max_length=4,
        required=False,
        help_text="For example TS1. It tells where homes and support are missing, and not who.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5"}),
    )
    suits = forms.ChoiceField(
        label="Does it suit them?",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether it suits them"},
    )
    needs = forms.MultipleChoiceField(
        label="What do they need?",
        choices=Need.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="All that they need, whether they have it or not.",
    )
    unmet = forms.MultipleChoiceField(
        label="What of it is missing?",
        choices=Need.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Planning counts this, without a name.",
    )
    words = forms.CharField(
        label="Anything else?", max_length=5000, required=False, widget=forms.Textarea
    )
    fieldsets = [
        ("The review", ["kind", "on"]),
        ("1. Where they live, and whether it suits", ["lives_words", "district", "suits"]),
        ("2. What they need", ["needs"]),
        ("3. What of it is missing", ["unmet"]),
        ("4. Anything else", ["words"]),
    ]

    def reviewed(self) -> Reviewed:
        """What was typed, for the domain."""
        given = self.cleaned_data
        return Reviewed(**{**given, "suits": given["suits"] == "yes"})


def initial(one: ReviewView) -> dict[str, Any]:
    """What an earlier review says, in the form's fields."""
    return {
        "kind": one.kind,
        "on": one.on,
        "lives_words": one.lives_words,
        "district": one.district,
        "suits": "yes" if one.suits else "no",
        "needs": one.needs,
        "unmet": one.unmet,
        "words": one.words,
    }
