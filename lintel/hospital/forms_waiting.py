"""The forms about being ready and waiting."""

from typing import Any

from django import forms

from lintel.hospital.actions.waiting import Cause
from lintel.hospital.states import Attribution, Holder, Reason
from lintel.web.forms import Form, PlainDateField

ANY = ("", "Any")


class CauseForm(Form):
    """What somebody waits for, whose part it is, and who could act next."""

    reason = forms.ChoiceField(
        label="What do they wait for?",
        choices=[("", "Choose one"), *Reason.choices],
        widget=forms.Select,
        error_messages={"required": "Choose what they wait for"},
        help_text="The national list of reasons, in plain words. Only one counts at a time.",
    )
    attribution = forms.ChoiceField(
        label="Whose part is the delay?",
        choices=Attribution.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whose part the delay is"},
    )
    council = forms.CharField(
        label="Which council?",
        max_length=200,
        required=False,
        help_text="The council whose social care it is: its name, or its code. Leave it empty "
        "where the delay is the NHS’s alone.",
    )
    holder = forms.ChoiceField(
        label="Who could act next?",
        choices=Holder.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who could act next"},
    )
    holder_words = forms.CharField(
        label="Who, by name",
        max_length=200,
        required=False,
        help_text="A team or a name, so that the daily call knows whom to ring.",
    )
    next_step = forms.CharField(
        label="What happens next?",
        max_length=300,
        error_messages={"required": "Say what happens next"},
        help_text="For example, “Hazel asks the landlord for the date of the keys”.",
    )
    next_by = PlainDateField(label="By when?", required=False, prefers="future")

    def cause(self) -> Cause:
        """What was typed, for the domain."""
        given = self.cleaned_data
        return Cause(
            reason=given["reason"],
            attribution=given["attribution"],
            council=given["council"],
            holder=given["holder"],
            holder_words=given["holder_words"],
            next_step=given["next_step"],
            next_by=given["next_by"],
        )


class ReadyForm(CauseForm):
    """Ready, and waiting from a day on."""

    since = PlainDateField(
        label="Since when are they clinically ready?",
        prefers="past",
        error_messages={"required": "Enter the day from which they are ready"},
        help_text="The day the clinical team agreed that they could leave. Days count from it.",
    )
    field_order = ("since",)


class ChangeForm(CauseForm):
    """Another reason, next step, or who could act."""

    on = PlainDateField(
        label="From which day?",
        prefers="past",
        error_messages={"required": "Enter the day from which this is so"},
    )
    field_order = ("on",)


class EndForm(Form):
    """No longer waiting, still here."""

    on = PlainDateField(
        label="Until which day did they wait?",
        prefers="past",
        error_messages={"required": "Enter the day"},
        help_text="The first day that is not counted any more.",
    )


class CorrectForm(CauseForm):
    """A line put right, with why."""

    since = PlainDateField(
        label="Ready since",
        prefers="past",
        error_messages={"required": "Enter the day from which they were ready"},
    )
    until = PlainDateField(
        label="Waited until",
        prefers="past",
        required=False,
        help_text="Empty while they still wait. If they never waited, enter the same day twice.",
    )
    why = forms.CharField(
        label="What was wrong?",
        max_length=300,
        error_messages={"required": "Say what was wrong"},
        help_text="It stands beside the old line, which stays to be seen.",
    )
    field_order = ("since", "until")


class BoardFilter(forms.Form):
    """What the daily call looks at."""

    ward = forms.ChoiceField(label="Ward", required=False)
    reason = forms.ChoiceField(
        label="Waiting for",
        required=False,
        choices=[ANY, ("housing", "Anything about housing"), *Reason.choices],
    )
    holder = forms.ChoiceField(
        label="Who could act next", required=False, choices=[ANY, *Holder.choices]
    )
    overdue = forms.ChoiceField(
        label="Next step",
        required=False,
        choices=[ANY, ("yes", "Overdue"), ("none", "No day set")],
    )

    def __init__(self, *args: Any, wards: list[tuple[int, str]], **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["ward"].choices = [ANY, *((str(k), name) for k, name in wards)]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, str]:
        """What was chosen, without what can't be read or was left empty."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
