"""Forms for what is done with a version or an entry as a whole."""

from typing import Any

from django import forms

from lintel.web.fields import PlainDateField
from lintel.web.forms import Form


class StartForm(Form):
    """A new entry: its name and whose it is."""

    name = forms.CharField(
        label="What is the service called?",
        max_length=200,
        help_text="As people know it. You can change it later.",
    )
    whose = forms.ChoiceField(label="Whose service is it?", widget=forms.RadioSelect)

    def __init__(self, *args: Any, teams: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(number), name) for number, name in teams]
        choices.append(("agency", "My agency’s as a whole"))
        self.fields["whose"].choices = choices  # type: ignore[attr-defined]
        if len(choices) > 8:
            self.fields["whose"].widget = forms.Select(choices=choices)

    def team_id(self) -> int | None:
        """The team, None for the agency as a whole."""
        whose = str(self.cleaned_data["whose"])
        return None if whose == "agency" else int(whose)


class SendForm(Form):
    """For the reviewer."""

    note = forms.CharField(
        label="What has changed, and why?",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For the person who reviews it. They see the differences too.",
    )


class ReviewForm(Form):
    """Publish, or return with a comment."""

    stamp = forms.CharField(widget=forms.HiddenInput, max_length=40)
    decision = forms.ChoiceField(
        label="What do you decide?",
        choices=(
            ("publish", "Publish it"),
            ("return", "Return it with a comment"),
        ),
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label="What should change?", max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    reveals = {"decision": {"return": ["comment"]}}


class WithdrawForm(Form):
    """Why an entry is taken out."""

    why = forms.CharField(
        label="Why is it taken out?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept in the record. Whoever reviews the entry is told that it is out.",
    )


class QuickClosureForm(Form):
    """Days on which it is shut."""

    first = PlainDateField(label="First day shut", prefers="future", help_text="For example today.")
    last = PlainDateField(label="Last day shut", prefers="future")
    why = forms.CharField(label="Why? People read this.", max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        """In order."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = given.get("first"), given.get("last")
        if first and last and last < first:
            self.add_error("last", "The last day is before the first one")
        return given


class HandOverForm(Form):
    """Who keeps the entry."""

    owner = forms.ChoiceField(label="Owner", widget=forms.Select)
    deputy = forms.ChoiceField(
        label="Deputy",
        required=False,
        widget=forms.Select,
        help_text="Is reminded when the owner has not checked the entry in time.",
    )

    def __init__(self, *args: Any, workers: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(number), words) for number, words in workers]
        self.fields["owner"].choices = [("", "Choose"), *choices]  # type: ignore[attr-defined]
        self.fields["deputy"].choices = [("", "Nobody"), *choices]  # type: ignore[attr-defined]
