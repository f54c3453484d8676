"""The invented land: every home is somewhere, and the parts fit together."""

from collections import defaultdict

import pytest
import shapely

from lintel.config.synth import Scale, places
from lintel.config.synth.places_story import SHETHERNLEY, SUFFIELD
from lintel.directory.place import tidy_postcode

LARGE = Scale(agencies=200, workers=1000)


@pytest.fixture(scope="module")
def land() -> places.Land:
    """The demonstration's land."""
    return places.make(Scale())


def shapes(land: places.Land, kind: str) -> dict[str, shapely.Geometry]:
    """Outlines by code."""
    return {row[0]: shapely.from_wkb(row[6]) for row in land.areas if row[1] == kind}


def test_the_same_seed_gives_the_same_land(land) -> None:
    """And another seed another."""
    assert places.make(Scale()) == land
    assert places.make(Scale(seed=2)) != land


def test_a_larger_area_keeps_the_land_of_the_stories(land) -> None:
    """With a third council around it, and all the districts that homes may be in."""
    larger = places.make(LARGE)
    assert set(map(tuple, land.areas)) <= set(map(tuple, larger.areas))
    assert set(map(tuple, land.postcodes)) <= set(map(tuple, larger.postcodes))
    districts = {row[0].split()[0] for row in larger.postcodes}
    assert districts == {"QX1", "QX2", "QX3", "QX4", "QX7", *(f"QX{n}" for n in range(10, 90))}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_neighbourhoods_fill_their_council(seed: int) -> None:
    """No gap and no overlap; wards and districts are each in one piece."""
    land = places.make(Scale(seed=seed))
    councils, wards, cells = (shapes(land, kind) for kind in ("council", "ward", "lsoa"))
    parents = {row[0]: row[3] for row in land.areas}
    for parts, wholes in ((cells, wards), (wards, councils)):
        for code, whole in wholes.items():
            own = [shape for part, shape in parts.items() if parents[part] == code]
            assert shapely.union_all(own).symmetric_difference(whole).area < 1e-9
            assert sum(shape.area for shape in own) == pytest.approx(whole.area, rel=1e-6)
            assert whole.geom_type == "Polygon"
            assert whole.is_valid
    assert councils[SHETHERNLEY].intersection(councils[SUFFIELD]).area < 1e-12
    assert councils[SHETHERNLEY].distance(councils[SUFFIELD]) < 1e-9
    held: dict[str, set[str]] = defaultdict(set)
    for row in land.postcodes:
        held[row[0].split()[0]].add(row[5])
    for codes in held.values():
        assert shapely.union_all([cells[code] for code in codes]).geom_type == "Polygon"


def test_each_postcode_lies_in_the_areas_that_it_names(land) -> None:
    """Point, neighbourhood, ward and council agree; the code is one that can be typed."""
    outlines = {kind: shapes(land, kind) for kind in ("council", "ward", "lsoa")}
    for code, lon, lat, council, ward, lsoa, _ in land.postcodes:
        assert tidy_postcode(code) == code
        point = shapely.Point(lon, lat)
        assert outlines["council"][council].distance(point) < 2e-6
        assert outlines["ward"][ward].distance(point) < 2e-6
        assert outlines["lsoa"][lsoa].distance(point) < 2e-6
    assert len({row[0] for row in land.postcodes}) == len(land.postcodes)
    assert sum(row[6] is not None for row in land.postcodes) == 3
