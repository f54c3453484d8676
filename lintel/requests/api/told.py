"""What a system is told: the answers of the operations."""

from datetime import datetime

from pydantic import Field

from lintel.requests.api import texts as t


class Me(t.Told):
    """For whom the key acts, and what it opens."""

    name: str
    agency: str
    integration: str
    scopes: list[str]
    teams: list[str] = Field(description="The slugs of the worker's teams.")


class TeamTold(t.Told):
    """A team that takes requests."""

    slug: str
    name: str
    agency: str
    kind: str
    covers: list[str] = Field(
        description="What its entries in the directory cover: postcode districts and sectors, "
        "codes of local areas (ONS), names of drawn areas; “*” is the whole partnership."
    )


class Teams(t.Told):
    """Teams, the best for the address first."""

    items: list[TeamTold]


class Tenant(t.Told):
    """A person on a tenancy of your own agency, within the worker's sight."""

    person_id: int
    name: str


class Tenants(t.Told):
    """All on one tenancy who are within sight."""

    tenancy: str
    people: list[Tenant]


class Raised(t.Told):
    """It was sent. Where it went isn't told."""

    reference: t.Reference
    sent: datetime
    href: str = Field(description="Where it can be followed.")


class AboutTold(t.Told):
    """The person, in the words of the sender."""

    name: str
    born: str
    address: str
    postcode: str


class LetterTold(t.Told):
    """What was sent, as it was written."""

    reference: t.Reference
    kind: str
    masked: bool
    urgency: t.UrgencyName
    about: AboutTold
    signs: list[str]
    seen: str
    done: str
    asked_for: str
    person_knows: str


class SentLine(t.Told):
    """One request that was sent, and where it stands."""

    reference: t.Reference
    kind: str
    masked: bool
    urgency: t.UrgencyName
    about_name: str
    sent: datetime | None
    sender: str
    shown: t.ShownName
    due: datetime | None = Field(description="When it is decided, or must be answered, at latest.")


class SentList(t.Told):
    """A part of what was sent, newest first."""

    items: list[SentLine]
    next: str | None = Field(description="The `cursor` of the next part; null at the end.")


class QuestionTold(t.Told):
    """A standard question."""

    key: str
    words: str


class NoticeTold(t.Told):
    """Something that the sender was told. Of a masked request it has a code, and no words."""

    code: str
    at: datetime
    words: str
    decision: str
    questions: list[QuestionTold]


class MessageTold(t.Told):
    """Something written between the two sides."""

    at: datetime
    by: str
    from_sender: bool
    words: str


class ContactTold(t.Told):
    """Whom to contact in which circumstances."""

    when: str
    who: str


class OpenTold(t.Told):
    """Who has it and what they decided: only once the thread is open."""

    team: str
    worker: str
    decision: str
    decision_words: str
    better_route: str
    contacts: list[ContactTold]


class SentTold(t.Told):
    """One request as its sender is shown it."""

    letter: LetterTold
    sent: datetime | None
    sender: str
    withdrawn: datetime | None
    shown: t.ShownName
    means: str
    next_words: str
    due: datetime | None
    notices: list[NoticeTold]
    messages: list[MessageTold]
    guidance: list[str] = Field(description="What you may do meanwhile; from your own words alone.")
    may: list[str] = Field(description="withdraw, answer, information: what is possible now.")
    handling: OpenTold | None = Field(description="Null unless the thread is open.")


class Stands(t.Told):
    """Where a request that was sent stands, after an act of the sender's."""

    reference: t.Reference
    shown: t.ShownName


class DeskLine(t.Told):
    """One request on a desk."""

    reference: t.Reference
    kind: str
    masked: bool
    urgency: t.UrgencyName
    about_name: str
    team: str
    sender: str
    worker: str
    state: t.StateName
    arrived: datetime
    due: datetime | None


class DeskList(t.Told):
    """A part of the inbox, in the order of arrival."""

    items: list[DeskLine]
    next: str | None = Field(description="The `cursor` of the next part; null at the end.")


class StepTold(t.Told):
    """Something done on the desk."""

    verb: str
    at: datetime
    by: str
    team: str
    words: str


class DeskMessage(t.Told):
    """A message, or a note of the desk's own."""

    at: datetime
    by: str
    from_sender: bool
    to_other_side: bool
    words: str


class DeskTold(t.Told):
    """One request as the team that has it sees it."""

    letter: LetterTold
    version: int
    state: t.StateName
    sender: str
    sent: datetime
    arrived: datetime
    due: datetime | None
    team: str
    worker: str
    person_id: int | None = Field(description="Null unless the person is within sight.")
    route_words: str
    decision: str
    decision_words: str
    better_route: str
    contacts: list[ContactTold]
    steps: list[StepTold]
    messages: list[DeskMessage]
    may: list[str] = Field(description="The acts that are possible now.")


class Moved(t.Told):
    """Where a request stands on the desk, after an act."""

    reference: t.Reference
    state: t.StateName
    version: int
    due: datetime | None


class Noted(t.Told):
    """It was written down."""

    reference: t.Reference
    at: datetime


class FaultTold(t.Told):
    """What is wrong, and where: `pointer` into the body (RFC 6901), or the `parameter`."""

    detail: str
    pointer: str = ""
    parameter: str = ""


class ProblemTold(t.Told):
    """A problem (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str = ""
    errors: list[FaultTold] = Field(default_factory=list)


class ProblemKind(t.Told):
    """What one kind of problem means."""

    code: str
    status: int
    title: str
    meaning: str
