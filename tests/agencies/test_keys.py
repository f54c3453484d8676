"""Keys of integrations: issued, shown once, used, ended."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lintel.agencies import actions, queries
from lintel.agencies.models import Token
from lintel.agencies.states import Role, Scope
from lintel.kernel.actor import bound
from lintel.kernel.errors import Conflict, Denied, Invalid, NotFound
from lintel.kernel.models import Event
from tests import factories
from tests.support.db import as_role

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def team():
    return factories.team()


@pytest.fixture
def lead(team):
    return factories.worker(team, roles=[Role.INFORMATION_LEAD])


@pytest.fixture
def officer(team):
    return factories.worker(team)


def issue(by, officer, **changes):
    now = timezone.now()
    values = {
        "now": now,
        "integration": "Housing system",
        "worker_id": officer.pk,
        "scopes": [Scope.RAISE],
        "expires": now + 30 * DAY,
        **changes,
    }
    return actions.issue_token(factories.actor(by), **values)


def test_a_key_acts_for_its_worker_within_its_scopes(lead, officer):
    made = issue(lead, officer, scopes=[Scope.FOLLOW, Scope.RAISE])
    now = timezone.now()
    actor = actions.actor_for_token(made.raw, now)
    assert (actor.worker_id, actor.agency_id) == (officer.pk, officer.agency_id)
    assert actor.integration_scopes == {Scope.FOLLOW, Scope.RAISE}
    token = Token.objects.get(pk=made.token_id)
    assert actor.integration_id == token.integration_id
    assert token.last_used == now


def test_only_a_digest_is_kept(lead, officer):
    made = issue(lead, officer)
    kept = str(Token.objects.filter(pk=made.token_id).values().get())
    assert made.raw not in kept
    assert made.raw.removeprefix(actions.KEY_PREFIX) not in kept


def test_a_key_has_no_roles_and_manages_no_keys(lead):
    made = issue(lead, lead)
    actor = actions.actor_for_token(made.raw, timezone.now())
    assert actor.roles == frozenset()
    with pytest.raises(Denied):
        actions.revoke_token(actor, token_id=made.token_id, now=timezone.now())


def test_a_key_ends_with_its_time_its_revoking_and_its_worker(lead, officer):
    now = timezone.now()
    by_time, by_hand, by_leaving = (issue(lead, officer) for _ in range(3))
    assert actions.actor_for_token(by_time.raw, now + 31 * DAY) is None
    actions.revoke_token(factories.actor(lead), token_id=by_hand.token_id, now=now)
    assert actions.actor_for_token(by_hand.raw, now) is None
    with pytest.raises(Conflict):
        actions.revoke_token(factories.actor(lead), token_id=by_hand.token_id, now=now)
    assert actions.actor_for_token(by_leaving.raw, now) is not None
    officer.left_on = timezone.localdate()
    officer.save()
    assert actions.actor_for_token(by_leaving.raw, now) is None


def test_a_key_ends_when_its_worker_moves_to_another_agency(lead, officer):
    made = issue(lead, officer)
    officer.agency = factories.agency()
    officer.save()
    assert actions.actor_for_token(made.raw, timezone.now()) is None


@pytest.mark.parametrize("raw", ["", "lintel_", "lintel_" + "x" * 43, "x" * 5000, "lintel_\x00"])
def test_a_bad_key_is_nobody(raw, db):
    assert actions.actor_for_token(raw, timezone.now()) is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"integration": "  "}, "integration"),
        ({"expires": timezone.now() + 400 * DAY}, "expires"),
        ({"expires": timezone.now() - DAY}, "expires"),
    ],
)
def test_bad_input_is_said(lead, officer, changes, field):
    with pytest.raises(Invalid) as said:
        issue(lead, officer, **changes)
    assert list(said.value.errors) == [field]


def test_not_for_another_agencys_worker_nor_by_an_officer(lead, officer):
    with pytest.raises(Invalid):
        issue(lead, factories.worker())
    with pytest.raises(Denied):
        issue(officer, officer)
    made = issue(lead, officer)
    stranger = factories.worker(roles=[Role.INFORMATION_LEAD])
    with pytest.raises(NotFound):
        actions.revoke_token(factories.actor(stranger), token_id=made.token_id, now=timezone.now())
    assert list(queries.keys_of_agency(factories.actor(stranger))) == []


def test_issuing_and_revoking_are_events_without_the_key(lead, officer):
    with bound(factories.actor(lead)):
        made = issue(lead, officer)
        actions.revoke_token(factories.actor(lead), token_id=made.token_id, now=timezone.now())
    with as_role("postgres"):
        found = list(Event.objects.order_by("id").values_list("verb", "subject_id", "data"))
    assert [row[:2] for row in found] == [
        ("agencies.key_issued", str(made.token_id)),
        ("agencies.key_revoked", str(made.token_id)),
    ]
    assert made.raw not in str(found)
