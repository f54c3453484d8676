"""The forms of advance notices: sent, changed and withdrawn by a ward, answered by a council."""

from collections.abc import Sequence
from typing import Any

from django import forms

from lintel.hospital.queries.notices import Council
from lintel.hospital.states import AnswerKind, NoticeReason
from lintel.web.forms import EmailField, Form, PlainDateField, PlainDateTimeField

OUTSIDE = "outside"
MORE_HINT = "Leave this empty unless they agreed to it. The council can ask them itself."


def _text(
    label: str,
    *,
    help_text: str = "",
    required: bool = True,
    rows: int = 3,
    limit: int = 300,
    missing: str = "",
) -> forms.CharField:
    return forms.CharField(
        error_messages={"required": missing} if missing else None,
        label=label,
        help_text=help_text,
        required=required,
        max_length=limit,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class SendForm(Form):
    """Send an advance notice: the legal minimum, and more only where the person agreed to it."""

    to = forms.ChoiceField(
        label="Which council did the person choose?",
        widget=forms.RadioSelect,
        help_text="The choice is theirs. It need not be the council where they lived.",
        error_messages={"required": "Choose the council that the person chose"},
    )
    outside_name = forms.CharField(label="Which council?", max_length=200)
    outside_email = EmailField(
        label="Its housing options team’s email address",
        help_text="The address on the council’s website. It gets a link and nothing about anybody.",
    )
    agreed_words = _text(
        "How did they agree, and choose this council?",
        help_text="For example: we read the notice together, and she asked for this council.",
        limit=500,
    )
    agreed_more = forms.BooleanField(
        label="They agreed to what I write below beyond the minimum", required=False
    )
    reason = forms.ChoiceField(
        label="Why do they need the council’s help?",
        choices=NoticeReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select why they need the council’s help"},
    )
    expected = PlainDateField(
        label="When are they expected to leave hospital?",
        future=True,
        help_text="Your best guess. You can send a new date when it changes.",
        error_messages={"required": "Enter when they are expected to leave hospital"},
    )
    contact = _text(
        "How can the council reach them?",
        missing="Enter how the council can reach them",
        help_text="The telephone number or address that they want to be reached at.",
        rows=2,
    )
    vulnerability = _text(
        "Why may they be vulnerable?", help_text=MORE_HINT, required=False, limit=4000
    )
    suitable = _text(
        "What would be a suitable place to live?", help_text=MORE_HINT, required=False, limit=4000
    )

    reveals = {"to": {OUTSIDE: ["outside_name", "outside_email", "agreed_words", "agreed_more"]}}
    fieldsets = [
        ("To whom", ["to"]),
        ("What is sent", ["reason", "expected", "contact"]),
        ("Only if they agreed to more", ["vulnerability", "suitable"]),
    ]

    def __init__(self, *args: Any, councils: Sequence[Council], **rest: Any) -> None:
        super().__init__(*args, **rest)
        field: Any = self.fields["to"]
        field.choices = [
            *((str(c.team_id), c.name) for c in councils),
            (OUTSIDE, "Another council, by a secure link"),
        ]
        hints = {str(c.team_id): _agreed(c) for c in councils}
        self.choice_hints = {"to": hints}  # type: ignore[misc]

    def sent(self) -> dict[str, Any]:
        """What the action takes."""
        values = {name: value or "" for name, value in self.cleaned_data.items()}
        to = values.pop("to")
        values["agreed_more"] = bool(values["agreed_more"])
        return {**values, "to_team_id": None if to == OUTSIDE else int(to)}


def _agreed(council: Council) -> str:
    if not council.agreed:
        return "They have not agreed to this council being told. Ask them first."
    told = [str(category.label) for category in sorted(council.categories)]
    return f"They agreed that it is told: {', '.join(told)}."


class DateForm(Form):
    """Tell the council another date."""

    expected = PlainDateField(label="When are they now expected to leave?", future=True)
    why = _text("Why did it change?", help_text="The council reads this.", rows=2)


class WithdrawForm(Form):
    """Take a notice back."""

    why = _text("Why do you take it back?", help_text="The council reads this.", rows=2)


class AnswerForm(Form):
    """What a council answers; each kind asks for what makes it worth something."""

    kind = forms.ChoiceField(
        label="What is your answer?",
        choices=AnswerKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select your answer"},
    )
    at = PlainDateTimeField(label="When is it?", future=True)
    place = forms.CharField(
        label="Where is it, or how are they rung?",
        max_length=250,
    )
    assessment = _text("What came of the assessment?", limit=4000)
    offer = _text("What do you offer, and from when?", limit=4000)
    nothing = _text(
        "Why can nothing be offered?",
        help_text="Say too what you do instead, and when you look again.",
        limit=4000,
    )
    council = _text("Which council is it for, and how is it reached?", rows=2)

    reveals = {
        "kind": {
            AnswerKind.APPOINTMENT: ["at", "place"],
            AnswerKind.ASSESSMENT: ["assessment"],
            AnswerKind.OFFER: ["offer"],
            AnswerKind.NOTHING: ["nothing"],
            AnswerKind.WRONG: ["council"],
        }
    }
    # Which field holds the domain's `words`, for each kind.
    WORDS = {
        AnswerKind.ASSESSMENT: "assessment",
        AnswerKind.OFFER: "offer",
        AnswerKind.NOTHING: "nothing",
        AnswerKind.WRONG: "council",
    }

    def answered(self) -> dict[str, Any]:
        """What the action takes."""
        values = self.cleaned_data
        words = self.WORDS.get(values["kind"])
        return {
            "kind": values["kind"],
            "at": values.get("at"),
            "place": values.get("place") or "",
            "words": (values.get(words) or "") if words else "",
        }

    def names(self) -> dict[str, str]:
        """The domain's names of fields as this form's."""
        words = self.WORDS.get(self.cleaned_data.get("kind", ""))
        return {"words": words} if words else {}


class OutsideAnswerForm(AnswerForm):
    """The same from a council outside, which says who it is."""

    by_words = forms.CharField(label="Your name and job", max_length=200)


class CodeForm(Form):
    """The code that was sent to the council's address."""

    code = forms.CharField(
        label="The code that we sent",
        max_length=20,
        help_text="Six digits, in a message to the address that the link was sent to.",
        widget=forms.TextInput(
            attrs={
                "class": "govuk-input--width-10",
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
            }
        ),
    )
