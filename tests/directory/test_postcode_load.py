"""Postcodes from the packaged list and the ONS's own file: real ones, and every fault."""

import csv
import os
import signal
import subprocess
import sys
import time
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections
from hypothesis import given, settings
from hypothesis import strategies as st

from lintel.directory import britain
from lintel.directory.models import Area, GeographyLoad, Postcode
from lintel.directory.place import FULL
from lintel.directory.places_load import Busy, Refused, books, load_postcodes, sources
from lintel.directory.places_load.grid import degrees
from tests.support import database

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
on_database = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
NEW = ["pcd7", "pcds", "dointr", "doterm", "lad25cd", "wd25cd", "east1m", "north1m", "lsoa21cd"]
OLD = ["pcd", "pcds", "dointr", "doterm", "oslaua", "osward", "oseast1m", "osnrth1m", "lsoa11"]
SHEFFIELD, ROTHERHAM = "E08000039", "E08000018"


def line(code: str, **more: Any) -> list[str]:
    """A line of the ONS's file."""
    cells = {
        "pcd7": f"{code.split()[0]:4}{code.split()[1]}",
        "pcds": code,
        "dointr": "198001",
        "doterm": "",
        "lad25cd": SHEFFIELD,
        "wd25cd": "E05010869",
        "east1m": "435300",
        "north1m": "387300",
        "lsoa21cd": "E01033264",
    }
    return [str(one) for one in {**cells, **more}.values()]


def onspd(path: Path, *lines: list[str], header: list[str] = NEW) -> Path:
    """The ONS's file with these lines."""
    with path.open("w", newline="", encoding="utf-8-sig") as stream:
        csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([header, *lines])
    return path


def held() -> dict[str, Postcode]:
    """All postcodes here."""
    return {row.code: row for row in Postcode.objects.all()}


def marks() -> set[tuple[str, str]]:
    """Which transaction wrote each row: another one if it was written again."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT code, xmin::text FROM directory_postcode")
        return set(cursor.fetchall())


@on_database
def test_real_postcodes_are_where_they_are() -> None:
    """Shetland from the packaged list: every one of its postcodes is on Shetland."""
    said: list[str] = []
    outcome = load_postcodes(now=NOW, areas=frozenset({"ZE"}), progress=said.append)
    found = held()
    assert outcome.taken == outcome.added == len(found) > 500
    assert outcome.read == outcome.taken + outcome.left_out
    assert set(said[0].split()) > {"postcodes,", "to"}
    lerwick = found["ZE1 0AA"]
    assert (lerwick.lon, lerwick.lat) == (pytest.approx(-1.1416, abs=1e-3),
                                          pytest.approx(60.1532, abs=1e-3))  # fmt: skip
    assert lerwick.council == "S12000027"
    placed = [row for row in found.values() if row.lon is not None]
    assert outcome.without_point == len(found) - len(placed)
    # With Fair Isle, and Foula in the west.
    assert all(-2.2 < row.lon < -0.6 and 59.4 < row.lat < 60.9 for row in placed)
    assert all(FULL.fullmatch(code.replace(" ", "")) for code in found)
    line_in_books = GeographyLoad.objects.get()
    assert (line_in_books.what, line_in_books.state, line_in_books.rows) == (
        "postcodes", "done", outcome.taken,
    )  # fmt: skip


@on_database
def test_a_second_run_writes_nothing() -> None:
    """Not one row is touched."""
    load_postcodes(now=NOW, areas=frozenset({"ZE"}))
    before = marks()
    outcome = load_postcodes(now=NOW, areas=frozenset({"ZE"}))
    assert (outcome.added, outcome.changed, outcome.missing) == (0, 0, 0)
    assert marks() == before


@on_database
@pytest.mark.parametrize("header", [NEW, OLD])
@pytest.mark.parametrize("packed", [False, True])
def test_the_onss_own_file(tmp_path: Path, header: list[str], packed: bool) -> None:
    """Old and new names of columns, CSV or ZIP; what isn't ours to hold is left out."""
    path = onspd(
        tmp_path / "ONSPD_MAY_2026_UK.csv",
        line("S1 2HH"),
        line("S1 9ZZ", doterm="202103"),
        line("S2 1AA", lad25cd="E99999999", wd25cd="W99999999", lsoa21cd=""),
        line("S2 1AB", east1m="", north1m=""),
        line("BT1 1AA"),
        line("IM1 1AA"),
        line("NPT 0AA"),
        line("QX1 2AB"),
        line("S2 1AC", lad25cd="E0800\t003", doterm="209913"),
        ["S2 1AD", "S2 1AD", "1980"],
        header=header,
    )
    if packed:
        archive = tmp_path / "ONSPD_MAY_2026.zip"
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as stream:
            stream.write(path, "Data/ONSPD_MAY_2026_UK.csv")
            stream.writestr("Data/multi_csv/ONSPD_MAY_2026_UK_AB.csv", "nothing")
            stream.writestr("Documents/LAD names.csv", "x" * 10_000)
        path = archive
    outcome = load_postcodes(now=NOW, file=path)
    found = held()
    assert set(found) == {"S1 2HH", "S1 9ZZ", "S2 1AA", "S2 1AB", "S2 1AC"}
    assert (outcome.read, outcome.left_out, outcome.without_point) == (10, 5, 1)
    whole = found["S1 2HH"]
    assert (whole.council, whole.ward, whole.lsoa) == (SHEFFIELD, "E05010869", "E01033264")
    assert (whole.lon, whole.lat) == (
        pytest.approx(-1.47079, abs=1e-4),
        pytest.approx(53.38138, abs=1e-4),
    )
    assert found["S1 9ZZ"].ended == date(2021, 3, 1)
    assert (found["S2 1AA"].council, found["S2 1AA"].ward, found["S2 1AA"].lsoa) == ("", "", "")
    assert (found["S2 1AB"].lon, found["S2 1AB"].lat) == (None, None)
    assert (found["S2 1AC"].council, found["S2 1AC"].ended) == ("", None)


