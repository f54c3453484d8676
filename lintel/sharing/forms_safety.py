"""Forms about opening for safety, agreeing to it, and looking at it afterwards."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms

from lintel.agencies.models import Worker
from lintel.kernel.sight.states import Category as C
from lintel.sharing.queries import Holder, all_second
from lintel.sharing.states import OVERRIDE_REASON_HELP, Consequence, OverrideReason
from lintel.web.forms import Form, PlainDateField

HOURS = {"1": "1 hour", "2": "2 hours", "4": "4 hours", "8": "8 hours", "24": "24 hours"}
SECOND = "A second worker at your agency must agree to this first"
YES_NO = [("yes", "Yes"), ("no", "No")]


class SafetyForm(Form):
    """Opening what others hold, for safety."""

    reason = forms.ChoiceField(
        label="Why can’t it wait for consent?",
        choices=OverrideReason.choices,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label="What has happened?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=(
            "The person, those who work with them, and the information leads of both agencies will"
            " read this. Leave out who told you, if that could put them in danger."
        ),
    )
    holders = forms.MultipleChoiceField(
        label="Whose record do you need to see?", widget=forms.CheckboxSelectMultiple
    )
    categories = forms.MultipleChoiceField(
        label="What do you need to see?",
        widget=forms.CheckboxSelectMultiple,
        help_text="Only what you need to keep somebody safe.",
    )
    second = forms.ChoiceField(
        label="Who can agree to it now?",
        required=False,
        help_text=(
            "Only if you chose something that a second worker must agree to. They are told at once."
            " Ring them too. The rest opens without them."
        ),
    )
    hours = forms.ChoiceField(
        label="For how long?",
        choices=list(HOURS.items()),
        widget=forms.RadioSelect,
        initial="1",
        help_text="It closes by itself. Close it sooner when you can.",
    )
    choice_hints: ClassVar[Mapping[str, Mapping[Any, str]]] = {"reason": OVERRIDE_REASON_HELP}

    def __init__(
        self, *args: Any, holders: Sequence[Holder], seconds: Sequence[Worker], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        told = {c for h in holders for c in h.categories} - {C.IDENTITY}
        guarded = all_second(holders)
        self._choices("holders", [(str(h.id), h.name) for h in holders])
        self._choices("categories", [(str(int(c)), str(c.label)) for c in sorted(told)])
        if guarded:
            self._choices("second", [("", "Nobody"), *_named(seconds)])
            hints = {str(int(c)): SECOND for c in guarded}
            self.choice_hints = {**type(self).choice_hints, "categories": hints}  # type: ignore[misc]
        else:
            del self.fields["second"]

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


class AskAnotherForm(Form):
    """Asking somebody else to agree."""

    second = forms.ChoiceField(label="Who can agree to it now?", widget=forms.RadioSelect)
    page_heading = "second"

    def __init__(self, *args: Any, seconds: Sequence[Worker], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["second"].choices = _named(seconds)  # type: ignore[attr-defined]


class AgreeForm(Form):
    """The second worker's answer."""

    agree = forms.ChoiceField(
        label="Do you agree that they see this now?", choices=YES_NO, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label="Why not?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Say what they can do instead.",
    )
    reveals: ClassVar[Mapping[str, Mapping[Any, Sequence[str]]]] = {"agree": {"no": ["words"]}}


class ReviewForm(Form):
    """What an information lead found."""

    justified = forms.ChoiceField(
        label="Was it justified?",
        choices=[("yes", "Yes, it was justified"), ("no", "No, it was not justified")],
        widget=forms.RadioSelect,
    )
    findings = forms.CharField(
        label="What did you find?",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The person and the worker will read this. Use words that both understand.",
    )
    consequences = forms.MultipleChoiceField(
        label="What follows?",
        # "Nothing more" stands alone, and last.
        choices=[
            *((c.value, c.label) for c in Consequence if c is not Consequence.NONE),
            (Consequence.NONE.value, Consequence.NONE.label),
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    told = forms.ChoiceField(
        label="Has the person been told that their record was opened?",
        choices=[("yes", "Yes"), ("no", "Not yet")],
        widget=forms.RadioSelect,
        help_text="If not yet, their own view leaves it out until they have been.",
    )
    told_words = forms.CharField(
        label="What were they told, and how?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    not_told_words = forms.CharField(
        label="Why not yet?", max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    tell_by = PlainDateField(label="When will you look at that again?", future=True)
    reveals: ClassVar[Mapping[str, Mapping[Any, Sequence[str]]]] = {
        "told": {"yes": ["told_words"], "no": ["not_told_words", "tell_by"]}
    }
    exclusive: ClassVar[Mapping[str, Any]] = {"consequences": Consequence.NONE.value}


class ToldForm(Form):
    """The person has now been told."""

    words = forms.CharField(
        label="What were they told, and how?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The person reads this in their own view.",
    )


def _named(workers: Sequence[Worker]) -> list[tuple[str, str]]:
    return [(str(w.pk), f"{w.name}, {w.job_title}") for w in workers]
