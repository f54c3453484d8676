"""The filters of lists: GET forms that never fail; what can't be read is left out."""

from typing import Any

from django import forms

from lintel.requests.states import Kind, Shown, Urgency

ANY = [("", "Any")]


class SentFilter(forms.Form):
    """What the sender looks for among the requests that they sent."""

    shown = forms.MultipleChoiceField(
        label="Where it stands",
        choices=[(s.value, s.label) for s in Shown if s is not Shown.DRAFT],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    kind = forms.MultipleChoiceField(
        label="Kind", choices=Kind.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    whose = forms.ChoiceField(
        label="Sent by",
        choices=[("", "Me and my teams"), ("mine", "Me")],
        required=False,
        widget=forms.RadioSelect,
    )


class InboxFilter(forms.Form):
    """What a team looks for in its inbox."""

    kind = forms.MultipleChoiceField(
        label="Kind", choices=Kind.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    urgency = forms.MultipleChoiceField(
        label="How urgent",
        choices=[(u.value, u.label.split(":")[0]) for u in Urgency],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    team = forms.ChoiceField(label="Team", required=False)

    def __init__(self, *args: Any, teams: list[tuple[int, str]], **rest: Any) -> None:
        super().__init__(*args, **rest)
        if len(teams) > 1:
            choices = [("", "All my teams"), *((str(key), name) for key, name in teams)]
            self.fields["team"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["team"]


def chosen(form: forms.Form) -> dict[str, Any]:
    """What was chosen, without what can't be read or was left empty."""
    form.is_valid()
    return {name: value for name, value in form.cleaned_data.items() if value not in ("", [], None)}
