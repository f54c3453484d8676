"""The forms of an entry's sections. Each reads a document, and gives the values to save."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from lintel.directory.entry import Document
from lintel.directory.forms.entry_fields import LinesField, PhonesField, SectionForm
from lintel.directory.queries import own
from lintel.directory.sections import INSIDE_FIELDS, Section
from lintel.directory.states import Audience, Need, ReferralRoute, Status
from lintel.web.fields import EmailField, PlainDateField
from lintel.web.forms import Form

WIDE = {"rows": 6}
NARROW = {"class": "govuk-input--width-5"}
# The kinds of `lintel.requests`, which is above this domain, as people call them.
REQUEST_KINDS = (
    ("", "The usual choice of kinds"),
    ("concern", "A concern about a tenant"),
    ("referral", "A referral"),
    ("advice", "Advice, without a name"),
    ("message", "A message to pass on"),
)


class StartForm(Form):
    """A new entry: its name and whose it is."""

    name = forms.CharField(
        label="What is the service called?",
        max_length=200,
        help_text="As people know it. You can change it later.",
    )
    whose = forms.ChoiceField(label="Whose service is it?", widget=forms.RadioSelect)

    def __init__(self, *args: Any, teams: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(number), name) for number, name in teams]
        choices.append(("agency", "My agency’s as a whole"))
        self.fields["whose"].choices = choices  # type: ignore[attr-defined]
        if len(choices) > 8:
            self.fields["whose"].widget = forms.Select(choices=choices)

    def team_id(self) -> int | None:
        """The team, None for the agency as a whole."""
        whose = str(self.cleaned_data["whose"])
        return None if whose == "agency" else int(whose)


class EntryForm(SectionForm):
    """The base of a section's form; fields are named as the document's are."""

    section: Section

    @classmethod
    def initial_of(cls, document: Document, audience: str) -> dict[str, Any]:
        """What the form begins with."""
        stored = document.stored()["entry"]
        return {name: stored[name] for name in cls.base_fields if name in stored}

    def values(self, document: Document) -> dict[str, Any]:
        """The values to save, JSON by the document's field."""
        return {k: v for k, v in self.cleaned_data.items() if k != "stamp"}


class AboutForm(EntryForm):
    """What the service is, and how it is reached."""

    section = Section.ABOUT
    name = forms.CharField(label="Name", max_length=200)
    sentence = forms.CharField(
        label="In a sentence, what does it do?",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Shown in lists. Plain words that somebody in trouble would use.",
    )
    description = forms.CharField(
        label="Tell people more",
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs=WIDE),
        help_text="What happens when they get in touch, and what the service can’t do.",
    )
    status = forms.ChoiceField(
        label="Is it running?", choices=Status.choices, widget=forms.RadioSelect
    )
    emergency = forms.BooleanField(
        label="It helps in an emergency or crisis: show it first", required=False
    )
    phones = PhonesField(
        label="Telephone numbers",
        required=False,
        max_length=2000,
        help_text="One on each line. After a comma, say what it is for: 01632 960 001, at night.",
    )
    email = EmailField(label="Email address", required=False)
    url = forms.CharField(
        label="Website",
        required=False,
        max_length=2000,
        help_text="For example https://www.example.org",
    )
    languages = LinesField(
        label="Languages that people speak there",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Separate them with commas. Leave empty for English only.",
    )
    fees = forms.CharField(
        label="What does it cost?", required=False, max_length=300, help_text="For example: Free."
    )

    @classmethod
    def initial_of(cls, document: Document, audience: str) -> dict[str, Any]:
        """As the document; `summary` is a method of forms, so that field is the sentence."""
        found = super().initial_of(document, audience)
        return {**found, "sentence": document.entry.summary}

    def values(self, document: Document) -> dict[str, Any]:
        """As the document has them."""
        found = super().values(document)
        sentence = " ".join(found.pop("sentence").split())
        return {**found, "summary": sentence}

    def clean_url(self) -> str:
        """A web address with its beginning put right; nothing but http and https."""
        url = str(self.cleaned_data["url"]).strip()
        if url and "://" not in url:
            url = f"https://{url}"
        if url and not url.lower().startswith(("https://", "http://")):
            raise ValidationError("Enter a web address that begins with https://")
        if " " in url or (url and "." not in url):
            raise ValidationError("Enter a web address, like https://www.example.org")
        return url


class ReadersForm(EntryForm):
    """Who may read the entry."""

    section = Section.READERS
    audience = forms.ChoiceField(
        label="Who may read this entry?", choices=Audience.choices, widget=forms.RadioSelect
    )
    choice_hints = {
        "audience": {
            "public": "Anybody, without signing in. What is for partners only stays so.",
            "partners": "It is on no public page, and not in the open data.",
        }
    }
    page_heading = "audience"

    @classmethod
    def initial_of(cls, document: Document, audience: str) -> dict[str, Any]:
        """The version's audience."""
        return {"audience": audience}


class NeedsForm(EntryForm):
    """What the service helps with; rules of eligibility are rows of their own."""

    section = Section.WHO
    needs = forms.MultipleChoiceField(
        label="What does it help with?",
        choices=Need.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="People look for a service by these. Tick what you would want to be asked for.",
    )


class WhenForm(EntryForm):
    """Whether somebody is always there, and what to do when not; hours are rows of their own."""

    section = Section.WHEN
    always_open = forms.BooleanField(
        label="There is always somebody, day and night", required=False
    )
    out_of_hours_words = forms.CharField(
        label="What should people do when it is shut?",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="For example: ring 111 and choose the mental health option.",
    )
    out_of_hours = forms.CharField(
        label="Another entry to go to when it is shut",
        max_length=200,
        required=False,
        help_text="Write its name, or a part of it.",
    )

    def __init__(self, *args: Any, service_id: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.service_id = service_id

    @classmethod
    def initial_of(cls, document: Document, audience: str) -> dict[str, Any]:
        """The other entry by its name."""
        found = super().initial_of(document, audience)
        other = document.entry.out_of_hours
        return {**found, "out_of_hours": own.name_of(other) if other else ""}

    def clean_out_of_hours(self) -> str | None:
        """The other entry's number; ValidationError lists the names that fit."""
        words = " ".join(str(self.cleaned_data["out_of_hours"]).split())
        if not words:
            return None
        found = own.entries_named(words, but=self.service_id)
        if len(found) == 1:
            return str(found[0][0])
        if not found:
            raise ValidationError("No published entry has this in its name")
        names = ", ".join(f"“{name}”" for _, name in found)
        raise ValidationError(f"Several entries fit: {names}. Write the whole name of one")


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


FORMS: dict[Section, type[EntryForm]] = {
    Section.ABOUT: AboutForm,
    Section.READERS: ReadersForm,
    Section.WHO: NeedsForm,
    Section.WHEN: WhenForm,
    Section.WAITING: WaitingForm,
    Section.ASK: AskForm,
    Section.INSIDE: InsideForm,
}
