"""The form by which the partnership lead writes a page of guidance."""

from django import forms

from lintel.directory.states import GuidanceKind
from lintel.web.forms import Form


class GuidanceForm(Form):
    """A page of guidance."""

    kind = forms.ChoiceField(
        label="What kind of page is it?", choices=GuidanceKind.choices, widget=forms.RadioSelect
    )
    title = forms.CharField(label="Title", max_length=200)
    in_short = forms.CharField(
        label="In one sentence", max_length=300, required=False, widget=forms.Textarea
    )
    body = forms.CharField(
        label="The page",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text="Leave an empty line between paragraphs. Begin a point of a list with “- ”, "
        "and a heading with “## ”.",
    )
    position = forms.IntegerField(
        label="Place in the list",
        min_value=0,
        max_value=999,
        initial=50,
        help_text="The lowest number comes first.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}),
    )
    published = forms.ChoiceField(
        label="Who reads it?",
        choices=[("yes", "Everybody"), ("no", "Nobody for now: keep it out of the list")],
        initial="yes",
        widget=forms.RadioSelect,
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
