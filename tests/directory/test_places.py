"""Finding a place: whatever people type is placed, or refused with words that help."""

import re
from datetime import date

import pytest
import shapely
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lintel.directory import typed
from lintel.directory.models import Area, Postcode
from lintel.directory.place import FULL, Ambiguous, Place, Unplaced
from lintel.directory.queries import known as known_areas
from lintel.directory.queries.places import at, find, place_of
from lintel.directory.states import AreaKind
from tests.support.db import as_role

OURS, THEIRS = "QC001", "QC002"


def square(west: float, south: float, size: float = 0.1) -> bytes:
    """The outline of a square."""
    return bytes(shapely.to_wkb(shapely.box(west, south, west + size, south + size)))


def area(code: str, kind: AreaKind, name: str, **more: object) -> Area:
    """An area, not saved."""
    return Area(code=code, kind=kind, name=name, **more)


@pytest.fixture
def country(db: None) -> None:
    """Two councils side by side, ours in the west; wards, LSOAs, places and postcodes."""
    with as_role("lintel_import"):
        Area.objects.all().delete()
        Postcode.objects.all().delete()
        Area.objects.bulk_create(
            [
                area(OURS, AreaKind.COUNCIL, "Shethernley", ours=True, shape=square(-1.5, 53.3)),
                area(THEIRS, AreaKind.COUNCIL, "Suffield", shape=square(-1.4, 53.3)),
                area("QW1", AreaKind.WARD, "Kilnside", parent=OURS, lon=-1.475, lat=53.325,
                     shape=square(-1.5, 53.3, 0.05)),
                area("QW2", AreaKind.WARD, "Broomhill", parent=OURS, lon=-1.425, lat=53.325,
                     shape=square(-1.45, 53.3, 0.05)),
                area("QW3", AreaKind.WARD, "Broomhill", parent=THEIRS, lon=-1.35, lat=53.35),
                area("QL1", AreaKind.LSOA, "Shethernley 001A", parent=OURS,
                     shape=square(-1.5, 53.3, 0.05)),
                area("QP1", AreaKind.PLACE, "Old Quay", parent=OURS, lon=-1.48, lat=53.31),
                area("QP2", AreaKind.PLACE, "100% Corner_End", lon=-1.38, lat=53.31),
            ]
        )  # fmt: skip
        Postcode.objects.bulk_create(
            [
                Postcode(code="QX1 2AB", lon=-1.48, lat=53.31, council=OURS, ward="QW1",
                         lsoa="QL1"),
                Postcode(code="QX1 2AD", lon=-1.43, lat=53.31),
                Postcode(code="QX10 1AA", lon=-1.43, lat=53.31, council=OURS, ward="QW2"),
                Postcode(code="QX2 1AA", lon=-1.38, lat=53.31, council=THEIRS),
                Postcode(code="QX2 1AB", lon=-1.44, lat=53.31, council=OURS),
                Postcode(code="QX3 1AA", council=THEIRS),
                Postcode(code="QX7 7AA", lon=-1.48, lat=53.31, council=OURS,
                         ended=date(2021, 3, 1)),
            ]
        )  # fmt: skip


@pytest.mark.django_db
@given(data=st.data())
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
def test_any_spacing_and_case_finds_the_same_place(country: None, data: st.DataObject) -> None:
    """Spaces, dashes, dots, wide letters, capitals or not: it is one postcode."""
    between = st.text(st.sampled_from(" \t\u00a0\u200b-."), max_size=2)
    written = "".join(
        data.draw(between) + data.draw(st.sampled_from([c.lower(), c, chr(ord(c) + 0xFEE0)]))
        for c in "QX12AB"
    )
    assert find(written + data.draw(between)) == find("QX1 2AB")


