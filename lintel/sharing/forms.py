"""Forms about sharing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from lintel.kernel.sight.states import Category as C
from lintel.kernel.states import AccessVerb
from lintel.sharing.states import OverrideReason
from lintel.web.forms import Form, PlainDateField


class SafetyForm(Form):
    """Opening what others hold, for safety."""

    reason = forms.ChoiceField(
        label="Why can’t it wait for consent?",
        choices=OverrideReason.choices,
        widget=forms.RadioSelect,
    )
    holders = forms.MultipleChoiceField(
        label="Whose record do you need to see?", widget=forms.CheckboxSelectMultiple
    )
    categories = forms.MultipleChoiceField(
        label="What do you need to see?",
        choices=[(int(c), c.label) for c in C if c is not C.IDENTITY],
        widget=forms.CheckboxSelectMultiple,
        help_text="Only what you need to keep somebody safe.",
    )
    words = forms.CharField(
        label="What has happened?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The person, and the information leads of both agencies, will read this.",
    )
    hours = forms.ChoiceField(
        label="For how long?",
        choices=[("1", "1 hour"), ("4", "4 hours"), ("24", "24 hours")],
        widget=forms.RadioSelect,
        initial="1",
    )

    def __init__(self, *args: Any, holders: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holders"].choices = list(holders)  # type: ignore[attr-defined]


class FindForm(Form):
    """Part of a name, or a tenancy reference."""

    words = forms.CharField(
        label="Find a person or a worker",
        max_length=100,
        help_text="Part of a name, or a tenancy reference.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )


class NarrowForm(Form):
    """What a look-up is narrowed to."""

    since = PlainDateField(label="From", past=True, required=False)
    until = PlainDateField(label="To", prefers="past", required=False)
    verb = forms.ChoiceField(
        label="What was done",
        required=False,
        choices=[("", "Anything"), *AccessVerb.choices],
        widget=forms.Select,
    )
    small_headings = False
