"""What the component page of the demo shows: one of each, all invented."""

import datetime as dt
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, QueryDict

from lintel.web import lists
from lintel.web.forms import (
    EmailField,
    Form,
    PhoneField,
    PlainDateField,
    PlainDateTimeField,
    PostcodeField,
)

SIGNS = [
    ("noise", "Noise"),
    ("hoarding", "A very full home"),
    ("arrears", "Rent not paid"),
    ("none", "None of these"),
]


class SpecimenForm(Form):
    """A field of each kind."""

    name = forms.CharField(max_length=100, help_text="As the person likes to be called.")
    born = PlainDateField(
        label="Date of birth",
        past=True,
        required=False,
        help_text="For example, 31 3 1980 or 31 March 1980.",
    )
    visit = PlainDateTimeField(
        label="When will you visit?", required=False, help_text="For example, tomorrow at 2pm."
    )
    postcode = PostcodeField()
    phone = PhoneField(label="Telephone number", required=False)
    email = EmailField(required=False)
    signs = forms.MultipleChoiceField(
        label="What have you seen?",
        choices=SIGNS,
        widget=forms.CheckboxSelectMultiple,
        help_text="Select all that apply.",
    )
    knows = forms.ChoiceField(
        label="Does the tenant know that you are asking?",
        choices=[("yes", "Yes"), ("no", "No"), ("unsure", "Not sure")],
        widget=forms.RadioSelect,
    )
    why_not = forms.CharField(
        label="Why not?", max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    urgency = forms.ChoiceField(
        label="How soon?",
        widget=forms.RadioSelect,
        choices=[("today", "Today"), ("week", "Within a week")],
    )
    area = forms.ChoiceField(
        label="Area", choices=[("", "Choose an area"), ("n", "North"), ("s", "South")]
    )
    what = forms.CharField(label="What happened", max_length=2000, widget=forms.Textarea)
    letter = forms.FileField(label="Attach a letter", required=False)
    sure = forms.BooleanField(label="I have told the tenant’s landlord")

    fieldsets = [("About the person", ["name", "born", "postcode", "phone", "email"])]
    reveals = {"knows": {"no": ["why_not"]}}
    choice_hints = {
        "urgency": {"today": "Somebody may come to harm.", "week": "It can wait for a visit."}
    }
    exclusive = {"signs": "none"}


class SpecimenFilter(forms.Form):
    """A filter of two fields."""

    status = forms.ChoiceField(
        required=False, choices=[("", "Any"), ("sent", "Sent"), ("late", "Overdue")]
    )
    team = forms.ChoiceField(required=False, choices=[("", "Any"), ("north", "North team")])


def specimens(request: HttpRequest, now: dt.datetime) -> dict[str, Any]:
    """The context of the component page."""
    typed = QueryDict(mutable=True)
    typed.update(
        {
            "wrong-born": "31 June 2019",
            "wrong-postcode": "SH1",
            "wrong-phone": "ring me",
            "wrong-email": "x",
            "wrong-knows": "no",
            "wrong-visit": "tomorrow at 25:00",
        }
    )
    typed.setlist("wrong-signs", ["noise", "none"])
    wrong = SpecimenForm(typed, prefix="wrong")
    return {
        "specimen_form": SpecimenForm(),
        "wrong": wrong,
        "filters": SpecimenFilter({"status": "late"}, auto_id="filter_%s"),
        "page": Paginator(range(1, 1205), 25).get_page(request.GET.get("page", 4)),
        "page_link": lists.page_link(request),
        "sort": lists.Sort.of(request, {"name", "due"}, "-due"),
        "now": now,
        "yesterday": now - dt.timedelta(days=1),
    }
