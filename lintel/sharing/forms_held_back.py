"""The form to hold a note back."""

from django import forms

from lintel.web.forms import Form, PlainDateField


class HoldBackForm(Form):
    """Why, and until when."""

    reason = forms.CharField(
        label="What serious harm would reading it be likely to do?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="To the person’s health or to somebody else’s. That it would be unwelcome is"
        " no reason. Workers who see the note read this; the person does not.",
    )
    review_on = PlainDateField(
        label="When will you look at it again?",
        future=True,
        help_text="Within 6 months. You are reminded before.",
    )
