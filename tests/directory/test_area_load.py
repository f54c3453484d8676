"""Areas from GeoJSON: chosen, mended, marked as ours, and never half of a file."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.core.management import call_command
from django.core.management.base import CommandError

from lintel.directory.models import Area, Edition, GeographyLoad, Postcode
from lintel.directory.places_load import Refused, geojson, load_areas
from lintel.directory.states import AreaKind

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
on_database = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
SHEFFIELD, ROTHERHAM = "E08000039", "E08000018"


def square(west: float, south: float = 53.3, size: float = 0.1) -> list[list[list[float]]]:
    """The rings of a square."""
    east, north = west + size, south + size
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def ward(code: str, rings: Any, *, kind: str = "Polygon", **properties: Any) -> dict[str, Any]:
    """A ward as the ONS writes it."""
    return {
        "type": "Feature",
        "properties": {"FID": 1, "WD25CD": code, "WD25NM": f"Ward {code}", **properties},
        "geometry": {"type": kind, "coordinates": rings},
    }


def layer(path: Path, *features: Any, parent: str = "", **more: Any) -> geojson.Layer:
    """A file of these features."""
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **more}))
    return geojson.Layer(path, AreaKind.WARD, "WD25CD", "WD25NM", parent)


def held() -> dict[str, Area]:
    """All areas."""
    return {area.code: area for area in Area.objects.all()}


@on_database
def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    """Nor does it make a new edition, which would have every process read all again."""
    two = layer(tmp_path / "a.json", ward("E05000001", square(-1.5)), ward("E05000002", square(-1)))
    first = load_areas(two, now=NOW, ours=True)
    assert (first.read, first.taken, first.added, first.changed) == (2, 2, 2, 0)
    editions = Edition.objects.count()
    second = load_areas(two, now=NOW)
    assert (second.added, second.changed) == (0, 0)
    assert Edition.objects.count() == editions
    area = held()["E05000001"]
    assert (area.kind, area.name, area.ours) == ("ward", "Ward E05000001", True)
    assert shapely.from_wkb(bytes(area.shape)).covers(shapely.Point(area.lon, area.lat))
    assert GeographyLoad.objects.filter(what="ward areas", state="done", rows=2).count() == 2
    # Whose they are stays when nobody says it, and changes when somebody does.
    assert load_areas(two, now=NOW, ours=False).changed == 2


@on_database
def test_a_changed_outline_is_changed(tmp_path: Path) -> None:
    """And nothing else."""
    load_areas(
        layer(tmp_path / "a.json", ward("E05000001", square(-1.5)), ward("E05000002", square(-1))),
        now=NOW,
        ours=True,
    )
    before = held()
    outcome = load_areas(
        layer(tmp_path / "b.json", ward("E05000001", square(-1.6)), ward("E05000002", square(-1))),
        now=NOW,
    )
    assert (outcome.added, outcome.changed) == (0, 1)
    assert bytes(held()["E05000001"].shape) != bytes(before["E05000001"].shape)
    assert held()["E05000001"].ours


@on_database
def test_faults_are_mended_or_left_out_and_said(tmp_path: Path) -> None:
    """A bow tie is mended; what has no outline or no code is left out; the rest goes in."""
    bow = [[[-1.5, 53.3], [-1.4, 53.4], [-1.4, 53.3], [-1.5, 53.4], [-1.5, 53.3]]]
    # A square with a line that sticks out: what is mended has lines beside surfaces.
    spike = [[[-1.5, 53.3], [-1.4, 53.3], [-1.4, 53.4], [-1.4, 53.6], [-1.4, 53.4], [-1.5, 53.4],
              [-1.5, 53.3]]]  # fmt: skip
    outcome = load_areas(
        layer(
            tmp_path / "a.json",
            ward("E05000001", bow),
            ward("E05000002", spike),
            ward("E05000003", []),
            ward("", square(-1)),
            ward("E05000004", [[-1, 53], [-1, 54]], kind="LineString"),
            ward("E05000005", [[["x", "y"]]]),
            ward("E05000006", square(1e300)),
            {"type": "Feature", "properties": None, "geometry": None},
            {"type": "Feature", "properties": {"WD25CD": "E05000007", "WD25NM": "No geometry"}},
            7,
            ward("E05000008", square(-1)),
        ),
        now=NOW,
    )
    assert set(held()) == {"E05000001", "E05000002", "E05000008"}
    assert (outcome.mended, outcome.left_out, outcome.read) == (2, 8, 11)
    assert len(outcome.faults) == 10
    assert any("Self-intersection" in words and "mended" in words for words in outcome.faults)
    for area in held().values():
        shape = shapely.from_wkb(bytes(area.shape))
        assert shape.is_valid
        assert shape.geom_type in {"Polygon", "MultiPolygon"}


@on_database
def test_the_national_grid_is_turned_into_degrees(tmp_path: Path) -> None:
    """Older files are in metres."""
    metres = [[[435000, 387000], [436000, 387000], [436000, 388000], [435000, 387000]]]
    load_areas(layer(tmp_path / "a.json", ward("E05000001", metres)), now=NOW)
    area = held()["E05000001"]
    assert (area.lon, area.lat) == (pytest.approx(-1.47, abs=0.02), pytest.approx(53.38, abs=0.02))


@on_database
@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"type": "FeatureCollection", "features": [', "can’t be read to its end"),
        ("nonsense", "can’t be read to its end"),
        ("", "can’t be read to its end"),
        ("{}", "no areas in this file"),
        ('{"type": "FeatureCollection", "features": []}', "no areas in this file"),
        (
            '{"features": [{"properties": {"NAME": "x", "CODE": "y"}, "geometry": null}]}',
            "They have: CODE, NAME",
        ),
        (None, "can’t be read"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, content: str | None, words: str) -> None:
    """With words."""
    path = tmp_path / "a.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(Refused, match=words):
        load_areas(geojson.Layer(path, AreaKind.WARD, "WD25CD", "WD25NM"), now=NOW)
    with pytest.raises(CommandError, match=words):
        call_command("load_areas", str(path), kind="ward", code="WD25CD", name="WD25NM")
    assert {line.state for line in GeographyLoad.objects.all()} == {"stopped"}


@on_database
def test_of_a_file_that_is_cut_off_nothing_is_taken(tmp_path: Path) -> None:
    """Thousands of good areas before the end don't count."""
    whole = layer(tmp_path / "a.json", *(ward(f"E0500{n:04}", square(-1)) for n in range(3000)))
    whole.path.write_text(whole.path.read_text()[:-300])
    with pytest.raises(Refused):
        load_areas(whole, now=NOW)
    assert held() == {}


