"""The pages of the agencies domain."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from lintel.agencies import actions
from lintel.agencies.models import Token
from lintel.agencies.states import Role, Side, TeamKind
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client):
    team = factories.team(name="North office", covers=["QX1"])
    made = factories.worker(team, roles=[Role.INFORMATION_LEAD])
    client.force_login(made.user)
    return made


def once():
    return {"_once": "a" * 20}


def test_teams_are_listed_searched_and_shown(client, lead):
    factories.team(name="South office")
    listing = client.get("/teams/?q=north").content.decode()
    assert "North office" in listing
    assert "South office" not in listing
    team = lead.memberships.get().team
    page = client.get(f"/teams/{team.slug}/").content.decode()
    assert lead.name in page
    assert "QX1" in page
    assert client.get("/teams/no-such-team/").status_code == 404


def test_a_key_is_issued_on_the_page_and_shown_once(client, lead):
    values = {
        "integration": "Housing system",
        "worker_id": lead.pk,
        "scopes": ["requests:raise"],
        "lasts": "30",
        **once(),
    }
    assert client.get("/keys/new/").status_code == 200
    shown = client.post("/keys/new/", values).content.decode()
    raw = re.search(r'value="(lintel_[^"]+)"', shown)[1]
    assert actions.actor_for_token(raw, timezone.now()).worker_id == lead.pk
    again = client.post("/keys/new/", values).content.decode()
    assert "sent twice" in again
    token = Token.objects.get()
    assert raw not in client.get("/keys/").content.decode()
    assert client.get(f"/keys/{token.pk}/end/").status_code == 200
    assert client.post(f"/keys/{token.pk}/end/").status_code == 302
    assert actions.actor_for_token(raw, timezone.now()) is None


def test_keys_are_closed_to_officers_and_to_other_agencies(client, lead):
    made = actions.issue_token(
        factories.actor(lead),
        now=timezone.now(),
        integration="X",
        worker_id=lead.pk,
        scopes=["requests:raise"],
        expires=timezone.now() + timedelta(days=3),
    )
    client.force_login(factories.worker(lead.memberships.get().team).user)
    assert client.get("/keys/").status_code == 403
    assert client.get("/keys/new/").status_code == 403
    client.force_login(factories.worker(roles=[Role.INFORMATION_LEAD]).user)
    assert client.get(f"/keys/{made.token_id}/end/").status_code == 404
    assert client.post(f"/keys/{made.token_id}/end/").status_code == 404


def test_a_link_worker_sets_cover_on_the_page(client, lead):
    team = factories.team(kind=TeamKind.CMHT, name="East CMHT")
    nurse = factories.worker(team, name="Nell Nurse")
    cover = factories.worker(team, name="Col Cover", phone="01632 960001")
    link = factories.link_worker(nurse, team, Side.HOUSING)
    assert client.get(f"/link-workers/{link.pk}/away/").status_code == 403
    client.force_login(nurse.user)
    assert "Col Cover" in client.get(f"/link-workers/{link.pk}/away/").content.decode()
    wrong = client.post(f"/link-workers/{link.pk}/away/", {"first": "whenever", **once()})
    assert "There is a problem" in wrong.content.decode()
    values = {"first": "today", "last": "tomorrow", "cover_id": cover.pk, **once()}
    assert client.post(f"/link-workers/{link.pk}/away/", values).status_code == 302
    client.force_login(lead.user)
    page = client.get("/link-workers/").content.decode()
    assert "Col Cover" in page
    assert "01632 960001" in page
