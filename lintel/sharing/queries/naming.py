"""Consent that names a worker who leaves: it ends with the post, and is asked for again."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from lintel.kernel.actor import Actor
from lintel.sharing.models import ConsentLine


@dataclass(frozen=True, slots=True)
class Naming:
    """A person who let an agency tell one worker by name, who leaves or has left."""

    person_id: int
    worker: str
    left_on: date | None
    team: str
    giver: str
    until: datetime


def naming(
    actor: Actor, now: datetime, *, worker_ids: Collection[int] | None = None
) -> list[Naming]:
    """Whose consent in sight names one of these workers (none given: who has left).

    What was answered anew since is left out, whatever the answer was. Sorted by the end.
    """
    later = ConsentLine.objects.filter(
        person_id=OuterRef("person_id"),
        giver_id=OuterRef("giver_id"),
        recipient_id=OuterRef("recipient_id"),
        category=OuterRef("category"),
    ).filter(
        Q(consent__given__gt=OuterRef("consent__given"))
        | Q(consent__given=OuterRef("consent__given"), consent_id__gt=OuterRef("consent_id"))
    )
    found = ConsentLine.objects.filter(
        ~Exists(later),
        answer=True,
        consent__until__gt=now,
        consent__withdrawn__isnull=True,
        recipient_worker__isnull=False,
    )
    if worker_ids is None:
        found = found.filter(recipient_worker__left_on__lte=timezone.localdate(now))
    else:
        found = found.filter(recipient_worker_id__in=list(worker_ids))
    rows = found.values_list(
        "person_id",
        "recipient_worker__name",
        "recipient_worker__left_on",
        "recipient__name",
        "giver__name",
    ).annotate(ends=F("consent__until"))
    return [Naming(*row) for row in rows.distinct().order_by("ends", "person_id")]
