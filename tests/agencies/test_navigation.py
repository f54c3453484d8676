"""The service navigation: whose items, which is current, and at what cost."""

import re

import pytest

from lintel.agencies.states import Role, TeamKind
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
