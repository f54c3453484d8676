"""Forms about sharing on another basis than consent."""

from collections.abc import Sequence
from typing import Any

from django import forms

from lintel.kernel.sight.states import Category
from lintel.sharing.states import Basis, Purpose
from lintel.web.forms import Form, PlainDateField

# What a person agreed to, and an agency's own work, are no other basis.
NOT_OTHER = {Basis.CONSENT, Basis.OWN_WORK}


class BasisForm(Form):
    """What is shared, why the law allows it, and whether the person knows."""

    basis = forms.ChoiceField(
        label="What allows it?",
        choices=[(b.value, b.label) for b in Basis if b not in NOT_OTHER],
        widget=forms.RadioSelect,
    )
    statute = forms.CharField(
        label="Which law, and which section?",
        max_length=200,
        help_text="For example: Mental Capacity Act 2005, sections 4 and 5 (best interests).",
    )
    purpose = forms.ChoiceField(
        label="What is it for?", choices=Purpose.choices, widget=forms.RadioSelect
    )
    categories = forms.MultipleChoiceField(
        label="What do you share?",
        widget=forms.CheckboxSelectMultiple,
        help_text="No more than is needed. Who they are (name, date of birth) goes with it.",
    )
    recipient_worker = forms.ChoiceField(
        label="Who in the team?", required=False, widget=forms.Select
    )
    words = forms.CharField(
        label="Why must it be shared, and why can’t you ask, or why isn’t a no enough?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The person may read this one day. So does the team that is told.",
    )
    until = PlainDateField(label="Until which day?", future=True)
    knows = forms.ChoiceField(
        label="Does the person know?",
        choices=[("yes", "Yes, they were told"), ("no", "Not yet: it could do harm, for now")],
        widget=forms.RadioSelect,
        help_text="People are told, unless a reason that you can state forbids it.",
    )
    told_words = forms.CharField(
        label="How were they told, and what did they say?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    not_told_words = forms.CharField(
        label="Why can’t they be told yet?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    tell_review = PlainDateField(
        label="When is that looked at again?",
        future=True,
        help_text="Within three months, and again until they can be told.",
    )

    reveals = {
        "basis": {"statute": ["statute"]},
        "knows": {"yes": ["told_words"], "no": ["not_told_words", "tell_review"]},
    }

    def __init__(
        self,
        *args: Any,
        categories: Sequence[Category],
        workers: Sequence[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["categories"].choices = [(str(int(c)), c.label) for c in categories]  # type: ignore[attr-defined]
        people = [(str(number), f"Only {name}") for number, name in workers]
        self.fields["recipient_worker"].choices = [("", "Everybody in it"), *people]  # type: ignore[attr-defined]


class WhyForm(Form):
    """A decision in words."""

    words = forms.CharField(label="Why?", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class ToldForm(Form):
    """The person was told."""

    told = PlainDateField(label="When were they told?", past=True)
    words = forms.CharField(
        label="How were they told, and what did they say?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AgainForm(Form):
    """They still can't be told."""

    words = forms.CharField(
        label="Why can’t they be told yet?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    again = PlainDateField(
        label="When is that looked at again?", future=True, help_text="Within three months."
    )
