"""Forms about what an agency answers for."""

from django import forms

from lintel.web.forms import Form


class AnswerForm(Form):
    """The answer to "I don't understand this one"."""

    words = forms.CharField(
        label="Your answer",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Plain words: the person reads this. Say what the worker needed, and what"
        " happens next if they should not have looked.",
    )
