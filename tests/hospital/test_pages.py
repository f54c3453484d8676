"""The pages of a ward through Django's client: admission, questions, steps, the end."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lintel.hospital import actions
from lintel.hospital.models import Stay
from lintel.kernel.actor import bound
from lintel.kernel.models import Access
from tests import factories
from tests.hospital.world import BORN, NAME, NOW, World, make_world
from tests.support.db import as_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def signed_in(world: World, name: str) -> Client:
    client = Client()
    client.force_login(getattr(world, name).user)
    return client


def text(answer: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))  # type: ignore[attr-defined]


ADMISSION = {"name": NAME, "born": "3 April 1972", "admitted": "yesterday 10am", "expected": ""}
ANSWERS = {
    "tenure": "social",
    "can_return": "with_help",
    "at_risk": "no",
    "arrears": "yes",
    "benefits": "not_known",
    "safe": "yes",
    "pets": "yes",
    "dependants": "no",
}


def test_from_admission_to_the_end_over_the_pages(world: World) -> None:
    client = signed_in(world, "wanda")
    ward = f"/hospital/wards/{world.ward.slug}/"
    assert client.get("/hospital/")["Location"] == ward
    assert "Nobody here that you work with" in text(client.get(ward))
    wrong = client.post(f"{ward}admit/", {**ADMISSION, "born": "3 April 2072"})
    assert "Date of birth" in text(wrong)
    assert NAME in wrong.content.decode()  # Nothing typed is lost.
    made = client.post(f"{ward}admit/", {**ADMISSION, "housing_worker": world.wanda.pk})
    assert made.status_code == 302, text(made)
    page = client.post(made["Location"], ANSWERS)
    assert "There is a problem" in text(page)
    done = client.post(made["Location"], {**ANSWERS, "return_words": "The front door"}, follow=True)
    assert "Housing need" in text(done)
    here = done.request["PATH_INFO"]
    added = client.post(f"{here}steps/add/", {"kind": "pets", "words": "Feed the cat"}, follow=True)
    assert "Say who does it" in text(added)
    step = {"kind": "pets", "words": "Feed the cat", "who_words": "His sister", "due": "tomorrow"}
    assert "Feed the cat" in text(client.post(f"{here}steps/add/", step, follow=True))
    assert "1 step" in text(client.get(ward))
    meeting = {"at": "next Friday 2pm", "place": "The ward", "who": "John and his sister"}
    assert "The ward. John" in text(client.post(f"{here}meetings/add/", meeting, follow=True))
    again = client.post(f"{ward}admit/", {**ADMISSION, "housing_worker": world.wanda.pk})
    assert again.status_code == 409
    ended = client.post(f"{here}end/", {"ending": "home", "at": "two years ago"})
    assert ended.status_code == 200
    ended = client.post(f"{here}end/", {"ending": "home", "at": "today 00:01"}, follow=True)
    assert "The stay has ended" in text(ended)
    assert NAME in text(client.get(f"{ward}?shown=past"))
    assert NAME not in text(client.get(ward))


def test_a_stay_is_not_there_for_anybody_else(world: World) -> None:
    one = world.admit()
    for name in ("officer", "hazel", "other_wanda", "ward_nurse", "partnership_lead"):
        client = signed_in(world, name)
        assert client.get(f"/hospital/stays/{one}/").status_code == 404, name
        assert client.post(f"/hospital/stays/{one}/end/", {}).status_code == 404, name


def test_a_nurse_notes_an_admission_for_the_housing_worker(world: World) -> None:
    nurse = signed_in(world, "ward_nurse")
    given = {**ADMISSION, "housing_worker": world.wanda.pk}
    done = nurse.post(f"/hospital/wards/{world.ward.slug}/admit/", given, follow=True)
    assert "The stay is with whom you chose" in text(done)
    assert NAME not in text(done)
    assert NAME in text(signed_in(world, "wanda").get(f"/hospital/wards/{world.ward.slug}/"))


def test_looking_is_written_down(world: World) -> None:
    one = world.admit()
    client = signed_in(world, "wanda")
    client.get(f"/hospital/wards/{world.ward.slug}/")
    client.get(f"/hospital/wards/{world.ward.slug}/export")
    client.get(f"/hospital/stays/{one}/")
    with as_role("postgres"):
        rows = list(Access.objects.filter(worker_id=world.wanda.pk).values_list("verb", "page"))
    assert rows.count(("listed", "hospital:ward")) == 2
    assert ("opened", "hospital:stay") in rows


def test_a_full_ward_takes_no_more_queries(world: World) -> None:
    client = signed_in(world, "wanda")
    path = f"/hospital/wards/{world.ward.slug}/"

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    world.admit()
    asked()
    few = asked()
    for number in range(12):
        world.admit(name=f"Somebody Number{number}", born=BORN)
    assert asked() == few


def test_a_move_over_the_pages(world: World) -> None:
    one = world.admit()
    client = signed_in(world, "wanda")
    choose = client.get(f"/hospital/stays/{one}/move/")
    assert world.other_ward.name in text(choose)
    gone = client.post(
        f"/hospital/stays/{one}/move/{world.other_ward.pk}/",
        {"at": "yesterday 11pm", "housing_worker": world.other_wanda.pk},
    )
    assert gone.status_code == 302, text(gone)
    assert client.get(f"/hospital/stays/{one}/").status_code == 404
    assert NAME in text(signed_in(world, "other_wanda").get(f"/hospital/stays/{one}/"))


def test_nothing_of_a_stay_is_known_to_the_landlord(world: World) -> None:
    """The officer's pages are the same before and after, to the letter."""
    client = signed_in(world, "officer")
    paths = ["/", "/people/", f"/people/{world.tenant.pk}/", "/requests/sent/", "/requests/inbox/"]

    def seen() -> list[str]:
        return [re.sub(r'value="[^"]*"', "", client.get(p).content.decode()) for p in paths]

    seen()
    before = seen()
    one = world.admit()
    with bound(world.actor("wanda")) as wanda:
        actions.add_step(
            wanda, now=NOW, stay_id=one, kind="letters", words="Hold", worker_id=world.wanda.pk
        )
        actions.change_expected(wanda, now=NOW, stay_id=one, expected=NOW.date())
    assert seen() == before
    with bound(factories.actor(world.officer)):
        assert not Stay.objects.exists()