@pytest.mark.django_db
def test_a_postcode_has_its_point_and_areas(country: None) -> None:
    """What its row says; by the outlines what the row doesn't."""
    assert find("QX1 2AB", gp=" y0001 ") == Place(
        postcode="QX1 2AB", lon=-1.48, lat=53.31, areas=frozenset({OURS, "QW1", "QL1"}),
        gp="Y0001", ours=True,
    )  # fmt: skip
    assert find("QX1 2AD").areas == {OURS, "QW2"}
    assert find("3 Kiln Street, Shethernley, qx1 2ab").postcode == "QX1 2AB"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("QXI 2AB", "QX1 2AB"),
        ("QX1O IAA", "QX10 1AA"),
        ("qx1oiaa", "QX10 1AA"),
        ("QX1O", "QX10"),
        ("QXI 2", "QX1 2"),
    ],
)
def test_slips_are_put_right_and_said(country: None, written: str, code: str) -> None:
    """O for 0 and I for 1, where the right one exists."""
    place = find(written)
    assert place.postcode == code
    assert place.notes[0] == f"We took what was typed as {code}."


@pytest.mark.django_db
def test_a_slip_with_two_readings_is_asked_about(country: None) -> None:
    """ "QXI" could be either of two that exist: nothing is guessed."""
    with as_role("lintel_import"):
        Postcode.objects.bulk_create([Postcode(code="S10 1AA"), Postcode(code="S1O 1AA")])
    assert find("S10 1AA").notes[0].startswith("We don’t know where")
    with pytest.raises(Ambiguous) as raised:
        find("SIO 1AA")
    assert [code for code, _ in raised.value.choices] == ["S1O 1AA", "S10 1AA"]
    assert place_of("S10 1AA").postcode == "S10 1AA"


@pytest.mark.django_db
def test_part_of_a_postcode_says_what_is_sure(country: None) -> None:
    """The areas that all of it is in, no point; ours only when all of it is."""
    sector = find("qx1 2")
    assert (sector.postcode, sector.lon, sector.lat) == ("QX1 2", None, None)
    assert sector.notes == ("QX1 2 is part of a postcode: a full one gives a surer answer.",)
    assert find("QX10").areas == {OURS, "QW2"}
    assert find("QX10").ours is True
    assert find("QX3").ours is False
    mixed = find("QX2 1")
    assert (mixed.areas, mixed.ours) == (frozenset(), None)
    # QX1 is not the beginning of QX10.
    assert find("QX1").postcode == "QX1"
    assert "QW2" not in find("QX1").areas


@pytest.mark.django_db
def test_a_postcode_that_is_not_here_is_placed_as_far_as_may_be(country: None) -> None:
    """By its sector or district, with a note; refused where there is no such district."""
    new = find("QX10 1ZZ")
    assert (new.postcode, new.lon, new.areas, new.ours) == ("QX10 1ZZ", None, {OURS, "QW2"}, True)
    assert "We don’t have the postcode QX10 1ZZ. Check it." in new.notes[0]
    assert "for QX10 1 as a whole" in new.notes[0]
    assert "for QX10 as a whole" in find("QX10 9ZZ").notes[0]
    with pytest.raises(Unplaced, match="no postcode that begins with QX88"):
        find("QX88 1AA")
    with pytest.raises(Unplaced, match="no postcode that begins with QX88"):
        find("QX88")
    unloaded = find("EX4 1AA")
    assert (unloaded.postcode, unloaded.areas, unloaded.ours) == ("EX4 1AA", frozenset(), False)
    assert "no list of postcodes around EX4 1AA" in unloaded.notes[0]
    assert unloaded.notes[1] == "That is outside the area of this directory."


@pytest.mark.django_db
def test_old_postcodes_and_those_without_a_point_are_placed_with_a_note(country: None) -> None:
    """People go on giving the old one."""
    old = find("QX7 7AA")
    assert old.notes == ("This postcode was taken out of use in March 2021. We used where it was.",)
    assert old.ours is True
    assert "We don’t know where on the map this postcode is." in find("QX3 1AA").notes


@pytest.mark.django_db
def test_outside_is_said_with_the_councils_name(country: None) -> None:
    """Where we know it."""
    place = find("QX2 1AA")
    assert place.ours is False
    assert place.notes == ("That is in Suffield, outside the area of this directory.",)
    assert at(-3.0, 55.9).notes == ("That is outside the area of this directory.",)


