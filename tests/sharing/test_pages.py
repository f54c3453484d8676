"""The pages about sharing, as signed-in workers get them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lintel.agencies.states import AgencyKind, Role, TeamKind
from lintel.kernel.actor import bound
from lintel.kernel.sight.models import Sight
from lintel.kernel.sight.states import Category as C
from lintel.sharing import actions
from lintel.sharing.models import ConsentLine, Override
from tests import factories
from tests.support.db import as_role

pytestmark = pytest.mark.django_db


class Scene:
    def __init__(self):
        self.landlord = factories.agency(name="Shethernley Homes")
        self.office = factories.team(self.landlord, name="North office")
        self.officer = factories.worker(self.office, name="Olu Officer")
        self.trust = factories.agency(AgencyKind.TRUST, name="The Trust")
        self.cmht = factories.team(self.trust, TeamKind.CMHT, name="North CMHT")
        self.nurse = factories.worker(self.cmht, name="Nia Nurse")
        self.lead = factories.worker(self.landlord, roles=[Role.INFORMATION_LEAD], name="Lee Lead")
        self.john = factories.tenant(self.officer, "John Marsden")
        factories.involvement(self.john, self.cmht, self.nurse)
        factories.contact(self.john, self.landlord)

    def field(self, giver, team, category):
        return f"may-tenancy_support-{giver.pk}-t{team.pk}-{int(category)}"

    def typed(self, **more):
        return {
            self.field(self.landlord, self.cmht, C.CONTACT): "yes",
            self.field(self.landlord, self.cmht, C.MONEY): "no",
            self.field(self.trust, self.office, C.HEALTH_INVOLVEMENT): "yes",
            self.field(self.trust, self.office, C.HEALTH_DETAIL): "yes",
            "lasts": "6",
            "said": "aloud",
            "capacity": "presumed",
            "capacity_words": "He told me back what it means.",
            "given": "yesterday",
            "explained": "face_to_face",
            "explained_words": "Who sees what, and that no is fine.",
            "persons_words": "Yes, talk with Nia.",
            **more,
        }

    @property
    def at(self):
        return f"/people/{self.john.pk}/consent/"

    @property
    def new(self):
        return f"{self.at}new?team={self.cmht.pk}&purpose=tenancy_support"


@pytest.fixture
def scene():
    return Scene()


def signed_in(worker):
    client = Client()
    client.force_login(worker.user)
    return client


def text_of(response):
    return " ".join(response.content.decode().split())


def test_from_asking_to_taking_back(scene):
    client = signed_in(scene.officer)
    assert "Nothing is written down yet" in text_of(client.get(scene.at))
    assert "North CMHT" in text_of(client.get(f"{scene.at}new"))
    page = text_of(client.get(scene.new))
    assert "May Shethernley Homes tell North CMHT?" in page
    assert "May The Trust tell North office?" in page
    made = client.post(scene.new, scene.typed(), follow=True)
    page = text_of(made)
    assert "Shethernley Homes tells North CMHT" in page
    assert "health details (waits until The Trust confirms it)" in page
    assert "In force" in page
    one = made.request["PATH_INFO"]
    assert "Your information" in text_of(client.get(f"{one}summary"))

    nurse = signed_in(scene.nurse)
    page = text_of(nurse.get(one))
    assert "Your agency has yet to confirm" in page
    assert "rent and money" not in page  # The no is not for the team to read.
    assert "Confirmed" in text_of(nurse.post(f"{one}confirm", follow=True))

    page = text_of(client.get(f"{one}withdraw"))
    assert "It stops at once" in page
    page = text_of(client.post(f"{one}withdraw", {"words": "No more"}, follow=True))
    assert "Taken back" in page
    assert "by this consent" in page
    again = client.post(f"{one}withdraw", {"words": "No more"})
    assert again.status_code == 409


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(scene):
    client = signed_in(scene.officer)
    address = scene.new
    page = text_of(client.post(address, scene.typed(persons_words="", given="tomorrow")))
    assert "There is a problem" in page
    assert "is in the future" in page
    assert 'value="yes" checked' in page
    nothing = {k: v for k, v in scene.typed().items() if not k.startswith("may-")}
    assert "Choose at least one answer" in text_of(client.post(address, nothing))
    assert not ConsentLine.objects.exists()


def test_a_refusal_is_one_short_page(scene):
    client = signed_in(scene.officer)
    made = client.post(
        f"{scene.at}refused?team={scene.cmht.pk}",
        {
            "given": "today",
            "explained": "phone",
            "explained_words": "Who would see what.",
            "persons_words": "Rather not.",
        },
        follow=True,
    )
    page = text_of(made)
    assert "Said no" in page
    assert "Nothing is shared" in page
    assert "Yes" not in page.split("Said no")[1].split("The conversation")[0]


def test_asking_again_starts_from_the_last_answers(scene):
    client = signed_in(scene.officer)
    made = client.post(scene.new, scene.typed(), follow=True)
    number = made.request["PATH_INFO"].rstrip("/").rsplit("/", 1)[1]
    page = text_of(client.get(f"{scene.at}new?from={number}"))
    name = scene.field(scene.landlord, scene.cmht, C.CONTACT)
    assert f'name="{name}" type="radio" value="yes" checked' in page


def test_afterwards_it_leads_back_to_this_service_only(scene):
    client = signed_in(scene.officer)
    for to, lands in (("/requests/", "/requests/"), ("https://evil.test/", scene.at)):
        made = client.post(f"{scene.new}&next={to}", scene.typed(), follow=False)
        assert made["Location"].startswith(lands)


def test_a_double_click_records_once(scene):
    client = signed_in(scene.officer)
    address = scene.new
    import re

    token = re.search(r'name="_once" value="([^"]+)"', client.get(address).content.decode())
    typed = scene.typed(_once=token.group(1), given="yesterday")
    first, second = client.post(address, typed), client.post(address, typed)
    assert first["Location"] == second["Location"]


def test_somebody_out_of_sight_is_not_found(scene):
    stranger = signed_in(factories.worker())
    client = signed_in(scene.officer)
    made = client.post(scene.new, scene.typed(), follow=True)
    one = made.request["PATH_INFO"]
    for path in (scene.at, f"{scene.at}new", f"{scene.at}refused", one, f"{one}summary"):
        assert stranger.get(path).status_code == 404, path
    for path in (f"{one}withdraw", f"{one}confirm", scene.new):
        assert stranger.post(path, scene.typed()).status_code == 404, path
    assert stranger.get(f"/people/{scene.john.pk}/safety/").status_code == 404
    for odd in (f"{scene.at}{2**63}/", f"{scene.at}new?team=9999999", f"{scene.at}new?from=77"):
        assert client.get(odd).status_code == 404, odd


def test_open_for_safety_and_close(scene):
    factories.note(scene.john, scene.nurse, "Needs insulin", category=C.HEALTH_INVOLVEMENT)
    client = signed_in(scene.officer)
    path = f"/people/{scene.john.pk}/safety/"
    factories.emergency(scene.trust, scene.landlord)
    assert "call 999" in text_of(client.get(path))
    typed = {
        "reason": "vital_interests",
        "holders": [str(scene.trust.pk)],
        "categories": [str(int(C.HEALTH_INVOLVEMENT))],
        "words": "Found on the floor, the ambulance is here.",
        "hours": "1",
    }
    assert client.post(path, typed).status_code == 302
    for anywhere in (path, "/", "/link-workers/"):
        page = text_of(client.get(anywhere))
        assert "<strong>Open for safety:</strong>" in page
        assert "The Trust</a>, until" in page
    with bound(factories.actor(scene.officer)):
        # It begins a moment after the test's own transaction did.
        assert Sight.objects.filter(source="override", category=C.HEALTH_INVOLVEMENT).count() == 1
    with as_role("postgres"):
        number = Override.objects.get().pk
    assert client.post(f"{path}{number}/end").status_code == 302
    assert "<strong>Open for safety:</strong>" not in text_of(client.get(path))
    assert client.post(f"{path}{number}/end").status_code == 409
    assert signed_in(scene.nurse).post(f"{path}{number}/end").status_code == 404


def looked_at(scene, times=1):
    with bound(factories.actor(scene.officer)) as actor:
        for _ in range(times):
            actions.open_record(
                actor,
                person_id=scene.john.pk,
                purpose="a visit",
                page="people:person",
                now=timezone.now(),
            )


def test_the_lead_looks_up_a_person_and_a_worker(scene):
    looked_at(scene)
    client = signed_in(scene.lead)
    page = text_of(client.post("/access/", {"words": "marsd"}))
    assert "John Marsden" in page
    assert "Olu Officer" in text_of(client.post("/access/", {"words": "olu"}))
    page = text_of(client.get(f"/access/people/{scene.john.pk}/"))
    assert "Who sees it now" in page
    assert "Olu Officer, Housing officer (Shethernley Homes)" in page
    assert "opened the record" in page
    assert "the person&#39;s home is on the worker&#39;s patch" in page
    page = text_of(client.get(f"/access/workers/{scene.officer.pk}/"))
    assert "John Marsden" in page
    # The look-ups themselves are in the record.
    page = text_of(client.get(f"/access/people/{scene.john.pk}/?verb=looked_up"))
    assert "looked up who had seen the record" in page


def test_the_record_narrows_pages_and_copies(scene):
    looked_at(scene, times=60)
    client = signed_in(scene.lead)
    at = f"/access/people/{scene.john.pk}/"
    first = text_of(client.get(f"{at}?verb=opened"))
    assert first.count("opened the record") >= 25
    older = first.split('href="?')[1].split('"')[0].replace("&amp;", "&")
    assert "before=" in older
    assert "verb=opened" in older
    assert "Newest" in text_of(client.get(f"{at}?{older}"))
    assert "Nothing in the record fits" in text_of(client.get(f"{at}?until=3/5/2020"))
    assert client.get(f"{at}?since=nonsense").status_code == 200
    copy = client.get(f"{at}copy?verb=opened")
    assert copy["Content-Type"].startswith("text/csv")
    assert len(copy.content.decode().splitlines()) == 61


def test_the_record_costs_the_same_however_long(scene):
    client = signed_in(scene.lead)
    looked_at(scene, times=3)
    client.get(f"/access/people/{scene.john.pk}/")
    counts = []
    for more in (1, 40):
        looked_at(scene, times=more)
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/access/people/{scene.john.pk}/")
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_record_is_for_leads_and_of_their_agency(scene):
    looked_at(scene)
    for who in (scene.officer, scene.nurse):
        client = signed_in(who)
        for path in (
            "/access/",
            f"/access/people/{scene.john.pk}/",
            f"/access/people/{scene.john.pk}/copy",
            f"/access/workers/{scene.officer.pk}/",
        ):
            assert client.get(path).status_code == 403, path
    elsewhere = factories.worker(factories.agency(), roles=[Role.INFORMATION_LEAD])
    client = signed_in(elsewhere)
    assert "John Marsden" not in text_of(client.post("/access/", {"words": "marsden"}))
    assert client.get(f"/access/people/{scene.john.pk}/").status_code == 404
    assert client.get(f"/access/people/{scene.john.pk}/copy").status_code == 404
    assert client.get(f"/access/workers/{scene.officer.pk}/").status_code == 404
    # The trust's lead finds him, and sees only what concerns the trust.
    lead = factories.worker(scene.trust, roles=[Role.INFORMATION_LEAD])
    page = text_of(signed_in(lead).get(f"/access/people/{scene.john.pk}/"))
    assert "John Marsden" in page
    assert "Olu Officer" not in page


def test_a_copy_runs_no_formula(scene):
    from lintel.web.spreadsheets import cell

    for text in ("=1+1", "+1", "-1", "@x", "\tx"):
        assert cell(text).startswith("'")
    assert cell("plain") == "plain"


def test_history_costs_the_same_however_long(scene):
    client = signed_in(scene.officer)
    counts = []
    for more in (1, 6):
        for n in range(more):
            factories.consent(
                scene.john,
                scene.officer,
                scene.cmht,
                given=timezone.now() - timedelta(days=n + 1),
            )
        client.get(scene.at)
        with CaptureQueriesContext(connection) as captured:
            client.get(scene.at)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_what_waits_and_what_is_open_is_in_view(scene):
    client = signed_in(scene.officer)
    client.post(scene.new, scene.typed())
    nurse = signed_in(scene.nurse)
    assert "Consent to confirm" in text_of(nurse.get("/"))
    page = text_of(nurse.get("/consent/waiting/"))
    assert "John Marsden" in page
    assert "Shethernley Homes" in page
    assert "Nothing waits" in text_of(client.get("/consent/waiting/"))
    factories.override(scene.john, scene.officer, scene.trust)
    page = text_of(client.get(f"/people/{scene.john.pk}/"))
    assert "<strong>Open for safety:</strong>" in page
