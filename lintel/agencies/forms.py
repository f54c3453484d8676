"""Forms of the agencies pages."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms

from lintel.agencies.states import Scope
from lintel.web.forms import Form, PlainDateField

LASTS = [("30", "30 days"), ("90", "90 days"), ("365", "One year")]
Choices = Iterable[tuple[int, str]]


class AwayForm(Form):
    """When a link worker is away, and who covers."""

    first = PlainDateField(label="First day away", prefers="future")
    last = PlainDateField(label="Last day away", future=True)
    cover_id = forms.TypedChoiceField(
        label="Who covers", coerce=int, empty_value=None, widget=forms.Select
    )

    def __init__(self, *args: Any, covers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cover_id"].choices = [("", "Choose a worker"), *covers]  # type: ignore[attr-defined]


class KeyForm(Form):
    """A new key for another system."""

    integration = forms.CharField(
        label="Name of the system",
        max_length=120,
        help_text="As your colleagues know it, for example “Housing management system”.",
    )
    worker_id = forms.TypedChoiceField(
        label="Worker it acts for",
        coerce=int,
        empty_value=None,
        widget=forms.Select,
        help_text="What the system does is recorded as done for this worker, "
        "and it sees no more than this worker does.",
    )
    scopes = forms.MultipleChoiceField(
        label="What may it do?", choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    lasts = forms.TypedChoiceField(
        label="How long does the key last?",
        choices=LASTS,
        coerce=lambda days: timedelta(days=int(days)),
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, workers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["worker_id"].choices = [("", "Choose a worker"), *workers]  # type: ignore[attr-defined]
