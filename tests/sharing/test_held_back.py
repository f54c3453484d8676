"""One note held back from the person: by a clinician of its own service, for a time, only that."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lintel.agencies.states import TeamKind
from lintel.config import middleware
from lintel.kernel.actor import bound, bound_account
from lintel.kernel.errors import Denied, Invalid, NotFound
from lintel.kernel.sight.states import Category as C
from lintel.sharing import actions, held_back_reminding, queries
from lintel.sharing.models import HeldBack
from tests import factories
from tests.support.db import as_role, rows

pytestmark = pytest.mark.django_db


class Scene:
    def __init__(self):
        self.now = timezone.now()
        self.officer = factories.worker(factories.team(), name="Amina Yusuf")
        self.john = factories.tenant(self.officer, "John Tressell")
        self.cmht = factories.team(kind=TeamKind.CMHT)
        self.nurse = factories.worker(self.cmht, name="Daniel Okafor")
        factories.involvement(self.john, self.cmht, self.nurse)
        self.one = factories.note(self.john, self.nurse, "The first thing.", C.HEALTH_DETAIL)
        self.other = factories.note(self.john, self.nurse, "Another thing.", C.HEALTH_DETAIL)
        self.housing = factories.note(self.john, self.officer, "The boiler.")
        self.own = factories.viewer(self.john)

    @property
    def at(self):
        return f"/people/{self.john.pk}/notes/{self.one.pk}/held-back"

    def read(self):
        """What the person reads in their own view."""
        with bound_account(self.own.user_id):
            return {words for (words,) in rows("SELECT words FROM people_note")}

    def day(self, days):
        return (timezone.localdate(self.now) + timedelta(days=days)).strftime("%d/%m/%Y")

    def hold(self, days=30, note=None):
        actor = factories.actor(self.nurse)
        with bound(actor):
            return actions.hold_back(
                actor,
                now=self.now,
                person_id=self.john.pk,
                note_id=(note or self.one).pk,
                reason="Likely to stop eating.",
                review_on=timezone.localdate(self.now) + timedelta(days=days),
            )


@pytest.fixture
def scene():
    return Scene()


def text_of(answer):
    return " ".join(answer.content.decode().split())


def test_a_clinician_holds_one_note_back_and_lets_it_go(scene, client, monkeypatch):
    # All of a test is one transaction: its time, by the database's clock, is when it began.
    monkeypatch.setattr(middleware, "present", lambda: scene.now - timedelta(minutes=1))
    assert scene.read() == {"The first thing.", "Another thing.", "The boiler."}
    client.force_login(scene.nurse.user)
    page = f"/people/{scene.john.pk}/"
    assert text_of(client.get(page)).count("Hold back from the person") == 2
    assert "There is a problem" in text_of(client.post(scene.at, {"review_on": scene.day(400)}))
    client.post(scene.at, {"reason": "Likely to stop eating.", "review_on": scene.day(30)})
    assert scene.read() == {"Another thing.", "The boiler."}
    shown = text_of(client.get(page))
    assert "Held back from the person" in shown
    assert "by Daniel Okafor" in shown
    assert "Likely to stop eating." in text_of(client.get(scene.at))
    assert "A note about John Tressell" in text_of(client.get("/held-back/"))
    # Longer, with a new reason: nothing is seen in between, and both stand in the record.
    client.post(scene.at, {"reason": "Still so.", "review_on": scene.day(90)})
    assert scene.read() == {"Another thing.", "The boiler."}
    client.post(scene.at, {"do": "release"})
    assert scene.read() == {"The first thing.", "Another thing.", "The boiler."}
    with as_role("postgres"):
        assert HeldBack.objects.filter(released_by=scene.nurse).count() == 2
    assert client.post(scene.at, {"do": "release"}).status_code == 404


def test_nobody_else_holds_anything_back(scene, client):
    client.force_login(scene.officer.user)
    assert client.get(scene.at).status_code == 404  # Out of sight.
    housing = f"/people/{scene.john.pk}/notes/{scene.housing.pk}/held-back"
    assert client.get(housing).status_code == 403
    assert "Hold back" not in text_of(client.get(f"/people/{scene.john.pk}/"))
    office = factories.worker(factories.team(scene.cmht.agency, TeamKind.FLOATING_SUPPORT))
    factories.involvement(scene.john, office.memberships.get().team, office)
    note = factories.note(scene.john, office, "Support.", C.SUPPORT_NEEDS)
    actor = factories.actor(office)
    with bound(actor), pytest.raises(Denied):
        actions.hold_back(
            actor,
            now=scene.now,
            person_id=scene.john.pk,
            note_id=note.pk,
            reason="x",
            review_on=timezone.localdate() + timedelta(days=3),
        )


def test_it_is_for_a_time_and_for_a_reason(scene):
    with pytest.raises(Invalid):
        scene.hold(days=200)
    with pytest.raises(Invalid):
        scene.hold(days=0)
    actor = factories.actor(scene.nurse)
    with bound(actor), pytest.raises(NotFound):
        actions.release_held_back(
            actor, now=scene.now, person_id=scene.john.pk, note_id=scene.one.pk
        )
    other = factories.note(factories.person(), scene.nurse, "Elsewhere", C.HEALTH_DETAIL)
    with pytest.raises(NotFound):
        scene.hold(note=other)


def test_whoever_holds_it_is_reminded_before_the_review_once_each_time(scene, client):
    scene.hold(days=20)
    assert held_back_reminding.remind(now=scene.now) == 0
    for days, told in ((7, 1), (8, 0), (17, 1), (20, 1), (25, 0)):
        assert held_back_reminding.remind(now=scene.now + timedelta(days=days)) == told, days
    with as_role("postgres"):
        assert rows("SELECT DISTINCT to_user_id, link FROM kernel_message") == [
            (scene.nurse.user_id, "/held-back/")
        ]
    scene.hold(days=10, note=scene.other)
    client.force_login(scene.nurse.user)
    assert "1 note to look at again" in text_of(client.get("/"))
    with bound(factories.actor(scene.officer)):
        assert queries.held_back(factories.actor(scene.officer), scene.john.pk) == {}
