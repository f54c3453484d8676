"""Areas drawn by people: taken as they are, or refused with words that help."""

import json
from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from lintel.directory.outlines import Outlines
from lintel.directory.shapes import MOST_POINTS, read_drawn
from lintel.kernel.errors import Invalid

# About Sheffield, clockwise and not closed: as some tools write it.
SQUARE = [[-1.5, 53.3], [-1.5, 53.4], [-1.4, 53.4], [-1.4, 53.3]]
HOLE = [[-1.46, 53.34], [-1.44, 53.34], [-1.44, 53.36], [-1.46, 53.36], [-1.46, 53.34]]


def polygon(*rings: Any) -> dict[str, Any]:
    """A polygon of the rings."""
    return {"type": "Polygon", "coordinates": list(rings)}


def feature(geometry: Any) -> dict[str, Any]:
    """A feature around it."""
    return {"type": "Feature", "properties": {"name": "x"}, "geometry": geometry}


def collection(*features: Any) -> dict[str, Any]:
    """A collection of features."""
    return {"type": "FeatureCollection", "features": list(features)}


def moved(ring: Any, east: float) -> Any:
    """The ring, further east."""
    return [[lon + east, lat] for lon, lat in ring]


@pytest.mark.parametrize(
    "drawn",
    [
        polygon(SQUARE),
        polygon([*SQUARE, SQUARE[0]]),
        polygon([[*point, 12.5] for point in SQUARE]),
        feature(polygon(SQUARE)),
        collection(feature(polygon(SQUARE))),
        {"type": "MultiPolygon", "coordinates": [[SQUARE]]},
        {"type": "GeometryCollection", "geometries": [polygon(SQUARE)]},
        {**polygon(SQUARE), "crs": {"properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}},
    ],
)
def test_one_area_however_it_is_wrapped(drawn: dict[str, Any]) -> None:
    """Closed, anticlockwise, and otherwise point by point what was drawn."""
    for given_as in (drawn, json.dumps(drawn)):
        found = read_drawn(given_as)
        assert found["type"] == "Polygon"
        (ring,) = found["coordinates"]
        assert ring[0] == ring[-1]
        assert sorted(map(tuple, ring[:-1])) == sorted(map(tuple, SQUARE))
        assert shapely.LinearRing(ring).is_ccw


def test_a_hole_is_a_hole() -> None:
    """Kept, clockwise, and what is in it isn't in the area."""
    found = read_drawn(polygon(SQUARE, HOLE))
    outer, inner = (shapely.LinearRing(ring) for ring in found["coordinates"])
    assert outer.is_ccw
    assert not inner.is_ccw
    shape = shapely.from_geojson(json.dumps(found))
    assert not shape.contains(shapely.Point(-1.45, 53.35))
    assert shape.contains(shapely.Point(-1.47, 53.35))


def test_several_areas_are_one_catchment() -> None:
    """Apart: a MultiPolygon. Overlapping or touching: what either holds, and nothing more."""
    apart = read_drawn(collection(*(feature(polygon(moved(SQUARE, e))) for e in (0, 0.2))))
    assert apart["type"] == "MultiPolygon"
    overlapping = read_drawn(collection(*(feature(polygon(moved(SQUARE, e))) for e in (0, 0.05))))
    assert overlapping["type"] == "Polygon"
    area = shapely.from_geojson(json.dumps(overlapping)).area
    assert area == pytest.approx(0.15 * 0.1)


@pytest.mark.parametrize(
    ("drawn", "words"),
    [
        ("", "Draw an area"),
        ("   ", "Draw an area"),
        ("{", "can’t be read at line 1"),
        ("[" * 5000, "can’t be read"),
        ("12", "no “type”"),
        ("null", "no “type”"),
        ('"Polygon"', "no “type”"),
        ({}, "none of an area"),
        ({"type": "Topology"}, "none of an area"),
        ({"type": ["Polygon"]}, "none of an area"),
        ({"type": "Point", "coordinates": [-1.4, 53.3]}, "a point, not an area"),
        ({"type": "LineString", "coordinates": SQUARE}, "a line, not an area"),
        (collection(), "nothing in that drawing"),
        ({"type": "FeatureCollection"}, "nothing in that drawing"),
        (collection(collection()), "not an area"),
        (collection("x"), "not an area"),
        (feature(None), "nothing in that drawing"),
        (polygon(), "nothing in that drawing"),
        ({"type": "MultiPolygon", "coordinates": []}, "nothing in that drawing"),
        (polygon([]), "at least three"),
        (polygon(SQUARE[:2]), "at least three"),
        (polygon([SQUARE[0]] * 5), "at least three"),
        (polygon("abc"), "not lists of points"),
        (polygon(["abc"]), "two numbers"),
        (polygon([[1], [2], [3]]), "two numbers"),
        (polygon([[True, False], *SQUARE]), "two numbers"),
        ('{"type": "Polygon", "coordinates": [[[NaN, 53], [-1, 53], [-1, 54]]]}', "two numbers"),
        (polygon([[10**400, 53], *SQUARE]), "two numbers"),
        (polygon([[-1.5, 53.3], [-1.4, 53.3], [-1.45, 53.3]]), "all its points are on one line"),
        (polygon([[lat, lon] for lon, lat in SQUARE]), "look swapped"),
        (polygon([[2.3, 48.8], [2.4, 48.8], [2.4, 48.9]]), "not in Great Britain"),
        (polygon([[-5.9, 54.6], [-5.8, 54.6], [-5.8, 54.7]]), "not in Great Britain"),
        (polygon([*SQUARE, [9.0, 53.3]]), "not in Great Britain"),
        (polygon([[435000, 387000], [436000, 387000], [436000, 388000]]), "on another grid"),
        ({**polygon(SQUARE), "crs": {"properties": {"name": "EPSG:27700"}}}, "on another grid"),
        (polygon(SQUARE, moved(HOLE, 1)), "hole is not inside"),
        (polygon(SQUARE, HOLE, moved(HOLE, 0.01)), "crosses or touches itself|Holes overlap"),
        (polygon([[-1.5, 53 + n / 1e5] for n in range(MOST_POINTS + 1)]), "20,000 points"),
        (" " * 1_000_000 + "{}", "1 MB"),
    ],
)
def test_what_is_wrong_is_said(drawn: Any, words: str) -> None:
    """Each fault has its words, on the field."""
    with pytest.raises(Invalid, match=words) as raised:
        read_drawn(drawn, field="area")
    assert set(raised.value.errors) == {"area"}


def test_a_line_that_crosses_itself_is_shown_where() -> None:
    """A bow tie: the words have the crossing's longitude and latitude."""
    bow = [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]]
    with pytest.raises(Invalid, match=r"longitude -1\.45000, latitude 53\.35000"):
        read_drawn(polygon(bow))


def test_a_feature_within_features_without_end() -> None:
    """Nesting can't bring it down."""
    drawn: dict[str, Any] = polygon(SQUARE)
    for _ in range(3000):
        drawn = feature(drawn)
    with pytest.raises(Invalid, match="can’t be read"):
        read_drawn(drawn)


@settings(deadline=None)
@given(st.text(max_size=200) | st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["type", "coordinates", "features", "geometry", "geometries", "crs"]),
        inner | st.sampled_from(["Polygon", "Feature", "MultiPolygon", "FeatureCollection"]),
    ),
    max_leaves=20,
))  # fmt: skip
def test_nothing_makes_it_fall_over(drawn: Any) -> None:
    """Whatever is pasted is an area or is refused with words."""
    text = drawn if isinstance(drawn, str | dict) else json.dumps(drawn)
    try:
        found = read_drawn(text)
    except Invalid as invalid:
        found = {"type": "Polygon"} if invalid.errors["shape"] else {}
    assert found["type"] in {"Polygon", "MultiPolygon"}


