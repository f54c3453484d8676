"""The invented land: councils, wards, neighbourhoods, and every postcode that a home can have.

The same seed gives the same land. Worked out on a plane in kilometres; whatever is done for each
postcode is done for all of them at once, so that an area of 1.7 million people costs no more
steps than its neighbourhoods.
"""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely import MultiPolygon, Polygon

from lintel.config.synth import places_story as story
from lintel.config.synth import story as people_story
from lintel.config.synth.area import Scale
from lintel.config.synth.copying import Progress, copy
from lintel.directory.states import AreaKind

Floats = npt.NDArray[np.float64]
Point = tuple[float, float]
Row = Sequence[Any]
Dice = np.random.Generator


@dataclass
class Cell:
    """A neighbourhood (LSOA): its outline in kilometres, what it belongs to."""

    shape: Polygon | MultiPolygon
    council: str
    ward: str = ""
    code: str = ""
    name: str = ""
    district: str = ""
    next_to: list[int] = field(default_factory=list)

    @property
    def middle(self) -> Point:
        """A point inside it."""
        point = shapely.point_on_surface(self.shape)
        return (point.x, point.y)


@dataclass(frozen=True)
class Land:
    """What was made: rows of `directory_area` and of `directory_postcode`."""

    areas: list[Row]
    postcodes: list[Row]


AREA_COLUMNS = "code, kind, name, parent, lon, lat, shape, ours"
POSTCODE_COLUMNS = "code, lon, lat, council, ward, lsoa, ended"


def write(cursor: Any, scale: Scale, progress: Progress) -> None:
    """Write the land of an area of this size, in place of any invented land that is there."""
    land = make(scale)
    cursor.execute("DELETE FROM directory_postcode WHERE code LIKE 'QX%'")
    cursor.execute("DELETE FROM directory_area WHERE code LIKE 'X0%' OR code LIKE 'place-qx-%'")
    copy(cursor, "directory_area", AREA_COLUMNS, land.areas, progress)
    copy(cursor, "directory_postcode", POSTCODE_COLUMNS, land.postcodes, progress)


def make(scale: Scale) -> Land:
    """The land for an area of this size. A larger one has a third council, around the two."""
    councils = dict(story.COUNCILS)
    if scale.agencies > 25:
        councils |= story.LARGER
    # Each has its own dice, so that the land of the stories is the same at any size.
    dice = {code: np.random.default_rng([scale.seed, i]) for i, code in enumerate(councils)}
    areas: list[Row] = []
    cells: list[Cell] = []
    wards = 0
    for code, outline in _outlines(councils, dice).items():
        name, _, _, _, count, ours = councils[code]
        found = _cells(outline, code, count, dice[code])
        rows = list(_wards(found, code, wards, dice[code]))
        for number, cell in enumerate(found, start=len(cells) + 1):
            cell.code = f"X01{number:06d}"
        wards += len(rows)
        cells += found
        areas.append(_area(code, AreaKind.COUNCIL, name, "", outline, ours))
        areas += [_area(c, kind, ward, code, shape, ours) for c, kind, ward, shape in rows]
        areas += [_area(c.code, AreaKind.LSOA, c.name, c.ward, c.shape, ours) for c in found]
    areas += _places(cells)
    return Land(areas, [row for code in councils for row in _postcodes(cells, code, dice[code])])


# --- Outlines and neighbourhoods -------------------------------------------------------------


def _outlines(councils: Mapping[str, Any], dice: Mapping[str, Dice]) -> dict[str, Polygon]:
    """Each council's outline: what the ones before it have left."""
    taken: Any = Polygon()
    result = {}
    for code, (_, middle, half_width, half_height, _, _) in councils.items():
        blob = _blob(middle, half_width, half_height, dice[code])
        result[code] = _largest(blob.difference(taken))
        taken = taken.union(result[code])
    return result


def _blob(middle: Point, half_width: float, half_height: float, rng: Dice) -> Any:
    """A round thing with a coast of bays and noses, as boundaries have."""
    turns = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    radius = np.ones_like(turns)
    for waves in (2, 3, 5, 7, 11, 17):
        size = rng.uniform(0.3, 0.5) / (waves + 2)
        radius += size * np.sin(waves * turns + rng.uniform(0, 2 * np.pi))
    x = middle[0] + half_width * radius * np.cos(turns)
    y = middle[1] + half_height * radius * np.sin(turns)
    return shapely.make_valid(Polygon(np.column_stack([x, y])))


