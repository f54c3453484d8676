"""Letters with a code: for the person, and for somebody whom they let look."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from lintel.kernel.sight.states import Category
from lintel.portal.models import Invitation
from lintel.sharing.models import Viewer
from tests import factories
from tests.support.db import as_role

pytestmark = pytest.mark.django_db
CODE = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}")


def letter(world, client=None):
    """Make a letter as the housing officer; the code that is printed on it."""
    client = client or world.client(world.officer.user)
    page = client.post(
        f"/people/{world.john.pk}/own-view/",
        {"proved": "Sent by post to the person’s home"},
    ).content.decode()
    return CODE.search(page)[0]


def test_a_letter_opens_the_view_once(world):
    code = letter(world)
    phone = Client()
    answer = phone.post("/me/letter/", {"code": code.lower().replace("-", " ")})
    assert (answer.status_code, answer["Location"]) == (302, "/me/")
    assert "Hello John" in phone.get("/me/").content.decode()
    again = Client().post("/me/letter/", {"code": code})
    assert again.status_code == 200
    assert "does not work" in again.content.decode()
    # The account from before has ended: the letter came because it was lost.
    assert world.own.get("/me/").status_code == 403
    with as_role("postgres"):
        made = Invitation.objects.get()
        assert code not in str(vars(made))
        viewer = Viewer.objects.get(person=world.john, ended__isnull=True)
        assert viewer.added_by_id == world.officer.pk
        assert "post" in viewer.proved
        assert viewer.user.email.endswith("@person.invalid")


@pytest.mark.parametrize("how", ["none", "old", "cancelled", "replaced"])
def test_a_code_that_does_not_work_says_the_same_whatever_the_reason(world, how):
    code = letter(world) if how != "none" else "AAAA-BBBB-CCCC"
    if how == "old":
        with as_role("postgres"):
            Invitation.objects.update(
                made=timezone.now() - timedelta(days=60),
                expires=timezone.now() - timedelta(days=1),
            )
    if how == "cancelled":
        world.client(world.officer.user).post(f"/people/{world.john.pk}/own-view/cancel")
    if how == "replaced":
        letter(world)
    client = Client()
    page = client.post("/me/letter/", {"code": code}).content.decode()
    assert "This code does not work. Check each letter." in page
    assert client.get("/me/").status_code == 302


def test_only_who_works_with_the_person_makes_a_letter(world):
    nurse = world.client(world.nurse.user)
    assert nurse.get(f"/people/{world.john.pk}/own-view/").status_code == 200
    stranger = factories.worker()
    path = f"/people/{world.john.pk}/own-view/"
    assert world.client(stranger.user).post(path, {"proved": "x"}).status_code == 404
    consented = factories.worker(factories.team())
    factories.consent(world.john, world.officer, consented.memberships.get().team)
    assert world.client(consented.user).get(path).status_code == 403


def test_a_worker_can_not_use_a_letter(world):
    code = letter(world)
    answer = world.client(world.officer.user).post("/me/letter/", {"code": code})
    assert "does not work" in answer.content.decode()
    assert world.own.get("/me/").status_code == 200


def test_tries_are_limited(world, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "person_letter": "3/h/ip"}
    client = Client()
    answers = [client.post("/me/letter/", {"code": "x"}).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 429, 429]


def let(world, *categories, **changes):
    """The person lets their brother look; the code to give to him."""
    values = {
        "kind": "carer",
        "relation": "Alan, my brother",
        "categories": [int(c) for c in categories],
        **changes,
    }
    page = world.own.post("/me/carers/let-look/", values).content.decode()
    return CODE.search(page)[0]


def test_the_person_lets_somebody_look_and_stops_it(world):
    code = let(world, Category.HEALTH_INVOLVEMENT)
    brother = Client()
    assert brother.post("/me/letter/", {"code": code})["Location"] == "/me/"
    page = brother.get("/me/").content.decode()
    assert "Daniel Okafor" in page
    assert "They let you" in page
    mine = world.own.get("/me/carers/").content.decode()
    assert "Alan, my brother" in mine
    assert "Home" in mine.split("What they looked at")[1]  # What he looked at.
    with as_role("postgres"):
        number = Viewer.objects.get(kind="carer").pk
    assert brother.get(f"/me/carers/{number}/stop/").status_code == 403
    assert world.own.post(f"/me/carers/{number}/stop/").status_code == 302
    assert brother.get("/me/").status_code == 403
    assert "Nobody else can look" in world.own.get("/me/carers/").content.decode()


def test_a_code_given_out_is_stopped_before_it_is_used(world):
    code = let(world, Category.PLAN)
    with as_role("postgres"):
        number = Invitation.objects.get().pk
    carer = world.client(world.carer(Category.PLAN).user)
    assert carer.post(f"/me/carers/codes/{number}/cancel").status_code == 403
    assert world.own.post(f"/me/carers/codes/{number}/cancel").status_code == 302
    assert "does not work" in Client().post("/me/letter/", {"code": code}).content.decode()


def test_a_carer_who_has_a_view_already_adds_another(world):
    mary = factories.person("Mary Hill")
    carer = factories.viewer(mary, "carer")
    client = world.client(carer.user)
    code = let(world, Category.PLAN)
    assert client.post("/me/letter/", {"code": code}).status_code == 302
    assert client.get("/me/")["Location"] == "/me/whom/"
    # Nobody can let themselves look as a carer, and lose their own view by it.
    code = let(world, Category.PLAN)
    assert "does not work" in world.own.post("/me/letter/", {"code": code}).content.decode()
    assert world.own.get("/me/").status_code == 200


def test_a_carer_stops_looking_by_themselves(world):
    carer = world.client(world.carer(Category.PLAN).user)
    assert carer.post("/me/look-no-more").status_code == 302
    assert carer.get("/me/").status_code == 403
    assert world.own.post("/me/look-no-more").status_code == 404
    assert world.own.get("/me/").status_code == 200
