"""What is on the desks of the worker's teams."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When

from lintel.agencies.models import Team
from lintel.kernel import access
from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound
from lintel.kernel.sight.states import Category
from lintel.kernel.states import AccessVerb
from lintel.requests import policy
from lintel.requests.models import Handling, JointVisit, Message, Step
from lintel.requests.queries.paging import page_of
from lintel.requests.queries.recorded import listed
from lintel.requests.states import (
    OPEN_STATES,
    SYSTEM_VERBS,
    TRANSITIONS,
    Kind,
    State,
    Urgency,
    Verb,
    after,
)

PER_PAGE = 25
OPEN = Q(state__in=sorted(OPEN_STATES))
# Decided ones wait for nobody: they close by themselves.
TO_DO = Q(state__in=sorted(OPEN_STATES - {State.DECIDED}))
MOST_URGENT_FIRST = Case(
    *(When(urgency=u, then=Value(n)) for n, u in enumerate(reversed(Urgency.values))),
    output_field=IntegerField(),
)
SORTS: dict[str, Any] = {
    "reference": F("reference"),
    "about": F("about_name"),
    "urgency": MOST_URGENT_FIRST,
    "state": F("state"),
    "worker": F("worker__name"),
    "arrived": F("arrived"),
    "due": F("due"),
}


def views(actor: Actor, now: datetime) -> dict[str, Q]:
    """The parts of an inbox, as conditions."""
    return {
        "all": OPEN,
        "unassigned": TO_DO & Q(worker__isnull=True),
        "mine": OPEN & Q(worker_id=actor.worker_id),
        "overdue": TO_DO & Q(due__lt=now),
        "finding_out": Q(state=State.FINDING_OUT),
        "returned": Q(state=State.RETURNED),
        "wrong_team": TO_DO & Q(wrong_team_count__gt=1),
        "messages": OPEN & Q(kind=Kind.MESSAGE),
        "closed": ~OPEN,
    }


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One line of the inbox."""

    reference: str
    kind: str
    masked: bool
    urgency: str
    about_name: str
    team_name: str
    sender_words: str
    worker_name: str
    state: str
    arrived: datetime
    due: datetime | None
    climbed: int
    wrong_team_count: int
    extra: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DeskView:
    """One request on the desk, and the verbs that the actor may do now."""

    handling: Handling
    steps: list[Step]
    messages: list[Message]
    visits: list[JointVisit]
    verbs: frozenset[Verb]


def inbox(
    actor: Actor,
    *,
    now: datetime,
    team_id: int | None = None,
    team_kind: str | None = None,
    view: str = "all",
    filters: Mapping[str, Any] | None = None,
    sort: str = "due",
    down: bool = False,
    page: int = 1,
    per_page: int = PER_PAGE,
) -> Page[InboxRow]:
    """A page of what is on the actor's desks, and what climbed to the actor.

    Two queries, and one for each agency to record whose people were listed.

    `view`: a key of `views`. Filters: `kind`, `urgency` (lists), `words` (name or reference).
    """
    found = _on_my_desks(actor, team_id, team_kind).filter(
        views(actor, now).get(view, OPEN), _chosen(filters or {})
    )
    key = SORTS.get(sort, SORTS["due"])
    order = key.desc(nulls_last=True) if down else key.asc(nulls_last=True)
    found = found.order_by(order, "id").select_related("team", "worker")

    def show(some: list[Handling]) -> list[InboxRow]:
        why = "The requests are on desks of the worker's."
        listed(actor, now, holders(actor, some), why=why, page="requests.inbox")
        return [row_of(h) for h in some]

    return page_of(found, page, per_page, show)


def holders(actor: Actor, some: Iterable[Handling]) -> list[tuple[int, int | None]]:
    """Whose information each is, for the access record, and the person.

    While masked it is the reader's own agency's: the sender's information lead, who may read what
    concerns the sender's agency, would learn who has it.
    """
    return [(actor.agency_id if h.masked else h.sender_agency_id, h.person_id) for h in some]


