"""The generator: the same seed gives the same area, guards are back, the stories are there."""

from datetime import UTC, datetime

import pytest
from django.db import connections
from django.test import TransactionTestCase

from lintel.config.synth import Scale, generate
from tests.support.area import put_area

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
SMALL = Scale(people=300, tenancies=200, workers=40, agencies=25)


@pytest.fixture
def area() -> None:
    """A small Shethernley."""
    put_area(SMALL, NOW)


def one(sql: str) -> object:
    """One value, as the owner."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def test_sight_follows_from_the_sources(area) -> None:
    """What the generator loaded is what the rules derive."""
    assert one("SELECT count(*) FROM sight") > 0
    assert one("SELECT count(*) FROM sight_differences()") == 0


def test_row_security_and_triggers_are_on_again(area) -> None:
    """The guards that COPY needs lifted are back."""
    assert one("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'") == 0
    assert (
        one(
            "SELECT count(*) FROM pg_class WHERE relrowsecurity AND NOT relforcerowsecurity "
            "AND relnamespace = 'public'::regnamespace"
        )
        == 0
    )


def test_the_stories_are_there(area) -> None:
    """John, and the nurse who is involved with him."""
    assert (
        one(
            "SELECT w.name FROM people_involvement i JOIN people_person p ON p.id = i.person_id "
            "JOIN agencies_worker w ON w.id = i.worker_id WHERE p.name = 'John Tressell'"
        )
        == "Daniel Okafor"
    )
    # Two records opened for safety: one reviewed, one waiting for it.
    assert one("SELECT count(*) FROM sharing_override WHERE agency_id IS NOT NULL") == 2
    assert one("SELECT count(*) FROM sharing_overridereview WHERE justified") == 1
    assert one("SELECT count(*) FROM sharing_consent WHERE conversation IS NOT NULL") == 2
    assert one("SELECT count(*) FROM sharing_otherbasis WHERE authorised IS NULL") == 1
    assert one("SELECT count(*) FROM sharing_otherbasis WHERE told IS NULL") == 1


def test_an_area_is_not_poured_over_another(area) -> None:
    """A second run is refused in words, and the first stays."""
    with pytest.raises(ValueError, match="empty one"):
        generate(SMALL, NOW)


def test_the_same_seed_gives_the_same_area(area) -> None:
    """Digest of the people and their tenancies, twice."""
    digest = (
        "SELECT md5(string_agg(p.name || coalesce(p.born::text, '') || t.reference, '' "
        "ORDER BY t.id)) FROM people_tenancy t JOIN people_person p ON p.id = t.person_id"
    )
    first = one(digest)
    TransactionTestCase._fixture_teardown(None)  # As between two tests: as migrated.
    generate(SMALL, NOW)
    assert one(digest) == first


def test_new_rows_go_on_after_the_generated(area) -> None:
    """Identity columns don't collide with what was copied in."""
    assert one("SELECT nextval(pg_get_serial_sequence('people_person', 'id'))") > SMALL.people
