"""Forms about sharing."""

from django import forms

from lintel.kernel.states import AccessVerb
from lintel.web.forms import Form, PlainDateField


class FindForm(Form):
    """Part of a name, or a tenancy reference."""

    words = forms.CharField(
        label="Find a person or a worker",
        max_length=100,
        help_text="Part of a name, or a tenancy reference.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )


class NarrowForm(Form):
    """What a look-up is narrowed to."""

    since = PlainDateField(label="From", past=True, required=False)
    until = PlainDateField(label="To", prefers="past", required=False)
    verb = forms.ChoiceField(
        label="What was done",
        required=False,
        choices=[("", "Anything"), *AccessVerb.choices],
        widget=forms.Select,
    )
    small_headings = False
