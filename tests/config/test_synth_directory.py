"""The directory of the invented area: every team is in it, and the public sees what it may."""

import json
from datetime import UTC, date, datetime

import pytest
import shapely
from django.db import connections
from django.test import TransactionTestCase

from lintel.agencies.models import Team
from lintel.agencies.states import TeamKind
from lintel.config.synth import Scale, directory, generate, load_demo, story
from lintel.config.synth.directory.plans import INVENTED
from lintel.config.synth.places_story import SHETHERNLEY, SUFFIELD
from lintel.directory.entry import Document, Entry
from lintel.directory.hours import state_at
from lintel.directory.models import (
    Area,
    Guidance,
    Organisation,
    PartnerEntry,
    Postcode,
    Service,
    Version,
)
from lintel.directory.queries import guidance
from lintel.directory.states import Audience, CatchmentKind, Need, ServiceState, VersionState
from lintel.kernel.actor import as_system
from lintel.requests.states import Kind
from tests.support.area import put_area

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
SMALL = Scale(people=300, tenancies=200, workers=60, agencies=25)
DERIVED = ("at", "opening", "catchment", "service", "organisation", "guidance")


@pytest.fixture
def area() -> None:
    """A small Shethernley."""
    put_area(SMALL, NOW)


def values(sql: str) -> list[tuple[object, ...]]:
    """Rows, as the owner of the tables."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql)
        found: list[tuple[object, ...]] = cursor.fetchall()
        return found


def holds(service: Service, place: Postcode) -> bool:
    """Whether a catchment of the service holds the postcode, worked out the slow way."""

    def hit(kind: str, codes: list[str], shape: bytes | None) -> bool:
        if kind == CatchmentKind.WHOLE:
            return True
        if kind == CatchmentKind.AREAS:
            return bool({place.lsoa, place.ward, place.council} & set(codes))
        if kind == CatchmentKind.POSTCODES:
            return any(place.code.startswith(f"{code} ") for code in codes)
        point = shapely.Point(place.lon, place.lat)
        return bool(shapely.from_wkb(bytes(shape or b"")).intersects(point))

    groups: dict[int, list[tuple[bool, bool]]] = {}
    for row in service.catchments.all():
        found = hit(row.kind, row.codes, row.shape)
        groups.setdefault(row.group, []).append((row.excluding, found))
    return any(
        any(found for out, found in rows if not out)
        and not any(found for out, found in rows if out)
        for rows in groups.values()
    )


def homes_nowhere() -> list[tuple[object, ...]]:
    """Postcodes of homes that have no point or areas, or have ended."""
    return values(
        "SELECT h.postcode FROM people_home h "
        "LEFT JOIN directory_postcode p ON p.code = h.postcode "
        "WHERE p.code IS NULL OR p.lon IS NULL OR p.ended IS NOT NULL "
        "OR p.lsoa = '' OR p.ward = '' OR p.council = ''"
    )


def test_every_home_is_somewhere(area) -> None:
    """Each home's postcode has a point and its areas; nobody lives at one that has ended."""
    assert homes_nowhere() == []
    john = Postcode.objects.get(code="QX1 2AB")
    assert Area.objects.get(code=john.ward).name == "Wharfside"


def test_every_team_that_takes_requests_is_in_the_directory(area) -> None:
    """Published, with an owner, and for the very addresses that its plan names."""
    wanted = {
        plan.slug: plan
        for agency in story.AGENCIES
        for plan in agency.teams
        if plan.kind != TeamKind.INFORMATION
    }
    found = {
        service.team.slug: service
        for service in Service.objects.filter(state=ServiceState.PUBLISHED).select_related("team")
        if service.team and service.team.slug in wanted
    }
    assert found.keys() == wanted.keys()
    assert set(Team.objects.filter(takes_requests=True, slug__in=wanted)) == {
        service.team for service in found.values()
    }
    sample = [
        *Postcode.objects.filter(code__regex=r"^QX[1-7] [28]A[ABDE]$").order_by("code"),
        *Postcode.objects.filter(code__in=[p.postcode for p in story.PEOPLE]),
    ]
    for slug, plan in wanted.items():
        assert found[slug].owner_id
        for place in sample:
            covered = "*" in plan.covers or place.code.split()[0] in plan.covers
            assert holds(found[slug], place) == covered, (slug, place.code)


def test_documents_are_whole_and_say_that_they_are_invented(area) -> None:
    """Each entry reads back, its hours can be told, and what it points to is there."""
    with as_system():
        documents = {p.service_id: Document(**p.document) for p in PartnerEntry.objects.all()}
        kinds = {document.inside.request_kind for document in documents.values()}
        assert {"referral", "advice", "concern"} <= kinds <= {*Kind.values, ""}
        services = list(Service.objects.all())
        for service in services:
            entry = (
                Entry(**service.document)
                if service.audience == Audience.PUBLIC
                else documents[service.pk].entry
            )
            assert entry.name
            assert entry.summary
            assert entry.referral
            assert INVENTED in entry.description or "is real" in entry.description
            assert entry.description != INVENTED, service.slug
            state = state_at(entry, NOW)
            assert state.words
            assert entry.out_of_hours is None or entry.out_of_hours in {s.pk for s in services}
            assert {h.location for h in entry.hours} <= {None, *(p.id for p in entry.locations)}
            for phone in entry.phones:
                assert phone.number.startswith("01632 960") or phone.number in {"111", "116 123"}
            for place in entry.locations:
                assert place.lon is not None
        assert len(services) > 55
        assert {need for s in services for need in s.needs} == set(Need)


