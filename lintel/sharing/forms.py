"""Forms about sharing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms

from lintel.agencies.states import AgencyKind
from lintel.kernel.sight.states import Category as C
from lintel.kernel.states import AccessVerb
from lintel.sharing.states import Explained, OverrideReason, Purpose
from lintel.web.forms import Form, PlainDateField

if TYPE_CHECKING:
    from lintel.agencies.models import Agency, Team

# What an agency of a kind holds, so may be asked about. Who somebody is goes with every yes.
HEALTH_HOLDS = (
    C.CONTACT,
    C.SUPPORT_NEEDS,
    C.SAFETY,
    C.HEALTH_INVOLVEMENT,
    C.HEALTH_DETAIL,
    C.HOSPITAL_STAY,
    C.PLAN,
)
LANDLORD_HOLDS = (
    C.CONTACT,
    C.TENANCY,
    C.MONEY,
    C.SUPPORT_NEEDS,
    C.SAFETY,
    C.PLAN,
    C.ENFORCEMENT,
)
OTHERS_HOLD = (C.CONTACT, C.SUPPORT_NEEDS, C.SAFETY, C.PLAN)

UNTIL = {"3": "3 months", "6": "6 months", "12": "A year", "date": "Another day"}


def holds(kind: str) -> tuple[C, ...]:
    """The categories that an agency of this kind holds."""
    if kind == AgencyKind.TRUST:
        return HEALTH_HOLDS
    if kind in {AgencyKind.LANDLORD, AgencyKind.PRIVATE_LANDLORD}:
        return LANDLORD_HOLDS
    return OTHERS_HOLD


@dataclass(frozen=True, slots=True)
class Question:
    """May this agency tell this team these things?"""

    giver: Agency
    recipient: Team
    categories: tuple[C, ...]
    ours: bool

    def field(self, category: C) -> str:
        """The name of the answer's field."""
        return f"may-{self.giver.pk}-{self.recipient.pk}-{int(category)}"

    def hint(self) -> str:
        """What a yes leads to; the same whatever the other agency holds."""
        if self.ours:
            return f"The workers of {self.recipient.name} see it as soon as you have sent this."
        return (
            "You see who is involved as soon as you have sent this."
            f" {self.giver.name} confirms the rest before you see it."
        )


class AnswersForm(forms.Form):
    """The grid: yes, no or not asked, for each thing of each question."""

    ANSWERS = (("yes", "Yes"), ("no", "No"), ("", "Not asked"))

    def __init__(self, *args: Any, questions: Sequence[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            for category in question.categories:
                self.fields[question.field(category)] = forms.ChoiceField(
                    choices=self.ANSWERS, required=False
                )

    def chosen(self, question: Question, category: C) -> str:
        """What is chosen now: "yes", "no" or ""."""
        return str(self[question.field(category)].value() or "")

    def grid(self) -> list[dict[str, Any]]:
        """The questions with the rows of their grid, for the page."""
        return [
            {
                "title": f"May {q.giver.name} tell {q.recipient.name}?",
                "hint": q.hint(),
                "rows": [
                    {
                        "label": str(category.label),
                        "name": q.field(category),
                        "chosen": self.chosen(q, category),
                    }
                    for category in q.categories
                ],
            }
            for q in self.questions
        ]

    def answers(self) -> Iterable[tuple[Question, C, bool]]:
        """Everything that was answered. The form must be valid."""
        for question in self.questions:
            for category in question.categories:
                answer = self.cleaned_data[question.field(category)]
                if answer:
                    yield question, category, answer == "yes"


class TalkForm(Form):
    """How it was asked, and what the person said."""

    purpose = forms.ChoiceField(
        label="What is it for?", choices=Purpose.choices, widget=forms.RadioSelect
    )
    lasts = forms.ChoiceField(
        label="Until when?",
        choices=list(UNTIL.items()),
        widget=forms.RadioSelect,
        initial="6",
        help_text="No longer than it is needed. They can take it back on any day.",
    )
    until = PlainDateField(label="Until which day?", future=True)
    given = PlainDateField(label="When did you speak with them?", past=True)
    explained = forms.ChoiceField(
        label="How did you explain it?", choices=Explained.choices, widget=forms.RadioSelect
    )
    explained_words = forms.CharField(
        label="What did you tell them?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Who would see what, what for, and that saying no is fine.",
    )
    persons_words = forms.CharField(
        label="What did they say, in their own words?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Each team that they said yes to can read this. Leave out what it need not know.",
    )
    language = forms.CharField(
        label="Language, interpreter or easy-read", max_length=120, required=False
    )
    others_present = forms.CharField(label="Who else was there", max_length=250, required=False)

    reveals = {"lasts": {"date": ["until"]}}


class RefusalForm(Form):
    """They said no to everything: the least that must be written down."""

    given = PlainDateField(label="When did you speak with them?", past=True)
    explained = forms.ChoiceField(
        label="How did you explain it?", choices=Explained.choices, widget=forms.RadioSelect
    )
    explained_words = forms.CharField(
        label="What did you tell them?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    persons_words = forms.CharField(
        label="What did they say, in their own words?",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WithdrawForm(Form):
    """The person takes it back."""

    words = forms.CharField(
        label="What did they say?",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="You do not need a reason. They do not have to give one.",
    )


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
