"""The small forms of the receiver's desk, one for each thing that can be done.

All carry the version of the desk that was on the screen, so that two workers who decide at once
are told apart (`Conflict`).
"""

from collections.abc import Iterable
from typing import Any

from django import forms

from lintel.requests.forms.raising import long_text
from lintel.requests.states import Decision, NotOurs
from lintel.web.forms import Form


class DeskForm(Form):
    """The base: what the worker saw when the form was opened."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class AssignForm(DeskForm):
    """Give it to a worker of the team."""

    def __init__(self, *args: Any, workers: Iterable[tuple[int, str]], **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["worker_id"] = forms.TypedChoiceField(
            label="Who takes it?",
            coerce=int,
            choices=[("", "Choose a worker"), *workers],
            error_messages={"required": "Choose who takes it"},
        )


class FindOutForm(DeskForm):
    """We don't know, so we find out and get back."""

    words = long_text(
        "What are you finding out, and from whom?",
        help_text="For your own team.",
        rows=3,
        limit=1000,
    )


class ReturnForm(DeskForm):
    """Ask the sender for more. A masked sender gets standard questions only."""

    def __init__(
        self, *args: Any, questions: Iterable[tuple[str, str]], masked: bool, **rest: Any
    ) -> None:
        super().__init__(*args, **rest)
        self.fields["questions"] = forms.MultipleChoiceField(
            label="What do you need to know?",
            choices=list(questions),
            required=masked,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": "Select at least one question"},
        )
        self.fields["words"] = long_text(
            "A note for your own team" if masked else "In your own words",
            required=False,
            help_text="The sender will not see this." if masked else "",
            rows=3,
            limit=1000,
        )
        self.masked = masked

    def clean(self) -> dict[str, Any]:
        """An open request needs a question, ticked or written."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.masked and not cleaned.get("questions") and not cleaned.get("words"):
            self.add_error("questions", "Select a question or write your own")
        return cleaned


class RedirectForm(DeskForm):
    """Send it to the team that it should have gone to."""

    def __init__(self, *args: Any, teams: Iterable[tuple[int, str]], **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["reason"] = forms.ChoiceField(
            label="Why is it not yours?",
            choices=NotOurs.choices,
            widget=forms.RadioSelect,
            error_messages={"required": "Select why it is not yours"},
        )
        self.fields["to_team_id"] = forms.TypedChoiceField(
            label="Which team should have it?",
            coerce=int,
            choices=[("", "Choose a team"), *teams],
            help_text="Teams that the directory says cover the address come first.",
            error_messages={"required": "Choose the team that should have it"},
        )
        self.fields["words"] = long_text(
            "Why that team?", help_text="The other team reads this.", rows=3, limit=1000
        )


class DecideForm(DeskForm):
    """The decision, each with what it needs to be worth something to the others."""

    decision = forms.ChoiceField(
        label="What have you decided?",
        choices=Decision.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what you have decided"},
    )
    acting_words = long_text("What will you do, and by when?", rows=4)
    advice = long_text("Your advice", rows=6)
    passed_on = long_text(
        "To which service, to whom, and why?",
        help_text="Name the service and the worker that you spoke to.",
        rows=4,
    )
    not_ours = forms.ChoiceField(
        label="Did it come to the wrong team?",
        choices=[("", "No"), *NotOurs.choices],
        required=False,
        help_text="If it did, whoever keeps your entry in the directory hears of it.",
    )
    reason = long_text("Why is it not for you?", rows=3)
    better_route = long_text(
        "What is a better route?",
        help_text="Where the sender can turn instead, and how to reach them. Every no needs one.",
        rows=3,
    )

    reveals = {
        "decision": {
            Decision.ACTING: ["acting_words"],
            Decision.ADVICE: ["advice"],
            Decision.PASSED_ON: ["passed_on"],
            Decision.NOT_FOR_US: ["not_ours", "reason", "better_route"],
        }
    }
    # Which field is which of the domain's names, for each decision.
    NAMES: dict[Decision, dict[str, str]] = {
        Decision.ACTING: {"words": "acting_words"},
        Decision.ADVICE: {"advice": "advice"},
        Decision.PASSED_ON: {"words": "passed_on"},
        Decision.NOT_FOR_US: {"words": "reason", "better_route": "better_route"},
    }

    def __init__(
        self, *args: Any, decisions: Iterable[Decision] = tuple(Decision), **rest: Any
    ) -> None:
        super().__init__(*args, **rest)
        allowed = set(decisions)
        self.fields["decision"].choices = [  # type: ignore[attr-defined]
            (d.value, d.label) for d in Decision if d in allowed
        ]

    def decided(self) -> dict[str, Any]:
        """The decision as `actions.decide` takes it, without the reference."""
        made = Decision(self.cleaned_data["decision"])
        names = self.NAMES[made]
        texts = {
            name: self.cleaned_data[names[name]] if name in names else ""
            for name in ("words", "better_route", "advice")
        }
        return {"decision": made, "not_ours": self.cleaned_data.get("not_ours") or "", **texts}

    def take(self, errors: Any) -> None:
        """Put what the domain found wrong beside the field that this decision shows."""
        names: dict[str, str] = {}
        if "decision" in self.cleaned_data:
            names = self.NAMES[Decision(self.cleaned_data["decision"])]
        super().take({names.get(name, name): words for name, words in errors.items()})


class CloseForm(DeskForm):
    """Close it, and say whom to contact in which circumstances."""

    ROWS = 3
    EXAMPLES = (
        "If the person seems to be getting unwell again",
        "In an emergency, at night or at a weekend",
        "About the rent or repairs",
    )

    words = long_text(
        "What was done, and how do things stand?",
        help_text="For everyone who relied on you.",
        required=False,
        rows=4,
    )

    def __init__(self, *args: Any, masked: bool = False, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.numbers = () if masked else tuple(range(1, self.ROWS + 1))
        for number in self.numbers:
            self.fields[f"when_{number}"] = forms.CharField(
                label="In which circumstances?",
                max_length=200,
                required=False,
                help_text=f"For example: {self.EXAMPLES[number - 1]}.",
            )
            self.fields[f"who_{number}"] = forms.CharField(
                label="Who to contact, and how?", max_length=200, required=False
            )
        self.fieldsets = [  # type: ignore[misc]
            ("What happened", ["words"]),
            *((f"Contact {n} from now on", [f"when_{n}", f"who_{n}"]) for n in self.numbers),
        ]

    def contacts(self) -> list[tuple[str, str]]:
        """(circumstances, whom to contact) of the rows that were filled in."""
        pairs = [
            (self.cleaned_data.get(f"when_{n}", ""), self.cleaned_data.get(f"who_{n}", ""))
            for n in self.numbers
        ]
        return [pair for pair in pairs if any(pair)]

    def clean(self) -> dict[str, Any]:
        """A row is filled in on both sides or on neither."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for n in self.numbers:
            when, who = cleaned.get(f"when_{n}"), cleaned.get(f"who_{n}")
            if when and not who:
                self.add_error(f"who_{n}", "Enter whom to contact then")
            if who and not when:
                self.add_error(f"when_{n}", "Enter in which circumstances to contact them")
        return cleaned