def naive(ring: list[tuple[float, float]], lon: float, lat: float) -> bool:
    """Point in polygon by counting crossings of a ray, for points that are on no edge."""
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


small = st.integers(0, 20).map(float)


@settings(deadline=None)
@given(
    st.lists(st.lists(st.tuples(small, small), min_size=3, max_size=8), min_size=1, max_size=6),
    # Off every corner of the whole-numbered grid, and so off every edge through two of them
    # often enough; those that are on an edge are left out below.
    st.lists(st.tuples(small.map(lambda n: n + 0.37), small.map(lambda n: n + 0.59)), min_size=1),
)
def test_what_holds_a_point_agrees_with_a_naive_check(rings: Any, points: Any) -> None:
    """One by one and all at once, for any polygons."""
    areas = [(f"A{n:02}", ring) for n, ring in enumerate(rings) if shapely.Polygon(ring).is_valid]
    areas = [(code, ring) for code, ring in areas if shapely.Polygon(ring).area]
    index = Outlines((code, code, shapely.to_wkb(shapely.Polygon(ring))) for code, ring in areas)
    lons, lats = (shapely.get_coordinates(shapely.points(points))[:, axis] for axis in (0, 1))
    at_once = index.holding_many(lons, lats)
    for (lon, lat), many in zip(points, at_once, strict=True):
        expected = {
            code
            for code, ring in areas
            if naive(ring, lon, lat)
            or shapely.Polygon(ring).exterior.distance(shapely.Point(lon, lat)) == 0
        }
        assert set(index.holding(lon, lat)) == set(many) == expected


def test_areas_that_cross_everywhere_are_refused_at_once() -> None:
    at = [round(number * 0.0001, 5) for number in range(1500)]
    lying = [[[[-1.6, 53.2 + n], [-1.4, 53.20005 + n], [-1.4, 53.2 + n]]] for n in at]
    standing = [[[[-1.6 + n, 53.2], [-1.59995 + n, 53.4], [-1.6 + n, 53.4]]] for n in at]
    drawing = {"type": "MultiPolygon", "coordinates": lying + standing}
    with pytest.raises(Invalid, match="too often"):
        read_drawn(drawing)
