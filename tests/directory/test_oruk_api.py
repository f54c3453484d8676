"""The open data as others ask for it: pages, filters, distance, errors, headers, and no secrets."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from lintel.agencies.models import User
from lintel.directory.api.views import services
from lintel.directory.entry import Inside, Location, Rule, Term
from lintel.directory.models import At, Feed, Organisation, Service
from lintel.directory.oruk import ids
from lintel.directory.oruk.vocabulary import NEEDS_NAME
from lintel.directory.states import Audience, BankHolidays, Need, RuleKind, ServiceState
from tests import factories
from tests.directory import making
from tests.directory.standard import PUBLISHED, faults, our_faults
from tests.support.db import as_role

pytestmark = pytest.mark.django_db
OURS = {
    "services": "Service",
    "service_at_locations": "ServiceAtLocation",
    "organizations": "Organization",
    "taxonomies": "Taxonomy",
    "taxonomy_terms": "TaxonomyTerm",
}
# How many questions a page may ask of the database, however long it is.
MOST_QUERIES = 4
SECRET = "01632 960999"


def get(path: str, **query):
    """What is at the address, by somebody unknown."""
    return Client().get(f"/oruk/v3/{path}", query)


def page(path: str, **query) -> dict:
    """A page, which must be well."""
    answer = get(path, **query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def names(path: str, **query) -> list[str]:
    """The names of the services on a page, in its order."""
    found = page(path, **query)["contents"]
    return [one["service"]["name"] if "service" in one else one["name"] for one in found]


def refused(path: str, **query) -> dict:
    """The problem that the question is answered with."""
    answer = get(path, **query)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert our_faults(answer.json(), "Problem") == []
    return {one["parameter"]: one["detail"] for one in answer.json()["errors"]}


def age(least: int | None, most: int | None) -> list[Rule]:
    return [Rule(kind=RuleKind.AGE, words="Age", minimum=least, maximum=most)]


def test_it_says_what_it_is():
    for path in ("/oruk/v3", "/oruk/v3/"):
        answer = Client().get(path)
        assert answer.status_code == 200
        assert answer.json()["version"] == "HSDS-UK-3.0"
        assert answer.json()["openapi_url"] == "http://localhost:8000/oruk/v3/openapi.json"
        assert our_faults(answer.json(), "About") == []


@pytest.mark.parametrize("path", OURS)
def test_every_list_and_every_thing_in_it_keeps_to_the_schemas(path):
    feed = Feed.objects.create(name="Next door", url="https://feeds.example/?key=hush")
    making.area("W1")
    making.published("Advice", terms=[Term(id=uuid4(), taxonomy="LGA", name="Advice")])
    making.published("Drop-in", service={"feed": feed}, catchments=[making.areas("W1", "W2")])
    found = page(path)
    assert our_faults(found["contents"][0], OURS[path]) == []
    for one in found["contents"]:
        assert faults(one, PUBLISHED[path][0]) == []
        answer = get(f"{path}/{one['id']}")
        assert answer.status_code == 200
        assert answer.content == get(f"{path}/{one['id']}/").content
        whole = "TaxonomyTerm" if path == "taxonomy_terms" else f"Whole{OURS[path]}"
        assert faults(answer.json(), PUBLISHED[path][1]) == []
        assert our_faults(answer.json(), whole) == []
        assert b"hush" not in answer.content


def test_the_licence_is_told_if_one_is_stated(settings):
    def info():
        return Client().get("/oruk/v3/openapi.json").json()["info"]

    assert "license" not in info()
    settings.LINTEL_OPEN_DATA_LICENCE = "Open Government Licence v3.0"
    assert info()["license"] == {"name": "Open Government Licence v3.0"}
    settings.LINTEL_OPEN_DATA_LICENCE_URL = "https://example.org/licence"
    assert info()["license"]["url"] == "https://example.org/licence"


def test_pages_add_up():
    for number in range(7):
        making.published(f"Service {number}")
    found = [page("services", page=number, per_page=3) for number in (1, 2, 3, 4)]
    keys = ("total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty")
    assert [tuple(one[key] for key in keys) for one in found] == [
        (7, 3, 1, 3, True, False, False),
        (7, 3, 2, 3, False, False, False),
        (7, 3, 3, 1, False, True, False),
        (7, 3, 4, 0, False, True, True),
    ]
    told = [one["name"] for each in found for one in each["contents"]]
    assert told == [f"Service {number}" for number in range(7)]


@pytest.mark.parametrize("words", ["- " * 50, "-" * 200, '-"' * 100])
def test_words_that_are_dashes_find_what_they_find(words):
    making.published("Debt advice")
    page("services", search=words)


def test_nothing_is_an_empty_page():
    found = page("services")
    assert (found["total_pages"], found["first_page"], found["last_page"]) == (0, True, True)
    assert found["empty"] is True


def test_pages_are_linked():
    for number in range(5):
        making.published(f"Café {number}")
    links = get("services", page=2, per_page=2, search="café")["Link"]
    here = "<http://localhost:8000/oruk/v3/services?per_page=2&search=caf%C3%A9&page="
    assert links == ", ".join(
        f'{here}{number}>; rel="{name}"'
        for name, number in (("first", 1), ("prev", 1), ("next", 3), ("last", 3))
    )


@pytest.mark.parametrize("number", [10, 200])
@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("services", {}),
        ("services", {"search": "listen", "day": "MO", "taxonomy_id": ids.taxonomy(NEEDS_NAME)}),
        ("service_at_locations", {}),
        ("organizations", {}),
        ("taxonomy_terms", {}),
    ],
)
def test_a_long_page_asks_no_more_than_a_short_one(path, query, number):
    for each in range(number):
        making.published(f"Service {each}", owned_by=f"Agency {each}")
    with CaptureQueriesContext(connection) as asked:
        found = page(path, per_page=500, **query)
    assert found["total_items"] == (len(Need) if path == "taxonomy_terms" else number)
    assert len(asked) <= MOST_QUERIES, [one["sql"] for one in asked]


class TestOnlyWhatIsPublic:
    def secret(self) -> list[Service]:
        """Entries of which nothing may be told."""
        partners = making.published("Duty line", audience=Audience.PARTNERS, owned_by="Hidden")
        with as_role("postgres"):
            gone = making.published("Gone", owned_by="Hidden")
            gone.ats.all().delete()
            Service.objects.filter(pk=gone.pk).update(
                state=ServiceState.WITHDRAWN, name="", summary="", words="", document={}
            )
            new = Service.objects.create(
                slug="new",
                organisation=making.organisation("Hidden"),
                modified=making.NOW,
            )
        return [partners, gone, new]

    def test_what_is_not_public_is_nowhere(self):
        kept = self.secret()
        making.published("Open door")
        for path in OURS:
            text = get(path, per_page=500).content.decode()
            assert not [word for word in ("Duty", "Gone", "Hidden") if word in text]
            assert not [one for one in kept if str(one.pk) in text]
        for one in kept:
            assert get(f"services/{one.pk}").status_code == 404
            assert get(f"organizations/{one.organisation_id}").status_code == 404

    def test_partners_words_of_a_public_entry_are_not_told(self):
        made = making.published("Open door", inside=Inside(direct_line=SECRET, notes=SECRET))
        at = At.objects.get(service=made)
        owner = f"organizations/{made.organisation_id}"
        for path in (f"services/{made.pk}", f"service_at_locations/{at.pk}", owner, "services"):
            assert SECRET not in get(path).content.decode()
        assert page("services", search=f'"{SECRET}"')["empty"]

    def test_what_is_absent_and_what_is_hidden_look_the_same(self):
        hidden, *_ = self.secret()
        one, other = get(f"services/{hidden.pk}"), get(f"services/{uuid4()}")
        assert one.content == other.content
        assert one["Content-Type"] == "application/problem+json"


class TestFilters:
    def test_words(self):
        making.published("Debt advice", needs=[])
        making.published("Counselling", description="After a bereavement", needs=[])
        assert names("services", search="bereaved") == ["Counselling"]
        assert names("services", search="counselling -bereavement") == []
        assert names("services", search="") == ["Counselling", "Debt advice"]
        assert names("services", search="the") == []
        assert names("service_at_locations", search="debts") == ["Debt advice"]

    def test_terms_and_taxonomies(self):
        food = Term(id=uuid4(), taxonomy="LGA", name="Food")
        echo = Term(id=ids.need(Need.LONELY), taxonomy="Theirs", name="Alone")
        making.published("Bank", needs=[Need.MONEY], terms=[food])
        making.published("Club", needs=[], terms=[echo])
        making.published("Plain", needs=[])
        assert names("services", taxonomy_term_id=ids.need(Need.MONEY)) == ["Bank"]
        assert names("services", taxonomy_term_id=ids.need(Need.LONELY)) == ["Club"]
        assert names("services", taxonomy_term_id=food.id) == ["Bank"]
        assert names("services", taxonomy_id=ids.taxonomy("LGA")) == ["Bank"]
        assert names("services", taxonomy_id=ids.taxonomy(NEEDS_NAME)) == ["Bank", "Club"]
        assert names("services", taxonomy_id=uuid4()) == []
        both = {"taxonomy_id": ids.taxonomy("LGA"), "taxonomy_term_id": ids.need(Need.LONELY)}
        assert names("services", **both) == []

    def test_ages_as_the_standard_words_them(self):
        making.published("Adults", rules=age(18, None))
        making.published("Youth", rules=age(11, 25))
        making.published("All")
        assert names("services", minimum_age=18) == ["Adults"]
        assert names("services", minimum_age=11) == ["Adults", "Youth"]
        assert names("services", maximum_age=25) == ["Youth"]
        assert names("services", maximum_age=24) == []

    def test_hours(self):
        making.published("Day", hours=[making.hours()])
        making.published("Night", hours=[making.hours("daily", "22:00", "06:00")])
        making.published("Always", hours=[], always_open=True)
        old = {"bank_holidays": BankHolidays.OPEN, "valid_to": making.CHECKED}
        making.published("Ended", hours=[making.hours("daily", **old)])
        assert names("services", day="SU") == ["Always", "Night"]
        assert names("services", day="Monday") == ["Always", "Day", "Night"]
        assert names("services", start_time="09:00") == ["Day", "Night"]
        assert names("services", end_time="17:00") == ["Day"]
        assert names("services", end_time="24:00") == ["Always", "Day"]
        assert names("services", start_time="09:00:01", day="mo") == ["Night"]

    def test_changed_since(self):
        making.published("Old", now=making.NOW - timedelta(days=30))
        making.published("New")
        assert names("services", modified_after="2026-03-01") == ["New"]
        assert names("services", modified_after="2026-03-04T10:30:00Z") == ["New"]
        assert names("services", modified_after="2026-03-04T11:30:00 01:00") == ["New"]
        assert names("services", modified_after="2026-03-04T10:30:00.001Z") == []


class TestDistance:
    @pytest.fixture(autouse=True)
    def _town(self):
        making.postcode()
        # A thousandth of a degree northwards is 111 metres.
        for name, north in (("Near", 0.001), ("Far", 0.02), ("Nearest", 0.0)):
            making.published(name, locations=[making.at(lat=making.LAT + north)])
        making.published("By post", locations=[making.at(lon=None, lat=None)])

    def test_the_nearest_first(self):
        assert names("service_at_locations", postcode="qx12ab") == [
            *("Nearest", "Near", "Far", "By post")
        ]

    def test_within_so_many_metres(self):
        def within(metres: int) -> list[str]:
            return names("service_at_locations", postcode="QX1 2AB", proximity=metres)

        assert within(1) == ["Nearest"]
        assert within(111) == ["Nearest"]
        assert within(112) == ["Nearest", "Near"]
        assert within(2223) == ["Nearest", "Near"]
        assert within(2225) == ["Nearest", "Near", "Far"]

    def test_eastwards_too(self):
        making.published("East", locations=[making.at(lon=making.LON + 0.01)])
        # 0.01 degrees at 53.1 degrees north: 667.6 metres.
        near = {"postcode": "QX1 2AB", "search": "East"}
        assert names("service_at_locations", **near, proximity=667) == []
        assert names("service_at_locations", **near, proximity=669) == ["East"]

    def test_an_area_that_does_not_hold_the_postcode(self):
        making.published("Elsewhere", catchments=[making.postcodes("QX2")])
        making.published("Here", catchments=[making.postcodes("QX1")])
        making.published("Here but", catchments=[making.postcodes("QX1", but=("QX1 2",))])
        making.published("Nowhere said", catchments=[])
        found = names("service_at_locations", postcode="QX1 2AB", per_page=500)
        assert {"Here", "Nowhere said"} <= set(found)
        assert not {"Elsewhere", "Here but"} & set(found)

    def test_a_postcode_is_kept_by_nobody(self):
        answer = get("service_at_locations", postcode="QX1 2AB")
        assert answer["Cache-Control"] == "no-store"
        assert "ETag" not in answer

    def test_pages_by_distance_add_up(self):
        made = [making.at(lon=None if n % 5 == 0 else making.LON + n / 1e4) for n in range(23)]
        making.published("Everywhere", locations=made)
        found = [
            one["id"]
            for number in range(1, 8)
            for one in page("service_at_locations", postcode="QX1 2AB", page=number, per_page=4)[
                "contents"
            ]
        ]
        assert len(found) == len(set(found)) == 27

    def test_it_asks_no_more_for_a_long_page(self):
        page("service_at_locations", postcode="QX1 2AB")  # Reads the index.
        with CaptureQueriesContext(connection) as asked:
            page("service_at_locations", postcode="QX1 2AB", proximity=5000)
        # The edition twice (the index watches it too), the postcode, the count, which, and what.
        assert len(asked) == 6

    def test_the_index_on_points_is_used(self):
        with as_role("postgres"):
            At.objects.bulk_create(
                At(
                    id=UUID(int=number + 1),
                    service=Service.objects.first(),
                    location_id=UUID(int=number + 1),
                    lon=number / 1000,
                    lat=52.0,
                    document=Location().model_dump(mode="json"),
                )
                for number in range(5000)
            )
        making.analyse("directory_at")
        with CaptureQueriesContext(connection) as asked:
            page("service_at_locations", postcode="QX1 2AB", proximity=500)
        slow = next(one["sql"] for one in asked if "box" in one["sql"])
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {slow}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert "directory_at_point" in plan


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("query", "parameter"),
        [
            ({"page": "0"}, "page"),
            ({"page": "-1"}, "page"),
            ({"page": "one"}, "page"),
            ({"page": ""}, "page"),
            ({"page": "1" * 5000}, "page"),
            ({"page": "٣"}, "page"),
            ({"per_page": "501"}, "per_page"),
            ({"taxonomy_term_id": "x"}, "taxonomy_term_id"),
            ({"taxonomy_id": "{648e1304-ddd1-53a5-8953-d87b85a4df05}"}, "taxonomy_id"),
            ({"minimum_age": "NaN"}, "minimum_age"),
            ({"maximum_age": "131"}, "maximum_age"),
            ({"start_time": "9"}, "start_time"),
            ({"end_time": "25:00"}, "end_time"),
            ({"day": "Someday"}, "day"),
            ({"modified_after": "yesterday"}, "modified_after"),
            ({"modified_after": "2026-02-30"}, "modified_after"),
            ({"modified_after": "0001-01-01T00:00:00+14:00"}, "modified_after"),
            ({"search": "a\0b"}, "search"),
            ({"search": "a" * 201}, "search"),
            ({"page": ["1", "2"]}, "page"),
            ({"postcode": "QX1 2AB"}, "?"),
            ({"utm_source": "x"}, "?"),
        ],
    )
    def test_on_services(self, query, parameter):
        assert list(refused("services", **query)) == [parameter]

    def test_every_fault_is_told_at_once(self):
        assert set(refused("services", page="0", day="x", full="1")) == {"page", "day", "?"}

    @pytest.mark.parametrize(
        ("query", "parameter"),
        [
            ({"proximity": "500"}, "proximity"),
            ({"postcode": "QX1 2AB", "proximity": "0"}, "proximity"),
            ({"postcode": "QX1 2AB", "proximity": "5.5"}, "proximity"),
            ({"postcode": "QX1 2AB", "proximity": "200001"}, "proximity"),
            ({"postcode": "QX9 9ZZ"}, "postcode"),
            ({"postcode": "BT1 5GS"}, "postcode"),
            ({"postcode": "JE2 3AB"}, "postcode"),
            ({"postcode": "Q" * 5000}, "postcode"),
            ({"postcode": ""}, "postcode"),
        ],
    )
    def test_on_service_at_locations(self, query, parameter):
        assert list(refused("service_at_locations", **query)) == [parameter]

    @pytest.mark.parametrize("path", ["taxonomies", "taxonomy_terms", "organizations"])
    def test_on_the_others(self, path):
        assert list(refused(path, search="x")) == ["?"]

    @pytest.mark.parametrize(
        "path", ["nothing", "services/x", "services/x/y", "services//", "a\0b"]
    )
    def test_absent_addresses_are_problems_too(self, path):
        answer = get(path)
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert our_faults(answer.json(), "Problem") == []

    def test_a_search_is_never_sql(self):
        making.published("Advice")
        for words in ("'; DROP TABLE x; --", "\\", "%s", "&|!():*<->", "a:*b", '"', "-", "é" * 200):
            page("services", search=words)


class TestHowItIsAnswered:
    @pytest.mark.parametrize("path", ["", "services", "services/x", "nothing", "openapi.json"])
    def test_methods(self, path):
        client = Client(enforce_csrf_checks=True)
        for method in ("post", "put", "patch", "delete", "trace"):
            answer = getattr(client, method)(f"/oruk/v3/{path}")
            assert answer.status_code == 405
            assert answer["Allow"] == "GET, HEAD, OPTIONS"
            assert answer["Content-Type"] == "application/problem+json"
        answer = client.options(f"/oruk/v3/{path}")
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
        assert answer["Access-Control-Allow-Origin"] == "*"

    def test_head(self):
        making.published("Advice")
        whole = get("services")
        asked = RequestFactory().head("/oruk/v3/services")
        # As it leaves the view: a server that finds a body here complains of it.
        head = services(asked)
        assert (head.status_code, head.content) == (200, b"")
        assert head["Content-Length"] == str(len(whole.content))
        assert head["ETag"] == whole["ETag"]

    def test_any_site_may_read_it_and_nobody_is_looked_at(self):
        worker = factories.worker(email="open@example.test")
        client = Client()
        client.force_login(User.objects.get(pk=worker.user_id))
        for path in ("", "services", "taxonomies", "services?page=0", f"services/{uuid4()}"):
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(f"/oruk/v3/{path}")
            assert answer["Access-Control-Allow-Origin"] == "*"
            assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
            assert "Access-Control-Allow-Credentials" not in answer
            assert "Vary" not in answer or "Cookie" not in answer["Vary"]
            assert not answer.cookies
            assert not [one for one in asked if "session" in one["sql"] or "agencies" in one["sql"]]

    def test_one_who_has_it_already_is_told_so_in_one_question(self):
        making.published("Advice")
        first = get("services")
        assert first["Cache-Control"] == "public, max-age=60"
        with CaptureQueriesContext(connection) as asked:
            again = Client().get("/oruk/v3/services", headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content, len(asked)) == (304, b"", 1)
        assert again["ETag"] == first["ETag"]
        assert again["Access-Control-Allow-Origin"] == "*"

    def test_whatever_is_told_changes_the_name(self, settings):
        made = making.published("Advice")
        seen = [get("services")["ETag"]]

        def changed() -> bool:
            seen.append(get("services")["ETag"])
            return len(set(seen)) == len(seen)

        making.publish(made, making.entry("Other advice"))
        assert changed()
        Organisation.objects.filter(pk=made.organisation_id).update(name="New name")
        assert changed()
        Feed.objects.create(name="Next door", url="https://feeds.example/")
        assert changed()
        settings.LINTEL_PUBLIC_URL = "https://elsewhere.example"
        assert changed()
        assert get("services")["ETag"] == seen[-1]
        assert get("services", page=2)["ETag"] != seen[-1]

    def test_a_fault_of_ours_is_a_problem_that_any_site_may_read(self, monkeypatch):
        monkeypatch.setattr("lintel.directory.queries.open_terms.edition", lambda: 1 / 0)
        answer = Client(raise_request_exception=False).get("/oruk/v3/services")
        assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert our_faults(answer.json(), "Problem") == []

    def test_a_host_that_is_not_ours(self):
        answer = Client().get("/oruk/v3/services", headers={"Host": "evil.example"})
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")

    def test_text_is_sent_as_it_is(self):
        making.published("Café 李 <b>")
        assert "Café 李 <b>" in get("services").content.decode()
        assert get("services")["Content-Type"] == "application/json"
        assert get("services")["X-Content-Type-Options"] == "nosniff"
        assert json.loads(get("services").content)["total_items"] == 1
