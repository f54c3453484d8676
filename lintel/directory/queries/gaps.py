"""What is missing in the directory, for the partnership lead: each list with what it rests on.

`coverage` is the table of wards and needs; the map shows the same. The lead's lists read what is
for partners too, so a worker must be bound.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, Max, Min, OuterRef, Subquery
from django.utils import timezone

from lintel.directory.feeds.rules import GONE_HELD
from lintel.directory.models import Feed, FeedFault, FeedRun, Misroute, PartnerEntry, Service
from lintel.directory.queries.coverage import (
    MUST_BE_COVERED,
    Cell,
    Coverage,
    WardCover,
    coverage,
)
from lintel.directory.queries.overlaps import Overlap, overlaps
from lintel.directory.queries.responsibility import Chain, chains
from lintel.directory.states import RunState

__all__ = [
    "FAULTS",
    "MUST_BE_COVERED",
    "Cell",
    "Coverage",
    "EntryFault",
    "FeedTrouble",
    "MisroutedSector",
    "Overlap",
    "WardCover",
    "coverage",
    "entries",
    "feeds",
    "misroutes",
    "names",
    "overlaps",
    "settled",
    "waits_with",
]

# What can be wrong with an entry, and the words for it.
FAULTS = {
    "unchecked": "Not checked for three months",
    "owner": "No owner in post",
    "diagnosis": "Leaves people out for a diagnosis alone",
    "hours": "No opening hours",
    "catchment": "No catchment",
}
# An entry read from a feed is that feed's to own and to check.
ENTRIES_SQL = """
WITH entry AS (
  SELECT s.id, s.slug, s.organisation_id, s.team_id, s.owner_id, s.deputy_id, s.feed_id,
         s.checked_on, s.check_every_days, s.modified,
         coalesce(nullif(s.name, ''), p.name, '') AS name,
         CASE WHEN s.document = '{}' THEN p.document->'entry' ELSE s.document END AS document
  FROM directory_service s LEFT JOIN directory_partnerentry p ON p.service_id = s.id
  WHERE s.state = 'published'
), fault AS (
  SELECT e.*, ARRAY_REMOVE(ARRAY[
    CASE WHEN coalesce(e.checked_on, (e.modified AT TIME ZONE 'Europe/London')::date)
              + e.check_every_days <= %(today)s THEN 'unchecked' END,
    CASE WHEN e.feed_id IS NULL AND NOT EXISTS (
      SELECT 1 FROM agencies_worker w WHERE w.id IN (e.owner_id, e.deputy_id)
        AND (w.left_on IS NULL OR w.left_on > %(today)s)) THEN 'owner' END,
    CASE WHEN jsonb_path_exists(e.document, '$.rules[*] ? (@.diagnosis_alone == true)')
      THEN 'diagnosis' END,
    CASE WHEN jsonb_array_length(coalesce(e.document->'hours', '[]')) = 0
              AND NOT coalesce((e.document->>'always_open')::boolean, false) THEN 'hours' END,
    CASE WHEN NOT EXISTS (SELECT 1 FROM directory_catchment c WHERE c.service_id = e.id)
      THEN 'catchment' END
  ], NULL) AS faults
  FROM entry e
)
SELECT f.id, f.slug, f.name, o.name, coalesce(a.name, fd.name, o.name), f.checked_on, f.faults
FROM fault f
JOIN directory_organisation o ON o.id = f.organisation_id
LEFT JOIN agencies_team t ON t.id = f.team_id
LEFT JOIN agencies_agency a ON a.id = coalesce(o.agency_id, t.agency_id)
LEFT JOIN directory_feed fd ON fd.id = f.feed_id
WHERE cardinality(f.faults) > 0
ORDER BY f.checked_on NULLS FIRST, f.name, f.id
"""


@dataclass(frozen=True, slots=True)
class EntryFault:
    """A published entry with at least one fault (keys of `FAULTS`).

    `agency`: with whom it waits: the agency, or the feed that it is read from.
    """

    service_id: UUID
    slug: str
    name: str
    organisation: str
    agency: str
    checked_on: date | None
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MisroutedSector:
    """Requests from one postcode sector that a service's catchment sent to the wrong team."""

    service_id: UUID
    sector: str
    times: int
    first: datetime
    last: datetime
    right_teams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FeedTrouble:
    """A feed whose last reading stopped, kept entries out, or is long ago."""

    feed_id: int
    name: str
    last: datetime | None
    why: str
    words: str


