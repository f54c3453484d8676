"""Forms for one thing of a list: a place, opening times, a closure, a rule of eligibility."""

from collections.abc import Mapping
from typing import Any

from django import forms

from lintel.directory.entry import Document
from lintel.directory.forms.entry_fields import ClockField, SectionForm
from lintel.directory.place import Unplaced
from lintel.directory.queries import own_choices
from lintel.directory.sections import names_diagnosis
from lintel.directory.states import BankHolidays, Day, RuleKind, Setting
from lintel.web.fields import PlainDateField, PostcodeField

NARROW = {"class": "govuk-input--width-5"}
WEEKS = (("1", "First"), ("2", "Second"), ("3", "Third"), ("4", "Fourth"), ("-1", "Last"))
DIAGNOSIS_SAID = (
    "This names a diagnosis ({words}). Nobody should be turned away for a diagnosis alone: say "
    "what the service can’t do instead. You can keep it, if you tick that it is by diagnosis."
)


class RowForm(SectionForm):
    """The base: `old` is the thing as it stands, None for a new one."""

    def __init__(
        self, *args: Any, document: Document, old: Mapping[str, Any] | None, **kwargs: Any
    ) -> None:
        self.document = document
        self.old = dict(old or {})
        given = kwargs.pop("initial", None) or {}
        super().__init__(*args, initial={**self.initial_of(self.old), **given}, **kwargs)

    def initial_of(self, old: Mapping[str, Any]) -> dict[str, Any]:
        """What the form begins with."""
        return dict(old)

    def item(self) -> dict[str, Any]:
        """The thing as JSON, with what the form doesn't show kept."""
        given = {k: _json(v) for k, v in self.cleaned_data.items() if k in self.keeps()}
        return {**self.old, **given}

    def keeps(self) -> set[str]:
        """The fields that go into the thing as they are."""
        return set(self.fields) - {"stamp"}


