"""Two teams that would both be given the same address: which, where, and what decides now.

Only services of teams count: a request goes to a team, so there one of the two must win. Two
voluntary services side by side are a choice for the person and no fault; nor is a service for
the whole partnership, which the narrower one always precedes.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
from django.utils import timezone

from lintel.directory.catching import Hit
from lintel.directory.models import Catchment
from lintel.directory.queries.addresses import Addresses, addresses
from lintel.directory.queries.coverage import counting, hold
from lintel.directory.queries.editions import Facts, facts
from lintel.directory.states import CatchmentKind, Need


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two services of one need and priority over the same neighbourhoods.

    `example`: a neighbourhood that both cover; `first`: which of the two comes first there.
    """

    one: UUID
    other: UUID
    needs: tuple[Need, ...]
    priority: int
    neighbourhoods: int
    example: str
    decides: str
    first: UUID | None


def overlaps(now: datetime) -> list[Overlap]:
    """The pairs, those with the most neighbourhoods first. Three queries."""
    known = facts()
    places = addresses(timezone.localdate(now))
    mask = counting(known, workers=True) & (known.team > 0)
    everywhere = Catchment.objects.filter(kind=CatchmentKind.WHOLE, excluding=False)
    at = [
        known.position[s]
        for s in everywhere.values_list("service", flat=True)
        if s in known.position
    ]
    mask[at] = False
    held = hold(known, places, mask, now)
    pairs: dict[tuple[int, int, int], list[Need]] = defaultdict(list)
    shared: dict[tuple[int, int, int], tuple[int, int]] = {}
    for need in Need:
        chosen = known.by_need.get(need)
        if chosen is None:
            continue
        for priority in np.unique(held.priority):
            keep = chosen[held.service] & (held.priority == priority)
            for one, other, number, hood in _pairs(
                known, places, held.address[keep], held.service[keep]
            ):
                key = (one, other, int(priority))
                pairs[key].append(need)
                if number > shared.get(key, (0, 0))[0]:
                    shared[key] = (number, hood)
    found = [_overlap(known, places, key, needs, *shared[key], now) for key, needs in pairs.items()]
    return sorted(found, key=lambda one: (-one.neighbourhoods, str(one.one), str(one.other)))


def _pairs(
    known: Facts, places: Addresses, at: np.ndarray, services: np.ndarray
) -> list[tuple[int, int, int, int]]:
    """(service, service, shared neighbourhoods, one of them), by products of 0/1 matrices."""
    own, row = np.unique(services, return_inverse=True)
    if own.size < 2:
        return []
    covers = np.zeros((own.size, len(places.hoods)), dtype=np.float32)
    covers[row, places.hood[at]] = 1
    together = covers @ covers.T
    ones, others = np.nonzero(np.triu(together, 1))
    found = []
    for i, j in zip(ones.tolist(), others.tolist(), strict=True):
        a, b = int(own[i]), int(own[j])
        # Nobody is of both ages.
        if known.youngest[a] > known.oldest[b] or known.youngest[b] > known.oldest[a]:
            continue
        hood = int(np.argmax(covers[i] * covers[j]))
        found.append((a, b, int(together[i, j]), hood))
    return found


def _overlap(
    known: Facts,
    places: Addresses,
    key: tuple[int, int, int],
    needs: Sequence[Need],
    number: int,
    hood: int,
    now: datetime,
) -> Overlap:
    one, other, priority = key
    services = np.zeros(len(known.ids), dtype=bool)
    services[[one, other]] = True
    words, first = "Nothing: whichever is open comes first, then the name", None
    for address in np.flatnonzero(places.hood == hood).tolist():
        place = places.places[address]
        hits = known.index.holding(place, timezone.localdate(now), services=services)
        if len(hits) == 2 and hits[0].priority == hits[1].priority:
            words, first = _decides(hits[0], hits[1])
            break
    return Overlap(
        known.ids[one],
        known.ids[other],
        tuple(dict.fromkeys(needs)),
        priority,
        number,
        places.hoods[hood].name,
        words,
        first,
    )


def _decides(best: Hit, second: Hit) -> tuple[str, UUID | None]:
    if best.rank == second.rank:
        return "Nothing but the hour and the name: whichever is open comes first", None
    return "The narrower catchment comes first", UUID(best.service)
