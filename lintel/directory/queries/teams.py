"""What the directory knows of teams' areas, for pages and lists of teams.

By the catchments of their published entries on a day; what they leave out isn't told here.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from lintel.directory.catching import WHOLE
from lintel.directory.models import Area, Catchment
from lintel.directory.place import DISTRICT, SECTOR, Place
from lintel.directory.queries.routing import teams_covering
from lintel.directory.states import CatchmentKind, ServiceState

EVERYWHERE = "*"
UNNAMED = "An area drawn on the map"


def areas_of_teams(team_ids: Iterable[int], *, when: datetime) -> dict[int, list[str]]:
    """What each team covers: codes of postcodes and of areas, names of drawn areas; "*" for all.

    Teams with nothing are left out. One query.
    """
    found: dict[int, list[str]] = defaultdict(list)
    for team_id, kind, codes, label in _pieces(team_ids, when):
        if kind == CatchmentKind.WHOLE:
            named = [EVERYWHERE]
        elif kind == CatchmentKind.DRAWN:
            named = [label or UNNAMED]
        else:
            named = codes
        found[team_id] += [name for name in named if name not in found[team_id]]
    return dict(found)


class Areas:
    """Areas of teams, as the pages of teams and link workers ask for them.

    Registered with `lintel.agencies.queries`, which is below and can't import this.
    """

    def naming(self, word: str, now: datetime) -> set[int]:
        """The teams that cover a postcode district or sector; none for any other word.

        Those that cover everything aren't meant by one who types a district.
        """
        typed = " ".join(word.upper().split())
        if not (DISTRICT.fullmatch(typed) or SECTOR.fullmatch(typed)):
            return set()
        hits = teams_covering(Place(postcode=typed), when=now)
        return {hit.team_id for hit in hits if hit.rank < WHOLE}

    def words(self, team_id: int, now: datetime) -> list[str]:
        """What one team covers, in names for people; "*" for all."""
        codes = areas_of_teams([team_id], when=now).get(team_id, [])
        names = dict(Area.objects.filter(code__in=codes).values_list("code", "name"))
        return [names.get(code, code) for code in codes]

    def sharing(self, mine: Collection[int], others: Collection[int], now: datetime) -> set[int]:
        """Which of the other teams cover something that one of mine covers.

        By the codes alone: postcodes against postcodes, areas against areas. For an order, where
        a miss costs nothing but a place in the list.
        """
        areas = areas_of_teams({*mine, *others}, when=now)
        own = {code for team_id in mine for code in areas.get(team_id, ())}
        return {t for t in others if _meet(own, areas.get(t, ()))}


def _meet(own: Collection[str], other: Collection[str]) -> bool:
    """Whether two lists of codes name something in common; "QX1" holds "QX1 2", and not "QX12"."""
    if not own or not other:
        return False
    if EVERYWHERE in own or EVERYWHERE in other:
        return True
    return not _with_districts(own).isdisjoint(other) or not _with_districts(other).isdisjoint(own)


def _with_districts(codes: Iterable[str]) -> set[str]:
    return {part for code in codes for part in (code, code.partition(" ")[0])}


def _pieces(team_ids: Iterable[int], when: datetime) -> Iterable[tuple[int, str, list[str], str]]:
    on = timezone.localdate(when)
    return (
        Catchment.objects.filter(
            Q(valid__contains=on) | Q(valid=None),
            service__team_id__in=list(team_ids),
            service__state=ServiceState.PUBLISHED,
            excluding=False,
        )
        .order_by("service__team_id", "priority", "service_id", "group", "id")
        .values_list("service__team_id", "kind", "codes", "label")
    )
