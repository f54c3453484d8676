"""Forms about consent: what may be asked, by purpose, and what was said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms

from lintel.agencies.states import AgencyKind
from lintel.kernel.sight.states import Category as C
from lintel.sharing.states import YOURS, Capacity, Explained, Level, Said, purpose_words
from lintel.web.forms import Form, PlainDateField

if TYPE_CHECKING:
    from lintel.agencies.models import Agency, Team, Worker

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
EVERYBODY = "Everybody in it who has signed up to the agreement"


def holds(kind: str) -> tuple[C, ...]:
    """The categories that an agency of this kind holds."""
    if kind == AgencyKind.TRUST:
        return HEALTH_HOLDS
    if kind in {AgencyKind.LANDLORD, AgencyKind.PRIVATE_LANDLORD}:
        return LANDLORD_HOLDS
    return OTHERS_HOLD


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who may be told: a team (or one worker of it), or everybody of an agency in the loop."""

    agency: Agency
    team: Team | None = None
    workers: Sequence[Worker] = ()

    @property
    def key(self) -> str:
        """Its part of a field's name."""
        return f"t{self.team.pk}" if self.team else f"a{self.agency.pk}"

    @property
    def name(self) -> str:
        """Its name, as the person would be told."""
        return self.team.name if self.team else f"everybody at {self.agency.name} who has signed up"


@dataclass(frozen=True, slots=True)
class Question:
    """May this agency tell this recipient these things, for this purpose?

    `why_not`: what it may not ask about, and why, in words; empty when nothing is left out.
    """

    purpose: str
    giver: Agency
    recipient: Recipient
    categories: tuple[C, ...]
    ours: bool
    why_not: str = ""
    levels: tuple[Level, ...] = ()

    def field(self, category: C) -> str:
        """The name of the answer's field."""
        return f"may-{self.purpose}-{self.giver.pk}-{self.recipient.key}-{int(category)}"

    @property
    def title(self) -> str:
        """The question, as it is asked."""
        return f"May {self.giver.name} tell {self.recipient.name}?"

    def hint(self) -> str:
        """What a yes leads to; the same whatever the other agency holds."""
        who = self.recipient.name
        if self.ours:
            said = f"{who[:1].upper()}{who[1:]} can see it as soon as you have sent this."
            if self.levels:
                near = ", ".join(str(level.label).lower() for level in self.levels)
                said += f" Of them only: {near}."
            return said
        return (
            "You see who is involved as soon as you have sent this."
            f" {self.giver.name} confirms the rest before you see it."
        )


