"""What a system sends: the bodies of the operations."""

from typing import Annotated, Any

from pydantic import ConfigDict, Discriminator, Field, Tag

from lintel.requests.api import texts as t
from lintel.requests.states import Urgency
from lintel.requests.words import QUESTIONS

Signs = Annotated[list[t.SignName], Field(max_length=20)]


class PersonId(t.Given):
    """Somebody within the worker's sight, by the number that `by-tenancy` gave."""

    person_id: t.PersonNumber


class Tenancy(t.Given):
    """The tenant, by the reference of your own agency's tenancy."""

    tenancy: t.TenancyReference


class About(t.Given):
    """Somebody who isn't listed: a name, and a date of birth or an address with its postcode."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["born"]}, {"required": ["address", "postcode"]}]}
    )

    name: t.Name
    born: t.Born = ""
    address: t.Address = ""
    postcode: t.Postcode = ""


class Unlisted(t.Given):
    """Somebody who isn't listed; whether anybody knows them isn't told."""

    about: About


def _which(given: Any) -> str:
    """Which of the ways to say who; the first for what is none of them."""
    ways = {"tenancy": "Tenancy", "about": "Unlisted"}
    if isinstance(given, dict):
        return next((tag for name, tag in ways.items() if name in given), "PersonId")
    return next((tag for tag in ways.values() if type(given).__name__ == tag), "PersonId")


Listed = Annotated[
    Annotated[PersonId, Tag("PersonId")] | Annotated[Tenancy, Tag("Tenancy")],
    Discriminator(lambda given: "Tenancy" if _which(given) == "Tenancy" else "PersonId"),
]
Anybody = Annotated[
    Annotated[PersonId, Tag("PersonId")]
    | Annotated[Tenancy, Tag("Tenancy")]
    | Annotated[Unlisted, Tag("Unlisted")],
    Discriminator(_which),
]
OwnTeam = Annotated[
    t.Slug | None,
    Field(description="The worker's team that the answer comes back to, if there are several."),
]


class Concern(t.Given):
    """A worry about a person. It goes out masked."""

    who: Anybody
    signs: Annotated[list[t.SignName], Field(min_length=1, max_length=20)]
    seen: t.Words
    done: t.MaybeWords = ""
    asked_for: t.MaybeWords = ""
    urgency: t.UrgencyName
    person_knows: t.KnowsName
    team: OwnTeam = None


class Referral(t.Given):
    """A person who consented, to a team that the sender chose (see `/api/v1/teams`)."""

    who: Listed
    to_team: t.Slug
    signs: Signs = Field(default_factory=list)
    seen: t.Words
    done: t.MaybeWords = ""
    asked_for: t.Words
    urgency: t.UrgencyName
    follows: t.Reference | None = None
    team: OwnTeam = None


class Advice(t.Given):
    """A question with nobody in it: write no name, address, date of birth or reference."""

    seen: t.Words
    asked_for: t.Words
    signs: Signs = Field(default_factory=list)
    urgency: t.UrgencyName
    district: t.District | None = Field(
        default=None, description="The first half of the postcode: which one-stop shop answers."
    )
    team: OwnTeam = None


class PassedOn(t.Given):
    """A message to whoever works with the person. It goes out masked."""

    who: Anybody
    words: t.Words
    urgency: t.UrgencyName = Urgency.ROUTINE
    team: OwnTeam = None


class Said(t.Given):
    """Words, and nothing else."""

    words: t.Words


class Acted(t.Given):
    """An act on the desk that needs no words."""

    version: t.Version | None = None


class FindOut(Acted):
    """We don't know yet; we find out and get back."""

    words: t.MaybeWords = ""


class Returned(Acted):
    """What the sender is asked. A masked request takes standard questions only."""

    questions: Annotated[list[t.QuestionName], Field(max_length=len(QUESTIONS))] = Field(
        default_factory=list
    )
    words: t.MaybeWords = ""


class Redirected(Acted):
    """The right team, and why it is."""

    to_team: t.Slug
    words: t.Words
    reason: t.NotOursName | None = Field(
        default=None,
        description="Why it is not this team’s. The directory hears of a wrong area or team.",
    )


class Decided(Acted):
    """The decision. "not_for_us" needs `words` and `better_route`, "advice" its `advice`."""

    decision: t.DecisionName
    words: t.MaybeWords = ""
    better_route: t.MaybeWords = ""
    advice: t.MaybeWords = ""
    not_ours: t.NotOursName | None = Field(
        default=None, description="With “not_for_us”: why it is another team’s."
    )


class ContactGiven(t.Given):
    """Whom to contact in which circumstances."""

    when: t.Words
    who: t.Words


class Closed(Acted):
    """The end of it; what was acted on openly says whom to contact from now on."""

    words: t.MaybeWords = ""
    contacts: Annotated[list[ContactGiven], Field(max_length=20)] = Field(default_factory=list)


class Written(t.Given):
    """A message to the sender of an open request, or a note for the desk alone."""

    words: t.Words
    to_sender: bool
