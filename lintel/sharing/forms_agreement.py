"""Forms about the agreement: writing it, publishing it, signing it and reviewing it."""

from __future__ import annotations

from typing import Any

from django import forms

from lintel.agencies.states import AgencyKind
from lintel.kernel.sight.states import Category
from lintel.sharing import ruling, sentences
from lintel.sharing.states import OWN, Basis, Detail, Level, ReviewDecision, Use
from lintel.web.forms import Form, PlainDateField

KINDS = [(str(kind), sentences.kind_words(str(kind))) for kind in AgencyKind]
WITH_OWN = [*KINDS, (OWN, "The worker’s own agency, whatever it is")]


class FrontForm(Form):
    """The title, and what is new in this version."""

    title = forms.CharField(label="Title", max_length=200)
    changes = forms.CharField(
        label="What is different in this version",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="In plain words, for those who sign and accept it. What the rules change is"
        " shown beside it by itself.",
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=32)


class SectionForm(Form):
    """One section of the prose."""

    heading = forms.CharField(label="Heading", max_length=120)
    words = forms.CharField(
        label="What it says",
        max_length=12_000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text="An empty line starts a new paragraph. Begin a line with “- ” for a point of a"
        " list. Plain English: tenants and patients read this.",
    )
    public = forms.ChoiceField(
        label="Who is it for?",
        choices=[
            ("yes", "Everybody: also on the page for tenants and landlords"),
            ("no", "Workers only"),
        ],
        widget=forms.RadioSelect,
        initial="yes",
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=32, required=False)


class RuleForm(Form):
    """One rule, as the parts of a sentence."""

    use = forms.ChoiceField(
        label="What is it for?",
        choices=[(str(u), sentences.capital(str(u.label))) for u in Use],
        widget=forms.RadioSelect,
    )
    givers = forms.MultipleChoiceField(
        label="Who may tell?",
        choices=WITH_OWN,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select who may tell"},
    )
    receivers = forms.MultipleChoiceField(
        label="Who may be told?",
        choices=WITH_OWN,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select who may be told"},
    )
    levels = forms.MultipleChoiceField(
        label="Which of their workers?",
        choices=[(str(x), x.label) for x in Level],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select which workers may be told"},
        help_text="Only those who need it for their part of the work.",
    )
    categories = forms.MultipleChoiceField(
        label="What may be told?",
        choices=[(str(int(c)), sentences.capital(str(c.label))) for c in Category],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select what may be told"},
    )
    detail = forms.ChoiceField(
        label="How much of it?",
        choices=[(str(int(d)), d.label) for d in Detail],
        widget=forms.RadioSelect,
        initial=str(int(Detail.FULL)),
    )
    basis = forms.ChoiceField(
        label="On what basis?",
        choices=Basis.choices,
        widget=forms.RadioSelect,
        help_text="The basis in confidentiality. Consent comes first.",
    )
    statute = forms.CharField(
        label="The law, with its section",
        max_length=200,
        required=False,
        help_text="Needed where the basis is a law, like Care Act 2014, sections 6 and 7.",
    )
    authoriser = forms.CharField(
        label="Who must authorise it",
        max_length=120,
        required=False,
        help_text="Needed for the public interest, like the Caldicott guardian.",
    )
    second = forms.BooleanField(
        label="In an emergency, a second worker must agree first", required=False
    )
    retention_months = forms.IntegerField(
        label="For how many months may it be kept, after the reason has ended?",
        min_value=1,
        max_value=ruling.LONGEST_KEPT,
        initial=72,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-4"}),
        help_text="72 months are 6 years.",
    )
    sure = forms.BooleanField(
        label="Yes, agencies’ own workers shall stop seeing this", required=False
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=32, required=False)

    def __init__(self, *args: Any, ask_sure: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not ask_sure:
            del self.fields["sure"]

    def rule(self) -> ruling.Draft:
        """What was typed. The form must be valid."""
        typed = self.cleaned_data
        return ruling.Draft(
            use=Use(typed["use"]),
            categories=tuple(Category(int(c)) for c in typed["categories"]),
            givers=tuple(typed["givers"]),
            receivers=tuple(typed["receivers"]),
            levels=tuple(Level(x) for x in typed["levels"]),
            basis=Basis(typed["basis"]),
            statute=typed["statute"],
            authoriser=typed["authoriser"],
            second=typed["second"],
            detail=Detail(int(typed["detail"])),
            retention_months=typed["retention_months"],
        )


def typed_from(rule: sentences.Ruling) -> dict[str, Any]:
    """A rule as the form's `initial`."""
    return {
        "use": str(rule.use),
        "categories": [str(int(c)) for c in rule.categories],
        "givers": list(rule.givers),
        "receivers": list(rule.receivers),
        "levels": [str(x) for x in rule.levels],
        "basis": str(rule.basis),
        "statute": rule.statute,
        "authoriser": rule.authoriser,
        "second": rule.second,
        "detail": str(int(rule.detail)),
        "retention_months": rule.retention_months,
    }


class RemoveForm(Form):
    """Taking a rule out that agencies' own workers rely on."""

    sure = forms.BooleanField(
        label="Yes, agencies’ own workers shall stop seeing this", required=False
    )


class PublishForm(Form):
    """From when a version counts, and when it is reviewed."""

    effective = PlainDateField(
        label="From which day does it count?",
        future=True,
        help_text="From midnight at the beginning of that day. Agencies sign and workers accept"
        " it before.",
    )
    review_due = PlainDateField(label="When is it reviewed?", future=True)
    sure = forms.BooleanField(
        label="Yes, agencies’ own workers shall stop seeing this", required=False
    )

    def __init__(self, *args: Any, ask_sure: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not ask_sure:
            del self.fields["sure"]


class EndSignatureForm(Form):
    """An agency withdraws."""

    words = forms.CharField(
        label="Why does your agency withdraw?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The partners will read this.",
    )


class ReviewForm(Form):
    """The record of a yearly review."""

    held_on = PlainDateField(label="When was the review held?", past=True)
    found = forms.CharField(
        label="What was found?",
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="Who took part. Who was helped or harmed by what was shared, or not shared. How"
        " overrides were used. What complaints and breaches taught. Name no person.",
    )
    decision = forms.ChoiceField(
        label="What was decided?", choices=ReviewDecision.choices, widget=forms.RadioSelect
    )
    next_due = PlainDateField(label="When is the next review?", future=True)
