"""The forms about people."""

from collections.abc import Sequence
from typing import Any

from django import forms

from lintel.kernel.sight.states import Category, Source
from lintel.people.actions import LONGEST_NOTE
from lintel.people.search import LONGEST
from lintel.people.states import NOTE_TITLES, ContactKind
from lintel.web.forms import Form, PlainDateField


class SearchForm(Form):
    """The one box."""

    words = forms.CharField(
        label="Find a person",
        max_length=LONGEST,
        help_text="Part of a name, a date of birth, an address or a tenancy reference.",
        error_messages={
            "required": "Enter part of a name, a date of birth, an address or a reference"
        },
    )


class PeopleFilter(forms.Form):
    """What the list of my people is narrowed to; by GET, and holds nothing about anybody."""

    patch = forms.ChoiceField(required=False)
    rent = forms.ChoiceField(
        label="Rent",
        required=False,
        choices=[("", "Any"), ("arrears", "Rent is owed")],
    )
    news = forms.ChoiceField(
        label="News", required=False, choices=[("", "Any"), ("new", "Something new")]
    )
    why = forms.ChoiceField(
        label="Why I see them",
        required=False,
        choices=[
            ("", "Any reason"),
            (Source.PATCH, "On my patch"),
            (Source.CASELOAD, "On my caseload"),
            (Source.CONSENT, "They consented"),
            (Source.CIRCLE, "I am in their circle"),
            (Source.REQUEST, "I am handling a request"),
            (Source.OVERRIDE, "I opened the record for safety"),
        ],
    )

    def __init__(self, *args: Any, patches: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["patch"].choices = [("", "Any patch"), *patches]  # type: ignore[attr-defined]
        if len(patches) < 2:
            del self.fields["patch"]


class NoteForm(Form):
    """A note; `categories` are those that the writer may write about."""

    category = forms.ChoiceField(label="What is it about?", widget=forms.RadioSelect)
    words = forms.CharField(
        label="Note",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea,
        help_text="Write what you saw or heard, and who said it, as you would say it to them.",
    )

    def __init__(self, *args: Any, categories: Sequence[Category], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [  # type: ignore[attr-defined]
            (int(c), NOTE_TITLES[c]) for c in categories
        ]


class CorrectionForm(Form):
    """What puts an earlier note right."""

    words = forms.CharField(
        label="What it should say",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea,
        help_text="The earlier note stays, with a line that says it was corrected.",
    )


class ContactForm(Form):
    """A way to reach the person."""

    kind = forms.ChoiceField(
        label="What are you adding?",
        choices=[c for c in ContactKind.choices if c[0] != ContactKind.HOLD],
        widget=forms.RadioSelect,
    )
    value = forms.CharField(
        label="Number, address or words",
        max_length=250,
        help_text="For example 07700 900 123, or “Text first, never before 11am”.",
    )
    note = forms.CharField(
        label="Anything to know (optional)",
        max_length=250,
        required=False,
        help_text="For example “Ask for her sister” or “Leave no message”.",
    )


class LettersForm(Form):
    """What the person asked to have held, and until when."""

    asked = forms.ChoiceField(
        label="What did they ask for?",
        choices=[
            ("letters", "No letters for a while"),
            ("rent", "No letters, and nothing done about rent that is owed"),
            ("again", "Letters may come again"),
        ],
        widget=forms.RadioSelect,
        help_text="Only what they asked for themselves, or agreed to when you offered it.",
    )
    until = PlainDateField(
        label="Until which day?",
        future=True,
        required=False,
        help_text="For example in 6 weeks. Letters may come again from that day.",
    )

    def clean(self) -> dict[str, Any]:
        """A hold has an end."""
        given = super().clean() or {}
        if given.get("asked") != "again" and "until" in given and not given["until"]:
            self.add_error("until", "Enter until which day")
        return given


class HandOverForm(Form):
    """Who takes over what, and from when."""

    to = forms.ChoiceField(label="Who takes over?")
    patches = forms.MultipleChoiceField(
        label="Patches", required=False, widget=forms.CheckboxSelectMultiple
    )
    people = forms.MultipleChoiceField(
        label="People", required=False, widget=forms.CheckboxSelectMultiple
    )
    on = PlainDateField(
        label="From which day?",
        future=True,
        help_text="For example, today or 3 May. From then on, the first worker does not see them.",
    )
    tell = forms.ChoiceField(
        label="Tell the people in their own view?",
        choices=[("yes", "Yes"), ("no", "No, they are told in another way")],
        required=False,
        initial="yes",
        widget=forms.RadioSelect,
        help_text="They read who takes over, from when, and how to phone them.",
    )

    def __init__(
        self,
        *args: Any,
        colleagues: Sequence[tuple[int, str]],
        patches: Sequence[tuple[int, str]],
        people: Sequence[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [("", "Choose a worker"), *colleagues]  # type: ignore[attr-defined]
        for name, choices in (("patches", patches), ("people", people)):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
            if not choices:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Something must be handed over."""
        given = super().clean() or {}
        if not (given.get("patches") or given.get("people")):
            self.add_error(None, "Choose what is handed over")
        return given
