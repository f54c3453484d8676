"""A landlord's file in: what is taken, put right and refused, and that it is all or nothing."""

import csv
import random
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from lintel.people.imports import FileRefused, import_tenancies
from lintel.people.imports.columns import folded, positions
from lintel.people.imports.rows import Checker, read_date, read_postcode

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
on_database = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
HEADER = [
    "TenancyReference",
    "TenancyStartDate",
    "TenancyEndDate",
    "TenureType",
    "PersonReference",
    "FirstName",
    "Surname",
    "DateOfBirth",
    "DateOfDeath",
    "PropertyReference",
    "AddressLine1",
    "PostCode",
    "RentBalance",
]
GOOD = [
    "T1",
    "1/4/2019",
    "",
    "Secure",
    "R1",
    "Ann",
    "Okeke",
    "2/3/1980",
    "",
    "P1",
    "1 Kiln Street",
    "qx12ab",
    "12.50",
]


def row(**changes: str) -> list[str]:
    """The good row with some cells changed."""
    return [changes.get(name, value) for name, value in zip(HEADER, GOOD, strict=True)]


def check(*, today: date = NOW.date(), **changes: str):
    """The good row, changed, through the checker."""
    return Checker(positions(HEADER, {}), today).check(2, row(**changes))


@pytest.mark.parametrize(
    ("changes", "refused", "corrected"),
    [
        ({}, "", ""),
        ({"TenancyReference": ""}, "TenancyReference is missing", ""),
        ({"TenancyStartDate": "32/1/2020"}, "is not a date", ""),
        ({"TenancyStartDate": ""}, "TenancyStartDate is missing", ""),
        ({"TenancyEndDate": "soon"}, "TenancyEndDate “soon” is not a date", ""),
        ({"TenancyEndDate": "1/1/2010"}, "ends before it starts", ""),
        ({"TenancyEndDate": "31/12/2999"}, "", "taken as not ended"),
        ({"Surname": ""}, "Surname is missing", ""),
        ({"Surname": "OKEKE", "FirstName": "ANN"}, "", "all capitals"),
        ({"Surname": "Okeke, Ann", "FirstName": ""}, "", "turned round"),
        ({"DateOfBirth": "1/1/1900"}, "", "not known"),
        ({"DateOfBirth": "1/1/2090"}, "", "not possible"),
        ({"DateOfBirth": "xx"}, "", "not a date"),
        ({"DateOfBirth": ""}, "", ""),
        ({"DateOfDeath": "1/1/2090"}, "DateOfDeath is not a date in the past", ""),
        ({"DateOfDeath": "1/1/1970"}, "death is before", ""),
        ({"AddressLine1": "  "}, "AddressLine1 is missing", ""),
        ({"PostCode": "NOPE"}, "", "not a postcode"),
        ({"TenureType": "Feudal"}, "", "taken as secure"),
        ({"RentBalance": "lots"}, "", "not a sum of money"),
        ({"RentBalance": "(£1,200.10)"}, "", ""),
    ],
)
def test_a_row_is_taken_put_right_or_refused(changes, refused, corrected) -> None:
    """Each bad input has words; what can be put right is."""
    result = check(**changes)
    assert (refused in " ".join(result.refusals)) if refused else not result.refusals
    assert (corrected in " ".join(result.corrections)) if corrected else not result.corrections
    assert (result.staged is None) == bool(refused)


def test_what_is_put_right_is_right() -> None:
    """The values behind the words."""
    assert check(Surname="OKEKE, ANN", FirstName="").staged.name == "Ann Okeke"
    assert check(PostCode="qx1  2ab").staged.postcode == "QX1 2AB"
    assert check(RentBalance="(£1,200.10)").staged.balance_pence == -120010
    assert check(Surname="Ní\u200bDhomhnaill").staged.name == "Ann Ní Dhomhnaill"