class AnswersForm(forms.Form):
    """The grids: yes, no or not asked, for each thing of each question; and who in each team."""

    ANSWERS = (("yes", "Yes"), ("no", "No"), ("", "Not asked"))

    def __init__(self, *args: Any, questions: Sequence[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        self.recipients = {q.recipient.key: q.recipient for q in questions}
        for question in questions:
            for category in question.categories:
                self.fields[question.field(category)] = forms.ChoiceField(
                    choices=self.ANSWERS, required=False
                )
        for key, recipient in self.recipients.items():
            if recipient.team:
                people = [(str(w.pk), f"Only {w.name}, {w.job_title}") for w in recipient.workers]
                self.fields[f"who-{key}"] = forms.ChoiceField(
                    choices=[("", EVERYBODY), *people], required=False
                )

    def chosen(self, question: Question, category: C) -> str:
        """What is chosen now: "yes", "no" or ""."""
        return str(self[question.field(category)].value() or "")

    def grid(self) -> list[dict[str, Any]]:
        """The purposes, each with its questions and the rows of their grids, for the page."""
        purposes: dict[str, list[dict[str, Any]]] = {}
        for q in self.questions:
            purposes.setdefault(q.purpose, []).append(
                {
                    "title": q.title,
                    "hint": q.hint(),
                    "why_not": q.why_not,
                    "rows": [
                        {
                            "label": str(category.label),
                            "yours": YOURS[category],
                            "name": q.field(category),
                            "chosen": self.chosen(q, category),
                        }
                        for category in q.categories
                    ],
                }
            )
        return [
            {"purpose": purpose_words(purpose), "questions": questions}
            for purpose, questions in purposes.items()
        ]

    def who(self) -> list[dict[str, Any]]:
        """For each team, the choice of everybody in it or one worker."""
        return [
            {
                "name": f"who-{key}",
                "label": f"Who in {recipient.name}?",
                "choices": [
                    {"value": value, "text": text, "selected": value == self._who(key)}
                    for value, text in self.fields[f"who-{key}"].choices  # type: ignore[attr-defined]
                ],
            }
            for key, recipient in self.recipients.items()
            if recipient.team
        ]

    def _who(self, key: str) -> str:
        return str(self[f"who-{key}"].value() or "")

    def worker(self, recipient: Recipient) -> int | None:
        """The one worker who may be told; None for everybody. The form must be valid."""
        chosen = self.cleaned_data.get(f"who-{recipient.key}", "")
        return int(chosen) if chosen else None

    def answers(self) -> Iterable[tuple[Question, C, bool]]:
        """Everything that was answered. The form must be valid."""
        for question in self.questions:
            for category in question.categories:
                answer = self.cleaned_data[question.field(category)]
                if answer:
                    yield question, category, answer == "yes"


def _explained() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="How did you explain it?", choices=Explained.choices, widget=forms.RadioSelect
    )


class TalkForm(Form):
    """How it was asked, and what the person said."""

    lasts = forms.ChoiceField(
        label="Until when?",
        choices=list(UNTIL.items()),
        widget=forms.RadioSelect,
        initial="6",
        help_text="No longer than it is needed. They can take it back on any day.",
    )
    until = PlainDateField(label="Until which day?", future=True)
    persons_words = forms.CharField(
        label="What did they say, in their own words?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Each team that they said yes to can read this. Leave out what it need not know.",
    )
    said = forms.ChoiceField(
        label="How did they say it?",
        choices=[(s.value, s.label) for s in Said if s is not Said.OWN_VIEW],
        widget=forms.RadioSelect,
        initial=Said.ALOUD,
        help_text="You can keep the scan of a signed form once this is recorded.",
    )
    given = PlainDateField(label="When did you speak with them?", past=True)
    explained = _explained()
    explained_words = forms.CharField(
        label="What did you tell them?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Who would see what, what for, and that saying no is fine.",
    )
    language = forms.CharField(
        label="In which language, if not English",
        max_length=120,
        required=False,
        help_text="Also easy-read, sign language or anything that made it easier to follow.",
    )
    interpreter = forms.CharField(
        label="Interpreter",
        max_length=200,
        required=False,
        help_text="Their name and their service. A friend or relative is not an interpreter.",
    )
    others_present = forms.CharField(label="Who else was there", max_length=250, required=False)
    capacity = forms.ChoiceField(
        label="Could they make this decision?",
        choices=Capacity.choices,
        widget=forms.RadioSelect,
        help_text="Everybody is taken to be able to, unless there is reason to doubt it. An unwise"
        " decision is no such reason.",
    )
    capacity_words = forms.CharField(
        label="How did you consider it?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="For example: they said in their own words what would be shared, and why.",
    )
    capacity_by = forms.CharField(
        label="Who assessed it?", max_length=200, help_text="Their name and their post."
    )
    capacity_on = PlainDateField(label="When was it assessed?", past=True)

    reveals = {
        "lasts": {"date": ["until"]},
        "capacity": {"presumed": ["capacity_words"], "assessed": ["capacity_by", "capacity_on"]},
    }
    fieldsets = [
        ("What they said", ["lasts", "persons_words", "said"]),
        (
            "How you asked",
            ["given", "explained", "explained_words", "language", "interpreter", "others_present"],
        ),
        ("Whether they could decide", ["capacity"]),
    ]


class RefusalForm(Form):
    """They said no to everything: the least that must be written down."""

    given = PlainDateField(label="When did you speak with them?", past=True)
    explained = _explained()
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
        help_text="They need not give a reason. Only your agency reads this.",
    )


class WithdrawForm(Form):
    """Taking it back: all of it, or for some of the purposes."""

    purposes = forms.MultipleChoiceField(
        label="What do they take back?",
        widget=forms.CheckboxSelectMultiple,
        help_text="To change single answers, ask again instead.",
    )
    words = forms.CharField(
        label="What did they say?",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="You do not need a reason. They do not have to give one.",
    )

    def __init__(self, *args: Any, purposes: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(purposes) > 1:
            self.fields["purposes"].choices = list(purposes)  # type: ignore[attr-defined]
            self.fields["purposes"].initial = [number for number, _ in purposes]
        else:
            del self.fields["purposes"]


class PaperForm(Form):
    """The scan of a signed form."""

    file = forms.FileField(
        label="The scanned form",
        help_text="A PDF, or a JPEG or PNG picture, of at most 5 MB. Check that it is this"
        " person’s form, and that every page can be read.",
    )


class PaperOutForm(Form):
    """Taking a scan out again."""

    words = forms.CharField(
        label="Why is it taken out?",
        max_length=250,
        help_text="For example: it was somebody else’s form. Your words are kept; the scan is not.",
    )
