"""The forms of an entry's sections. Each reads a document, and gives the values to save."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from lintel.directory.entry import Document
from lintel.directory.forms.entry_fields import EntryForm, LinesField, PhonesField
from lintel.directory.forms.entry_offer import AskForm, InsideForm, WaitingForm
from lintel.directory.queries import own_choices
from lintel.directory.sections import Section
from lintel.directory.states import Audience, Need, Status
from lintel.web.fields import EmailField

WIDE = {"rows": 6}
NARROW = {"class": "govuk-input--width-5"}


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
        return {**found, "out_of_hours": own_choices.name_of(other) if other else ""}

    def clean_out_of_hours(self) -> str | None:
        """The other entry's number; ValidationError lists the names that fit."""
        words = " ".join(str(self.cleaned_data["out_of_hours"]).split())
        if not words:
            return None
        found = own_choices.entries_named(words, but=self.service_id)
        if len(found) == 1:
            return str(found[0][0])
        if not found:
            raise ValidationError("No published entry has this in its name")
        names = ", ".join(f"“{name}”" for _, name in found)
        raise ValidationError(f"Several entries fit: {names}. Write the whole name of one")


FORMS: dict[Section, type[EntryForm]] = {
    Section.ABOUT: AboutForm,
    Section.READERS: ReadersForm,
    Section.WHO: NeedsForm,
    Section.WHEN: WhenForm,
    Section.WAITING: WaitingForm,
    Section.ASK: AskForm,
    Section.INSIDE: InsideForm,
}
