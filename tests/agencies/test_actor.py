"""Who acts: the actor behind an account, with what the worker holds at that time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lintel.agencies import queries
from lintel.agencies.states import Role, TeamRole
from tests import factories

pytestmark = pytest.mark.django_db


def held(worker, now=None):
    return queries.actor_for(worker.user, now or timezone.now())


def test_actor_has_current_teams_led_teams_and_roles():
    member_of, led, former, to_come = (factories.team() for _ in range(4))
    now = timezone.now()
    day = timedelta(days=1)
    worker = factories.worker(member_of, roles=[Role.MANAGER])
    factories.member(worker, led, TeamRole.LEAD)
    factories.member(worker, former, valid=factories.since(now - 9 * day, now - day))
    factories.member(worker, to_come, valid=factories.since(now + day))
    actor = held(worker, now)
    assert actor.worker_id == worker.pk
    assert actor.user_id == worker.user_id
    assert actor.agency_id == member_of.agency_id
    assert actor.name == worker.name
    assert actor.team_ids == {member_of.pk, led.pk}
    assert actor.lead_team_ids == {led.pk}
    assert actor.roles == {Role.MANAGER}
    assert held(worker, now + 2 * day).team_ids == {member_of.pk, led.pk, to_come.pk}


@pytest.mark.parametrize(
    ("left", "active", "acts"),
    [
        (None, True, True),
        (None, False, False),
        (-1, True, False),
        (0, True, False),  # `left_on` is the first day out of post.
        (1, True, True),
        (1, False, False),
    ],
)
def test_who_has_left_or_is_closed_does_not_act(left, active, acts):
    worker = factories.worker()
    if left is not None:
        worker.left_on = timezone.localdate() + timedelta(days=left)
        worker.save()
    worker.user.is_active = active
    worker.user.save()
    assert (held(worker) is not None) is acts
    assert (queries.address_of(worker.user_id) is not None) is acts


def test_an_account_without_a_worker_does_not_act():
    from lintel.agencies.models import User

    assert queries.actor_for(User.objects.create_user("none@example.test"), timezone.now()) is None


def test_one_query_however_many_teams(django_assert_num_queries):
    worker = factories.worker()
    for _ in range(5):
        factories.member(worker, factories.team())
    with django_assert_num_queries(1):
        held(worker)


def test_left_today_is_by_the_clock_of_the_place():
    """Just before midnight in summer it is already tomorrow in London, and still today in UTC."""
    from datetime import UTC, date, datetime

    worker = factories.worker()
    worker.left_on = date(2026, 7, 2)
    worker.save()
    assert held(worker, datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) is not None
    assert held(worker, datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) is None
