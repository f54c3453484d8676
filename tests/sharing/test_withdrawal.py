"""Taken back: at once, in every session, list, export, system and job; and told kindly."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from lintel.agencies.states import Role, Scope
from lintel.kernel import messages
from lintel.kernel.actor import bound
from lintel.kernel.models import Event, Message
from lintel.kernel.sight.states import Category
from lintel.people.models import ContactPoint, Person
from lintel.sharing import actions, consent_news, hear, queries
from lintel.sharing.models import NoLonger, OtherBasis
from lintel.sharing.states import Basis, Purpose
from tests import factories
from tests.api.caller import Caller, at, concern
from tests.sharing.test_pages import Scene, signed_in, text_of
from tests.support.db import as_role, value

pytestmark = pytest.mark.django_db
PHONE = "07700 900143"


class Shared(Scene):
    """John said that his landlord may tell the CMHT; a nurse who doesn't work with him sees it."""

    def __init__(self):
        super().__init__()
        factories.contact(self.john, self.landlord, value=PHONE)
        self.other = factories.worker(self.cmht, name="Ola Other")
        self.idle = factories.worker(self.cmht, name="Ida Idle")
        self.consent = factories.consent(self.john, self.officer, self.cmht)

    @property
    def person(self):
        return f"/people/{self.john.pk}/"

    def take_back(self):
        answer = signed_in(self.officer).post(
            f"{self.at}{self.consent.pk}/withdraw", {"words": "No more."}
        )
        assert answer.status_code == 302

    def event(self, verb):
        with as_role("postgres"):
            return Event.objects.filter(verb=verb).latest("id")


@pytest.fixture
def scene(monkeypatch):
    """At the moment that row security compares with: the beginning of the test's transaction."""
    at(value("SELECT now()"), monkeypatch)
    return Shared()


def test_another_sessions_open_page_print_and_form_are_over(scene):
    nurse = signed_in(scene.other)
    pages = (
        scene.person,
        scene.at,
        f"{scene.at}{scene.consent.pk}/summary",
        f"{scene.person}circle/",
    )
    for page in pages:
        assert nurse.get(page).status_code == 200, page
    assert PHONE in text_of(nurse.get(scene.person))
    assert "no-store" in nurse.get(scene.person)["Cache-Control"]
    scene.take_back()
    for page in pages:
        answer = nurse.get(page)
        assert answer.status_code == 404, page
        assert "Marsden" not in text_of(answer)
    # The form that stood open in the other session is answered as about nobody.
    for path, typed in (
        (f"{scene.at}{scene.consent.pk}/withdraw", {"words": "x"}),
        (f"/people/{scene.john.pk}/safety/", {"words": "x"}),
        (f"/people/{scene.john.pk}/notes/new", {"words": "x", "category": "5"}),
    ):
        assert nurse.post(path, typed).status_code == 404, path
    # His own nurse works with him: she sees what her agency holds, and nothing of the landlord's.
    page = text_of(signed_in(scene.nurse).get(scene.person))
    assert "Marsden" in page
    assert PHONE not in page


def test_lists_search_and_my_day_show_nobody(scene):
    nurse = signed_in(scene.other)
    assert "Marsden" in text_of(nurse.get("/people/"))
    assert "Marsden" in text_of(nurse.post("/people/search", {"words": "marsden"}, follow=True))
    scene.take_back()
    assert "Marsden" not in text_of(nurse.get("/people/"))
    assert "Marsden" not in text_of(nurse.get("/"))
    # The search that was kept for this session, and a new one.
    assert "Marsden" not in text_of(nurse.get("/people/found"))
    page = text_of(nurse.post("/people/search", {"words": "marsden"}, follow=True))
    assert "John Marsden" not in page
    assert "Marsden" not in text_of(nurse.get("/requests/sent/export"))