@on_database
def test_what_the_list_no_longer_has_is_kept_and_marked(tmp_path: Path) -> None:
    """Ended on the day of the load; back in use when the ONS says so; the invented are let be."""
    Postcode.objects.using("owner").create(code="QX1 2AB", lon=-1, lat=53)
    both = [line("S1 2HH"), line("S1 2HJ"), line("SY1 1AA")]
    load_postcodes(now=NOW, file=onspd(tmp_path / "a.csv", *both))
    outcome = load_postcodes(now=NOW, file=onspd(tmp_path / "b.csv", both[0], both[2]))
    assert (outcome.missing, outcome.ended) == (1, 1)
    assert {code: row.ended for code, row in held().items()} == {
        "S1 2HH": None, "S1 2HJ": NOW.date(), "SY1 1AA": None, "QX1 2AB": None,
    }  # fmt: skip
    # Of what was asked for only: SY is not in S.
    outcome = load_postcodes(now=NOW, file=onspd(tmp_path / "c.csv", both[0]), areas=frozenset("S"))
    assert outcome.missing == 0
    back = load_postcodes(now=NOW, file=onspd(tmp_path / "a.csv", *both))
    assert (back.changed, held()["S1 2HJ"].ended) == (1, None)


@on_database
def test_a_list_that_lacks_too_much_ends_nothing(tmp_path: Path, monkeypatch: Any) -> None:
    """A file that was cut off looks like thousands of ended postcodes."""
    from lintel.directory.places_load import postcodes

    monkeypatch.setattr(postcodes, "FEW", 2)
    lines = [line(f"S1 {n}AA") for n in range(10)]
    load_postcodes(now=NOW, file=onspd(tmp_path / "a.csv", *lines))
    half = onspd(tmp_path / "b.csv", *lines[:5])
    outcome = load_postcodes(now=NOW, file=half)
    assert (outcome.missing, outcome.ended) == (5, 0)
    assert not any(row.ended for row in held().values())
    outcome = load_postcodes(now=NOW, file=half, end_missing=True)
    assert outcome.ended == 5


