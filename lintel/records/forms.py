"""Forms about what an agency answers for."""

from django import forms

from lintel.web.forms import Form, PlainDateField


class AnswerForm(Form):
    """The answer to "I don't understand this one"."""

    words = forms.CharField(
        label="Your answer",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Plain words: the person reads this. Say what the worker needed, and what"
        " happens next if they should not have looked.",
    )


class AlsoForm(Form):
    """What else is left out of a copy."""

    also = forms.CharField(
        label="What else must be left out?",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Names or words about other people, one on each line. Read the copy below first.",
    )

    def words(self) -> list[str]:
        """Each line that says something. The form must be valid."""
        return [line.strip() for line in self.cleaned_data["also"].splitlines() if line.strip()]


class AskedForm(Form):
    """Somebody asked for something that has a clock of a month."""

    asked_on = PlainDateField(label="When did they ask?", past=True)
    words = forms.CharField(
        label="How did they ask, and how do you know who they are?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="They can read this.",
    )


class ExtendForm(Form):
    """More time for a copy."""

    months = forms.ChoiceField(
        label="How much longer?",
        choices=[("1", "1 month"), ("2", "2 months")],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label="Why does it take longer?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Tell them within the first month. They can read this.",
    )


class GivenForm(Form):
    """The copy was given."""

    words = forms.CharField(
        label="How was it given?",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class HoldForm(Form):
    """Nothing is erased until the hold is lifted."""

    reason = forms.CharField(
        label="Why must nothing be erased?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For instance a court case, a complaint or an inquest.",
    )
    review_on = PlainDateField(label="When will you look at it again?", future=True)


class ReviewForm(Form):
    """A hold goes on."""

    review_on = PlainDateField(label="When will you look at it again?", future=True)


class WordsForm(Form):
    """A reason, for the record."""

    words = forms.CharField(label="Why?", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class EraseForm(Form):
    """The last step before everything about somebody is erased."""

    name = forms.CharField(
        label="Type their name",
        max_length=300,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
        help_text="As it stands at the top of this page. So nobody is erased by a slip.",
    )


class KeepForm(Form):
    """Kept for now although it is due."""

    words = forms.CharField(
        label="Why is it still needed?", max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    until = PlainDateField(label="Until which day?", future=True)
