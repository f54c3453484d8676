"""The forms with which a request is raised: concern, referral, advice, message to pass on."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from lintel.directory.states import Need
from lintel.requests.clocks import CLOCKS, Timer
from lintel.requests.states import PersonKnows, Sign, Urgency
from lintel.web.forms import Form, PostcodeField

LONG = 4000


def urgency_hints() -> dict[str, str]:
    """What happens at each urgency, from the table of clocks."""
    hints = {
        str(urgency): f"Somebody looks within {CLOCKS[Timer.ACKNOWLEDGE, urgency]} and decides "
        f"within {CLOCKS[Timer.DECIDE, urgency]}."
        for urgency in Urgency
    }
    hints[Urgency.URGENT] += " Day or night. If a life is in danger, call 999 first."
    return hints


URGENCY_HINTS = urgency_hints()


def long_text(
    label: str, *, help_text: str = "", required: bool = True, rows: int = 5, limit: int = LONG
) -> forms.CharField:
    """A box for several sentences, with its characters counted."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=limit,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def signs_field(label: str = "What have you noticed?", *, required: bool = True) -> forms.Field:
    """What was seen, to tick."""
    return forms.MultipleChoiceField(
        label=label,
        choices=Sign.choices,
        required=required,
        widget=forms.CheckboxSelectMultiple,
        help_text="Select all that apply. You do not have to know what causes them.",
        error_messages={"required": "Select what you have noticed, at least one"},
    )


def urgency_field() -> forms.Field:
    """How soon, with what happens for each."""
    return forms.ChoiceField(
        label="How urgent is it?",
        choices=Urgency.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select how urgent it is"},
    )


class RaisingForm(Form):
    """The base: for a worker of several teams, which one the answer comes back to."""

    def __init__(self, *args: Any, teams: Sequence[tuple[int, str]] = (), **rest: Any) -> None:
        super().__init__(*args, **rest)
        if len(teams) > 1:
            self.fields["team_id"] = forms.TypedChoiceField(
                label="Which of your teams does the answer come back to?",
                coerce=int,
                choices=list(teams),
                widget=forms.RadioSelect,
                error_messages={"required": "Select one of your teams"},
            )

    def team(self) -> int | None:
        """The chosen team's id; None where there was nothing to choose."""
        chosen = self.cleaned_data.get("team_id")
        return int(chosen) if chosen is not None else None


