"""The map as a picture and as data; the land that an entry covers."""

import json

import pytest
import shapely

from lintel.directory.presenters import maps
from lintel.directory.queries import finding, mapping
from lintel.directory.states import AreaKind
from tests.directory import making as m

pytestmark = pytest.mark.django_db

SQUARE = shapely.to_wkb(shapely.box(-2.2, 53.0, -2.1, 53.1))
BESIDE = shapely.to_wkb(shapely.box(-2.1, 53.0, -2.0, 53.1))
NASTY = "</script><script>alert(1)</script>"


@pytest.fixture
def land() -> None:
    """A council of two wards, and another council beside it."""
    whole = shapely.to_wkb(shapely.box(-2.2, 53.0, -2.0, 53.1))
    m.area("C1", AreaKind.COUNCIL, "Shethernley", shape=whole)
    m.area("W1", AreaKind.WARD, "Market", parent="C1", shape=SQUARE)
    m.area("W2", AreaKind.WARD, "Moor", parent="C1", shape=BESIDE)
    far = shapely.to_wkb(shapely.box(-1.2, 53.0, -1.0, 53.1))
    m.area("C9", AreaKind.COUNCIL, "Far", shape=far, ours=False)


def shown() -> list[finding.Found]:
    """Everything that the public finds."""
    return finding.found(finding.Filters(), when=m.NOW)


@pytest.mark.usefixtures("land")
def test_outlines_are_of_ours_and_follow_changes() -> None:
    assert {area.name for area in mapping.outlines()} == {"Shethernley", "Market", "Moor"}
    m.area("W3", AreaKind.WARD, "Hill", shape=shapely.to_wkb(shapely.box(-2.2, 53.1, -2.1, 53.2)))
    assert "Hill" in {area.name for area in mapping.outlines()}


def test_each_place_of_a_service_is_a_mark_with_its_number() -> None:
    m.published("A", locations=[m.at(), m.at(name="Annexe", lon=-2.15)])
    m.published("B", locations=[m.at(lon=None, lat=None)])
    m.published("C", locations=[m.at(lon=-2.05)])
    assert [(mark.number, mark.name) for mark in maps.marks(shown())] == [
        (1, "A"),
        (1, "A"),
        (2, "C"),
    ]


@pytest.mark.usefixtures("land")
def test_a_name_can_not_break_out_of_the_picture_or_the_data() -> None:
    m.published(NASTY)
    marks = maps.marks(shown())
    href = lambda slug: f"/directory/entry/{slug}/"  # noqa: E731
    picture = maps.picture(mapping.outlines(), marks, None, href=href, title=NASTY)
    data = maps.data(mapping.outlines(), marks, None, href=href, tiles=None)
    assert "<script" not in picture
    assert "<" not in data
    read = json.loads(data)
    assert read["services"][0]["name"] == NASTY
    assert len(read["areas"]["features"]) == 3


def test_the_picture_keeps_north_up_and_east_right() -> None:
    frame = maps.Frame.around((-2.2, 53.0, -2.0, 53.1))
    west, south = frame.at(-2.2, 53.0)
    east, north = frame.at(-2.0, 53.1)
    assert west < east
    assert north < south
    assert west >= 0
    assert east <= maps.WIDTH
    assert north >= 0
    assert south <= frame.height


@pytest.mark.usefixtures("land")
def test_the_land_of_an_entry_is_its_outlines_without_what_it_leaves_out() -> None:
    ring = ((-2.2, 53.0), (-2.0, 53.0), (-2.0, 53.1), (-2.2, 53.1))
    for catchments, area in [
        ([m.areas("W1")], 0.01),
        ([m.areas("W1", "W2")], 0.02),
        ([m.drawn(*ring)], 0.02),
        ([m.areas("W1"), m.drawn(*ring)], 0.02),
        ([m.postcodes("QX1")], None),
        ([m.whole()], None),
    ]:
        land = mapping.catchment_of(m.entry(catchments=catchments))
        assert (None if land is None else round(land.area, 4)) == area


def test_a_directory_without_areas_still_has_a_picture() -> None:
    href = lambda slug: slug  # noqa: E731
    assert "<svg" in maps.picture([], [], None, href=href, title="Map")