@on_database
def test_within_a_council_by_whatever_says_it(tmp_path: Path) -> None:
    """The file's column; else the council's outline; else where most of its postcodes are."""
    features = [ward("E05000001", square(-1.5), LAD25CD=SHEFFIELD),
                ward("E05000002", square(-1.4), LAD25CD=ROTHERHAM)]  # fmt: skip
    wanted = frozenset({SHEFFIELD})
    plain = layer(tmp_path / "a.json", *features)
    with pytest.raises(Refused, match=f"no telling which areas belong to {SHEFFIELD}"):
        load_areas(plain, now=NOW, within=wanted)
    assert held() == {}
    column = layer(tmp_path / "b.json", *features, parent="LAD25CD")
    assert load_areas(column, now=NOW, within=wanted).taken == 1
    assert held()["E05000001"].parent == SHEFFIELD

    Area.objects.using("owner").all().delete()
    Postcode.objects.using("owner").bulk_create(
        Postcode(code=f"S1 1A{letter}", lon=lon, lat=53.35, council=council)
        for letter, lon, council in (
            ("A", -1.45, SHEFFIELD),
            ("B", -1.46, SHEFFIELD),
            ("D", -1.47, ROTHERHAM),
            ("E", -1.35, ROTHERHAM),
            ("F", -1.36, ROTHERHAM),
            ("G", -1.37, SHEFFIELD),
        )
    )
    load_areas(plain, now=NOW, within=wanted)
    assert {code: area.parent for code, area in held().items()} == {"E05000001": SHEFFIELD}

    Area.objects.using("owner").all().delete()
    council = geojson.Layer(tmp_path / "c.json", AreaKind.COUNCIL, "LAD25CD", "LAD25NM")
    layer(council.path, ward("", square(-1.5), LAD25CD=SHEFFIELD, LAD25NM="Sheffield"))
    load_areas(council, now=NOW, within=wanted, ours=True)
    load_areas(plain, now=NOW, within=wanted)
    assert set(held()) == {SHEFFIELD, "E05000001"}


@on_database
def test_only_what_touches_a_box(tmp_path: Path) -> None:
    """By the outline, not the middle."""
    file = layer(
        tmp_path / "a.json", ward("E05000001", square(-1.5)), ward("E05000002", square(-1))
    )
    load_areas(file, now=NOW, box=(-1.42, 53.0, -1.3, 54.0))
    assert set(held()) == {"E05000001"}


