"""Forms about training."""

from typing import Any

from django import forms

from lintel.sharing.loop_words import STATE_CHOICES
from lintel.web.forms import Form, PlainDateField


class TrainingFilter(Form):
    """What of the list is shown."""

    state = forms.ChoiceField(label="Training", choices=STATE_CHOICES, required=False)
    team = forms.ChoiceField(label="Team", required=False, widget=forms.Select)

    def __init__(self, *args: Any, teams: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].choices = [("", "All teams"), *teams]  # type: ignore[attr-defined]


class RecordForm(Form):
    """Who has done which training."""

    worker_ids = forms.TypedMultipleChoiceField(
        label="Who has done it?",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick who has done it"},
    )
    course = forms.CharField(
        label="Course", max_length=200, help_text="For example Confidentiality and sharing."
    )
    done_on = PlainDateField(
        label="Done on",
        past=True,
        help_text="For example 3 May, or today.",
        error_messages={"required": "Enter the day on which it was done"},
    )
    until = PlainDateField(
        label="In date until",
        future=True,
        help_text="The first day on which it is out of date. Three years at most.",
        error_messages={"required": "Enter the day until which it is in date"},
    )

    def __init__(self, *args: Any, workers: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["worker_ids"].choices = workers  # type: ignore[attr-defined]


class EndTrainingForm(Form):
    """Why a training doesn't count."""

    words = forms.CharField(
        label="Why doesn’t it count?",
        max_length=500,
        widget=forms.Textarea,
        help_text="For example: recorded for the wrong worker. The worker can read this.",
    )


class ImportForm(Form):
    """A list of training: a file, or lines pasted from a spreadsheet."""

    file = forms.FileField(label="CSV file", required=False)
    rows = forms.CharField(
        label="Or paste the rows",
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="The first row names the columns: e-mail, course, done on, until.",
    )