@given(st.dates(min_value=date(1900, 1, 2), max_value=date(2100, 1, 1)))
def test_every_way_to_write_a_date_reads_the_same(day: date) -> None:
    """Day first, as people write in Britain; and the ISO form that systems write."""
    for form in (
        "%d/%m/%Y",
        "%d.%m.%Y",
        "%d-%m-%Y",
        "%Y-%m-%d",
        "%d %b %Y",
        "%d %B %Y",
        "%Y-%m-%dT00:00",
    ):
        assert read_date(day.strftime(form)) == day


@given(st.lists(st.text(max_size=30), max_size=20))
def test_no_row_makes_the_checker_fall_over(cells: list[str]) -> None:
    """Whatever the cells hold, the row is taken or refused with words."""
    result = Checker(positions(HEADER, {}), NOW.date()).check(2, cells)
    assert (result.staged is None) == bool(result.refusals)


@given(st.text(max_size=12))
def test_a_postcode_read_once_reads_again_the_same(text: str) -> None:
    """Normalising twice changes nothing."""
    found = read_postcode(text)
    assert found is None or read_postcode(found) == found


def test_a_file_without_a_needed_column_is_refused_with_its_name() -> None:
    """And says what the column holds."""
    with pytest.raises(FileRefused, match=r"PropertyReference \(the landlord's reference"):
        positions([h for h in HEADER if h != "PropertyReference"], {})
    with pytest.raises(FileRefused, match="Two columns hold Surname"):
        positions([*HEADER, "surname"], {})
    assert positions(["Last name", *HEADER], {folded("Last name"): "KnownAs"})["KnownAs"] == 0


# --- On the real database --------------------------------------------------------------------