@on_database
def test_what_a_list_does_not_say_stays(tmp_path: Path) -> None:
    """The packaged list knows no wards and no ends: it takes none away."""
    ended = line("ZE1 0AA", lad25cd="S12000027", doterm="202103",
                 east1m="447759", north1m="1141280")  # fmt: skip
    load_postcodes(now=NOW, file=onspd(tmp_path / "a.csv", ended))
    before = held()["ZE1 0AA"]
    load_postcodes(now=NOW, areas=frozenset({"ZE"}))
    after = held()["ZE1 0AA"]
    assert (after.ward, after.lsoa, after.ended) == (before.ward, before.lsoa, date(2021, 3, 1))
    assert (after.lon, after.lat) == (before.lon, before.lat)


@on_database
def test_one_council_alone(tmp_path: Path) -> None:
    """Only its postcodes come in; one that left it is put right, and not ended."""
    lines = [line("S1 2HH"), line("S1 2HJ"), line("S60 1AA", lad25cd=ROTHERHAM)]
    path = onspd(tmp_path / "a.csv", *lines)
    load_postcodes(now=NOW, file=path, councils=frozenset({SHEFFIELD}))
    assert set(held()) == {"S1 2HH", "S1 2HJ"}
    moved = [lines[0], line("S1 2HJ", lad25cd=ROTHERHAM), lines[2]]
    outcome = load_postcodes(
        now=NOW, file=onspd(tmp_path / "b.csv", *moved), councils=frozenset({SHEFFIELD})
    )
    assert (outcome.changed, outcome.added, outcome.missing) == (1, 0, 0)
    assert held()["S1 2HJ"].council == ROTHERHAM


@on_database
def test_areas_that_are_loaded_say_where_a_postcode_is(tmp_path: Path) -> None:
    """By outline where the list says nothing or another year's code; just off it, the nearest."""
    lons, lats = degrees(np.array([435300.0]), np.array([387300.0]))
    lon, lat = lons[0], lats[0]
    box = shapely.to_wkb(shapely.box(lon - 0.01, lat - 0.01, lon + 0.01, lat + 0.01))
    areas = Area.objects.using("owner")
    areas.create(code="E01000001", kind="lsoa", name="L", shape=box, parent=SHEFFIELD)
    areas.create(code="E05000001", kind="ward", name="W", shape=box, parent=SHEFFIELD)
    areas.create(code=SHEFFIELD, kind="council", name="Sheffield", shape=box)
    load_postcodes(
        now=NOW,
        file=onspd(
            tmp_path / "a.csv",
            line("S1 2HA", lad25cd="", wd25cd="", lsoa21cd=""),
            line("S1 2HB"),
            line("S1 2HD", lsoa21cd="", east1m="436100"),
            line("S1 2HE", lsoa21cd="", east1m="436100", lad25cd=ROTHERHAM),
            line("S1 2HF", east1m="500000"),
        ),
    )
    found = {code[-1]: (row.council, row.lsoa) for code, row in held().items()}
    assert found == {
        "A": (SHEFFIELD, "E01000001"),
        "B": (SHEFFIELD, "E01000001"),
        "D": (SHEFFIELD, "E01000001"),
        "E": (ROTHERHAM, ""),
        "F": (SHEFFIELD, "E01033264"),
    }


@on_database
@pytest.mark.parametrize("fault", ["other", "no zip", "bad zip", "cut zip", "binary", "gone"])
def test_a_file_that_is_none_is_refused(tmp_path: Path, fault: str) -> None:
    """With words; the books say that the load stopped; nothing changed."""
    path = tmp_path / "x.zip"
    whole = onspd(tmp_path / "ONSPD.csv", *(line(f"S1 {n}{a}A") for n in range(9) for a in "ABDE"))
    if fault == "other":
        path.write_text("a,b,c\n1,2,3\n")
    elif fault == "binary":
        path.write_bytes(os.urandom(5000))
    elif fault != "gone":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as stream:
            stream.write(whole, "x.csv" if fault == "no zip" else "Data/ONSPD_UK.csv")
        content = bytearray(path.read_bytes())
        if fault == "cut zip":
            path.write_bytes(content[:200])
        elif fault == "bad zip":
            content[100:140] = os.urandom(40)
            path.write_bytes(content)
    with pytest.raises(Refused, match=r"ONS|be read"):
        load_postcodes(now=NOW, file=path)
    assert held() == {}
    assert GeographyLoad.objects.get().state == "stopped"
    with pytest.raises(CommandError, match=r"ONS|be read"):
        call_command("load_postcodes", file=path)


