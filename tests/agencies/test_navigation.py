"""The service navigation: whose items, which is current, and at what cost."""

import re

import pytest
from django.urls import reverse

from lintel.agencies.states import AgencyKind, Role, TeamKind, TeamRole
from lintel.hospital.models import Ward
from tests import factories

pytestmark = pytest.mark.django_db


def nav(client, path="/teams/"):
    page = client.get(path).content.decode()
    section = re.search(r'<nav[^>]*aria-label="Main".*?</nav>', page, re.S)
    if section is None:
        return []
    return [
        (re.sub(r"<[^>]*>", "", inner).strip(), "aria-current" in attributes)
        for attributes, inner in re.findall(r"<a ([^>]*)>(.*?)</a>", section[0], re.S)
    ]


def test_items_follow_team_and_role(client):
    client.force_login(factories.worker().user)
    texts = [text for text, _ in nav(client)]
    assert texts[0] == "My day"
    assert "Link workers" in texts
    assert "One-stop shop" not in texts
    assert "Keys" not in texts
    shop = factories.team(kind=TeamKind.ONE_STOP_SHOP)
    client.force_login(factories.worker(shop, roles=[Role.INFORMATION_LEAD]).user)
    assert "Keys" in [text for text, _ in nav(client)]


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("commissioner", {"Placed away", "Hospital figures"}),
        ("partnership lead", {"Hospital figures"}),
        ("manager of the trust", {"Delays", "Hospital figures"}),
        ("lead of a ward", {"Delays", "Placed away", "Hospital figures"}),
        ("nurse of a ward", {"Delays", "Placed away"}),
        ("manager of a landlord", set()),
        ("manager of a trust without wards", set()),
        ("lead of a housing office", set()),
    ],
)
def test_stays_in_hospital_stand_where_who_may_open_them_looks(client, who, sees):
    ward = factories.team(kind=TeamKind.WARD)
    Ward.objects.create(team=ward, beds=9)
    office = factories.team(ward.agency, TeamKind.INFORMATION)
    worker = {
        "commissioner": lambda: factories.worker(factories.team(kind=TeamKind.COMMISSIONING)),
        "partnership lead": lambda: factories.worker(roles=[Role.PARTNERSHIP_LEAD]),
        "manager of the trust": lambda: factories.worker(office, roles=[Role.MANAGER]),
        "lead of a ward": lambda: factories.worker(ward, team_role=TeamRole.LEAD),
        "nurse of a ward": lambda: factories.worker(ward),
        "manager of a landlord": lambda: factories.worker(roles=[Role.MANAGER]),
        "manager of a trust without wards": lambda: factories.worker(
            factories.team(factories.agency(AgencyKind.TRUST), TeamKind.INFORMATION),
            roles=[Role.MANAGER],
        ),
        "lead of a housing office": lambda: factories.worker(team_role=TeamRole.LEAD),
    }[who]()
    client.force_login(worker.user)
    pages = {
        "Delays": reverse("hospital-waiting:board"),
        "Placed away": reverse("hospital-waiting:placements"),
        "Hospital figures": reverse("hospital-waiting:figures"),
    }
    texts = {text for text, _ in nav(client)}
    assert texts & set(pages) == sees
    for text in sees:
        page = client.get(pages[text])
        assert page.status_code == 200
        assert (pages["Hospital figures"] in page.content.decode()) == ("Hospital figures" in sees)
    figures = "Hospital figures" in sees
    assert (client.get(pages["Hospital figures"]).status_code == 200) == figures
    looks_after = client.get("/").content.decode().partition("You look after")[2]
    assert (pages["Hospital figures"] in looks_after) == figures


def test_what_is_used_less_is_under_more_where_a_row_is_too_short(client):
    def beside_and_under():
        page = client.get("/teams/").content.decode()
        section = re.search(r'<nav[^>]*aria-label="Main".*?</nav>', page, re.S)[0]
        beside, _, under = section.partition("<details")
        return [len(re.findall(r"<a ", part)) for part in (beside, under)]

    client.force_login(factories.worker().user)
    assert beside_and_under()[1] == 0
    lead = factories.worker(roles=[Role.INFORMATION_LEAD, Role.PARTNERSHIP_LEAD])
    client.force_login(lead.user)
    beside, under = beside_and_under()
    assert beside <= 8
    assert under > 2


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/", ["My day"]),
        ("/link-workers/", ["Link workers"]),
        ("/directory/search/", ["Directory"]),
        ("/directory/mine/", ["My entries"]),
        ("/directory/edit/00000000-0000-4000-8000-000000000000/", ["My entries"]),
        ("/teams/", []),
        ("/privacy/", []),
    ],
)
def test_the_current_item_is_marked(client, path, current):
    client.force_login(factories.worker().user)
    assert [text for text, here in nav(client, path) if here] == current


def test_nobody_has_no_navigation(client):
    assert nav(client, "/privacy/") == []


def test_error_pages_have_it_too(client):
    client.force_login(factories.worker().user)
    assert nav(client, "/teams/none-such/") != []