@pytest.fixture
def landlord() -> int:
    """A landlord with one patch."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO agencies_agency (name, slug, kind) VALUES ('L', 'l', 'landlord') "
            "RETURNING id"
        )
        return int(cursor.fetchone()[0])


def write_csv(
    path: Path, *rows: list[str], header: list[str] = HEADER, encoding: str = "utf-8"
) -> Path:
    """A CSV file of the rows."""
    with path.open("w", newline="", encoding=encoding) as stream:
        csv.writer(stream).writerows([header, *rows])
    return path


def tables() -> dict[str, int]:
    """How many rows the owner sees in each table."""
    with connections["owner"].cursor() as cursor:
        counts = {}
        for table in ("person", "home", "tenancy", "rentaccount", "contactpoint"):
            cursor.execute(f"SELECT count(*) FROM people_{table}")
            counts[table] = cursor.fetchone()[0]
    return counts


@on_database
def test_a_second_run_changes_nothing(landlord: int, tmp_path: Path) -> None:
    """Good, bad and repeated rows: the good are in once, however often the file is imported."""
    path = write_csv(
        tmp_path / "t.csv",
        row(),
        row(TenancyReference="T2", PersonReference="R2", PropertyReference="P2", Surname="Ali"),
        row(PersonReference="R3", Surname="Ali", FirstName="Joint"),
        row(),
        row(TenancyReference=""),
    )
    report = tmp_path / "r.csv"
    first = import_tenancies(path, agency_id=landlord, now=NOW, report=report)
    assert (first.accepted, first.corrected, first.refused) == (3, 0, 2)
    lines = list(csv.reader(report.open(encoding="utf-8")))
    assert [line[:2] for line in lines[1:]] == [["5", "refused"], ["6", "refused"]]
    before = tables()
    assert before["tenancy"] == 3
    assert before["person"] == 3
    assert before["home"] == 2
    second = import_tenancies(path, agency_id=landlord, now=NOW)
    assert set(second.changed.values()) == {0}
    assert tables() == before


@on_database
def test_a_changed_row_changes_its_person_and_no_other(landlord: int, tmp_path: Path) -> None:
    """A corrected name and a move: same person, second tenancy."""
    import_tenancies(write_csv(tmp_path / "a.csv", row()), agency_id=landlord, now=NOW)
    moved = row(Surname="Okeke-Bell", TenancyReference="T9", PropertyReference="P9")
    import_tenancies(write_csv(tmp_path / "b.csv", moved), agency_id=landlord, now=NOW)
    assert tables()["person"] == 1
    assert tables()["tenancy"] == 2
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT name FROM people_person")
        assert cursor.fetchone()[0] == "Ann Okeke-Bell"


@on_database
def test_it_never_stops_half_way(landlord: int, tmp_path: Path, monkeypatch) -> None:
    """The database refuses a late statement: nothing of the file is there."""
    from lintel.people.imports import merge

    broken = (*merge.STEPS[:-1], ("contacts", "SELECT 1 / 0"))
    monkeypatch.setattr(merge, "STEPS", broken)
    with pytest.raises(Exception, match="division by zero"):
        import_tenancies(write_csv(tmp_path / "a.csv", row()), agency_id=landlord, now=NOW)
    assert set(tables().values()) == {0}


@on_database
def test_a_dry_run_reports_and_keeps_nothing(landlord: int, tmp_path: Path) -> None:
    """The report is there, the rows are not."""
    path = write_csv(tmp_path / "a.csv", row())
    outcome = import_tenancies(path, agency_id=landlord, now=NOW, dry_run=True)
    assert outcome.changed["tenancies"] == 1
    assert set(tables().values()) == {0}


@on_database
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_the_encodings_that_spreadsheets_write(
    landlord: int, tmp_path: Path, encoding: str
) -> None:
    """The same name, whichever way it was saved."""
    path = write_csv(tmp_path / "a.csv", row(Surname="Müller"), encoding=encoding)
    import_tenancies(path, agency_id=landlord, now=NOW)
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT name FROM people_person")
        assert cursor.fetchone()[0] == "Ann Müller"


@on_database
def test_a_spreadsheet_reads_as_its_csv(landlord: int, tmp_path: Path) -> None:
    """Numbers and dates come from cells as people see them."""
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    cells: list[object] = list(row(TenancyReference="7"))
    cells[0], cells[1] = 7, datetime(2019, 4, 1)
    book.active.append(cells)
    book.save(tmp_path / "a.xlsx")
    outcome = import_tenancies(tmp_path / "a.xlsx", agency_id=landlord, now=NOW)
    assert outcome.accepted == 1
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT reference, started FROM people_tenancy")
        assert cursor.fetchone() == ("7", date(2019, 4, 1))


@on_database
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", ",".join(HEADER).encode(), "no rows"),
        ("a.xlsx", b"not a zip", "isn't a spreadsheet"),
        ("a.pdf", b"x", "must be CSV or XLSX"),
    ],
)
def test_a_file_that_is_no_file_of_tenancies(landlord, tmp_path, name, content, words) -> None:
    """Nothing is written, and the message says what to mend."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileRefused, match=words):
        import_tenancies(tmp_path / name, agency_id=landlord, now=NOW)
    assert set(tables().values()) == {0}


@on_database
def test_many_random_rows_are_each_in_or_reported(landlord: int, tmp_path: Path) -> None:
    """Every row of a damaged file is accounted for, and what is in can be counted."""
    rng = random.Random(5)
    rows = []
    for number in range(300):
        cells = row(
            TenancyReference=f"T{number}",
            PersonReference=f"R{number}",
            PropertyReference=f"P{number}",
        )
        for _ in range(rng.randrange(3)):
            cells[rng.randrange(len(cells))] = rng.choice(
                ["", "?", "31/02/2020", "\x00", "ß" * 300]
            )
        rows.append(cells)
    outcome = import_tenancies(write_csv(tmp_path / "a.csv", *rows), agency_id=landlord, now=NOW)
    assert outcome.accepted + outcome.corrected + outcome.refused == 300
    assert tables()["tenancy"] == outcome.accepted + outcome.corrected
