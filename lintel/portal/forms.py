"""The forms of the own view, and of workers who answer. Plain words on what the person reads."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from lintel.kernel.sight.states import Category
from lintel.portal.states import FACTS, Day, RemarkKind, Useful, Way
from lintel.portal.words import MINE, WHAT_FOR, WHO
from lintel.sharing.states import ViewerKind
from lintel.web.forms import EmailField, Form, PhoneField, PlainDateField

Choices = Iterable[tuple[Any, str]]
LONG = 3000


def whole_day(day: date | None) -> datetime | None:
    """The end of a day that still counts."""
    if day is None:
        return None
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


class AnswerForm(Form):
    """Say yes or no to an agency telling a team."""

    answer = forms.ChoiceField(
        label="Do you say yes or no?",
        choices=[("yes", "Yes, they may tell"), ("no", "No, they must not tell")],
        widget=forms.RadioSelect,
    )
    giver = forms.TypedChoiceField(label="Who may tell?", coerce=int, widget=forms.RadioSelect)
    # A team's number, or `a` and an agency's.
    team = forms.ChoiceField(label="Who may they tell?", widget=forms.RadioSelect)
    categories = forms.TypedMultipleChoiceField(
        label="What about?",
        coerce=int,
        choices=[(int(c), words[0].upper() + words[1:]) for c, words in MINE.items() if c != 1],
        widget=forms.CheckboxSelectMultiple,
        help_text="They will also know your name and date of birth.",
    )
    purpose = forms.ChoiceField(
        label="What is it for?",
        choices=[(str(p), words[0].upper() + words[1:]) for p, words in WHAT_FOR.items()],
        widget=forms.RadioSelect,
    )
    until = PlainDateField(
        label="Until which day?",
        future=True,
        help_text="It ends by itself after this day. A year is the most. You can say stop sooner.",
    )

    def __init__(
        self, *args: Any, givers: Choices, teams: Choices, agencies: Choices, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["giver"].choices = list(givers)  # type: ignore[attr-defined]
        whole = [(f"a{pk}", f"All of {name} who signed to keep it safe") for pk, name in agencies]
        self.fields["team"].choices = [  # type: ignore[attr-defined]
            *((str(pk), name) for pk, name in teams),
            *whole,
        ]

    def told(self) -> dict[str, int]:
        """Who may be told, as an action takes it. The form must be valid."""
        chosen = self.cleaned_data["team"]
        if chosen.startswith("a"):
            return {"agency_id": int(chosen[1:])}
        return {"team_id": int(chosen)}


class WishForm(Form):
    """How the person wants to be contacted."""

    ways = forms.MultipleChoiceField(
        label="What is fine for you?",
        choices=Way.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="What you do not tick, we will not use. If you want no letters, do not tick it.",
    )
    by_whom = forms.CharField(
        label="Is there somebody who should reach you?",
        required=False,
        max_length=200,
        help_text="You can name a person you trust. You can leave this empty.",
    )
    language = forms.CharField(
        label="In which language?",
        required=False,
        max_length=120,
        help_text="Leave this empty for English.",
    )
    large_print = forms.BooleanField(label="I need large print", required=False)
    never_on = forms.TypedMultipleChoiceField(
        label="Is there a day that is never good?",
        required=False,
        coerce=int,
        choices=Day.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    words = forms.CharField(
        label="Is there more we should know?",
        required=False,
        max_length=1000,
        widget=forms.Textarea,
        help_text="For example: please ring first, I sleep late.",
    )


class HelpForm(Form):
    """Ask for help. No question about what is the matter with somebody (mission C7)."""

    words = forms.CharField(
        label="What would help you?",
        max_length=LONG,
        widget=forms.Textarea,
        help_text="Use your own words. You do not have to say why.",
    )
    team = forms.TypedChoiceField(label="Who do you want to ask?", coerce=int)
    reach_words = forms.CharField(
        label="How can they reach you?",
        max_length=250,
        help_text="For example your phone number, and when is a good time.",
    )

    def __init__(self, *args: Any, teams: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].choices = list(teams)  # type: ignore[attr-defined]
        self.fields["team"].widget = forms.RadioSelect(choices=list(teams))


class RemarkForm(Form):
    """Say something about an entry."""

    kind = forms.ChoiceField(
        label="What do you want to say?", choices=RemarkKind.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label="Your words",
        max_length=LONG,
        widget=forms.Textarea,
        help_text="All workers who can read the note will read this too.",
    )


class FactForm(Form):
    """Say something about a fact that an agency holds."""

    agency = forms.ChoiceField(label="Who should read this?", widget=forms.RadioSelect)
    category = forms.ChoiceField(
        label="What is it about?",
        choices=[(str(int(c)), MINE[c].capitalize()) for c in FACTS],
        widget=forms.RadioSelect,
    )
    kind = forms.ChoiceField(
        label="What do you want to say?", choices=RemarkKind.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label="Your words",
        max_length=LONG,
        widget=forms.Textarea,
        help_text="Say what is wrong, and what is right. Their workers will read this.",
    )

    def __init__(self, *args: Any, agencies: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["agency"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [(str(key), name) for key, name in agencies.items()]


class LookForm(Form):
    """Let somebody look."""

    kind = forms.ChoiceField(
        label="Who is it?",
        choices=[(str(k), WHO[k]) for k in (ViewerKind.CARER, ViewerKind.ADVOCATE)],
        widget=forms.RadioSelect,
    )
    relation = forms.CharField(
        label="What do you call them?",
        max_length=120,
        help_text="For example: Alan, my brother.",
    )
    categories = forms.TypedMultipleChoiceField(
        label="What may they see?",
        coerce=int,
        choices=[
            (int(c), words[0].upper() + words[1:])
            for c, words in MINE.items()
            if c is not Category.IDENTITY
        ],
        widget=forms.CheckboxSelectMultiple,
        help_text="They will see your name too. What you do not tick, they will not see.",
    )
    until = PlainDateField(
        label="Until which day?",
        required=False,
        future=True,
        help_text="You can leave this empty. You can stop it at any time.",
    )


class FeedbackForm(Form):
    """What somebody thinks of the pages."""

    useful = forms.ChoiceField(
        label="Is this page good for you?", choices=Useful.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label="What should be better?",
        required=False,
        max_length=LONG,
        widget=forms.Textarea,
        help_text="We do not keep your name with this.",
    )


class LetterCodeForm(Form):
    """The code of a letter."""

    code = forms.CharField(
        label="The code from your letter",
        max_length=40,
        widget=forms.TextInput(
            attrs={"class": "govuk-input--width-10", "autocomplete": "one-time-code"}
        ),
        help_text="12 letters and numbers. Big or small letters are both fine.",
    )


class EmailForm(Form):
    """An e-mail address for codes."""

    value = EmailField(
        label="Your e-mail", widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class TextForm(Form):
    """A phone for codes."""

    value = PhoneField(label="Your phone", widget=forms.TextInput(attrs={"autocomplete": "tel"}))


class CodeForm(Form):
    """A code that came by e-mail or text."""

    code = forms.CharField(
        label="The code that we sent you",
        max_length=20,
        widget=forms.TextInput(
            attrs={"class": "govuk-input--width-5", "autocomplete": "one-time-code"}
        ),
        help_text="6 numbers. It can take a minute to come.",
    )


class MakeLetterForm(Form):
    """For a worker: how a letter reaches the person and nobody else."""

    proved = forms.ChoiceField(
        label="How will the letter get to them?",
        choices=[
            ("Given by hand to the person, whom the worker knows", "I give it to them by hand"),
            ("Sent by post to the person’s home", "By post to their home"),
        ],
        widget=forms.RadioSelect,
        help_text="Whoever has the letter can open the person’s page. Never send it by e-mail.",
    )


class ReplyForm(Form):
    """For a worker: an answer that the person reads."""

    answer = forms.CharField(
        label="Your answer",
        max_length=LONG,
        widget=forms.Textarea,
        help_text="The person reads this. Use plain, kind words.",
    )
