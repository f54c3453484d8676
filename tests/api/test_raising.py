"""Raising through the API: the same actions, once, and in the access record."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from lintel.agencies.models import Token
from lintel.agencies.states import Scope
from lintel.kernel.models import Access, Event
from lintel.kernel.sight.states import Category
from lintel.people.models import Tenancy
from lintel.requests import limits
from lintel.requests.models import Request
from tests import factories
from tests.api.caller import ABOUT, ADVICE, Caller, concern
from tests.requests.world import make_world
from tests.support.db import as_role
from tests.support.worker import run_jobs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def caller(world):
    return Caller.of(world.officer)


def tenancy_of(person):
    with as_role("postgres"):
        return Tenancy.objects.select_related("home").get(person=person)


def requests():
    with as_role("postgres"):
        return list(Request.objects.order_by("id"))


def test_a_concern_by_person(world, caller):
    answer = caller.post("requests/concerns", concern({"person_id": world.tenant.pk}))
    assert answer.status_code == 201
    body = answer.json()
    assert answer["Location"] == body["href"] == f"/api/v1/requests/sent/{body['reference']}"
    (made,) = requests()
    assert (made.reference, made.person_id, made.masked) == (
        body["reference"],
        world.tenant.pk,
        True,
    )
    assert (made.about_name, made.about_born) == ("John Invented", "3 April 1972")
    assert (made.sender_id, made.sender_team_id) == (world.officer.pk, world.office.pk)


def test_a_concern_by_tenancy(world, caller):
    tenancy = tenancy_of(world.tenant)
    found = caller.get(f"people/by-tenancy/{tenancy.reference}").json()
    assert found == {
        "tenancy": tenancy.reference,
        "people": [{"person_id": world.tenant.pk, "name": "John Invented"}],
    }
    answer = caller.post("requests/concerns", concern({"tenancy": tenancy.reference}))
    assert answer.status_code == 201
    assert requests()[0].person_id == world.tenant.pk


def test_a_tenancy_of_several_asks_which(world, caller):
    tenancy = tenancy_of(world.tenant)
    other = factories.person("Ada Invented")
    factories.tenancy(other, tenancy.home, reference=tenancy.reference)
    found = caller.get(f"people/by-tenancy/{tenancy.reference}").json()["people"]
    assert {p["person_id"] for p in found} == {world.tenant.pk, other.pk}
    answer = caller.post("requests/concerns", concern({"tenancy": tenancy.reference}))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#/who/tenancy"
    assert requests() == []


def test_a_tenancy_out_of_sight_and_none_at_all_are_one_answer(world, caller):
    theirs = tenancy_of(factories.tenant(factories.worker()))
    colleagues_patch = factories.tenant(factories.worker(factories.team(world.landlord)))
    own_agency = tenancy_of(colleagues_patch)
    answers = [
        caller.get(f"people/by-tenancy/{reference}")
        for reference in (theirs.reference, own_agency.reference, "T-none")
    ]
    assert {a.status_code for a in answers} == {404}
    assert len({a.content for a in answers}) == 1
    posted = [
        caller.post("requests/concerns", concern({"tenancy": reference}))
        for reference in (theirs.reference, own_agency.reference, "T-none")
    ]
    assert {a.content for a in posted} == {answers[0].content}
    assert requests() == []


def test_a_concern_about_somebody_who_is_not_listed(caller):
    answer = caller.post("requests/concerns", concern({"about": ABOUT}))
    assert answer.status_code == 201
    (made,) = requests()
    assert (made.person_id, made.about_name) == (None, ABOUT["name"])


def test_advice_and_a_message(world, caller):
    assert caller.post("requests/advice", {**ADVICE, "district": "sy1"}).status_code == 201
    body = {"who": {"person_id": world.tenant.pk}, "words": "Please ring me."}
    assert caller.post("requests/messages", body).status_code == 201
    advice, message = requests()
    assert (advice.kind, advice.about_postcode, advice.masked) == ("advice", "SY1", False)
    assert (message.kind, message.seen, message.masked) == ("message", "Please ring me.", True)


def test_a_referral_needs_consent(world, caller):
    body = {
        "who": {"tenancy": tenancy_of(world.tenant).reference},
        "to_team": world.cmht.slug,
        "seen": "He asked for help with his nights.",
        "asked_for": "An assessment.",
        "urgency": "soon",
    }
    refused = caller.post("requests/referrals", body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "#/to_team"
    factories.consent(world.tenant, world.officer, world.cmht, [Category.IDENTITY])
    answer = caller.post("requests/referrals", body)
    assert answer.status_code == 201
    run_jobs()
    shown = caller.get(f"requests/sent/{answer.json()['reference']}").json()
    assert (shown["shown"], shown["letter"]["masked"]) == ("received", False)
    assert shown["handling"]["team"] == f"{world.cmht.name}, {world.trust.name}"


def test_teams_are_found_by_postcode(world, caller):
    slugs = [team["slug"] for team in caller.get("teams", postcode="SY1 2AB").json()["items"]]
    assert world.cmht.slug in slugs
    assert world.office.slug not in slugs
    assert caller.get("teams").status_code == 200


def test_the_senders_team_is_named_where_there_are_several(world, caller):
    other = factories.team(world.landlord)
    factories.member(world.officer, other)
    answer = caller.post("requests/advice", {**ADVICE, "team": other.slug})
    assert answer.status_code == 201
    assert requests()[0].sender_team_id == other.pk
    assert caller.post("requests/advice", {**ADVICE, "team": world.cmht.slug}).status_code == 422


# Once -----------------------------------------------------------------------------------------


def test_the_same_key_gets_the_same_answer(caller):
    first = caller.post("requests/advice", ADVICE, key="key-number-one")
    second = caller.post("requests/advice", dict(reversed(ADVICE.items())), key="key-number-one")
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert second["Location"] == first["Location"]
    assert len(requests()) == 1
    other = caller.post("requests/advice", ADVICE, key="key-number-two")
    assert other.json()["reference"] != first.json()["reference"]


def test_the_same_key_for_something_else_is_refused(world, caller):
    caller.post("requests/advice", ADVICE, key="key-number-one")
    for path, body in (
        ("requests/advice", {**ADVICE, "urgency": "urgent"}),
        ("requests/concerns", concern({"person_id": world.tenant.pk})),
    ):
        answer = caller.post(path, body, key="key-number-one")
        assert answer.status_code == 409
        assert answer.json()["type"].endswith("/conflict")
    assert len(requests()) == 1


def test_a_key_that_failed_can_be_used_again(world, caller):
    wrong = caller.post("requests/advice", {**ADVICE, "team": "none"}, key="key-number-one")
    assert wrong.status_code == 422
    assert caller.post("requests/advice", ADVICE, key="key-number-one").status_code == 201


def test_keys_of_two_systems_and_two_workers_do_not_meet(world, caller):
    others = [Caller.of(world.officer, integration="Repairs"), Caller.of(world.colleague)]
    answers = [c.post("requests/advice", ADVICE, key="key-number-one") for c in [caller, *others]]
    assert len({a.json()["reference"] for a in answers}) == 3


def test_two_at_once_send_once(caller):
    both = Barrier(2)

    def post(_):
        try:
            one = Caller(caller.raw)
            both.wait(10)
            return one.post("requests/advice", ADVICE, key="key-number-one")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(post, range(2))
    assert (one.status_code, other.status_code) == (201, 201)
    assert one.content == other.content
    assert len(requests()) == 1


def test_two_at_once_with_other_bodies_make_one_conflict(caller):
    both = Barrier(2)

    def post(urgency):
        try:
            one = Caller(caller.raw)
            both.wait(10)
            return one.post("requests/advice", {**ADVICE, "urgency": urgency}, key="key-number-1")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        found = {a.status_code for a in pool.map(post, ["routine", "soon"])}
    assert found == {201, 409}
    assert len(requests()) == 1


# What is noticed ------------------------------------------------------------------------------


def test_many_concerns_are_too_many(world, caller):
    for _ in range(limits.UNLISTED_AN_HOUR):
        assert caller.post("requests/concerns", concern({"about": ABOUT})).status_code == 201
    answer = caller.post("requests/concerns", concern({"about": ABOUT}))
    assert (answer.status_code, answer["Retry-After"]) == (429, "3600")
    assert answer.json()["detail"].startswith("You have raised as many concerns")
    listed = caller.post("requests/concerns", concern({"person_id": world.tenant.pk}))
    assert listed.status_code == 201


def test_every_use_names_the_system_and_the_worker(world, caller):
    system = Token.objects.get(worker=world.officer).integration_id
    reference = caller.post("requests/concerns", concern({"person_id": world.tenant.pk})).json()[
        "reference"
    ]
    caller.get(f"people/by-tenancy/{tenancy_of(world.tenant).reference}")
    caller.get("requests/sent")
    caller.get(f"requests/sent/{reference}")
    caller.get("requests/inbox")
    with as_role("postgres"):
        rows = list(Access.objects.order_by("id"))
        events = list(Event.objects.filter(verb="requests.sent"))
    assert [(r.page, r.verb) for r in rows] == [
        ("requests.send", "disclosed"),
        ("api.people_by_tenancy", "searched"),
        ("requests.sent_part", "listed"),
        ("requests.sent_one", "opened"),
        ("requests.inbox_part", "listed"),
    ]
    assert {(r.worker_id, r.integration_id) for r in rows} == {(world.officer.pk, system)}
    assert {(e.actor_worker_id, e.integration_id) for e in events} == {(world.officer.pk, system)}
    about = [r.person_ids or [r.person_id] for r in rows[:4]]
    assert about == [[world.tenant.pk]] * 4
    assert rows[4].person_ids is None
    assert all(r.why for r in rows)


def test_a_worker_of_the_shop_cannot_raise_a_masked_request(world):
    caller = Caller.of(world.shop_worker, Scope.RAISE)
    answer = caller.post("requests/concerns", concern({"about": ABOUT}))
    assert answer.status_code == 403
    assert answer.json()["detail"].startswith("You work at a one-stop shop.")
    assert requests() == []
