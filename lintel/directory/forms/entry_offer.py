"""Forms of what a service can do for whom now: waiting, places, how to ask, and for partners."""

from datetime import date
from typing import Any

from django import forms

from lintel.directory.entry import Document
from lintel.directory.forms.entry_fields import EntryForm
from lintel.directory.sections import INSIDE_FIELDS, REQUEST_KINDS, Section
from lintel.directory.states import ReferralRoute
from lintel.web.fields import PlainDateField

WIDE = {"rows": 6}
NARROW = {"class": "govuk-input--width-5"}


class WaitingForm(EntryForm):
    """How long people wait, and how many places there are."""

    section = Section.WAITING
    days = forms.IntegerField(
        label="About how many days do people wait?",
        min_value=0,
        max_value=3650,
        required=False,
        widget=forms.NumberInput(attrs=NARROW),
        help_text="0 if nobody waits. Leave empty if you don’t know.",
    )
    words = forms.CharField(
        label="Anything to say about it",
        max_length=300,
        required=False,
        help_text="For example: longer for a home visit.",
    )
    available = forms.IntegerField(
        label="Places free now",
        min_value=0,
        max_value=100_000,
        required=False,
        widget=forms.NumberInput(attrs=NARROW),
    )
    maximum = forms.IntegerField(
        label="Places in all",
        min_value=0,
        max_value=100_000,
        required=False,
        widget=forms.NumberInput(attrs=NARROW),
    )
    unit = forms.CharField(
        label="What is a place called?",
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
        help_text="For example: beds, places, appointments this week.",
    )
    as_of = PlainDateField(
        label="When was this so?", past=True, help_text="For example today, or 3 May."
    )
    fieldsets = [
        ("Waiting", ["days", "words"]),
        ("Places", ["available", "maximum", "unit"]),
        ("As of", ["as_of"]),
    ]

    @classmethod
    def initial_of(cls, document: Document, audience: str) -> dict[str, Any]:
        """What was said last; the day is today's, for it is said anew."""
        waiting, capacity = document.entry.waiting, document.entry.capacity
        return {
            "days": waiting.days if waiting else None,
            "words": waiting.words if waiting else "",
            "available": capacity.available if capacity else None,
            "maximum": capacity.maximum if capacity else None,
            "unit": capacity.unit if capacity else "places",
            "as_of": "today",
        }

    def clean(self) -> dict[str, Any]:
        """Not more places free than there are."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        free, all_ = found.get("available"), found.get("maximum")
        if free is not None and all_ is not None and free > all_:
            self.add_error("available", "There can’t be more places free than there are in all")
        return found

    def values(self, document: Document) -> dict[str, Any]:
        """`waiting` and `capacity`; None where nothing is said."""
        given = self.cleaned_data
        as_of = given["as_of"].isoformat() if isinstance(given["as_of"], date) else None
        waiting = capacity = None
        if given["days"] is not None or given["words"]:
            waiting = {"days": given["days"], "words": given["words"], "as_of": as_of}
        if given["available"] is not None or given["maximum"] is not None:
            capacity = {
                "unit": given["unit"] or "places",
                "available": given["available"],
                "maximum": given["maximum"],
                "as_of": as_of,
            }
        return {"waiting": waiting, "capacity": capacity}


class AskForm(EntryForm):
    """Who may ask, and how."""

    section = Section.ASK
    referral = forms.MultipleChoiceField(
        label="Who may ask for help?",
        choices=ReferralRoute.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    how_to_ask = forms.CharField(
        label="How do they ask?",
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs=WIDE),
        help_text="What to have ready, and how soon they hear.",
    )


class InsideForm(EntryForm):
    """What only workers of the partnership read."""

    section = Section.INSIDE
    direct_line = forms.CharField(label="Direct line", max_length=300, required=False)
    duty_rota = forms.CharField(
        label="Who is on duty, and when",
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    referral_rules = forms.CharField(
        label="Rules for referring",
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs=WIDE),
    )
    thresholds = forms.CharField(
        label="When is it enough to refer?",
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs=WIDE),
        help_text="With an example on each side of the line.",
    )
    request_kind = forms.ChoiceField(
        label="What does “use this service” start?",
        choices=REQUEST_KINDS,
        required=False,
        widget=forms.RadioSelect,
    )
    notes = forms.CharField(
        label="Anything else for partners",
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    @classmethod
    def initial_of(cls, document: Document, audience: str) -> dict[str, Any]:
        """The partners' part."""
        stored = document.stored()["inside"]
        return {name: stored[name] for name in INSIDE_FIELDS}