def test_the_public_tables_hold_no_word_for_partners_only(area) -> None:
    """Neither the refuge, nor a direct line, rota, rule or threshold."""
    public = json.dumps(
        [values(f"SELECT to_jsonb(t) FROM directory_{table} t") for table in DERIVED],
        default=str,
    )
    with as_system():
        refuge = Service.objects.get(slug="safe-harbour-refuge")
        secrets = [
            words
            for (document,) in PartnerEntry.objects.values_list("document")
            for key, words in document["inside"].items()
            if key != "request_kind" and words and words != "None."
        ]
        hidden = PartnerEntry.objects.get(service=refuge).document["entry"]
    assert refuge.audience == Audience.PARTNERS
    assert hidden["locations"] == []
    assert len(secrets) > 60
    for words in [*secrets, hidden["name"], hidden["summary"], "Where it is is never"]:
        if words not in {"Two workers a night.", "Pauline."}:
            assert json.dumps(words)[1:-1] not in public, words
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM directory_partnerentry")
        assert cursor.fetchone()[0] == 0


def test_versions_stale_entries_and_gaps_to_be_found(area) -> None:
    """What a partnership lead is meant to see."""
    with as_system():
        numbers = Version.objects.filter(number=1, state=VersionState.PUBLISHED)
        assert numbers.count() == Service.objects.count()
        later = {v.service.slug: v.state for v in Version.objects.filter(number=2)}
        for version in Version.objects.all():
            Document(**version.document)
    assert later == {
        "housing-options": VersionState.IN_REVIEW,
        "mind-community": VersionState.RETURNED,
    }
    ages = [(date(2026, 11, 20) - s.checked_on).days for s in Service.objects.all()]
    assert sum(age > 90 for age in ages) >= 5
    assert sum(76 <= age <= 90 for age in ages) >= 4
    (crisis,) = Service.objects.filter(emergency=True)
    assert crisis.slug == "crisis"
    assert Entry(**crisis.document).always_open
    flagged = [
        service.slug
        for service in Service.objects.exclude(document={})
        if any(rule.diagnosis_alone for rule in Entry(**service.document).rules)
    ]
    assert flagged == ["outreach"]
    clear = Service.objects.get(slug="clear-spaces")
    gap = Area.objects.get(name="Quarry Bank", kind="ward")
    assert not holds(clear, Postcode.objects.filter(ward=gap.code).first())
    assert holds(clear, Postcode.objects.filter(council=SHETHERNLEY).exclude(ward=gap.code)[0])
    assert Organisation.objects.filter(agency__slug="shethern-valley-trust").exists()
    assert not Service.objects.filter(owner=None).exclude(slug="volunteer-cars").exists()
    assert Area.objects.get(code=SUFFIELD).ours is True


def test_guidance_keeps_to_the_form_of_a_page(area) -> None:
    """Headings, points and paragraphs; each kind has its pages."""
    pages = list(Guidance.objects.all())
    assert guidance.PRIVATE_LANDLORDS in {page.slug for page in pages}
    assert {page.kind for page in pages} == {"landlords", "emergency", "policy"}
    for page in pages:
        for block in page.body.split("\n\n"):
            lines = block.split("\n")
            assert lines[0].startswith("## ") is (len(lines) == 1 and "## " in block)
            if lines[0].startswith("- "):
                joined = [line for line in lines if line.startswith("- ")]
                assert joined == lines, block
            else:
                assert len(lines) == 1 or all(line.startswith("- ") for line in lines[1:]), block


def test_two_runs_give_the_same(area) -> None:
    """Digest of all that was derived, twice; and a filled directory is left alone."""

    def digest() -> list[object]:
        return [
            values(
                f"SELECT md5(string_agg(j, '' ORDER BY j)) FROM (SELECT (to_jsonb(t) - 'id')::text "
                f"AS j FROM directory_{table} t) t"
            )
            for table in (*DERIVED, "postcode", "area", "version", "partnerentry")
        ]

    first = digest()
    assert directory.fill(NOW) is False
    TransactionTestCase._fixture_teardown(None)  # As between two tests: as migrated.
    generate(SMALL, NOW)
    assert digest() == first


def test_an_area_from_before_there_was_a_directory_is_given_one(area) -> None:
    """The land and the entries are added; the second start does nothing."""
    tables = [f"directory_{table}" for table in (*DERIVED, "postcode", "area")]
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
    assert load_demo(NOW) is True
    assert Postcode.objects.filter(code="QX1 2AB").exists()
    assert Service.objects.filter(slug="crisis").exists()
    assert load_demo(NOW) is False


def test_a_larger_area_has_an_entry_for_each_of_its_teams() -> None:
    """Each for the districts that it covers, where homes are."""
    generate(Scale(people=4000, tenancies=3600, workers=120, agencies=40), NOW)
    assert homes_nowhere() == []
    assert values("SELECT count(DISTINCT split_part(postcode, ' ', 1)) > 5 FROM people_home") == [
        (True,)
    ]
    more = Service.objects.filter(slug__startswith="agency-")
    assert more.count() == Team.objects.filter(slug__startswith="agency-").count() > 0
    service = more.first()
    place = Postcode.objects.filter(code__startswith=f"{service.catchments.get().codes[0]} ")[0]
    assert holds(service, place)