class AboutForm(RaisingForm):
    """Somebody who isn't listed, as the sender knows them. Any one of the facts may be unknown."""

    about_name = forms.CharField(
        label="Name",
        max_length=200,
        help_text="As you know it. A first name or a nickname is enough.",
        error_messages={"required": "Enter a name, or what people call them"},
    )
    about_born = forms.CharField(
        label="Date of birth",
        required=False,
        max_length=40,
        help_text="If you know it. A year or a rough age helps too.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )
    about_address = forms.CharField(
        label="Address",
        required=False,
        max_length=250,
        help_text="Where they live. If they have no fixed address, say where they can be found.",
    )
    about_postcode = PostcodeField(
        label="Postcode",
        required=False,
        allow_part=True,
        help_text="So that it reaches the service for that address. The first half is enough.",
    )

    def clean(self) -> dict[str, Any]:
        """A name alone is nobody: a date of birth, or where they are, is needed too."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("about_born") or {"about_born", "about_postcode"} & set(self.errors):
            return cleaned
        if cleaned.get("about_address") and not cleaned.get("about_postcode"):
            self.add_error(
                "about_postcode", "Enter the postcode too: the first half of it is enough"
            )
        elif not cleaned.get("about_address"):
            self.add_error(
                "about_address",
                "Enter a date of birth, or an address and postcode, so that we mean the right "
                "person",
            )
        return cleaned


class ListedConcernForm(RaisingForm):
    """A concern about a person on the sender's patch or caseload."""

    signs = signs_field()
    seen = long_text(
        "What happened?",
        help_text="What you saw or heard, when and where. Write it as you would say it to the "
        "person: they can ask to read it.",
        rows=7,
    )
    urgency = urgency_field()
    done = long_text(
        "What have you or others done so far?",
        required=False,
        help_text="Visits, letters, calls, repairs: and how they went.",
        rows=4,
    )
    asked_for = long_text(
        "What would you like to happen?",
        required=False,
        help_text="For example, advice, a call back, a visit together.",
        rows=3,
    )
    person_knows = forms.ChoiceField(
        label="Does the person know that you are raising this?",
        choices=PersonKnows.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether the person knows"},
    )

    choice_hints = {
        "urgency": URGENCY_HINTS,
        "person_knows": {
            PersonKnows.NOT_ASKED: "You can raise a concern first and talk with them later.",
            PersonKnows.AGREES: "Once you have recorded their consent you can make a referral too.",
            PersonKnows.REFUSES: "The service weighs this. It goes ahead only where the law allows "
            "it, for example to keep somebody safe.",
        },
    }


class UnlistedConcernForm(AboutForm, ListedConcernForm):
    """A concern about somebody who isn't listed for the sender."""

    fieldsets = [
        ("Who is it about?", ["about_name", "about_born", "about_address", "about_postcode"]),
        (
            "What is the concern?",
            ["signs", "seen", "urgency", "done", "asked_for", "person_knows"],
        ),
    ]


# What gives a person away in a text that should name nobody.
NAMING = (
    (re.compile(r"\b[A-Z]{1,2}[0-9][A-Z0-9]?\s*[0-9][ABD-HJLNP-UW-Z]{2}\b", re.I), "a postcode"),
    (re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+"), "an e-mail address"),
    (re.compile(r"\b(?:\d[\s-]?){10,11}\b"), "a telephone or NHS number"),
    (re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-](?:19\d{2}|20[01]\d)\b"), "a date of birth"),
)


def unnamed(text: str) -> str:
    """The text, if nothing in it is plainly somebody's; ValidationError says what to take out."""
    for pattern, what in NAMING:
        if found := pattern.search(text):
            raise ValidationError(f"Take out “{found[0].strip()}”: it looks like {what}")
    return text


class NeedForm(Form):
    """What help is looked for; it narrows the services that are offered."""

    # Kept as what is looked for in any list is (`views.searching`).
    words = forms.ChoiceField(
        label="What help is it about?",
        choices=[("", "Any help"), *Need.choices],
        required=False,
    )


class ServiceForm(Form):
    """Which service a referral goes to: one of those that cover the address."""

    def __init__(self, *args: Any, services: Iterable[tuple[int, str, str]], **rest: Any) -> None:
        """`services`: number, name and the reasons in words."""
        super().__init__(*args, **rest)
        found = list(services)
        self.fields["to_team"] = forms.ChoiceField(
            label="Which service do you want to refer to?",
            choices=[(str(key), name) for key, name, _ in found],
            widget=forms.RadioSelect,
            help_text="The directory says that these cover the address, the best first.",
            error_messages=dict.fromkeys(("required", "invalid_choice"), "Select a service"),
        )
        self.choice_hints = {"to_team": {str(key): why for key, _, why in found if why}}  # type: ignore[misc]


class OtherServiceForm(Form):
    """A referral to a service that isn't for this address, or this person."""

    def __init__(self, *args: Any, services: Iterable[tuple[int, str]], **rest: Any) -> None:
        super().__init__(*args, **{"auto_id": "other_%s", **rest})
        self.fields["to_team"] = forms.ChoiceField(
            label="Another service",
            choices=[("", "Choose a service"), *((str(key), label) for key, label in services)],
            error_messages=dict.fromkeys(("required", "invalid_choice"), "Select a service"),
        )


class ReferralForm(RaisingForm):
    """A referral of a person who consented, to a service that the sender chose."""

    signs = signs_field(required=False)
    seen = long_text(
        "Why are you referring them?",
        help_text="What you have seen, and what the person says about it. They can ask to read it.",
        rows=7,
    )
    asked_for = long_text(
        "What does the person hope for?", help_text="In their own words if you can.", rows=3
    )
    done = long_text("What has been tried so far?", required=False, rows=4)
    urgency = urgency_field()

    choice_hints = {"urgency": URGENCY_HINTS}


class AdviceForm(RaisingForm):
    """A question about a situation, with no person in it."""

    seen = long_text(
        "What is the situation?",
        help_text="Do not write a name, an address, a date of birth or a reference number. "
        "For example: a tenant in their fifties who has stopped opening the door.",
        rows=7,
    )
    asked_for = long_text("What do you want to know?", rows=3)
    signs = signs_field("Does any of this come into it?", required=False)
    urgency = urgency_field()
    postcode = PostcodeField(
        label="First half of the postcode",
        allow_part=True,
        required=False,
        help_text="For example, SH1. So that the one-stop shop for that area answers.",
    )

    choice_hints = {"urgency": URGENCY_HINTS}

    def clean_seen(self) -> str:
        """What the situation is, with nobody in it."""
        return unnamed(self.cleaned_data["seen"])

    def clean_asked_for(self) -> str:
        """What is asked, with nobody in it."""
        return unnamed(self.cleaned_data["asked_for"])

    def clean_postcode(self) -> str:
        """Only the first half is kept: a whole postcode can be a single home."""
        return str(self.cleaned_data["postcode"]).split(" ")[0]


class ListedMessageForm(RaisingForm):
    """A message to pass on about a person on the sender's patch or caseload."""

    words = long_text(
        "What is the message?",
        help_text="It is passed on as you write it. The person can ask to read it.",
        rows=6,
    )


class UnlistedMessageForm(AboutForm, ListedMessageForm):
    """A message to pass on about somebody who isn't listed for the sender."""

    fieldsets = [
        ("Who is it about?", ["about_name", "about_born", "about_address", "about_postcode"]),
        ("The message", ["words"]),
    ]
