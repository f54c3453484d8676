"""What relies on a team, by name: what the actor may see of it, beside how much there is.

Every read here is the actor's own, under row security: whoever plans without sight of the people
is shown numbers, and the team's lead the names.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from lintel.agencies.models import LinkWorker, Membership, Team, Token
from lintel.agencies.states import TeamRole
from lintel.config.models import Reorganisation, ReorganisationKind
from lintel.config.reorganising import Relying
from lintel.directory.models import Service
from lintel.directory.queries import gaps
from lintel.people.models import Involvement, Patch
from lintel.requests.models import Handling, Request
from lintel.requests.states import OPEN_STATES, SenderState
from lintel.sharing.models import ConsentLine
from lintel.web.words import date_words, listed

Row = list[Any]
# Whose information a row shows, and the person: for the access record.
Held = tuple[int, int | None]
Read = Callable[[int, int], tuple[list[Row], list[Held]]]
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of thing that relies on the team. `number`: all; `named`: what the actor sees."""

    key: str
    title: str
    what_happens: str
    columns: tuple[str, ...]
    number: int
    named: int
    # `number` is rounded up.
    rough: bool
    # The rows from one position to another, and who is in them.
    read: Read

    @property
    def unseen(self) -> int:
        """How many are not the actor's to see by name."""
        return max(0, self.number - self.named)


def parts(plan: Reorganisation, counted: Relying, mine: bool, now: datetime) -> list[Part]:
    """All that relies on the team of a plan; `mine`: the actor answers for it."""
    merging = plan.kind == ReorganisationKind.MERGE
    movers = None if merging else list(plan.workers)
    to = plan.into.name if plan.into else plan.name
    team = plan.team
    return [
        _members(team, movers, to, now),
        _links(team, movers, to, now),
        _people(team, movers, to, counted.people, now),
        _patches(team, None if merging else list(plan.patches), to, now),
        _desk(team, movers, to, counted.desk, not mine),
        _sent(team, movers, to, counted.sent),
        _consents(team, movers, counted.consents, now),
        *([_entries(team, plan)] if merging else []),
        _keys(team, movers, now),
    ]


def _members(team: Team, movers: Collection[int] | None, to: str, now: datetime) -> Part:
    found = Membership.objects.filter(team=team, valid__contains=now).select_related("worker")
    if movers is not None:
        found = found.filter(worker__in=movers)
    roles: dict[tuple[int, str, str], list[str]] = {}
    for one in found.order_by("worker__name", "worker_id", "role"):
        key = (one.worker_id, one.worker.name, one.worker.job_title)
        roles.setdefault(key, []).append(str(TeamRole(one.role).label))
    rows: list[Row] = [[name, title, listed(held)] for (_, name, title), held in roles.items()]
    return Part(
        "members",
        "Workers",
        f"Go to {to}. Who leads now is a member there, if {to} has a lead of its own.",
        ("Name", "Job", "Part in the team"),
        len(rows),
        len(rows),
        False,
        _listed(rows),
    )


def _links(team: Team, movers: Collection[int] | None, to: str, now: datetime) -> Part:
    found = LinkWorker.objects.filter(team=team, valid__contains=now).select_related("worker")
    if movers is not None:
        found = found.filter(worker__in=movers)
    rows: list[Row] = [
        [one.worker.name, f"Links with {one.get_towards_display()}", one.covers]
        for one in found.order_by("worker__name", "id")
    ]
    return Part(
        "links",
        "Link workers",
        f"Go on as link workers of {to}.",
        ("Name", "Links with", "For"),
        len(rows),
        len(rows),
        False,
        _listed(rows),
    )


def _people(
    team: Team, movers: Collection[int] | None, to: str, number: int, now: datetime
) -> Part:
    found = (
        Involvement.objects.filter(team=team)
        .filter(Q(valid__contains=now) | Q(valid__startswith__gt=now))
        .select_related("person", "worker")
        .order_by("person__name", "id")
    )
    return Part(
        "people",
        "People whom the team works with",
        f"{to} works with them from then on, with the same named worker. What was is kept.",
        ("Person", "Named worker", "As"),
        number,
        *_seen(_of(found, movers, "worker"), _person_row, _whose),
    )


def _person_row(one: Involvement) -> Row:
    href = reverse("people:person", args=[one.person_id])
    worker = one.worker.name if one.worker else "Nobody by name"
    return [{"text": one.person.name, "href": href}, worker, one.role_words]


def _patches(team: Team, chosen: Collection[int] | None, to: str, now: datetime) -> Part:
    found = Patch.objects.filter(team=team)
    if chosen is not None:
        found = found.filter(pk__in=chosen)
    found = found.prefetch_related("officers__worker").order_by("name")

    def row(patch: Patch) -> Row:
        held = [o.worker.name for o in patch.officers.all() if now in o.valid]
        return [patch.name, listed(held) or "Nobody now"]

    rows = [row(patch) for patch in found]
    return Part(
        "patches",
        "Patches",
        f"Go to {to} with their homes. Their officers stay the same.",
        ("Patch", "Officer"),
        len(rows),
        len(rows),
        False,
        _listed(rows),
    )


