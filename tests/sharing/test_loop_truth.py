"""What the database makes of the four conditions in every combination; none writes past it."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from lintel.agencies.models import Worker
from lintel.agencies.states import AgencyKind, Role, TeamKind, TeamRole
from lintel.kernel.actor import bound
from lintel.kernel.fields import holds
from lintel.kernel.sight.states import Category as C
from lintel.people.models import Person
from lintel.sharing import actions, queries
from lintel.sharing.models import Acceptance, Signature, Training
from lintel.sharing.states import LoopCause, Purpose
from tests import factories
from tests.support.db import as_role, value

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def scene():
    """A nurse whose team a tenant lets the landlord tell something; nothing else joins them."""

    class Scene:
        officer = factories.worker(factories.team())
        tenant = factories.tenant(officer)
        team = factories.team(factories.agency(AgencyKind.TRUST), TeamKind.CMHT)
        nurse = factories.worker(team)
        lead = factories.worker(team, team_role=TeamRole.LEAD, roles=[Role.INFORMATION_LEAD])

    factories.consent(
        Scene.tenant, Scene.officer, Scene.team, [C.IDENTITY, C.CONTACT], purpose=Purpose.CARE
    )
    return Scene


def sees(scene):
    """Whether the nurse finds the tenant, as the application's own role."""
    with bound(factories.actor(scene.nurse)):
        return Person.objects.filter(pk=scene.tenant.pk).exists()


def reads_desk(scene):
    """Whether the nurse's team is one whose inbox they read."""
    with bound(factories.actor(scene.nurse)):
        return scene.team.pk in value("SELECT my_teams()")


@pytest.mark.parametrize(
    ("signed", "accepted", "trained", "in_post"), list(product([True, False], repeat=4))
)
def test_all_four_or_nothing(scene, signed, accepted, trained, in_post):
    """Only with all four does the nurse see; the words name exactly what is missing."""
    assert sees(scene)
    with as_role("postgres"):
        if not signed:
            Signature.objects.filter(agency=scene.team.agency).update(ended=timezone.now() - DAY)
        if not accepted:
            Acceptance.objects.filter(worker=scene.nurse).delete()
        if not trained:
            Training.objects.filter(worker=scene.nurse).update(until=timezone.localdate())
    if not in_post:
        Worker.objects.filter(pk=scene.nurse.pk).update(left_on=timezone.localdate())
    every = signed and accepted and trained and in_post
    assert (sees(scene), reads_desk(scene)) == (every, every)
    (state,) = queries.loop_states(Worker.objects.filter(pk=scene.nurse.pk), timezone.now())
    missing = {
        cause
        for cause, has in (
            (LoopCause.SIGNATURE, signed),
            (LoopCause.ACCEPTANCE, accepted),
            (LoopCause.TRAINING, trained),
            (LoopCause.POST, in_post),
        )
        if not has
    }
    assert set(state.missing) == missing
    assert state.inside == (not missing - {LoopCause.POST})


def test_a_lapse_that_can_be_foreseen_comes_on_its_day(scene):
    """The day on which it is said to end is the first on which the worker is outside."""
    today = timezone.localdate()
    with as_role("postgres"):
        Training.objects.filter(worker=scene.nurse).update(until=today + 5 * DAY)
    (state,) = queries.loop_states(Worker.objects.filter(pk=scene.nurse.pk), timezone.now())
    (lapse,) = state.lapses
    loop = Worker.objects.get(pk=scene.nurse.pk).loop
    ends = queries.start_of(lapse.on)
    assert holds(loop, ends - timedelta(seconds=1))
    assert not holds(loop, ends)


def test_renewed_it_is_back_in_the_same_transaction(scene):
    now = timezone.now()
    today = timezone.localdate(now)
    with as_role("postgres"):
        Training.objects.filter(worker=scene.nurse).update(until=today)
    assert not sees(scene)
    with bound(factories.actor(scene.lead)) as actor:
        actions.record_training(
            actor,
            worker_ids=[scene.nurse.pk],
            course="Confidentiality",
            done_on=today,
            until=today + 365 * DAY,
            now=now,
        )
        assert value("SELECT loop @> now() FROM agencies_worker WHERE id = %s", scene.nurse.pk)
    assert sees(scene)
    row = Training.objects.filter(worker=scene.nurse).order_by("-id").first()
    with bound(factories.actor(scene.lead)) as actor:
        actions.end_training(actor, training_id=row.pk, words="By mistake", now=now)
    assert not sees(scene)


ATTEMPTS = {
    "accept for another": (
        "INSERT INTO sharing_acceptance (agreement_id, worker_id, accepted) VALUES (1, %s, now())"
    ),
    "be inside": "UPDATE agencies_worker SET loop = '{[2000-01-01,)}' WHERE id = %s",
    "sign for another agency": (
        "INSERT INTO sharing_signature (agreement_id, agency_id, signed, ended_words, signed_by_id)"
        " SELECT 1, agency_id, now(), '', id FROM agencies_worker WHERE id = %s"
    ),
    "take part": (
        "UPDATE agencies_agency SET takes_part = '{[2000-01-01,)}'"
        " WHERE id = (SELECT agency_id FROM agencies_worker WHERE id = %s)"
    ),
    "allow everything": ("UPDATE sharing_allowed SET valid = '[2000-01-01,)' WHERE %s > 0"),
    "see": (
        "INSERT INTO sight (worker_id, person_id, category, owner_id, valid, source, source_id)"
        " SELECT %s, id, 1, 1, '[2000-01-01,)', 'consent', 1 FROM people_person"
    ),
}


@pytest.mark.parametrize("name", ATTEMPTS)
def test_past_the_actions_nobody_lets_anybody_in(scene, name):
    """Raw SQL as the application, by a colleague who leads and by the worker themselves."""
    with as_role("postgres"):
        Acceptance.objects.filter(worker=scene.nurse).delete()
        Signature.objects.filter(agency=scene.team.agency).delete()
    stranger = factories.worker(roles=[Role.MANAGER, Role.INFORMATION_LEAD])
    for by in (stranger, scene.nurse):
        if name == "accept for another" and by == scene.nurse:
            continue  # One's own is an acceptance.
        with bound(factories.actor(by)):
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(ATTEMPTS[name], [scene.nurse.pk])
            except DatabaseError:
                pass
        assert not sees(scene)
        (state,) = queries.loop_states(Worker.objects.filter(pk=scene.nurse.pk), timezone.now())
        assert not state.inside
        assert state.signed is None
        assert state.accepted is None