def _json(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


class LocationForm(RowForm):
    """Where a service is to be found; its postcode gives the point on the map."""

    type = forms.ChoiceField(
        label="What kind of place is it?",
        choices=(
            ("physical", "A place that people come to"),
            ("postal", "An address for letters only"),
            ("virtual", "Online or by telephone only"),
        ),
        widget=forms.RadioSelect,
        initial="physical",
    )
    name = forms.CharField(label="Name of the building", max_length=300, required=False)
    address_1 = forms.CharField(label="Street", max_length=300, required=False)
    address_2 = forms.CharField(label="Second line", max_length=300, required=False)
    city = forms.CharField(label="Town or city", max_length=300, required=False)
    postcode = PostcodeField(label="Postcode", required=False)
    access = forms.CharField(
        label="Getting in",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Steps, lifts, parking, a quiet place to wait, who to ask for.",
    )

    def clean(self) -> dict[str, Any]:
        """A place to come to needs an address; a known postcode gives its point."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("type") != "virtual" and not given.get("address_1"):
            self.add_error("address_1", "Enter the street, so that people find it")
        postcode = given.get("postcode", "")
        if given.get("type") == "physical" and not postcode and "postcode" not in self.errors:
            self.add_error("postcode", "Enter the postcode, so that it is on the map")
        self.point: dict[str, float | None] = {"lon": None, "lat": None}
        if postcode:
            try:
                self.point = own_choices.point_of(postcode)
            except Unplaced as unplaced:
                self.add_error("postcode", str(unplaced))
        return given

    def item(self) -> dict[str, Any]:
        """With the point; the numbers by which open data names it stay."""
        return {**super().item(), **self.point}


class HoursForm(RowForm):
    """A rule of opening times."""

    days = forms.MultipleChoiceField(
        label="On which days?", choices=Day.choices, widget=forms.CheckboxSelectMultiple
    )
    opens = ClockField(label="Opening time", help_text="For example 9am, 09:30 or midnight.")
    closes = ClockField(
        label="Closing time",
        closing=True,
        help_text="For example 5pm, 17:30 or midnight. Earlier than it opens: on the next day.",
    )
    bank_holidays = forms.ChoiceField(
        label="On bank holidays",
        choices=BankHolidays.choices,
        widget=forms.RadioSelect,
        initial=BankHolidays.CLOSED,
    )
    weeks = forms.MultipleChoiceField(
        label="Only in some weeks of the month?",
        choices=WEEKS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Tick none for every week.",
    )
    location = forms.ChoiceField(label="At which place?", required=False, widget=forms.RadioSelect)
    valid_from = PlainDateField(label="From which day?", required=False, prefers="future")
    valid_to = PlainDateField(label="Until which day?", required=False, prefers="future")
    note = forms.CharField(
        label="Note",
        max_length=300,
        required=False,
        help_text="For example: drop-in, or by appointment.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = self.document.entry.locations
        if places:
            named = [(str(p.id), p.name or p.address_1 or p.postcode) for p in places]
            choices = [("all", "All of them"), *named]
            self.fields["location"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["location"]

    def initial_of(self, old: Mapping[str, Any]) -> dict[str, Any]:
        """The weeks as the boxes have them."""
        return (
            {
                **old,
                "weeks": [str(week) for week in old.get("weeks", [])],
                "location": old.get("location") or "all",
            }
            if old
            else {}
        )

    def clean(self) -> dict[str, Any]:
        """In order; and said back where it goes over midnight, so that nothing is guessed."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("opens") and given.get("opens") == given.get("closes"):
            self.add_error("closes", "It closes at the moment at which it opens")
        first, last = given.get("valid_from"), given.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", "Enter a day after the first one")
        return given

    def item(self) -> dict[str, Any]:
        """The rule as JSON."""
        found = super().item()
        place = found.get("location") or ""
        return {
            **found,
            "weeks": [int(week) for week in found["weeks"]],
            "location": None if place in {"", "all"} else place,
        }


class ClosureForm(RowForm):
    """Days on which it is shut, whatever its hours say."""

    first = PlainDateField(label="First day shut", prefers="future", help_text="For example today.")
    last = PlainDateField(label="Last day shut", prefers="future")
    why = forms.CharField(label="Why? People read this.", max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        """In order."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = given.get("first"), given.get("last")
        if first and last and last < first:
            self.add_error("last", "The last day is before the first one")
        return given


class RuleForm(RowForm):
    """A rule of eligibility, in words, with where it is written down."""

    kind = forms.ChoiceField(
        label="What is the rule about?", choices=RuleKind.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label="The rule in words",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="For example: for people aged 18 and over.",
    )
    minimum = forms.IntegerField(
        label="Youngest age",
        min_value=0,
        max_value=130,
        required=False,
        widget=forms.NumberInput(attrs=NARROW),
    )
    maximum = forms.IntegerField(
        label="Oldest age",
        min_value=0,
        max_value=130,
        required=False,
        widget=forms.NumberInput(attrs=NARROW),
    )
    settings = forms.MultipleChoiceField(
        label="Where is the person?",
        choices=Setting.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    diagnosis_alone = forms.BooleanField(
        label="It leaves people out for a diagnosis, and for nothing else", required=False
    )
    source = forms.CharField(
        label="Where is this written down?",
        max_length=300,
        help_text="For example: service specification 2025, page 4.",
    )
    source_url = forms.URLField(
        label="Its web address", max_length=2000, required=False, assume_scheme="https"
    )
    reveals = {
        "kind": {
            "age": ["minimum", "maximum"],
            "setting": ["settings"],
            "exclusion": ["diagnosis_alone"],
        }
    }

    def clean(self) -> dict[str, Any]:
        """Ages in order; an exclusion that names a diagnosis must say that it does."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        low, high = given.get("minimum"), given.get("maximum")
        if low is not None and high is not None and high < low:
            self.add_error("maximum", "The oldest age is below the youngest")
        if given.get("kind") == RuleKind.AGE and low is None and high is None:
            self.add_error("minimum", "Enter the youngest age, the oldest, or both")
        unsaid = given.get("kind") == RuleKind.EXCLUSION and not given.get("diagnosis_alone")
        if unsaid and (named := names_diagnosis(given.get("words", ""))):
            self.add_error("diagnosis_alone", DIAGNOSIS_SAID.format(words=f"“{named}”"))
        return given

    def item(self) -> dict[str, Any]:
        """The rule as JSON."""
        found = super().item()
        return {**found, "diagnosis_alone": bool(found.get("diagnosis_alone"))}


class RemoveForm(SectionForm):
    """Takes a thing out of its list."""
