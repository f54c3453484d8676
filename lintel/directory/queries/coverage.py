"""Which needs are covered in which ward: the table of what is missing, and the map's table.

A service counts where one of its catchments holds the address, whatever the hour, for somebody
grown up. Not counted: a service that isn't running, and emergency services that are no agency of
the partnership (999 comes everywhere, and hides that nobody else does).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from uuid import UUID

import numpy as np
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from lintel.directory.catching import Bools, Held
from lintel.directory.models import GeographyLoad, Service
from lintel.directory.queries.addresses import Addresses, addresses
from lintel.directory.queries.editions import Facts, facts, stamp
from lintel.directory.states import Need, ServiceState, Status

# What somebody in every ward must be able to find (docs/how-to/keep-the-directory-whole.md).
MUST_BE_COVERED = (
    Need.CRISIS,
    Need.MENTAL_HEALTH,
    Need.HOMELESS,
    Need.LOSING_HOME,
    Need.MONEY,
    Need.HOARDING,
    Need.ADVICE,
)
GROWN_UP = 18


@dataclass(frozen=True, slots=True)
class Cell:
    """A need in a ward: how many services, and how many of its neighbourhoods have none."""

    need: Need
    services: int
    uncovered: int
    neighbourhoods: int

    @property
    def is_gap(self) -> bool:
        """Whether somebody in the ward finds nobody for the need."""
        return self.uncovered > 0


@dataclass(frozen=True, slots=True)
class WardCover:
    """A ward of the partnership, with a cell for each of `Coverage.needs`."""

    code: str
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Wards by name x needs that must be covered. `neighbourhoods`: codes of those without any,
    for each need that has some."""

    needs: tuple[Need, ...]
    wards: tuple[WardCover, ...]
    neighbourhoods: dict[Need, frozenset[str]]

    @property
    def gaps(self) -> list[tuple[WardCover, Cell]]:
        """The wards and needs where something is missing, the most missing first."""
        found = [(ward, cell) for ward in self.wards for cell in ward.cells if cell.is_gap]
        return sorted(found, key=lambda one: (-one[1].uncovered, one[0].name, one[1].need))


_lock = Lock()
_kept: dict[tuple[str, bool], tuple[object, Coverage]] = {}


def coverage(
    now: datetime, *, workers: bool = True, needs: Sequence[Need] = MUST_BE_COVERED
) -> Coverage:
    """Wards of ours x needs, with numbers of services. `workers`: count those for partners too.

    Worked out anew only when the directory, the geography or the day has changed; until then it
    costs two small queries.
    """
    day = timezone.localdate(now)
    geography = GeographyLoad.objects.order_by("-id").values_list("id", "state").first()
    version = (stamp(), geography, day, tuple(needs))
    where = (str(connection.settings_dict["NAME"]), workers)
    kept = _kept.get(where)
    if kept is not None and kept[0] == version:
        return kept[1]
    places = addresses(day)
    known = facts()
    counted = counting(known, workers=workers)
    held = hold(known, places, counted & fits_one_of(known, needs), now)
    found = tabulate(known, places, held, needs)
    with _lock:
        _kept[where] = (version, found)
    return found


def fits_one_of(known: Facts, needs: Sequence[str]) -> Bools:
    """Which services are for one of the needs at least."""
    found = np.zeros(len(known.ids), dtype=bool)
    for need in needs:
        if (own := known.by_need.get(need)) is not None:
            found |= own
    return found


def counting(known: Facts, *, workers: bool) -> Bools:
    """Which services count towards coverage. One query."""
    counted = known.fitting(need=None, workers=workers) & (known.oldest >= GROWN_UP)
    out: list[UUID] = list(
        Service.objects.filter(
            ~Q(status=Status.ACTIVE) | Q(emergency=True, organisation__agency=None),
            state=ServiceState.PUBLISHED,
        ).values_list("pk", flat=True)
    )
    at = [known.position[one] for one in out if one in known.position]
    counted[at] = False
    return counted


def hold(known: Facts, places: Addresses, services: Bools, now: datetime) -> Held:
    """Which of the services hold which of the addresses, in one go."""
    return known.index.holding_many(
        places.lon, places.lat, timezone.localdate(now), codes=places.codes, services=services
    )


def tabulate(known: Facts, places: Addresses, held: Held, needs: Sequence[Need]) -> Coverage:
    """Count by ward and need. A neighbourhood is covered when each of its addresses is."""
    number, hoods, wards = len(places.places), len(places.hoods), len(places.wards)
    hood_ward = np.asarray([hood.ward for hood in places.hoods], dtype=np.int64)
    in_ward = np.bincount(hood_ward, minlength=wards)
    none = np.zeros(len(known.ids), dtype=bool)
    cells: list[list[Cell]] = [[] for _ in range(wards)]
    without: dict[Need, frozenset[str]] = {}
    for need in needs:
        chosen = known.by_need.get(need, none)[held.service]
        at, service = held.address[chosen], held.service[chosen]
        bare = np.ones(number, dtype=bool)
        bare[at] = False
        lacking = np.bincount(places.hood[bare], minlength=hoods) > 0
        uncovered = np.bincount(hood_ward[lacking], minlength=wards)
        # Each service once a ward.
        seen = np.zeros((wards, max(1, len(known.ids))), dtype=bool)
        seen[places.ward[at], service] = True
        services = seen.sum(axis=1)
        for ward in range(wards):
            cells[ward].append(
                Cell(need, int(services[ward]), int(uncovered[ward]), int(in_ward[ward]))
            )
        if lacking.any():
            without[need] = frozenset(places.hoods[i].code for i in np.flatnonzero(lacking))
    return Coverage(
        tuple(needs),
        tuple(
            WardCover(code, name, tuple(row))
            for (code, name), row in zip(places.wards, cells, strict=True)
        ),
        without,
    )
