"""The index of catchments of this process, read again when the directory has changed."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import numpy as np
from django.db import connection

from lintel.directory.catching import FOREVER, Bools, Index, Ints, Piece
from lintel.directory.models import Area, Catchment, Edition, Service
from lintel.directory.states import Audience, CatchmentKind, ServiceState

Stamp = tuple[int, int]
OLDEST = 200
FACTS = ("id", "audience", "emergency", "needs", "minimum_age", "maximum_age", "team_id")
PIECE = (
    "service_id",
    "group",
    "kind",
    "codes",
    "shape",
    "excluding",
    "priority",
    "valid",
    "label",
)


@dataclass(slots=True)
class Facts:
    """What decides, beside the address, whether a service fits: arrays beside `index.services`."""

    index: Index
    ids: list[uuid.UUID] = field(default_factory=list)
    position: dict[uuid.UUID, int] = field(default_factory=dict)
    public: Bools = field(default_factory=lambda: np.empty(0, dtype=bool))
    emergency: Bools = field(default_factory=lambda: np.empty(0, dtype=bool))
    youngest: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    oldest: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    team: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    by_need: dict[str, Bools] = field(default_factory=dict)

    def fitting(self, *, need: str | None, workers: bool) -> Bools:
        """Which services anybody (or a worker) may be told of, for a need (None for any)."""
        found = np.ones(len(self.ids), dtype=bool) if workers else self.public.copy()
        if need is not None:
            none = np.zeros(len(self.ids), dtype=bool)
            found &= self.by_need.get(need, none)
        return found


_lock = Lock()
_kept: dict[str, tuple[Stamp, Facts]] = {}


def stamp() -> Stamp:
    """A stamp of the directory as this transaction sees it; another one after every change."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), coalesce(max(id), 0) FROM directory_edition")
        count, newest = cursor.fetchone()
    return count, newest


def facts() -> Facts:
    """The index and facts as they are now: one small query, unless the directory has changed."""
    now = stamp()
    # A test's database, or another deployment in the same process, is another directory.
    where = str(connection.settings_dict["NAME"])
    kept = _kept.get(where)
    if kept is not None and kept[0] == now:
        return kept[1]
    with _lock:
        kept = _kept.get(where)
        if kept is None or kept[0] != now:
            kept = (now, read())
            _kept[where] = kept
        return kept[1]


def read() -> Facts:
    """Read all published catchments: two queries, and one for the areas that they name."""
    services = {
        row["id"]: row
        for row in Service.objects.filter(state=ServiceState.PUBLISHED, catchments__isnull=False)
        .distinct()
        .values(*FACTS)
        .iterator()
    }
    pieces = [
        Piece(
            service=str(service),
            group=group,
            kind=kind,
            codes=codes,
            shape=bytes(shape) if shape is not None else None,
            excluding=excluding,
            priority=priority,
            valid=_days(valid),
            label=label,
        )
        for service, group, kind, codes, shape, excluding, priority, valid, label in (
            Catchment.objects.order_by("service_id", "group", "id").values_list(*PIECE).iterator()
        )
        # One published since the first query is in the next edition.
        if service in services
    ]
    named = {c for p in pieces if p.kind == CatchmentKind.AREAS for c in p.codes}
    kinds = dict(Area.objects.filter(code__in=named).values_list("code", "kind")) if named else {}
    index = Index(pieces, kinds)
    return _with_facts(index, [services[uuid.UUID(one)] for one in index.services])


def tidy() -> int:
    """Drop all but the newest editions; for the nightly job. Answers how many went."""
    newest = Edition.objects.order_by("-id").values_list("id", flat=True)[OLDEST:]
    dropped, _ = Edition.objects.filter(pk__in=list(newest)).delete()
    return dropped


def _with_facts(index: Index, held: list[dict[str, Any]]) -> Facts:
    ids = [row["id"] for row in held]
    needs = {need for row in held for need in row["needs"]}
    flags: Callable[[list[bool]], Bools] = lambda found: np.asarray(found, dtype=bool)  # noqa: E731
    return Facts(
        index=index,
        ids=ids,
        position={one: number for number, one in enumerate(ids)},
        public=flags([row["audience"] == Audience.PUBLIC for row in held]),
        emergency=flags([row["emergency"] for row in held]),
        youngest=np.asarray([row["minimum_age"] or 0 for row in held], dtype=np.int64),
        oldest=np.asarray(
            [999 if row["maximum_age"] is None else row["maximum_age"] for row in held],
            dtype=np.int64,
        ),
        team=np.asarray([row["team_id"] or 0 for row in held], dtype=np.int64),
        by_need={need: flags([need in row["needs"] for row in held]) for need in needs},
    )


def _days(valid: object) -> tuple[int, int]:
    """A range of dates as the ordinals of its first and last day."""
    lower, upper = getattr(valid, "lower", None), getattr(valid, "upper", None)
    # PostgreSQL gives ranges of dates with their end left out.
    return (lower.toordinal() if lower else 0, upper.toordinal() - 1 if upper else FOREVER)