@pytest.mark.django_db
def test_nobody_knows_what_is_ours_before_it_is_said(country: None) -> None:
    """Then nothing is outside."""
    with as_role("lintel_import"):
        Area.objects.update(ours=False)
    place = find("QX2 1AA")
    assert (place.ours, place.notes) == (None, ())


@pytest.mark.django_db
def test_lsoas_of_ours_make_the_rest_of_their_council_ours_or_not(country: None) -> None:
    """With no council marked: by the LSOA where it is known, else by the council."""
    with as_role("lintel_import"):
        Area.objects.update(ours=False)
        Area.objects.filter(pk="QL1").update(ours=True)
        Postcode.objects.filter(pk="QX1 2AD").update(council=OURS, lsoa="QL9")
    assert find("QX1 2AB").ours is True
    assert find("QX1 2AD").ours is False
    assert find("QX10 1AA").ours is True
    assert find("QX2 1AA").ours is False


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("", "Enter a postcode"),
        (" \n\t\x00", "Enter a postcode"),
        ("x" * 201, "too long"),
        ("é" * 10_000, "too long"),
        ("ab", "at least three letters"),
        ("!!!!!", "at least three letters"),
        ("12345", "letters as well as numbers"),
        ("QX12 2ABC", "too long for a postcode"),
        ("QX1 2AC", "never C, I, K, M, O or V"),
        ("QX1 2A", "is not a postcode"),
        ("1QX 2AB", "is not a postcode"),
        ("ZZ1 1AA", "No postcode begins with ZZ"),
        ("ZZ1", "No postcode begins with ZZ"),
        ("BT1 1AA", "Northern Ireland"),
        ("bt7", "Northern Ireland"),
        ("JE2 3AB", "Jersey"),
        ("GY1 1AA", "Guernsey"),
        ("IM1 1AA", "Isle of Man"),
        ("1M1 1AA", "Isle of Man"),
        ("GIR 0AA", "bank"),
        ("BX1 1LT", "banks"),
        ("BF1 2AU", "BFPO"),
        ("XX10 1AA", "shops"),
        ("GX11 1AA", "Gibraltar"),
        ("NPT 0AA", "don’t know a place|not a postcode"),
        ("-1.47, 53.38", "wrong way round"),
        ("48.85, 2.35", "not in Great Britain"),
        ("54.6, -5.93", "not in Great Britain"),
        ("12 34", "not in Great Britain"),
        ("Nowhere at all", "don’t know a place of that name"),
        ("'; DROP TABLE x; --", "don’t know a place of that name"),
        ("%%%", "at least three"),
        ("___a_b_c", "don’t know a place"),
    ],
)
def test_what_is_no_place_is_refused_with_words(country: None, written: str, words: str) -> None:
    """Each with its own words."""
    with pytest.raises(Unplaced, match=words) as raised:
        find(written)
    assert not isinstance(raised.value, Ambiguous)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "written",
    ["53.31, -1.48", "53.31 -1.48", "(53.31,-1.48)", "53.31; −1.48", " +53.310°, -1.480° "],
)
def test_a_point_is_a_place(country: None, written: str) -> None:
    """Latitude first, as maps give it."""
    place = find(written)
    assert (place.lon, place.lat, place.ours) == (-1.48, 53.31, True)
    assert place.areas == {OURS, "QW1", "QL1"}
    assert place.words == "the point on the map"