@on_database
def test_one_load_at_a_time_and_books_of_a_killed_one_are_closed() -> None:
    """A second load says so; a line left "running" by a kill is closed by the next load."""
    GeographyLoad.objects.using("owner").create(what="postcodes", source="x", started=NOW)
    with database.superuser(connections["owner"].settings_dict["NAME"]) as other:
        other.execute(books.LOCK)
        with pytest.raises(Busy, match="Another load is running"):
            load_postcodes(now=NOW, areas=frozenset({"ZE"}))
        other.execute(books.UNLOCK)
    load_postcodes(now=NOW, areas=frozenset({"ZE"}))
    states = GeographyLoad.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == ["stopped", "done"]


@on_database
def test_an_unknown_area_is_refused() -> None:
    """Before anything is done; the invented area can't be asked for."""
    for code in ("QX", "ZZ"):
        with pytest.raises(Refused, match=code):
            load_postcodes(now=NOW, areas=frozenset({code}))
    assert not GeographyLoad.objects.exists()


@on_database
def test_killed_half_way_it_goes_on_from_there() -> None:
    """SIGKILL while it loads: what was committed is whole, and the next run does the rest."""
    name = connections["owner"].settings_dict["NAME"]
    run = subprocess.Popen(
        [sys.executable, "-m", "lintel.config.cli", "load-postcodes", "--only", "L,LA,LD,LE,LL"],
        env={**os.environ, **database.urls(name), "LINTEL_TEST": "1"},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    last = time.monotonic() + 60
    while not Postcode.objects.exists() and run.poll() is None and time.monotonic() < last:
        time.sleep(0.02)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    assert run.returncode == -signal.SIGKILL
    there = Postcode.objects.count()
    line_in_books = GeographyLoad.objects.get()
    assert line_in_books.rows == there > 0
    while True:
        try:
            outcome = load_postcodes(now=NOW, areas=frozenset({"L", "LA", "LD", "LE", "LL"}))
            break
        except Busy:  # The server hasn't noticed yet that the other one is gone.
            assert time.monotonic() < last
            time.sleep(0.1)
    assert outcome.added == outcome.taken - there > 0
    assert Postcode.objects.count() == outcome.taken
    assert GeographyLoad.objects.filter(state="running").count() == 0


@on_database
def test_the_command_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    """Counts and speed."""
    call_command("load_postcodes", "--only", "ze, kw")
    said = capsys.readouterr().out
    assert "a second)" in said
    assert "new, 0 changed" in said
    assert "have no place on the map" in said


# --- Without a database -------------------------------------------------------------------------


def test_the_packaged_list_is_all_there_and_in_great_britain() -> None:
    """One small letter: the right form, the right places, nothing lost between the batches."""
    read = left_out = 0
    codes: list[str] = []
    for batch in sources.packaged(frozenset({"ZE", "UB"})):
        read, left_out = read + batch.read, left_out + batch.left_out
        codes += batch.codes
        lons, lats = degrees(*batch.metres())
        known = np.isfinite(lons)
        assert known.mean() > 0.9
        assert shapely.intersects_xy(britain.outline(), lons[known], lats[known]).all()
    assert read == len(codes) + left_out
    assert len(codes) == len(set(codes)) > 5000


def test_the_grid_is_right() -> None:
    """The Ordnance Survey's own example (Caister water tower), within five metres."""
    lons, lats = degrees(np.array([651409.903, np.nan]), np.array([313177.270, 1.0]))
    assert lats[0] == pytest.approx(52.658008, abs=5e-5)
    assert lons[0] == pytest.approx(1.716074, abs=7.5e-5)
    assert np.isnan(lons[1])
    assert np.isnan(lats[1])


@settings(deadline=None)
@given(st.lists(st.sampled_from([*NEW, *OLD, "objectid", "ctry25cd"]), unique=True))
def test_columns_are_found_in_any_order_or_named_as_missing(header: list[str]) -> None:
    """Or the file is refused."""
    try:
        found = sources.columns([name.upper() for name in header])
    except Refused as refused:
        assert "no column" in str(refused)  # noqa: PT017
        return
    assert header[found.east] in {"east1m", "oseast1m"}
    assert header[found.council] in {"lad25cd", "oslaua"}
    assert header[found.ended] == "doterm"