def inbox_counts(actor: Actor, *, now: datetime, team_kind: str | None = None) -> dict[str, int]:
    """How many are in each part of the inbox but the closed ones; one query."""
    parts = {name: q for name, q in views(actor, now).items() if name != "closed"}
    counted = {name: Count("id", filter=q) for name, q in parts.items()}
    counts: dict[str, int] = _on_my_desks(actor, None, team_kind).filter(OPEN).aggregate(**counted)
    return counts


def my_desks(actor: Actor, *, team_kind: str | None = None) -> list[Team]:
    """The actor's teams that have a desk, by name."""
    found = Team.objects.filter(pk__in=actor.team_ids).select_related("agency")
    return list((found.filter(kind=team_kind) if team_kind else found).order_by("name", "id"))


def desk_one(actor: Actor, reference: str, *, now: datetime) -> DeskView:
    """One request on a desk of the actor's, recorded as read; six queries.

    Raises NotFound.
    """
    handling = (
        Handling.objects.filter(reference=reference)
        .filter(_mine(actor))
        .select_related("team__agency", "worker", "climbed_to", "person")
        .first()
    )
    if handling is None:
        raise NotFound
    key = handling.request_id
    _record(actor, handling, now)
    return DeskView(
        handling=handling,
        steps=list(
            Step.objects.filter(request_id=key).select_related("by", "team").order_by("at", "id")
        ),
        messages=list(
            Message.objects.filter(request_id=key)
            .filter(Q(from_sender=False) | Q(to_other_side=True))
            .order_by("at", "id")
        ),
        visits=list(
            JointVisit.objects.filter(request_id=key)
            .select_related("proposed_by", "answered_by")
            .order_by("when", "id")
        ),
        verbs=allowed(actor, handling),
    )


def allowed(actor: Actor, handling: Handling) -> frozenset[Verb]:
    """The verbs that policy and state allow the actor on this desk."""
    state = State(handling.state)
    return frozenset(
        verb
        for verb in TRANSITIONS
        if verb not in SYSTEM_VERBS
        and after(verb, state) is not None
        and policy.may_act(actor, verb, handling) is None
    )


def row_of(handling: Handling) -> InboxRow:
    """A line of the inbox."""
    return InboxRow(
        reference=handling.reference,
        kind=handling.kind,
        masked=handling.masked,
        urgency=handling.urgency,
        about_name=handling.about_name,
        team_name=handling.team.name,
        sender_words=handling.sender_words,
        worker_name=handling.worker.name if handling.worker else "",
        state=handling.state,
        arrived=handling.arrived,
        due=handling.due,
        climbed=handling.climbed,
        wrong_team_count=handling.wrong_team_count,
        extra=handling.extra,
    )


def _mine(actor: Actor) -> Q:
    """On a desk of the actor's: a sender's open thread is visible too, and isn't that."""
    return Q(team_id__in=actor.team_ids) | Q(climbed_to_id=actor.worker_id)


def on_my_desks(actor: Actor) -> QuerySet[Handling]:
    """All that is on the actor's desks, open or closed."""
    return _on_my_desks(actor, None, None)


def _on_my_desks(actor: Actor, team_id: int | None, team_kind: str | None) -> QuerySet[Handling]:
    found = Handling.objects.filter(_mine(actor))
    if team_id is not None:
        found = found.filter(team_id=team_id)
    if team_kind is not None:
        found = found.filter(team__kind=team_kind)
    return found


def _chosen(filters: Mapping[str, Any]) -> Q:
    which = Q()
    if kinds := filters.get("kind"):
        which &= Q(kind__in=kinds)
    if urgencies := filters.get("urgency"):
        which &= Q(urgency__in=urgencies)
    if words := str(filters.get("words", "")).strip():
        which &= Q(about_name__icontains=words) | Q(reference__icontains=words)
    return which


def _record(actor: Actor, handling: Handling, now: datetime) -> None:
    # While masked, the row is the receiver's: the sender's information lead may read what
    # concerns the sender's agency, and would learn who has it.
    masked = handling.masked
    access.record(
        actor,
        AccessVerb.OPENED,
        now=now,
        person_id=handling.person_id,
        owner_id=handling.team.agency_id if masked else handling.sender_agency_id,
        categories=[Category.IDENTITY, Category.CONTACT],
        why="The request is on a desk of the worker's.",
        request_ref=handling.reference,
        page="requests.desk_one",
    )