def entries(now: datetime) -> list[EntryFault]:
    """The published entries with a fault, the longest unchecked first. One query."""
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES_SQL, {"today": timezone.localdate(now)})
        return [
            EntryFault(service, slug, name, organisation, agency, checked, tuple(faults))
            for service, slug, name, organisation, agency, checked, faults in cursor.fetchall()
        ]


def waits_with(service_ids: Iterable[UUID], now: datetime) -> dict[UUID, Chain]:
    """Who answers for these entries now, first step first. Four queries."""
    services = list(
        Service.objects.filter(pk__in=list(service_ids)).select_related(
            "organisation", "team", "owner"
        )
    )
    return chains(services, now)


def names(service_ids: Iterable[UUID]) -> dict[UUID, tuple[str, str]]:
    """Slug and name of services, those for partners only too. One query."""
    partner = PartnerEntry.objects.filter(service_id=OuterRef("pk")).values("name")[:1]
    rows = (
        Service.objects.filter(pk__in=list(service_ids))
        .annotate(partner_name=Subquery(partner))
        .values_list("pk", "slug", "name", "partner_name")
    )
    return {pk: (slug, name or partner_name or slug) for pk, slug, name, partner_name in rows}


def misroutes() -> list[MisroutedSector]:
    """What is not settled yet, by service and sector, the most often first. Two queries."""
    open_ = Misroute.objects.filter(settled_on=None)
    grouped = (
        open_.values("service_id", "sector")
        .annotate(times=Count("id"), first=Min("at"), last=Max("at"))
        .order_by("-times", "service_id", "sector")
    )
    right: dict[tuple[UUID, str], list[str]] = defaultdict(list)
    teams = (
        open_.exclude(right_team=None)
        .values("service_id", "sector", "right_team__name")
        .annotate(times=Count("id"))
        .order_by("-times", "right_team__name")
    )
    for row in teams:
        right[row["service_id"], row["sector"]].append(row["right_team__name"])
    return [
        MisroutedSector(**row, right_teams=tuple(right[row["service_id"], row["sector"]]))
        for row in grouped
    ]


def settled(since: date) -> int:
    """How many misroutes were settled from that day on."""
    return Misroute.objects.filter(settled_on__gte=since).count()


def feeds(now: datetime) -> list[FeedTrouble]:
    """The active feeds that don't keep in step. Two queries."""
    last = FeedRun.objects.filter(feed=OuterRef("pk")).order_by("-started", "-id").values("pk")[:1]
    held = FeedFault.objects.filter(run_id=OuterRef("last_run"), code=GONE_HELD)
    found = (
        Feed.objects.filter(active=True)
        .annotate(last_run=Subquery(last))
        .annotate(held=Exists(held))
        .order_by("name")
    )
    runs = FeedRun.objects.in_bulk([feed.last_run for feed in found if feed.last_run])
    troubles = [_trouble(feed, runs.get(feed.last_run), now, feed.held) for feed in found]
    return [one for one in troubles if one is not None]


def _trouble(feed: Feed, run: FeedRun | None, now: datetime, held: bool) -> FeedTrouble | None:
    if run is None:
        return FeedTrouble(feed.pk, feed.name, None, "Never read", "")
    why = ""
    if held:
        why = "Much of it is gone: decide"
    elif run.state == RunState.STOPPED:
        why = "Stopped half-way"
    elif run.started < now - timedelta(hours=2 * feed.every_hours):
        why = "Not read in time"
    elif run.kept_out:
        why = f"{run.kept_out} entries kept out"
    return FeedTrouble(feed.pk, feed.name, run.started, why, run.words) if why else None
