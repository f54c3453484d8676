"""The forms of a ward: admission, the housing questions, steps, moves, meetings, the end."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms

from lintel.hospital.queries import QUESTIONS
from lintel.hospital.states import ENDINGS, Away, Mistake, Return, StepKind, StepState, Tenure, Yes
from lintel.web.forms import Form, PlainDateField, PlainDateTimeField

NOBODY = [("", "Choose somebody")]


def _workers(of: Sequence[tuple[int, str]]) -> list[tuple[str, str]]:
    return [*NOBODY, *((str(key), words) for key, words in of)]


class HousingWorkerForm(Form):
    """Who works on the person's housing."""

    housing_worker = forms.TypedChoiceField(
        label="Who works on their housing?",
        coerce=int,
        widget=forms.Select,
        help_text="They, and the lead of the ward, see this stay. Nobody else does.",
        error_messages={"required": "Choose who works on their housing"},
    )

    def __init__(self, *args: Any, workers: Sequence[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["housing_worker"].choices = _workers(workers)  # type: ignore[attr-defined]


class AdmitForm(HousingWorkerForm):
    """An admission."""

    name = forms.CharField(
        label="Full name",
        max_length=200,
        error_messages={"required": "Enter the person’s name"},
    )
    born = PlainDateField(
        label="Date of birth",
        past=True,
        earliest=dt.date(1900, 1, 1),
        help_text="For example 3 April 1972.",
        error_messages={"required": "Enter the date of birth"},
    )
    admitted = PlainDateTimeField(
        label="When were they admitted?",
        help_text="For example today 10:30am.",
        error_messages={"required": "Enter when they were admitted"},
    )
    expected = PlainDateField(
        label="When are they expected to leave?",
        prefers="future",
        required=False,
        help_text="Leave it empty if nobody knows yet.",
    )
    field_order = ["name", "born", "admitted", "expected", "housing_worker"]


class QuestionsForm(Form):
    """The housing questions, asked on the first day."""

    tenure = forms.ChoiceField(
        label="Where did they live?", choices=Tenure.choices, widget=forms.RadioSelect
    )
    where_words = forms.CharField(
        label=QUESTIONS["where_words"],
        max_length=300,
        required=False,
        help_text="For example “The flat in Wharf Street, of Shethernley Homes”.",
    )
    can_return = forms.ChoiceField(
        label="Can they go back there?", choices=Return.choices, widget=forms.RadioSelect
    )
    return_words = forms.CharField(
        label="What must be put right first?", max_length=500, required=False, widget=forms.Textarea
    )
    at_risk = forms.ChoiceField(
        label="Could they lose the home?", choices=Yes.choices, widget=forms.RadioSelect
    )
    arrears = forms.ChoiceField(
        label="Is rent owed?", choices=Yes.choices, widget=forms.RadioSelect
    )
    benefits = forms.ChoiceField(
        label="Are benefits in payment?", choices=Yes.choices, widget=forms.RadioSelect
    )
    safe = forms.ChoiceField(
        label="Is it safe for them there?", choices=Yes.choices, widget=forms.RadioSelect
    )
    pets = forms.ChoiceField(
        label="Are there pets that need looking after?",
        choices=Yes.choices,
        widget=forms.RadioSelect,
    )
    dependants = forms.ChoiceField(
        label="Does anybody depend on them?", choices=Yes.choices, widget=forms.RadioSelect
    )
    keys = forms.CharField(label="Who has the keys?", max_length=300, required=False)
    more = forms.CharField(
        label="Anything else about their home?",
        max_length=5000,
        required=False,
        widget=forms.Textarea,
        help_text="The person can read what you write.",
    )
    reveals = {"can_return": {"with_help": ["return_words"]}}
    fieldsets = [
        ("Where they lived", ["tenure", "where_words", "can_return", "return_words"]),
        ("Keeping it", ["at_risk", "arrears", "benefits", "safe"]),
        ("What is waiting there", ["pets", "dependants", "keys", "more"]),
    ]


class StepForm(Form):
    """Something to be done, and by whom."""

    kind = forms.ChoiceField(label="What is it about?", choices=StepKind.choices)
    words = forms.CharField(
        label="What is to be done?",
        max_length=500,
        widget=forms.Textarea,
        error_messages={"required": "Say what is to be done"},
    )
    worker = forms.TypedChoiceField(
        label="Who on the ward does it?",
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.Select,
    )
    who_words = forms.CharField(
        label="Or somebody else",
        max_length=200,
        required=False,
        help_text="For example “His sister”. This tells them nothing: agree it with them.",
    )
    due = PlainDateField(
        label="By when?", prefers="future", required=False, help_text="For example next Friday."
    )

    def __init__(self, *args: Any, workers: Sequence[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["worker"].choices = _workers(workers)  # type: ignore[attr-defined]


class SettleForm(Form):
    """Where a step stands."""

    state = forms.ChoiceField(
        label="Where does it stand?", choices=StepState.choices, widget=forms.RadioSelect
    )
    outcome = forms.CharField(
        label="What came of it?", max_length=500, required=False, widget=forms.Textarea
    )


class MoveForm(HousingWorkerForm):
    """A move to another ward."""

    at = PlainDateTimeField(label="When did they move?", help_text="For example today 2pm.")
    field_order = ["at", "housing_worker"]


class WardForm(Form):
    """To which ward."""

    ward = forms.TypedChoiceField(
        label="To which ward?",
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the ward"},
    )

    def __init__(self, *args: Any, wards: Sequence[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["ward"].choices = list(wards)  # type: ignore[attr-defined]


class AwayForm(Form):
    """Off the ward, while the stay goes on."""

    kind = forms.ChoiceField(
        label="Why are they off the ward?", choices=Away.choices, widget=forms.RadioSelect
    )
    since = PlainDateTimeField(label="Since when?", help_text="For example yesterday 6pm.")
    words = forms.CharField(label="More", max_length=300, required=False)


class BackForm(Form):
    """Back on the ward."""

    at = PlainDateTimeField(label="When did they come back?", help_text="For example today 9am.")


class ExpectedForm(Form):
    """When they are expected to leave."""

    expected = PlainDateField(
        label="When are they expected to leave?",
        prefers="future",
        required=False,
        help_text="For example 12 December. Leave it empty if nobody knows.",
    )


class EndForm(Form):
    """The end of the stay."""

    ending = forms.ChoiceField(
        label="How did the stay end?", choices=ENDINGS, widget=forms.RadioSelect
    )
    at = PlainDateTimeField(label="When?", help_text="For example today 11am.")
    words = forms.CharField(label="More", max_length=300, required=False)


class TakeBackForm(Form):
    """That a stay was noted by mistake."""

    why = forms.ChoiceField(
        label="What happened?",
        choices=Mistake.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say what happened"},
    )
    words = forms.CharField(
        label="What happened, in a few words",
        max_length=300,
        help_text="Name nobody here: the person whose record it is can read this.",
        error_messages={"required": "Say in a few words what happened"},
    )
    reveals = {"why": {"other": ["words"]}}


class DatesForm(Form):
    """When it began and ended, put right."""

    admitted = PlainDateTimeField(label="Admitted")
    ended = PlainDateTimeField(label="Ended", required=False)
    why = forms.CharField(
        label="What was wrong?",
        max_length=300,
        widget=forms.Textarea,
        help_text="What was written before stays in the record.",
        error_messages={"required": "Say what was wrong"},
    )


class MeetingForm(Form):
    """A discharge meeting."""

    at = PlainDateTimeField(label="When?", future=True, help_text="For example Friday 2pm.")
    place = forms.CharField(
        label="Where, or how to join?",
        max_length=250,
        error_messages={"required": "Say where it is, or how to join"},
    )
    who = forms.CharField(
        label="Who comes?",
        max_length=500,
        widget=forms.Textarea,
        help_text="The person first. Nobody is invited by this: ask them yourself.",
        error_messages={"required": "Say who comes"},
    )


class HeldForm(Form):
    """What a meeting came to."""

    happened = forms.ChoiceField(
        label="Did it happen?",
        choices=[("yes", "Yes"), ("no", "No: it was called off")],
        widget=forms.RadioSelect,
    )
    agreed = forms.CharField(
        label="What was agreed?",
        max_length=5000,
        widget=forms.Textarea,
        error_messages={"required": "Write what was agreed"},
    )
    reveals = {"happened": {"yes": ["agreed"]}}