@pytest.mark.django_db
def test_a_place_by_name(country: None) -> None:
    """By name or nearly; of several with that name one is chosen."""
    quay = find("old quay")
    assert (quay.name, quay.lon, quay.areas) == ("Old Quay", -1.48, {OURS, "QW1", "QL1"})
    assert find("Old Quai").name == "Old Quay"
    assert find("Old Quai").notes[0] == "We took what was typed as Old Quay."
    ward = find("Kilnside")
    # Its middle is in an LSOA, but a ward is no LSOA.
    assert (ward.areas, ward.lat, ward.ours) == ({OURS, "QW1"}, 53.325, True)
    council = find("Shethernley")
    assert (council.areas, council.lon, council.ours) == ({OURS}, None, True)
    assert find("100% Corner_End").name == "100% Corner_End"
    with pytest.raises(Ambiguous) as raised:
        find("broomhill")
    assert raised.value.choices == (
        ("QW2", "Broomhill (ward, Shethernley)"),
        ("QW3", "Broomhill (ward, Suffield)"),
    )
    assert place_of("QW3").ours is False
    with pytest.raises(Ambiguous):
        find("Broom")
    with pytest.raises(Unplaced):
        place_of("no\x00thing")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("written", "most"),
    [
        ("QX1 2AB", 2),
        ("QX10 1ZZ", 3),
        ("EX4 1AA", 5),
        ("QX1", 2),
        ("Old Quay", 2),
        ("53.31,-1.48", 1),
    ],
)
def test_the_number_of_queries_does_not_grow(
    country: None, written: str, most: int, django_assert_max_num_queries
) -> None:
    """However much geography there is."""
    find(written)
    with django_assert_max_num_queries(most):
        find(written)
    with as_role("lintel_import"):
        Postcode.objects.bulk_create(
            Postcode(code=f"QX1 {d}{a}B", lon=-1.48, lat=53.31) for d in "3456789" for a in "ABDEFG"
        )
        Area.objects.bulk_create(
            area(f"QZ{n}", AreaKind.PLACE, f"Hamlet {n}", lon=-1.4, lat=53.3) for n in range(50)
        )
    find(written)
    with django_assert_max_num_queries(most):
        find(written)


@pytest.mark.django_db
def test_a_council_without_an_outline_is_known_by_its_areas(country: None) -> None:
    """LSOAs alone may be loaded: they say whose they are."""
    with as_role("lintel_import"):
        Area.objects.exclude(kind=AreaKind.LSOA).delete()
        Area.objects.update(ours=True)
    place = at(-1.48, 53.31)
    assert (place.areas, place.ours) == ({OURS, "QL1"}, True)


@pytest.mark.django_db
def test_areas_are_read_again_when_they_change_and_not_before(country: None) -> None:
    """A change of an area is seen at once; another change of the directory reads nothing."""
    from django.db import connection

    assert at(-1.48, 53.31).ours is True
    before = known_areas.known()
    with as_role("lintel_import"):
        connection.cursor().execute("INSERT INTO directory_edition (number) VALUES (1)")
    with CaptureQueriesContext(connection) as queries:
        assert known_areas.known() is before
    assert len(queries) == 2
    with as_role("lintel_import"):
        Area.objects.filter(pk=OURS).update(ours=False)
        Area.objects.filter(pk=THEIRS).update(ours=True)
    assert at(-1.48, 53.31).ours is False


# --- Without a database -------------------------------------------------------------------------


def codes() -> st.SearchStrategy[str]:
    """Postcodes of the right shape in real areas."""
    return st.from_regex(
        re.compile(r"(S|SY|M|EX|EC|W|N|AB)[1-9][0-9A-Z]? [0-9][ABD-HJLNP-UW-Z]{2}", re.ASCII),
        fullmatch=True,
    )


@settings(deadline=None)
@given(codes())
def test_a_right_postcode_is_read_as_it_is(code: str) -> None:
    """Read as typed, first; and reading what was read changes nothing."""
    read = typed.read(code)
    assert read.codes[0] == code
    assert read.as_typed
    assert typed.read(read.codes[0]) == read
    assert all(FULL.fullmatch(one.replace(" ", "")) for one in read.codes)


@settings(deadline=None)
@given(st.text(max_size=250) | st.from_regex(r"[A-Za-z0-9 ,.-]{0,12}", fullmatch=True))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    """It never falls over, and exactly one reading comes out."""
    try:
        read = typed.read(text)
    except Unplaced as refused:
        assert str(refused)[0].isupper()  # noqa: PT017
        return
    readings = [read.point is not None, bool(read.codes), bool(read.parts), bool(read.name)]
    assert readings.count(True) == 1


@settings(deadline=None)
@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_point_is_in_great_britain_or_refused(lat: float, lon: float) -> None:
    """Written out and read again it is the same point."""
    try:
        read = typed.read(f"{lat:.5f}, {lon:.5f}")
    except Unplaced:
        return
    assert read.point is not None
    assert -9 <= read.point[0] <= 2.2
    assert 49 <= read.point[1] <= 61.1
