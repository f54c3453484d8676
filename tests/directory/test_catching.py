"""Which catchments hold an address: the index against the rule read out piece by piece."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from lintel.directory.catching import Index, Piece
from lintel.directory.place import Place

TODAY = date(2026, 11, 22)
DAY = TODAY.toordinal()
HOME = Place(postcode="QX1 2AB", lon=0.5, lat=0.5, areas=frozenset({"X01", "X05", "X06"}), gp="G1")
SQUARE = shapely.to_wkb(shapely.box(0, 0, 1, 1))
RING = shapely.to_wkb(shapely.box(0, 0, 1, 1).difference(shapely.box(0.4, 0.4, 0.6, 0.6)))


def holds(*pieces: Piece, place: Place = HOME) -> list[str]:
    """The services whose catchments hold the place, best first."""
    return [hit.service for hit in Index(pieces).holding(place, TODAY)]


def test_each_kind_of_piece_holds_what_it_says() -> None:
    for kind, codes, held in [
        ("whole", (), True),
        ("postcodes", ("QX1",), True),
        ("postcodes", ("QX1 2",), True),
        ("postcodes", ("QX1 2AB",), True),
        ("postcodes", ("qx1  2",), True),
        ("postcodes", ("QX",), True),
        ("postcodes", ("QX1 3",), False),
        ("postcodes", ("QX12",), False),
        ("postcodes", ("Q",), False),
        ("areas", ("X05",), True),
        ("areas", ("X99",), False),
        ("gp", ("G1",), True),
        ("gp", ("G2",), False),
    ]:
        assert bool(holds(Piece("a", 0, kind, codes))) is held, (kind, codes)


def test_a_drawn_area_holds_its_edge_and_not_its_hole() -> None:
    assert holds(Piece("a", 0, "drawn", shape=SQUARE))
    assert not holds(Piece("a", 0, "drawn", shape=RING))
    edge = Place(lon=1.0, lat=0.5)
    assert holds(Piece("a", 0, "drawn", shape=SQUARE), place=edge)


def test_the_whole_partnership_ends_where_it_does() -> None:
    whole, district = Piece("whole", 0, "whole"), Piece("district", 0, "postcodes", ("QX7",))
    for ours, held in [(True, ["district", "whole"]), (None, ["district", "whole"])]:
        assert holds(whole, district, place=Place(postcode="QX7 1AA", ours=ours)) == held
    assert holds(whole, district, place=Place(postcode="QX7 1AA", ours=False)) == ["district"]
    many = Index([whole]).holding_many(
        np.zeros(3), np.zeros(3), TODAY, outside=np.array([False, True, False])
    )
    assert many.address.tolist() == [0, 2]


def test_an_exception_takes_away_from_its_own_catchment_only() -> None:
    whole = Piece("a", 0, "whole")
    not_here = Piece("a", 0, "postcodes", ("QX1 2",), excluding=True)
    assert not holds(whole, not_here)
    assert holds(whole, not_here, Piece("a", 1, "areas", ("X05",))) == ["a"]
    assert holds(whole, not_here, Piece("b", 0, "whole")) == ["b"]


def test_a_catchment_counts_between_its_days() -> None:
    for first, last, held in [
        (DAY, DAY, True),
        (DAY + 1, DAY + 9, False),
        (DAY - 9, DAY - 1, False),
    ]:
        assert bool(holds(Piece("a", 0, "whole", valid=(first, last)))) is held


def test_stated_priority_comes_first_and_then_the_narrowest() -> None:
    assert holds(
        Piece("whole", 0, "whole"),
        Piece("district", 0, "postcodes", ("QX1",)),
        Piece("sector", 0, "postcodes", ("QX1 2",)),
        Piece("first", 0, "whole", priority=1),
        Piece("last", 0, "postcodes", ("QX1 2AB",), priority=9),
    ) == ["first", "sector", "district", "whole", "last"]


CODES = ("QX1", "QX2", "QX1 2")
pieces = st.lists(
    st.builds(
        Piece,
        service=st.sampled_from("abcd"),
        group=st.integers(0, 1),
        kind=st.sampled_from(["whole", "postcodes", "drawn"]),
        codes=st.lists(st.sampled_from(CODES), max_size=2),
        shape=st.tuples(st.floats(0, 1), st.floats(0, 1)).map(
            lambda at: shapely.to_wkb(shapely.box(at[0], at[1], at[0] + 0.5, at[1] + 0.5))
        ),
        excluding=st.booleans(),
        priority=st.integers(1, 3),
        valid=st.sampled_from([(0, DAY + 5), (DAY + 1, DAY + 5), (0, DAY - 1)]),
    ),
    max_size=12,
)
places = st.lists(
    st.builds(
        Place,
        postcode=st.sampled_from(["QX1 2AB", "QX1 3AB", "QX2 2AB", ""]),
        lon=st.floats(0, 1.5),
        lat=st.floats(0, 1.5),
    ),
    min_size=1,
    max_size=6,
)


def by_the_rule(found: Sequence[Piece], place: Place) -> set[str]:
    """The services that hold the place, as DESIGN and the issue say it, one piece at a time."""

    def hit(piece: Piece) -> bool:
        if not piece.valid[0] <= DAY <= piece.valid[1]:
            return False
        if piece.kind == "whole":
            return True
        if piece.kind == "postcodes":
            return any(code in place.prefixes for code in piece.codes)
        return bool(shapely.intersects_xy(shapely.from_wkb(piece.shape), place.lon, place.lat))

    groups = {(p.service, p.group) for p in found if not p.excluding and hit(p)}
    groups -= {(p.service, p.group) for p in found if p.excluding and hit(p)}
    return {service for service, _ in groups}


@given(pieces, places)
@settings(max_examples=200, deadline=None)
def test_one_and_many_agree_with_the_rule(found: list[Piece], asked: list[Place]) -> None:
    index = Index(found)
    many = index.holding_many(
        np.array([p.lon for p in asked]),
        np.array([p.lat for p in asked]),
        TODAY,
        codes=[p.prefixes for p in asked],
    )
    for number, place in enumerate(asked):
        one = [hit.service for hit in index.holding(place, TODAY)]
        all_at_once = [index.services[s] for s in many.service[many.address == number]]
        assert set(one) == by_the_rule(found, place)
        assert sorted(one) == sorted(all_at_once)
        priorities = [hit.priority for hit in index.holding(place, TODAY)]
        assert priorities == sorted(priorities)
        assert priorities == many.priority[many.address == number].tolist()


def test_the_codes_of_a_place() -> None:
    for postcode, prefixes in [
        ("QX1 2AB", ("QX1 2AB", "QX1 2", "QX1", "QX")),
        ("SW1A 1AA", ("SW1A 1AA", "SW1A 1", "SW1A", "SW")),
        ("QX1 2", ("QX1 2", "QX1", "QX")),
        ("QX1", ("QX1", "QX")),
        ("", ()),
    ]:
        assert Place(postcode=postcode).prefixes == prefixes