def _desk(team: Team, movers: Collection[int] | None, to: str, number: int, rough: bool) -> Part:
    found = (
        Handling.objects.filter(team=team, state__in=sorted(OPEN_STATES))
        .select_related("worker")
        .order_by("due", "id")
    )

    def row(one: Handling) -> Row:
        href = reverse("requests:desk", args=[one.reference])
        worker = one.worker.name if one.worker else "Nobody yet"
        return [
            {"text": one.reference, "href": href},
            one.about_name,
            one.get_state_display(),
            worker,
        ]

    def held(one: Handling) -> Held:
        # While masked: the sender's information lead would learn who has it.
        return (team.agency_id if one.masked else one.sender_agency_id), one.person_id

    return Part(
        "desk",
        "Open requests on the desk",
        f"Go to {to}’s desk, with their worker, clock and story. Closed ones go along.",
        ("Request", "About", "Stands at", "Worker"),
        number,
        *_seen(_of(found, movers, "worker"), row, held, rough),
    )


def _sent(team: Team, movers: Collection[int] | None, to: str, number: int) -> Part:
    found = (
        Request.objects.filter(sender_team=team, state=SenderState.SENT)
        .select_related("sender")
        .order_by("-sent", "-id")
    )

    def row(one: Request) -> Row:
        href = reverse("requests:sent-one", args=[one.reference])
        return [
            {"text": one.reference, "href": href},
            one.about_name,
            one.sender.name,
            date_words(one.sent),
        ]

    return Part(
        "sent",
        "Requests sent",
        f"{to} answers for them. Their senders stay the same.",
        ("Request", "About", "Sent by", "Sent on"),
        number,
        *_seen(_of(found, movers, "sender"), row, _whose),
    )


def _consents(team: Team, movers: Collection[int] | None, number: int, now: datetime) -> Part:
    found = (
        ConsentLine.objects.filter(
            recipient=team,
            answer=True,
            consent__given__lte=now,
            consent__until__gt=now,
            consent__withdrawn=None,
        )
        .filter(
            Q() if movers is None else Q(recipient_worker=None) | Q(recipient_worker__in=movers)
        )
        .select_related("person")
        .order_by("person_id")
        .distinct("person_id")
    )
    return Part(
        "consents",
        "People who agreed that this team may be told something",
        "Does not go along: they agreed to this team, and the other has other workers. Ask them "
        "again.",
        ("Person", "Agreed until"),
        number,
        *_seen(found, _consent_row, _whose),
    )


def _consent_row(one: ConsentLine) -> Row:
    href = reverse("people:person", args=[one.person_id])
    return [{"text": one.person.name, "href": href}, date_words(one.consent.until)]


def _entries(team: Team, plan: Reorganisation) -> Part:
    services = list(Service.objects.filter(team=team).select_related("owner").order_by("id"))
    names = gaps.names([service.pk for service in services])
    rows: list[Row] = [
        [
            names[service.pk][1],
            service.get_state_display(),
            service.owner.name if service.owner else "Nobody",
        ]
        for service in services
    ]
    return Part(
        "entries",
        "Entries in the directory",
        f"{plan.get_entries_display()}.",
        ("Entry", "State", "Owner"),
        len(rows),
        len(rows),
        False,
        _listed(rows),
    )


def _keys(team: Team, movers: Collection[int] | None, now: datetime) -> Part:
    members = Membership.objects.filter(team=team, valid__contains=now).values("worker_id")
    found = Token.objects.filter(revoked=None, expires__gt=now, worker__in=members)
    if movers is not None:
        found = found.filter(worker__in=movers)
    rows: list[Row] = [
        [one.integration.name, one.worker.name, date_words(timezone.localtime(one.expires))]
        for one in found.select_related("integration", "worker").order_by("id")
    ]
    return Part(
        "keys",
        "Keys of other systems",
        "Stay with the worker they act for.",
        ("System", "Acts for", "Works until"),
        len(rows),
        len(rows),
        False,
        _listed(rows),
    )


def _whose(one: Any) -> Held:
    return one.owner_id, one.person_id


def _of(found: QuerySet[Any], movers: Collection[int] | None, column: str) -> QuerySet[Any]:
    return found if movers is None else found.filter(**{f"{column}__in": list(movers)})


def _seen(
    found: QuerySet[Any],
    row: Callable[[Any], Row],
    held: Callable[[Any], Held],
    rough: bool = False,
) -> tuple[int, bool, Read]:
    def read(first: int, last: int) -> tuple[list[Row], list[Held]]:
        ones = list(found[first:last])
        return [row(one) for one in ones], [held(one) for one in ones]

    return found.count(), rough, read


def _listed(rows: Iterable[Row]) -> Read:
    every = list(rows)
    return lambda first, last: (every[first:last], [])
