"""The pages about people, as a signed-in worker gets them."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lintel.agencies.states import TeamKind
from lintel.kernel.actor import bound
from lintel.kernel.sight.states import Category
from lintel.people import actions
from tests import factories
from tests.support.db import as_role, rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return factories.worker(factories.team(), name="Olu Officer")


@pytest.fixture
def tenant(officer):
    return factories.tenant(officer, "John Marsden", born=date(1971, 7, 4))


def signed_in(worker):
    client = Client()
    client.force_login(worker.user)
    return client


@pytest.fixture
def client(officer):
    return signed_in(officer)


def text_of(response):
    return " ".join(response.content.decode().split())


def test_my_people(client, tenant):
    page = client.get("/people/")
    assert page.status_code == 200
    assert "John Marsden" in text_of(page)
    assert "4 July 1971 (55)" in text_of(page)


def test_a_search_keeps_what_was_typed_out_of_the_address(client, tenant):
    answer = client.post("/people/search", {"words": "marsdn"}, follow=True)
    assert answer.redirect_chain == [("/people/found", 302)]
    assert "John Marsden" in text_of(answer)
    assert "1 person found" in text_of(answer)
    again = client.get("/people/found")
    assert "John Marsden" in text_of(again)
    client.post("/people/search/forget")
    assert client.get("/people/found").status_code == 302


def test_nobody_found_looks_the_same_whether_or_not_somebody_exists(client, tenant):
    stranger = factories.worker(factories.team())
    factories.tenant(stranger, "Greta Hidden")
    pages = []
    for words in ("greta hidden", "grete hiddem"):
        page = client.post("/people/search", {"words": words}, follow=True)
        assert "Ask about someone who isn’t listed" in text_of(page)
        html = page.content.decode().replace(words, "")
        pages.append(
            [line for line in html.splitlines() if "_once" not in line and "csrf" not in line]
        )
    assert len(pages[0]) == len(pages[1])
    assert sum(a != b for a, b in zip(*pages, strict=True)) == 0


def test_an_empty_search_says_what_to_type(client):
    page = client.post("/people/search", {"words": " "})
    assert page.status_code == 200
    assert "Enter part of a name" in text_of(page)


def test_the_record(client, officer, tenant):
    page = client.get(f"/people/{tenant.pk}/")
    assert page.status_code == 200
    words = text_of(page)
    for part in (
        "John Marsden",
        "4 July 1971",
        "Why you can see this",
        "their home is on your patch",
        "Add a note",
    ):
        assert part in words
    with as_role("postgres"):
        found = rows(
            "SELECT verb, purpose, page FROM kernel_access WHERE person_id = %s", tenant.pk
        )
    assert found == [("opened", "looking after the tenancy", "people:person")]


def test_nobody_elses_record(client, tenant):
    stranger = factories.worker(factories.team())
    hidden = factories.tenant(stranger, "Greta Hidden")
    absent = hidden.pk + 10_000
    for path in (
        "",
        "notes/new",
        "contact/new",
        "circle/",
        "circle/add",
        "circle/if-things-go-wrong",
    ):
        pages = [client.get(f"/people/{who}/{path}") for who in (hidden.pk, absent)]
        assert [page.status_code for page in pages] == [404, 404]


def test_awkward_people(officer, client):
    team = officer.memberships.get().team
    vale = factories.person("Robin Vale", born=None, no_fixed_address=True, known_as="Rob")
    died = factories.person("Edith Colbeck", died=date(2026, 2, 3))
    for person in (vale, died):
        factories.involvement(person, team, officer)
    words = text_of(client.get(f"/people/{vale.pk}/"))
    assert "No date of birth recorded" in words
    assert "No fixed address" in words
    assert "Has died, on 3 February 2026" in text_of(client.get(f"/people/{died.pk}/"))


def test_a_note_by_the_form(client, tenant):
    page = client.get(f"/people/{tenant.pk}/notes/new")
    assert "may read this one day" in text_of(page)
    data = {"category": int(Category.TENANCY), "words": "He was <b>well</b>.", "_once": "x" * 24}
    for _ in range(2):
        answer = client.post(f"/people/{tenant.pk}/notes/new", data, follow=True)
    assert text_of(answer).count("He was &lt;b&gt;well&lt;/b&gt;.") == 2  # note and timeline
    with as_role("postgres"):
        ((note_id,),) = rows("SELECT id FROM people_note")
    data = {"words": "He was well.", "_once": "y" * 24}
    answer = client.post(f"/people/{tenant.pk}/notes/{note_id}/correct", data, follow=True)
    assert "Corrected" in text_of(answer)
    assert client.get(f"/people/{tenant.pk}/notes/{note_id}/correct").status_code == 403
    assert client.post(f"/people/{tenant.pk}/notes/new", {"category": 3}).status_code == 200


def test_a_way_to_reach_them_by_the_form(client, tenant):
    data = {"kind": "preference", "value": "Text first", "note": "", "_once": "z" * 24}
    answer = client.post(f"/people/{tenant.pk}/contact/new", data, follow=True)
    assert "How they want to be contacted" in text_of(answer)
    assert "Text first" in text_of(answer)


@pytest.mark.django_db(transaction=True)
def test_handing_over_by_the_form(officer, tenant):
    team = officer.memberships.get().team
    lead = factories.worker(team, team_role="lead")
    colleague = factories.worker(team)
    client = signed_in(lead)
    page = client.get(f"/people/hand-over/{officer.pk}")
    assert page.status_code == 200
    data = {
        "to": colleague.pk,
        "patches": [officer.patches_held.get().patch_id],
        "on": "today",
        "_once": "z" * 24,
    }
    answer = client.post(f"/people/hand-over/{officer.pk}", data, follow=True)
    assert "Nothing relies on" in text_of(answer)
    assert signed_in(colleague).get(f"/people/{tenant.pk}/").status_code == 200
    assert signed_in(officer).get(f"/people/{tenant.pk}/").status_code == 404
    assert signed_in(colleague).get(f"/people/hand-over/{officer.pk}").status_code == 403
    assert client.get("/people/hand-over/999999").status_code == 404


def count(client, path):
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def test_the_number_of_queries_is_constant(officer, client, tenant):
    actor = factories.actor(officer)
    cmht = factories.team(kind=TeamKind.CMHT)
    nurse = factories.worker(cmht)
    client.get("/")  # The session is written once.
    counts = []
    for more in (5, 45):
        for n in range(more):
            with bound(actor):
                actions.add_note(
                    actor, now=timezone.now() - timedelta(hours=n), person_id=tenant.pk,
                    category=Category.TENANCY, words=f"Note {n}",
                )  # fmt: skip
            factories.contact(tenant, officer.agency)
            factories.note(tenant, factories.worker(officer.memberships.get().team))
            factories.tenant(officer, f"Another {n}")
        if more == 5:
            factories.circle(tenant, officer)
        factories.circle(tenant, factories.worker(cmht))
        factories.involvement(tenant, cmht, nurse)
        counts.append([count(client, p) for p in ("/", "/people/", f"/people/{tenant.pk}/")])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 40
