"""Forms by which a team is changed, merged or split."""

from typing import Any

from django import forms

from lintel.config.models import Entries
from lintel.web.forms import EmailField, Form, PhoneField

Choices = list[tuple[int, str]]


class ChangeForm(Form):
    """A team's name, and where it is reached."""

    name = forms.CharField(label="Name of the team", max_length=200)
    phone = PhoneField(label="Phone", required=False)
    email = EmailField(label="E-mail", required=False)
    description = forms.CharField(
        label="What it does", max_length=2000, required=False, widget=forms.Textarea
    )


class MergeForm(Form):
    """Which team it becomes part of."""

    into = forms.TypedChoiceField(
        label="Which team does it become part of?", coerce=int, widget=forms.Select
    )
    entries = forms.ChoiceField(
        label="What becomes of its entries in the directory?",
        choices=Entries.choices,
        initial=Entries.FOLLOW,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, teams: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["into"].choices = [("", "Choose a team"), *teams]  # type: ignore[attr-defined]


class SplitForm(Form):
    """The new team, and who goes there."""

    name = forms.CharField(label="Name of the new team", max_length=200)
    phone = PhoneField(label="Its phone", required=False)
    email = EmailField(label="Its e-mail", required=False)
    workers = forms.TypedMultipleChoiceField(
        label="Who goes to the new team?",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text="The people whose named worker they are, and the requests that they have or "
        "sent, go with them.",
    )
    lead_id = forms.TypedChoiceField(
        label="Who leads the new team?", coerce=int, widget=forms.Select
    )
    patches = forms.TypedMultipleChoiceField(
        label="Which patches go along?",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, workers: Choices, patches: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["workers"].choices = workers  # type: ignore[attr-defined]
        self.fields["lead_id"].choices = [("", "Choose a worker"), *workers]  # type: ignore[attr-defined]
        if patches:
            self.fields["patches"].choices = patches  # type: ignore[attr-defined]
        else:
            del self.fields["patches"]