@on_database
def test_postcodes_are_placed_in_areas_that_come_later(tmp_path: Path) -> None:
    """Those that say no ward; the invented are let be."""
    Postcode.objects.using("owner").bulk_create(
        [
            Postcode(code="S1 1AA", lon=-1.45, lat=53.35),
            Postcode(code="S1 1AB", lon=-1.45, lat=53.35, ward="E05000009"),
            Postcode(code="S1 1AD", lon=-1.2, lat=53.35),
            Postcode(code="S1 1AE"),
            Postcode(code="QX1 1AA", lon=-1.45, lat=53.35),
        ]
    )
    file = layer(tmp_path / "a.json", ward("E05000001", square(-1.5)))
    assert load_areas(file, now=NOW).postcodes == 1
    assert dict(Postcode.objects.values_list("code", "ward")) == {
        "S1 1AA": "E05000001", "S1 1AB": "E05000009", "S1 1AD": "", "S1 1AE": "", "QX1 1AA": "",
    }  # fmt: skip


@on_database
@pytest.mark.parametrize("first", ["ward", "lsoa"])
def test_neighbourhoods_belong_to_the_ward_that_holds_their_middle(
    tmp_path: Path, first: str
) -> None:
    """Whichever is loaded first; again changes nothing; just off the coast it still counts."""
    wards = layer(tmp_path / "w.json", ward("E05000001", square(-1.5), LAD=SHEFFIELD), parent="LAD")
    file = layer(tmp_path / "l.json", ward("E01000001", square(-1.48, size=0.05)),
                 ward("E01000002", square(-1.2)))  # fmt: skip
    lsoas = geojson.Layer(file.path, AreaKind.LSOA, "WD25CD", "WD25NM")
    for one in (wards, lsoas) if first == "ward" else (lsoas, wards):
        load_areas(one, now=NOW, ours=True)
    parents = {"E05000001": SHEFFIELD, "E01000001": "E05000001", "E01000002": ""}
    assert {code: area.parent for code, area in held().items()} == parents
    for one in (wards, lsoas):
        assert load_areas(one, now=NOW).changed == 0
    assert {code: area.parent for code, area in held().items()} == parents
    near = Postcode(code="S1 1AA", lon=-1.4805, lat=53.32, council=SHEFFIELD)
    near.save(using="owner")
    load_areas(lsoas, now=NOW)
    assert Postcode.objects.get().lsoa == "E01000001"


@on_database
def test_places_have_a_point_only(tmp_path: Path) -> None:
    """A gazetteer's villages."""
    village = ward("G1", [-1.5, 53.3], kind="Point")
    file = layer(tmp_path / "a.json", village)
    places = geojson.Layer(file.path, AreaKind.PLACE, "WD25CD", "WD25NM")
    load_areas(places, now=NOW)
    area = held()["G1"]
    assert (area.kind, area.lon, area.lat, area.shape) == ("place", -1.5, 53.3, None)


@on_database
def test_real_neighbourhoods_hold_real_points() -> None:
    """The packaged LSOAs of 2011 around Sheffield's town hall."""
    outcome = load_areas(geojson.packaged(), now=NOW, box=(-1.49, 53.37, -1.45, 53.39))
    assert outcome.read == 34_753
    assert 10 < outcome.taken < 80
    assert all(area.name.startswith("Sheffield ") for area in held().values())
    town_hall = shapely.Point(-1.4701, 53.3804)
    holding = [a for a in held().values() if shapely.from_wkb(bytes(a.shape)).covers(town_hall)]
    assert len(holding) == 1


@on_database
def test_the_command_says_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Faults, and the sums; what is left unsaid with a file is asked for."""
    file = layer(tmp_path / "a.json", ward("E05000001", square(-1.5)), 7)
    arguments = ["--kind", "ward", "--code", "WD25CD", "--name", "WD25NM", "--ours"]
    call_command("load_areas", str(file.path), *arguments)
    said = capsys.readouterr().out
    assert "Area 2 has no properties: left out." in said
    assert "1 of 2 areas taken: 1 new, 0 changed; 0 mended, 1 left out." in said
    with pytest.raises(CommandError, match="--kind, --code and --name"):
        call_command("load_areas", str(file.path))
    with pytest.raises(CommandError, match="--box"):
        call_command("load_areas", "--box", "1,2,3")
