"""The directory to take away: map, booklet, files and calendar hold the same selection."""

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar
from openpyxl import load_workbook

from lintel.directory.entry import Inside
from lintel.directory.queries import finding, large
from lintel.directory.states import Audience
from tests import factories
from tests.directory import making as m

pytestmark = pytest.mark.django_db
PAGES = ("map/", "booklet/", "directory.csv", "directory.xlsx", "opening-times.ics")


@pytest.fixture
def client() -> Client:
    """Anybody's browser."""
    return Client()


@pytest.fixture(autouse=True)
def some() -> None:
    """Three services, one of them for workers only."""
    m.published("Debt advice", needs=["money"], locations=[m.at()])
    m.published("Garden club", needs=["lonely"], locations=[m.at(lon=-2.15, city="Moorside")])
    m.published(
        "Refuge",
        audience=Audience.PARTNERS,
        needs=["safety"],
        inside=Inside(direct_line="01632 960777"),
        locations=[m.at(address_1="9 Hidden Lane")],
    )


def body(client: Client, path: str) -> str:
    """The answer's text."""
    response = client.get(f"/directory/{path}")
    assert response.status_code == 200, path
    return response.content.decode("utf-8", "replace")


def test_what_is_chosen_is_what_is_taken(client: Client) -> None:
    for query, names in [
        ("", {"Debt advice", "Garden club"}),
        ("?need=money", {"Debt advice"}),
        ("?q=garden", {"Garden club"}),
        ("?need=crisis", set()),
    ]:
        text = body(client, f"directory.csv{query}")
        rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
        assert {row[0] for row in rows[1:]} == names
        booklet = body(client, f"booklet/{query}")
        for name in ("Debt advice", "Garden club"):
            assert (name in booklet) is (name in names)


def test_nothing_for_partners_only_travels_even_for_a_worker(client: Client) -> None:
    client.force_login(factories.worker().user)
    for path in PAGES:
        answer = client.get(f"/directory/{path}")
        assert answer.status_code == 200
        for hidden in (b"Refuge", b"Hidden Lane", b"960777"):
            assert hidden not in answer.content


def test_a_spreadsheet_never_runs_what_somebody_wrote(client: Client) -> None:
    m.published("=HYPERLINK(1)", needs=["money"])
    text = body(client, "directory.csv?need=money")
    assert "'=HYPERLINK(1)" in text
    book = load_workbook(io.BytesIO(client.get("/directory/directory.xlsx").content))
    names = [row[0].value for row in book.active.iter_rows(min_row=2)]
    assert "'=HYPERLINK(1)" in names
    assert len(names) == 3


def test_the_calendar_is_of_one_entry_or_of_all(client: Client) -> None:
    one = m.published("Early café", hours=[m.hours(opens="07:00", closes="09:00")])
    for path, names in [
        ("opening-times.ics", {"Debt advice: open", "Garden club: open", "Early café: open"}),
        (f"opening-times.ics?entry={one.slug}", {"Early café: open"}),
    ]:
        found = Calendar.from_ical(client.get(f"/directory/{path}").content)
        assert {str(event["summary"]) for event in found.walk("VEVENT")} == names


def test_one_entry_on_the_map_and_none_that_is_not_public(client: Client) -> None:
    one = m.published("Alone", catchments=[m.drawn((-2.2, 53.0), (-2.0, 53.0), (-2.1, 53.2))])
    text = body(client, f"map/?entry={one.slug}")
    assert "lintel-map__catchment" in text
    assert "Garden club" not in text
    hidden = m.published("Hidden", audience=Audience.PARTNERS)
    for path in ("map/", "opening-times.ics"):
        for slug in (hidden.slug, "no-such-entry", "%00"):
            assert client.get(f"/directory/{path}?entry={slug}").status_code == 404


def test_the_booklet_is_looked_up_by_need_and_by_place(client: Client) -> None:
    text = body(client, "booklet/")
    assert "Look up by need" in text
    assert "Moorside" in text
    assert "Last checked 1 February 2026" in text
    assert text.index('id="contents"') < text.index('id="by-need"') < text.index('id="entry-1"')
    assert 'href="#entry-2"' in text


def test_the_map_has_its_table_and_an_empty_one_says_so(client: Client) -> None:
    m.geography()
    text = body(client, "map/")
    assert "<svg" in text
    assert 'aria-label="1. Debt advice"' in text
    assert "No services fit what you chose." in body(client, "map/?need=crisis")


def test_no_place_is_in_what_is_taken_away(client: Client) -> None:
    m.geography()
    m.postcode("QX1 2AB")
    m.postcode("QX1 9ZZ")
    client.post("/directory/", {"place": "QX1 9ZZ"})
    for path in PAGES:
        assert b"QX1 9ZZ" not in client.get(f"/directory/{path}?within=5").content


def test_large_selections_are_made_one_at_a_time(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large, "LARGE", 1)
    other = connection.get_new_connection(connection.get_connection_params())
    with other:
        other.execute(large.TURN)
        for path in PAGES:
            assert client.get(f"/directory/{path}").status_code == 429
            assert client.get(f"/directory/{path}?need=money").status_code == 200
        assert client.get("/directory/search/").status_code == 200
    for path in PAGES:
        assert client.get(f"/directory/{path}").status_code == 200


def test_files_say_that_they_do_not_hold_all(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "holds the first" not in body(client, "search/")
    monkeypatch.setattr(finding, "AT_MOST", 1)
    assert "holds the first 1 of them" in body(client, "search/")
    assert len(body(client, "directory.csv").strip().splitlines()) == 2


def test_queries_are_as_many_for_thirty_services_as_for_three(client: Client) -> None:

    def cost(path: str) -> int:
        client.get(f"/directory/{path}")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/directory/{path}")
        return len(asked)

    few = {path: cost(path) for path in PAGES}
    for number in range(30):
        m.published(f"More {number}")
    assert {path: cost(path) for path in PAGES} == few
