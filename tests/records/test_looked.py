"""Who has looked, as the person sees it; and "I don't understand this one"."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lintel.agencies.states import AgencyKind, Role, TeamKind
from lintel.kernel import access
from lintel.kernel.actor import bound, bound_account
from lintel.kernel.models import Access
from lintel.kernel.sight.states import Category as C
from lintel.kernel.sight.states import Source
from lintel.kernel.states import AccessVerb
from lintel.records import actions, queries
from lintel.records.models import Question
from lintel.sharing.states import ViewerKind
from tests import factories
from tests.support.db import as_role, rows

pytestmark = pytest.mark.django_db


class Scene:
    def __init__(self):
        self.landlord = factories.agency(name="Shethernley Homes")
        self.office = factories.team(self.landlord, name="North office")
        self.officer = factories.worker(self.office, name="Amina Yusuf")
        self.trust = factories.agency(AgencyKind.TRUST, name="The Trust")
        self.cmht = factories.team(self.trust, TeamKind.CMHT, name="North CMHT")
        self.nurse = factories.worker(self.cmht, name="Daniel Okafor", job_title="Nurse")
        self.lead = factories.worker(self.trust, roles=[Role.INFORMATION_LEAD], name="Lee Lead")
        self.john = factories.tenant(self.officer, "John Tressell")
        self.mary = factories.tenant(self.officer, "Mary Hill")
        factories.involvement(self.john, self.cmht, self.nurse)
        self.now = timezone.now()
        self.own = factories.viewer(self.john)

    def opened(self, who, *categories, why=Source.CASELOAD.label, owner=None, **more):
        values = {"now": self.now, "verb": AccessVerb.OPENED, "page": "people:person", **more}
        access.record(
            factories.actor(who),
            values.pop("verb"),
            person_id=self.john.pk,
            owner_id=(owner or who.agency).pk,
            categories=categories,
            why=why,
            **values,
        )

    def listed(self, who, *people, now=None):
        access.record_listed(
            factories.actor(who),
            now=now or self.now,
            person_ids=[p.pk for p in people],
            categories=[C.IDENTITY],
            why=Source.PATCH.label,
            page="people:list",
        )


@pytest.fixture
def scene():
    return Scene()


def text_of(answer):
    return " ".join(answer.content.decode().split())


def test_a_person_reads_who_looked_at_what_when_and_why(scene, client):
    day = "the person consented on 3 May 2026, to plan care and support, until 3 November 2026"
    for n in range(4):
        scene.opened(scene.nurse, C.PLAN, why=day, now=scene.now - timedelta(seconds=n))
    scene.listed(scene.officer, scene.john, scene.mary)
    client.force_login(scene.own.user)
    page = text_of(client.get("/me/looked/"))
    assert "Daniel Okafor" in page
    assert "Nurse, The Trust" in page
    assert "looked at your plan, 4 times, because you said yes on 3 May 2026" in page
    assert "saw you in a list, with your name and date of birth" in page
    assert "they look after your home" in page
    assert "Mary" not in page


def test_nobody_elses_number_is_read_in_a_list(scene):
    scene.listed(scene.officer, scene.john, scene.mary)
    scene.listed(scene.officer, scene.mary)
    with bound_account(scene.own.user_id):
        assert rows("SELECT count(*) FROM kernel_access") == [(1,)]
        assert rows("SELECT person_id FROM kernel_listed") == [(scene.john.pk,)]
    for column in ("person_ids", "request_ref", "*"):
        with pytest.raises(Exception, match="permission denied"), bound_account(scene.own.user_id):
            rows(f"SELECT {column} FROM kernel_access")


def test_what_was_denied_is_not_the_persons_to_see(scene):
    scene.opened(scene.nurse, verb=AccessVerb.DENIED)
    with bound_account(scene.own.user_id):
        assert rows("SELECT 1 FROM kernel_access") == []


def test_a_masked_request_tells_nothing_of_who_sent_it(scene, client):
    with as_role("lintel_import"):
        for reference, masked in (("LN-AAAA-1111", True), ("LN-BBBB-2222", False)):
            with connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO requests_request (reference, kind, masked, urgency, about_name,"
                    " about_born, about_address, about_postcode, signs, seen, done, asked_for,"
                    " person_knows, extra, person_id, owner_id, sender_id, sender_team_id, state,"
                    " created, withdrawn_words)"
                    " VALUES (%s, 'concern', %s, 'routine', '', '', '', '', '{}', '', '', '', '',"
                    " '{}', %s, %s, %s, %s, 'sent', now(), '')",
                    [
                        reference,
                        masked,
                        scene.john.pk,
                        scene.landlord.pk,
                        scene.officer.pk,
                        scene.office.pk,
                    ],
                )
    for reference in ("LN-AAAA-1111", "LN-BBBB-2222"):
        scene.opened(
            scene.officer,
            C.IDENTITY,
            verb=AccessVerb.DISCLOSED,
            why="In a concern that the worker sent.",
            request_ref=reference,
            page="requests.send",
        )
    # Whoever handles it read the person's own data: that is shown, without what it was for.
    scene.opened(
        scene.nurse,
        C.IDENTITY,
        why="The request is on a desk of the worker's.",
        request_ref="LN-AAAA-1111",
        page="requests.desk_one",
    )
    client.force_login(scene.own.user)
    page = text_of(client.get("/me/looked/"))
    assert page.count("told another team about your name") == 1
    assert "looked at your name and date of birth, because it was part of their work" in page
    assert "LN-" not in page


def test_a_carer_sees_only_what_is_all_theirs_to_see(scene, client):
    carer = factories.viewer(scene.john, ViewerKind.CARER, [C.PLAN, C.CONTACT])
    scene.opened(scene.officer, C.PLAN, why=Source.PATCH.label)
    scene.opened(scene.officer, C.PLAN, C.MONEY, now=scene.now - timedelta(days=8))
    scene.opened(scene.nurse, C.PLAN)  # Would tell that there is a nurse.
    scene.opened(scene.officer, C.CONTACT, request_ref="LN-CCCC-3333")
    scene.listed(scene.officer, scene.john)
    client.force_login(carer.user)
    page = text_of(client.get("/me/looked/"))
    assert "looked at your plan, because they look after your home" in page
    for words in ("Daniel", "your rent", "in a list", "reach you, b"):
        assert words not in page, words
    full = factories.viewer(scene.john, ViewerKind.ADVOCATE, list(C))
    client.force_login(full.user)
    assert "Daniel Okafor" in text_of(client.get("/me/looked/"))


def test_an_account_sees_nothing_once_its_permission_ended(scene):
    scene.opened(scene.nurse, C.PLAN)
    ended = factories.viewer(
        scene.john, ViewerKind.ADVOCATE, list(C), ended=scene.now - timedelta(hours=1)
    )
    other = factories.viewer(scene.mary)
    for viewer in (ended, other):
        with bound_account(viewer.user_id):
            assert rows("SELECT 1 FROM kernel_access") == []
            assert rows("SELECT 1 FROM kernel_listed") == []


def test_one_month_is_shown_and_pages_follow_whole_weeks(scene, client, monkeypatch):
    for n in range(40):
        scene.opened(scene.nurse, C.PLAN, now=scene.now - timedelta(days=n, seconds=1))
    monkeypatch.setattr(queries, "looked", _small)
    client.force_login(scene.own.user)
    seen, at, pages = 0, "/me/looked/", 0
    weeks: list[str] = []
    while at:
        page = text_of(client.get(at))
        weeks += re.findall(r'govuk-heading-m">([^<]+)<', page)
        seen += sum(_times(page))
        found = re.search(r'rel="next" href="(\?[^"]+)"', page)
        at = f"/me/looked/{found[1].replace('&amp;', '&')}" if found else ""
        pages += 1
    assert seen == 40
    assert pages > 1
    assert len(weeks) == len(set(weeks))
    month = (scene.now - timedelta(days=35)).strftime("%Y-%m")
    page = text_of(client.get(f"/me/looked/?month={month}"))
    assert "your plan" in page
    assert scene.now.strftime("%Y-%m") == month or len(_times(page)) < 40
    assert client.get("/me/looked/?month=nonsense&before=x").status_code == 200


def _small(account, **kwargs):
    from lintel.records.queries.looked import looked

    return looked(account, **{**kwargs, "limit": 12})


def _times(page):
    words = {"": 1, "twice": 2}
    return [
        words[w] if w in words else int(w)
        for w in re.findall(r"your plan(?:, (twice|\d+)(?: times)?)?, because", page)
    ]


def test_the_page_asks_the_same_number_of_queries_however_long_the_history(scene, client):
    client.force_login(scene.own.user)

    def queries_of(address):
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    scene.opened(scene.nurse, C.PLAN)
    few = queries_of("/me/looked/")
    for n in range(60):
        scene.opened(scene.nurse, C.PLAN, now=scene.now - timedelta(days=n))
        scene.listed(factories.worker(scene.office), scene.john, now=scene.now - timedelta(days=n))
    assert queries_of("/me/looked/") == few
    with as_role("postgres"):
        far = Access.objects.filter(person_id=scene.john.pk).order_by("at").last().pk
    assert queries_of(f"/me/looked/?before={far}") <= few + 1


def test_a_question_goes_to_the_workers_own_lead_and_is_answered_in_words(scene, client):
    scene.opened(scene.nurse, C.PLAN, C.HEALTH_DETAIL)
    client.force_login(scene.own.user)
    (at,) = re.findall(r'href="(/me/looked/\d+/)"', text_of(client.get("/me/looked/")))
    page = text_of(client.get(at))
    assert "5 working days" in page
    sent = client.post(at, {"words": "I had no visit that day."}, follow=True)
    assert "We have sent your question" in text_of(sent)
    assert "They will answer by" in text_of(sent)
    assert client.post(at, {"words": "again"}, follow=True).status_code == 200
    with as_role("postgres"):
        question = Question.objects.get()
    assert (question.owner_id, question.worker_id) == (scene.trust.pk, scene.nurse.pk)
    assert "You asked about this" in text_of(client.get("/me/looked/"))

    client.force_login(scene.lead.user)
    assert "1 question about who has looked" in text_of(client.get("/"))
    assert "John Tressell" in text_of(client.get("/records/"))
    one = f"/records/questions/{question.pk}/"
    page = text_of(client.get(one))
    assert "I had no visit that day." in page
    assert "looked at your health and your plan" in page
    assert "There is a problem" in text_of(client.post(one, {"words": " "}))
    assert "Answered" in text_of(
        client.post(one, {"words": "He read your plan to get ready for Monday."}, follow=True)
    )
    assert client.post(one, {"words": "Twice"}).status_code == 409

    client.force_login(scene.own.user)
    page = text_of(client.get("/me/looked/questions/"))
    assert "He read your plan to get ready for Monday." in page


def test_a_question_is_for_nobody_elses_lead(scene, client):
    scene.opened(scene.nurse, C.PLAN)
    client.force_login(scene.own.user)
    (at,) = re.findall(r'href="(/me/looked/\d+/)"', text_of(client.get("/me/looked/")))
    client.post(at, {"words": "Why?"})
    with as_role("postgres"):
        number = Question.objects.get().pk
    other = factories.worker(scene.landlord, roles=[Role.INFORMATION_LEAD])
    client.force_login(other.user)
    assert client.get(f"/records/questions/{number}/").status_code == 404
    assert "No question waits" in text_of(client.get("/records/"))
    client.force_login(scene.nurse.user)
    assert client.get("/records/").status_code == 403
    # A carer doesn't read what the person asked; the person reads what a carer asked for them.
    carer = factories.viewer(scene.john, ViewerKind.CARER, list(C))
    client.force_login(carer.user)
    assert "Why?" not in text_of(client.get("/me/looked/questions/"))


def test_nobody_asks_about_an_entry_that_is_not_theirs(scene, client):
    scene.opened(scene.nurse, C.PLAN)
    with as_role("postgres"):
        number = Access.objects.get().pk
    client.force_login(factories.viewer(scene.mary).user)
    assert client.get(f"/me/looked/{number}/").status_code == 404
    assert client.post(f"/me/looked/{number}/", {"words": "x"}).status_code == 404
    with as_role("postgres"):
        assert not Question.objects.exists()


def test_what_is_overdue_climbs_to_the_partnership_lead_without_a_name(scene, client):
    top = factories.worker(factories.agency(), roles=[Role.PARTNERSHIP_LEAD])
    scene.opened(scene.nurse, C.PLAN)
    client.force_login(scene.own.user)
    (at,) = re.findall(r'href="(/me/looked/\d+/)"', text_of(client.get("/me/looked/")))
    client.post(at, {})
    assert actions.climb(now=scene.now + timedelta(days=2)) == 0
    assert actions.climb(now=scene.now + timedelta(days=12)) == 1
    assert actions.climb(now=scene.now + timedelta(days=13)) == 0
    with as_role("postgres"):
        told = {user for (user,) in rows("SELECT to_user_id FROM kernel_message")}
    assert {top.user_id, scene.lead.user_id} <= told
    assert "We have told the person who leads" in text_of(client.get("/me/looked/questions/"))
    client.force_login(top.user)
    page = text_of(client.get("/records/late/"))
    assert "The Trust" in page
    for words in ("John", "Daniel", "plan"):
        assert words not in page
    with bound(factories.actor(top)):
        assert rows("SELECT 1 FROM records_question") == []
    client.force_login(scene.lead.user)
    assert client.get("/records/late/").status_code == 403