def test_exports_of_the_record_name_the_person_no_more(scene):
    """A lead whose agency knows him by consent alone loses the copy too, not what was recorded."""
    nurse = signed_in(scene.other)
    nurse.get(scene.person)
    lead = factories.worker(scene.trust, roles=[Role.INFORMATION_LEAD])
    with bound(factories.actor(lead)) as actor:
        assert queries.who_can_see(actor, scene.john.pk) is not None
    scene.take_back()
    copy = signed_in(scene.lead).get(f"/access/people/{scene.john.pk}/copy")
    rows = copy.content.decode()
    # What was seen stays on record: it can't be unseen, and the person can ask.
    assert "Ola Other" in rows
    with bound(factories.actor(scene.lead)) as actor:
        watching = {w.worker for w in queries.who_can_see(actor, scene.john.pk)}
    assert not any("Ola Other" in who for who in watching)


def test_the_api_of_a_system_knows_nobody(scene):
    caller = Caller.of(scene.other, Scope.RAISE, Scope.FOLLOW)
    about = {"person_id": scene.john.pk}
    first = caller.post("requests/concerns", concern(about))
    assert first.status_code == 201, first.content
    scene.take_back()
    second = caller.post("requests/concerns", concern(about))
    nobody = caller.post("requests/concerns", concern({"person_id": 987654}))
    assert second.status_code == nobody.status_code == 404
    told = [re.sub(r"[0-9a-f-]{36}", "", a.content.decode()) for a in (second, nobody)]
    assert told[0] == told[1]


def test_a_message_that_was_queued_says_nothing_and_leads_nowhere(scene):
    link = f"/people/{scene.john.pk}/consent/"
    queued = messages.queue(
        to_user_id=scene.other.user_id, template="new", link=link, now=value("SELECT now()")
    )
    scene.take_back()
    with as_role("postgres"):
        message = Message.objects.get(pk=queued)
    email = messages.compose(message, "ola@example.test")
    assert "Marsden" not in f"{email.subject} {email.body}"
    assert signed_in(scene.other).get(message.link).status_code == 404


def test_a_job_that_runs_afterwards_does_nothing_for_it(scene):
    client = signed_in(scene.officer)
    made = client.post(scene.new, scene.typed(), follow=True)
    recorded = scene.event("consent.recorded")
    # It waits for his own nurse to confirm; then he takes it back, and only then the job runs.
    client.post(f"{made.request['PATH_INFO']}withdraw", {"words": "No."})
    hear.tell_who_confirms(recorded)
    consent_news.remind_ending(now=recorded.at + timedelta(days=170))
    with as_role("postgres"):
        assert not Message.objects.filter(link__in=["/consent/waiting/"]).exists()


def test_raw_sql_in_the_same_transaction_sees_it_end(scene):
    with bound(factories.actor(scene.other)):
        assert Person.objects.count() == 1
        assert ContactPoint.objects.count() == 2
    with bound(factories.actor(scene.officer)) as actor:
        actions.withdraw_consent(
            actor,
            now=value("SELECT now()"),
            person_id=scene.john.pk,
            consent_id=scene.consent.pk,
            words="",
        )
        # Nothing is committed yet; the next statement of anybody's is already without it.
        with bound(factories.actor(scene.other)):
            assert Person.objects.count() == 0
            assert ContactPoint.objects.count() == 0


def test_who_saw_something_by_it_is_told_that_and_no_more(scene):
    signed_in(scene.other).get(scene.person)
    signed_in(scene.nurse).get(scene.person)
    scene.take_back()
    event = scene.event("consent.withdrawn")
    consent_news.tell_who_lost(event)
    consent_news.tell_who_lost(event)
    with as_role("postgres"):
        told = set(NoLonger.objects.values_list("worker_id", flat=True))
        mails = set(Message.objects.values_list("to_user_id", "link"))
    # Not who never opened the record, not who took it back; each once.
    assert told == {scene.other.pk, scene.nurse.pk}
    assert mails == {(w.user_id, "/consent/no-longer/") for w in (scene.other, scene.nurse)}
    nurse = signed_in(scene.other)
    assert "No longer shared with you" in text_of(nurse.get("/"))
    page = text_of(nurse.get("/consent/no-longer/"))
    assert "something that you saw about somebody is no longer shared with you" in page
    for word in ("Marsden", "John", "Shethernley", "Olu", "No more.", "consent.withdrawn"):
        assert word not in page.split("<main")[1].split("</main>")[0], word
    nurse.post("/consent/no-longer/read")
    assert "No longer shared with you" not in text_of(nurse.get("/"))
    # Another's line is nobody's to read.
    assert "Nothing new" in text_of(signed_in(scene.idle).get("/consent/no-longer/"))