def _largest(shape: Any) -> Polygon:
    found: Polygon = max(shapely.get_parts(shape), key=shapely.area)
    return found


def _cells(outline: Polygon, council: str, count: int, rng: Dice) -> list[Cell]:
    """Neighbourhoods: small in town and large outside, as theirs hold about as many people."""
    town = np.asarray(story.TOWNS[council])
    width = np.sqrt(outline.area) * 0.16
    seeds = np.vstack(
        [
            _inside(outline, count * 6 // 10, rng, lambda n: rng.normal(town, width, (n, 2))),
            _inside(outline, count - count * 6 // 10, rng, None),
        ]
    )
    for _ in range(2):  # Lloyd: evens out the smallest and the thinnest.
        seeds = shapely.get_coordinates(shapely.centroid(_voronoi(seeds, outline)))
    shapes = _voronoi(seeds, outline)
    cells = [Cell(shape, council) for shape in shapes]
    tree = shapely.STRtree(shapes)
    for one, other in tree.query(shapes, predicate="intersects").T.tolist():
        if one != other:
            cells[one].next_to.append(other)
    return cells


def _inside(shape: Any, count: int, rng: Dice, draw: Any) -> Floats:
    """`count` points inside the shape, all at once: drawn until there are enough."""
    low, high = np.reshape(shapely.bounds(shape), (2, 2))
    found: list[Floats] = []
    have = 0
    while have < count:
        wanted = 3 * (count - have) + 8
        points = draw(wanted) if draw else rng.uniform(low, high, (wanted, 2))
        points = points[shapely.contains_xy(shape, points)]
        found.append(points)
        have += len(points)
    return np.vstack(found)[:count]


def _voronoi(seeds: Floats, outline: Polygon) -> npt.NDArray[Any]:
    made = shapely.voronoi_polygons(shapely.MultiPoint(seeds), extend_to=outline, ordered=True)
    return np.asarray(shapely.intersection(shapely.get_parts(made), outline))


def _grown(cells: list[Cell], middles: Mapping[str, Point]) -> list[str]:
    """For each cell the name whose middle is nearest over land: every part is in one piece."""
    points = [cell.middle for cell in cells]
    result = [""] * len(cells)
    queue = []
    for name, middle in middles.items():
        start = min(range(len(cells)), key=lambda i: _far(points[i], middle))
        queue.append((_far(points[start], middle), start, name))
    heapq.heapify(queue)
    while queue:
        far, at, name = heapq.heappop(queue)
        if result[at]:
            continue
        result[at] = name
        for other in cells[at].next_to:
            if not result[other]:
                step = _far(points[at], points[other])
                heapq.heappush(queue, (far + step, other, name))
    return result


def _far(one: Point, other: Point) -> float:
    return float(np.hypot(one[0] - other[0], one[1] - other[1]))


def _drawn(cells: list[Cell], names: Sequence[str], rng: Dice) -> dict[str, Point]:
    """Middles for the names, drawn among the cells: as thick as people live."""
    chosen = rng.permutation(len(cells))[: len(names)].tolist()
    return {name: cells[at].middle for name, at in zip(names, chosen, strict=True)}


def _wards(
    cells: list[Cell], council: str, before: int, rng: Dice
) -> Iterator[tuple[str, AreaKind, str, Any]]:
    """Put the cells into wards and districts, name them; gives each ward's name and outline."""
    larger = [f"Vale Ward {number}" for number in range(1, story.LARGER_WARDS + 1)]
    middles = story.WARDS.get(council) or _drawn(cells, larger, rng)
    districts = story.DISTRICTS.get(council) or _drawn(cells, story.LARGER_DISTRICTS, rng)
    name = {**story.COUNCILS, **story.LARGER}[council][0]
    wards = _grown(cells, middles)
    patches = _grown(cells, districts)
    for number, ward in enumerate(middles, start=1):
        code = f"X05{before + number:06d}"
        held = [i for i, other in enumerate(wards) if other == ward]
        for letter, at in enumerate(held):
            cells[at].ward = code
            cells[at].district = patches[at]
            cells[at].name = f"{name} {number:03d}{_letters(letter)}"
        shape = shapely.union_all([cells[at].shape for at in held])
        yield (code, AreaKind.WARD, ward, shape)


def _letters(number: int) -> str:
    first, last = divmod(number, 26)
    return ("" if first == 0 else chr(64 + first)) + chr(65 + last)


# --- Rows --------------------------------------------------------------------------------------


def _degrees(points: Any) -> Floats:
    """Longitude and latitude; not rounded, so that outlines go on meeting."""
    moved = np.asarray(points) / np.asarray(story.KM_PER_DEGREE) + np.asarray(story.MIDDLE)
    return np.asarray(moved)


def _point(point: Any) -> list[float]:
    found: list[float] = np.round(_degrees(point), 6).tolist()
    return found


def _area(code: str, kind: AreaKind, name: str, parent: str, shape: Any, ours: bool) -> Row:
    lon, lat = _point(shapely.get_coordinates(shapely.point_on_surface(shape))[0])
    wkb = shapely.to_wkb(shapely.transform(shape, _degrees))
    return (code, str(kind), name, parent, lon, lat, wkb, ours)


def _places(cells: list[Cell]) -> Iterator[Row]:
    tree = shapely.STRtree([cell.shape for cell in cells])
    for name, middle in story.PLACES.items():
        at = int(tree.nearest(shapely.Point(middle)))
        lon, lat = _point(middle)
        code = f"place-qx-{name.lower().replace(' ', '-')}"
        yield (code, str(AreaKind.PLACE), name, cells[at].ward, lon, lat, None, True)


def _postcodes(cells: list[Cell], council: str, rng: Dice) -> Iterator[Row]:
    """Every postcode of each district, spread over its neighbourhoods; and the ended ones."""
    extra = _written_in_stories()
    codes = [f"{a}{b}" for a in story.LETTERS for b in story.LETTERS]
    for district in sorted({cell.district for cell in cells if cell.council == council}):
        own = [cell for cell in cells if cell.district == district]
        points, at = _scatter(own, len(codes) * len(story.SECTORS), rng)
        parts = _parts(points, len(story.SECTORS))
        for sector, part in zip(story.SECTORS, parts, strict=True):
            names = [f"{district} {sector}{code}" for code in codes]
            yield from _postcode_rows(names, points[part], [own[i] for i in at[part]])
            more = sorted(code for code in extra if code.startswith(f"{district} {sector}"))
            more = [code for code in more if code not in names]
            some = part[: len(more)]
            yield from _postcode_rows(more, points[some], [own[i] for i in at[some]])
        ended = {code: day for code, day in story.ENDED if code.startswith(f"{district} ")}
        last = np.arange(len(ended))
        for row in _postcode_rows(list(ended), points[last], [own[i] for i in at[last]]):
            yield (*row[:-1], date.fromisoformat(ended[row[0]]))


def _written_in_stories() -> set[str]:
    return {plan.postcode for plan in people_story.PEOPLE if plan.postcode}


def _scatter(cells: list[Cell], count: int, rng: Dice) -> tuple[Floats, Any]:
    """`count` points over the cells, as many in each: (points, the position of each one's cell)."""
    each = -(-count // len(cells))
    points = np.vstack([_inside(cell.shape, each, rng, None) for cell in cells])
    at = np.repeat(np.arange(len(cells)), each)
    kept = np.sort(rng.permutation(len(points))[:count])
    return points[kept], at[kept]


def _parts(points: Floats, number: int) -> list[npt.NDArray[np.int64]]:
    """The points in so many equal parts, each in one piece of land; nearest the middle first.

    Inside a part they go row by row, so that codes that begin alike are neighbours.
    """
    parts = [np.arange(len(points))]
    axis = 0
    while len(parts) < number:
        halves = []
        for part in parts:
            ordered = part[np.argsort(points[part, axis], kind="stable")]
            halves += [ordered[: len(ordered) // 2], ordered[len(ordered) // 2 :]]
        parts, axis = halves, 1 - axis
    parts.sort(key=lambda part: float(np.hypot(*points[part].mean(axis=0))))
    return [_rows(points, part, len(story.LETTERS)) for part in parts]


def _rows(points: Floats, part: npt.NDArray[np.int64], number: int) -> npt.NDArray[np.int64]:
    ordered = part[np.argsort(points[part, 1], kind="stable")].reshape(number, -1)
    across = np.argsort(points[ordered, 0], axis=1, kind="stable")
    return np.take_along_axis(ordered, across, axis=1).ravel()


def _postcode_rows(names: list[str], points: Floats, cells: list[Cell]) -> Iterator[Row]:
    if not names:
        return
    for name, (lon, lat), cell in zip(
        names, np.round(_degrees(points), 6).tolist(), cells, strict=True
    ):
        yield (name, lon, lat, cell.council, cell.ward, cell.code, None)