class ReviewForm(DeskForm):
    """Looked at again: still being acted on."""

    words = long_text("How is it going?", required=False, rows=3)


class ReopenForm(DeskForm):
    """Take it up again."""

    words = long_text("Why does it need to be looked at again?", rows=3, limit=1000)


class NoteForm(DeskForm):
    """A note for one's own desk."""

    words = long_text(
        "Your note", help_text="Only your own team reads it. The person can ask to.", rows=4
    )


class HandOverForm(Form):
    """Give what a worker has on the desk, or has sent, to another of the team."""

    what = forms.ChoiceField(
        label="What do you hand over?",
        choices=[("desk", "What they are handling"), ("sent", "What they have sent")],
        widget=forms.RadioSelect,
        error_messages={"required": "Select what you hand over"},
    )

    def __init__(
        self,
        *args: Any,
        leaving: Iterable[tuple[int, str]],
        taking: Iterable[tuple[int, str]],
        **rest: Any,
    ) -> None:
        super().__init__(*args, **rest)
        self.fields["from_worker_id"] = forms.TypedChoiceField(
            label="Whose requests?",
            coerce=int,
            choices=[("", "Choose a worker"), *leaving],
            error_messages={"required": "Choose whose requests you hand over"},
        )
        self.fields["to_worker_id"] = forms.TypedChoiceField(
            label="Who takes them?",
            coerce=int,
            empty_value=None,
            required=False,
            choices=[("", "The team: anybody can take them"), *taking],
            help_text="What was sent needs a worker, who then gets the answers.",
        )

    def clean(self) -> dict[str, Any]:
        """What was sent must have a sender; and nobody hands over to themselves."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        to = cleaned.get("to_worker_id")
        if cleaned.get("what") == "sent" and to is None and "to_worker_id" not in self.errors:
            self.add_error("to_worker_id", "Choose who gets the answers from now on")
        if to is not None and to == cleaned.get("from_worker_id"):
            self.add_error("to_worker_id", "Choose somebody else")
        return cleaned
