"""Forms of the feeds' pages."""

from typing import Any

from django import forms

from lintel.directory.feeds.rules import NOTED, RULES
from lintel.directory.states import FeedVersion
from lintel.web.forms import Form

EVERY = [(6, "Every six hours"), (24, "Every day"), (168, "Every week")]
SHAPES = [
    (FeedVersion.V3, "Open Referral UK 3.0"),
    (FeedVersion.V1, "Open Referral UK 1, the older shape"),
]


class FeedForm(Form):
    """What is known of a feed."""

    name = forms.CharField(
        label="The directory’s name",
        max_length=200,
        help_text="As people know it. It stands beside each of its entries.",
    )
    url = forms.CharField(
        label="The address of its list of services",
        max_length=2000,
        help_text="Usually ends in /services. Must not hold a user name or password.",
    )
    version = forms.ChoiceField(label="The feed’s shape", choices=SHAPES, widget=forms.RadioSelect)
    licence = forms.CharField(
        label="Licence",
        max_length=200,
        required=False,
        help_text="For example “Open Government Licence v3.0”.",
    )
    every_hours = forms.TypedChoiceField(
        label="How often is it read?", choices=EVERY, coerce=int, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = (kwargs.get("initial") or {}).get("every_hours")
        if now and now not in dict(EVERY):
            # One that was set otherwise stays as it is until somebody chooses.
            choices = [*EVERY, (now, f"Every {now} hours")]
            self.fields["every_hours"].choices = choices  # type: ignore[attr-defined]


class StopForm(Form):
    """What becomes of the entries of a feed that is stopped."""

    entries = forms.ChoiceField(
        label="What happens to its entries?",
        choices=[
            ("keep", "They stay, and are no longer kept in step"),
            ("take_out", "They are taken out of the directory"),
        ],
        widget=forms.RadioSelect,
    )


class FaultFilter(Form):
    """Which faults are listed."""

    outcome = forms.ChoiceField(
        label="What was done",
        required=False,
        choices=[("", "All"), ("kept_out", "Kept out"), ("mended", "Mended or noted")],
        widget=forms.Select,
    )
    code = forms.ChoiceField(label="Rule", required=False, widget=forms.Select)

    def __init__(self, *args: Any, counts: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {code: rule[0] for code, rule in RULES.items()} | dict(NOTED)
        choices = [(code, f"{words.get(code, code)} ({n:,})") for code, n in counts.items()]
        self.fields["code"].choices = [("", "All"), *choices]  # type: ignore[attr-defined]
