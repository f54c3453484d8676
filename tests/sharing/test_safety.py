"""Opening for safety: what it opens, for whom, how long, who is told, and who looks it up."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from lintel.agencies.states import AgencyKind, Role, TeamKind
from lintel.kernel.actor import Actor, bound
from lintel.kernel.errors import Conflict, Denied, Invalid, NotFound
from lintel.kernel.models import Access, Event, Message
from lintel.kernel.sight.states import Category as C
from lintel.sharing import actions, queries
from lintel.sharing.models import Override
from lintel.sharing.states import OverrideReason
from tests import factories
from tests.support.db import as_role, rows, value

pytestmark = pytest.mark.django_db


class Scene:
    def __init__(self) -> None:
        self.now = value("SELECT now()")
        self.officer = factories.worker(factories.team())
        self.trust = factories.agency(AgencyKind.TRUST)
        self.lead = factories.worker(self.trust, roles=[Role.INFORMATION_LEAD])
        self.nurse = factories.worker(factories.team(self.trust, TeamKind.CMHT))
        self.john = factories.tenant(self.officer)
        self.me = factories.actor(self.officer)

    def open(self, by: Actor | None = None, **changes: object) -> list[int]:
        values = {
            "person_id": self.john.pk,
            "holder_ids": [self.trust.pk],
            "categories": [C.SAFETY, C.HEALTH_DETAIL],
            "reason": OverrideReason.VITAL_INTERESTS,
            "words": "Found on the floor, the ambulance is here.",
            "hours": 1,
            **changes,
        }
        with bound(by or self.me) as actor:
            return actions.open_override(actor, now=self.now, **values)  # type: ignore[arg-type]

    def opened(self, moment: object) -> set[int]:
        """The categories of the trust's that the officer sees at a moment."""
        with as_role("postgres"):
            return {
                c
                for (c,) in rows(
                    "SELECT category FROM sight WHERE worker_id = %s AND owner_id = %s"
                    " AND valid @> %s::timestamptz",
                    self.officer.pk,
                    self.trust.pk,
                    moment,
                )
            }


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_it_opens_what_was_chosen_for_as_long_as_was_said(scene: Scene) -> None:
    scene.open(hours=4)
    chosen = {C.IDENTITY, C.SAFETY, C.HEALTH_DETAIL}
    assert scene.opened(scene.now) == chosen
    assert scene.opened(scene.now + timedelta(hours=4, microseconds=-1)) == chosen
    assert scene.opened(scene.now + timedelta(hours=4)) == set()
    with bound(scene.me) as actor:
        (one,) = queries.overrides_open(actor, now=scene.now)
        assert (one.person_id, one.holder) == (scene.john.pk, scene.trust.name)


def test_it_can_be_closed_early_by_who_opened_it(scene: Scene) -> None:
    (number,) = scene.open()
    later = scene.now + timedelta(minutes=5)
    with bound(factories.actor(scene.nurse)) as actor, pytest.raises(NotFound):
        actions.end_override(actor, now=later, override_id=number)
    with bound(scene.me) as actor:
        assert actions.end_override(actor, now=later, override_id=number) == scene.john.pk
        with pytest.raises(Conflict):
            actions.end_override(actor, now=later, override_id=number)
        assert queries.overrides_open(actor, now=later) == []
    assert scene.opened(later) == set()


def test_it_is_written_down_and_the_holders_lead_is_told(scene: Scene) -> None:
    scene.open()
    with as_role("postgres"):
        (row,) = Access.objects.filter(verb="overrode")
        assert (row.owner_id, row.person_id) == (scene.trust.pk, scene.john.pk)
        assert "ambulance" in row.why["all"]
        assert Event.objects.get(verb="sharing.overridden").owner_id == scene.trust.pk
        assert [m.to_user_id for m in Message.objects.all()] == [scene.lead.user_id]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"holder_ids": []}, "holders"),
        ({"holder_ids": [10**6]}, "holders"),
        ({"categories": []}, "categories"),
        ({"words": "help"}, "words"),
        ({"hours": 0}, "hours"),
        ({"hours": 25}, "hours"),
    ],
)
def test_what_must_be_said(scene: Scene, changes: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as wrong:
        scene.open(**changes)
    assert list(wrong.value.errors) == [field]
    with as_role("postgres"):
        assert not Override.objects.exists()


def test_it_says_nothing_of_somebody_out_of_sight(scene: Scene) -> None:
    with pytest.raises(NotFound):
        scene.open(by=factories.actor(scene.nurse))
    with pytest.raises(NotFound):
        scene.open(person_id=10**9)
    with pytest.raises(Denied):
        scene.open(by=replace(scene.me, integration_id=3))


def test_the_database_holds_it_to_its_limits(scene: Scene) -> None:
    (number,) = scene.open()
    with bound(scene.me):
        with pytest.raises(ProgrammingError), transaction.atomic():
            Override.objects.filter(pk=number).update(until=scene.now + timedelta(days=900))
        with pytest.raises(IntegrityError), transaction.atomic():
            Override.objects.create(
                person=scene.john,
                worker=scene.officer,
                holder=scene.trust,
                categories=[1],
                reason="safeguarding",
                words="",
                opened=scene.now,
                until=scene.now + timedelta(days=2),
            )
        with pytest.raises(ProgrammingError), transaction.atomic():
            Override.objects.create(
                person=scene.john,
                worker=scene.nurse,
                holder=scene.trust,
                categories=[1],
                reason="safeguarding",
                words="",
                opened=scene.now,
                until=scene.now + timedelta(hours=1),
            )


def test_the_lead_sees_who_sees_it_now_and_why(scene: Scene) -> None:
    factories.involvement(scene.john, scene.nurse.memberships.get().team, scene.nurse)
    scene.open()
    with bound(factories.actor(scene.lead)) as lead:
        found = {w.worker.split(",")[0]: w for w in queries.who_can_see(lead, scene.john.pk)}
        assert set(found) == {scene.officer.name, scene.nurse.name}
        assert found[scene.officer.name].categories == (C.IDENTITY, C.SAFETY, C.HEALTH_DETAIL)
        assert "opened the record for safety" in found[scene.officer.name].words[0]
    # The landlord's lead sees nothing of what the trust holds, not even that it holds it.
    other = factories.worker(scene.officer.agency, roles=[Role.INFORMATION_LEAD])
    with bound(factories.actor(other)) as lead:
        assert {w.owner for w in queries.who_can_see(lead, scene.john.pk)} == {
            scene.officer.agency.name
        }
    with bound(scene.me) as actor, pytest.raises(Denied):
        queries.who_can_see(actor, scene.john.pk)