def test_who_sees_the_same_by_something_else_is_told_nothing(scene):
    factories.consent(scene.john, scene.officer, scene.cmht, to_worker=scene.other)
    signed_in(scene.other).get(scene.person)
    scene.take_back()
    consent_news.tell_who_lost(scene.event("consent.withdrawn"))
    with as_role("postgres"):
        seen = set(NoLonger.objects.values_list("worker_id", flat=True))
    with bound(factories.actor(scene.other)):
        still = Person.objects.exists()
    assert (scene.other.pk in seen) is not still


def test_a_no_that_ends_a_yes_is_told_the_same_way(scene):
    signed_in(scene.other).get(scene.person)
    client = signed_in(scene.officer)
    client.post(
        f"{scene.at}refused?team={scene.cmht.pk}",
        {"given": "today", "explained": "phone", "explained_words": "All.", "persons_words": ""},
    )
    assert signed_in(scene.other).get(scene.person).status_code == 404
    consent_news.tell_who_lost(scene.event("consent.recorded"))
    with as_role("postgres"):
        assert set(NoLonger.objects.values_list("worker_id", flat=True)) == {scene.other.pk}


def test_the_back_button_after_sign_out_has_nothing_to_show(scene):
    nurse: Client = signed_in(scene.other)
    assert PHONE in text_of(nurse.get(scene.person))
    nurse.logout()
    answer = nurse.get(scene.person)
    assert answer.status_code == 302
    assert "/accounts/login" in answer["Location"]


def test_who_saw_something_by_another_basis_is_told_the_same_when_it_is_ended(scene):
    """Once, and no more than that."""
    now = value("SELECT now()")
    begins = now - timedelta(hours=3)
    second = factories.worker(scene.landlord, roles=[Role.INFORMATION_LEAD])
    with as_role("lintel_import"):
        basis = OtherBasis.objects.create(
            person=scene.john,
            owner=scene.landlord,
            recipient=scene.cmht,
            recipient_worker=scene.other,
            categories=[int(Category.IDENTITY), int(Category.SAFETY)],
            purpose=Purpose.SAFETY,
            basis=Basis.SAFEGUARDING,
            words="He was hurt by a visitor.",
            begins=begins,
            until=now + timedelta(days=30),
            recorded=begins,
            recorded_by=scene.officer,
            authorised=begins,
            authorised_by=second,
            told=begins,
        )
    scene.take_back()  # By the consent they see nothing more.
    assert signed_in(scene.other).get(scene.person).status_code == 200
    answer = signed_in(scene.officer).post(f"/other-basis/{basis.pk}/end", {"words": "It is over."})
    assert answer.status_code == 302
    event = scene.event("basis.ended")
    consent_news.tell_who_lost_basis(event)
    consent_news.tell_who_lost_basis(event)
    with as_role("postgres"):
        assert list(NoLonger.objects.values_list("worker_id", flat=True)) == [scene.other.pk]
        (message,) = Message.objects.filter(to_user_id=scene.other.user_id)
        assert message.link == "/consent/no-longer/"
    page = text_of(signed_in(scene.other).get("/consent/no-longer/"))
    assert "no longer shared with you" in page
    for words in ("Marsden", "hurt", "law", "basis"):
        assert words not in page.split("<main", 1)[1].split("</main>")[0], words
