"""The forms about the circle."""

from collections.abc import Sequence
from typing import Any

from django import forms

from lintel.plans.actions import LONGEST_AGREED, LONGEST_ROLE, LONGEST_WORDS
from lintel.web.forms import Form

LINES = 3


class WhoForm(Form):
    """Finding the worker; by POST, like every search for somebody."""

    words = forms.CharField(
        label="Who joins the circle?",
        error_messages={"required": "Enter part of a worker’s name, post or team"},
        max_length=100,
        help_text="Part of a worker’s name, post, team or service.",
    )


class JoinForm(Form):
    """What was agreed about one worker."""

    worker = forms.ChoiceField(
        label="Who joins?",
        error_messages={"required": "Choose who joins"},
        widget=forms.RadioSelect,
    )
    role_words = forms.CharField(
        label="What is their part?",
        error_messages={"required": "Say what their part is"},
        max_length=LONGEST_ROLE,
        help_text="In the person’s words. For example, “my nurse” or “helps with the rent”.",
    )
    reach_words = forms.CharField(
        label="How do the others reach them?",
        error_messages={"required": "Say how the others reach them"},
        max_length=LONGEST_WORDS,
        help_text="For example, a number and the days they work.",
    )
    agreed_words = forms.CharField(
        label="What did the person agree to?",
        error_messages={"required": "Write what the person agreed to"},
        max_length=LONGEST_AGREED,
        widget=forms.Textarea,
        help_text="When you spoke, what you explained, and what they said, in their words.",
    )

    def __init__(self, *args: Any, workers: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["worker"].choices = list(workers)  # type: ignore[attr-defined]


class LeaveForm(Form):
    """Why somebody leaves; one's own reason is one's own affair."""

    words = forms.CharField(
        label="Why do they leave the circle?",
        error_messages={"required": "Say why they leave the circle"},
        max_length=LONGEST_WORDS,
        help_text="For example, “He asked for it” or “She left her post”.",
    )


class LeaveMyselfForm(Form):
    """Leaving oneself."""

    words = forms.CharField(
        label="Why do you leave the circle?", max_length=LONGEST_WORDS, required=False
    )


class DeclineForm(Form):
    """Saying no; nobody owes a reason."""

    words = forms.CharField(
        label="What should they know?",
        max_length=LONGEST_WORDS,
        required=False,
        help_text="The worker who asked reads this. For example, who to ask instead.",
    )


class IfWrongForm(Form):
    """Who to contact in which circumstances: some lines of two fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, LINES + 1):
            first = n == 1
            self.fields[f"when_{n}"] = forms.CharField(
                error_messages={"required": "Say what may happen"},
                label="When this happens",
                max_length=LONGEST_WORDS,
                required=first,
                help_text="For example, “He does not answer for three days”." if first else "",
            )
            self.fields[f"who_{n}"] = forms.CharField(
                error_messages={"required": "Say who to contact, and how"},
                label="Contact",
                max_length=LONGEST_WORDS,
                required=first,
                help_text="Who, how, and at what hours. A team lasts longer than a name."
                if first
                else "",
            )
        self.fieldsets = [  # type: ignore[misc]
            (f"{('First', 'Second', 'Third')[n - 1]} line", [f"when_{n}", f"who_{n}"])
            for n in range(1, LINES + 1)
        ]

    def contacts(self) -> list[tuple[str, str]]:
        """The pairs, with the empty ones."""
        given = self.cleaned_data
        return [(given[f"when_{n}"], given[f"who_{n}"]) for n in range(1, LINES + 1)]

    def clean(self) -> dict[str, Any]:
        """A line has both its halves."""
        given = super().clean() or {}
        for n in range(2, LINES + 1):
            when, who = given.get(f"when_{n}", ""), given.get(f"who_{n}", "")
            if when and not who:
                self.add_error(f"who_{n}", "Say who to contact then")
            if who and not when:
                self.add_error(f"when_{n}", "Say when to contact them")
        return given
