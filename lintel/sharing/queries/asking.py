"""Asking early: who has not been asked yet about sharing, and whose answers end soon.

Sign-up (also before the tenancy begins), a new involvement, an admission: each is when to ask,
and for 60 days a worker is shown kindly that nobody did. Nothing is blocked by it.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from lintel.agencies.states import TeamKind
from lintel.kernel.actor import Actor
from lintel.people import queries as people
from lintel.sharing.models import Consent, ConsentLine, NoLonger
from lintel.sharing.states import purpose_words

EARLY = dt.timedelta(days=60)
SOON = dt.timedelta(days=30)
AT_MOST = 500


@dataclass(frozen=True, slots=True)
class ToAsk:
    """Somebody whom nobody of the actor's agency has asked, and what it is a good time for."""

    person_id: int
    name: str
    since: dt.date
    began: str


@dataclass(frozen=True, slots=True)
class Ending:
    """A consent that ends soon unless the person is asked again."""

    consent_id: int
    person_id: int
    name: str
    until: dt.datetime
    purpose_words: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Lost:
    """That something the worker saw about somebody is no longer shared; nothing more."""

    id: int
    at: dt.datetime


def asked(actor: Actor, person_id: int) -> bool:
    """Whether any conversation about sharing is written down that the actor may know of."""
    return Consent.objects.filter(person_id=person_id).exists()


def to_ask(actor: Actor, *, now: dt.datetime) -> list[ToAsk]:
    """The people new to the actor whom nobody of the agency has asked, the newest first.

    Whose tenancy or involvement began in the last 60 days, or is about to.
    """
    today = timezone.localdate(now)
    spoken = Exists(Consent.objects.filter(person=OuterRef("person"), owner=actor.agency_id))
    tenancies = people.tenancies_since(actor.agency_id, today - EARLY, today)
    involvements = people.involvements_since(
        actor.agency_id,
        now - EARLY,
        now,
        worker_id=actor.worker_id,
        team_ids=actor.lead_team_ids,
    )
    found: dict[int, ToAsk] = {}
    for t in tenancies.exclude(spoken)[:AT_MOST]:
        began = "Tenancy begins" if t.started > today else "Tenancy began"
        found.setdefault(t.person_id, ToAsk(t.person_id, t.person.name, t.started, began))
    for i in involvements.exclude(spoken)[:AT_MOST]:
        began = "Admitted" if i.team.kind == TeamKind.WARD else f"Began with {i.team.name}"
        since = timezone.localdate(i.valid.lower)
        found.setdefault(i.person_id, ToAsk(i.person_id, i.person.name, since, began))
    return sorted(found.values(), key=lambda one: (one.since, one.person_id), reverse=True)


def ending_soon(actor: Actor, *, now: dt.datetime) -> list[Ending]:
    """The consents that the actor's agency recorded and that end within 30 days, soonest first.

    Only what still counts: neither taken back nor asked again since for the same purpose.
    """
    return [
        Ending(
            consent_id=row.pk,
            person_id=row.person_id,
            name=row.person.name,
            until=row.until,
            purpose_words=purpose_words(row.purpose),
            mine=row.recorded_by_id == actor.worker_id,
        )
        for row in _ending(actor, now).select_related("person").order_by("until", "id")[:AT_MOST]
    ]


def _ending(actor: Actor, now: dt.datetime) -> QuerySet[Consent]:
    since = Consent.objects.filter(
        person=OuterRef("person"), owner=actor.agency_id, given__gt=OuterRef("given")
    ).filter(Q(purpose=OuterRef("purpose")) | Q(purpose="any"))
    yes = ConsentLine.objects.filter(consent=OuterRef("pk"), answer=True)
    return Consent.objects.filter(
        Exists(yes),
        ~Exists(since),
        owner=actor.agency_id,
        withdrawn__isnull=True,
        until__gt=now,
        until__lte=now + SOON,
    )


def no_longer(actor: Actor) -> list[Lost]:
    """What the worker is told and has not read yet, the latest first."""
    rows = NoLonger.objects.filter(worker=actor.worker_id, read__isnull=True).order_by("-at", "-id")
    return [Lost(row.pk, row.at) for row in rows[:AT_MOST]]
