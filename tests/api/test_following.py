"""Over the API alone: raised, answered, decided; and what each side is told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lintel.kernel.models import Access
from lintel.kernel.sight.states import Category
from lintel.requests.models import Handling
from tests import factories
from tests.api.caller import ADVICE, Caller, concern
from tests.requests.world import NOW, make_world
from tests.support.db import as_role
from tests.support.worker import run_jobs

pytestmark = pytest.mark.django_db(transaction=True)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Present:
    """The present of the calls: long past, so that all that is to be shown later is shown."""

    def __init__(self, monkeypatch):
        self.now = NOW
        monkeypatch.setattr("lintel.config.middleware.present", lambda: self.now)
        monkeypatch.setattr(timezone, "now", lambda: self.now)


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def officer(world):
    return Caller.of(world.officer)


@pytest.fixture
def nurse(world):
    return Caller.of(world.nurse)


@pytest.fixture
def present(world, officer, nurse, monkeypatch):
    return Present(monkeypatch)


def ok(answer):
    assert answer.status_code in (200, 201), answer.content
    return answer.json()


def test_a_concern_is_raised_questioned_answered_and_decided(world, officer, nurse, present):
    body = concern({"person_id": world.tenant.pk})
    reference = ok(officer.post("requests/concerns", body))["reference"]
    sent = ok(officer.get(f"requests/sent/{reference}"))
    assert (sent["shown"], sent["notices"], sent["handling"]) == ("sent", [], None)
    run_jobs()

    (line,) = ok(nurse.get("requests/inbox"))["items"]
    assert (line["reference"], line["state"], line["worker"]) == (
        reference,
        "received",
        "Nia Nurse",
    )
    present.now += HOUR
    desk = ok(nurse.get(f"requests/desk/{reference}"))
    assert desk["letter"]["seen"] == body["seen"]
    assert desk["letter"]["signs"] == ["hoarding", "noise"]
    assert "take" in desk["may"]
    act = f"requests/desk/{reference}"
    acknowledged = ok(nurse.post(f"{act}/acknowledge", {"version": desk["version"]}))
    assert acknowledged["state"] == "acknowledged"
    assert nurse.post(f"{act}/take", {"version": desk["version"]}).status_code == 409
    assert ok(nurse.post(f"{act}/take", {"version": acknowledged["version"]}))["state"] == "taken"
    ok(nurse.post(f"{act}/messages", {"words": "I know him.", "to_sender": False}))
    refused = nurse.post(f"{act}/messages", {"words": "I know him.", "to_sender": True})
    assert (refused.status_code, refused.json()["type"].split("/")[-1]) == (403, "denied")
    ok(nurse.post(f"{act}/return", {"questions": ["danger", "reach"], "words": "For me alone."}))

    assert ok(officer.get(f"requests/sent/{reference}"))["shown"] == "received"
    present.now += 3 * DAY
    asked = ok(officer.get(f"requests/sent/{reference}"))
    assert asked["shown"] == "returned"
    assert asked["may"] == ["withdraw", "answer", "information"]
    assert [q["key"] for q in asked["notices"][-1]["questions"]] == ["danger", "reach"]
    assert "For me alone" not in str(asked)
    answered = ok(officer.post(f"requests/sent/{reference}/answer", {"words": "Nobody. Mornings."}))
    assert answered == {"reference": reference, "shown": "received"}
    run_jobs()

    present.now += HOUR
    desk = ok(nurse.get(f"requests/desk/{reference}"))
    assert [m["words"] for m in desk["messages"]] == ["I know him.", "Nobody. Mornings."]
    decided = ok(
        nurse.post(f"{act}/decide", {"decision": "acting", "words": "I see him on Friday."})
    )
    assert decided["state"] == "active"
    assert ok(officer.get(f"requests/sent/{reference}"))["shown"] == "received"
    present.now += 2 * DAY
    shown = ok(officer.get(f"requests/sent/{reference}"))
    assert (shown["shown"], shown["handling"]) == ("decided", None)
    assert (shown["notices"][-1]["code"], shown["notices"][-1]["words"]) == ("decided", "")
    assert shown["guidance"]
    assert "Friday" not in str(shown)
    assert "Nia" not in str(shown)
    assert str(world.cmht.name) not in str(shown)
    assert ok(officer.get("requests/sent", shown="decided"))["items"][0]["reference"] == reference

    ok(nurse.post(f"{act}/close", {"words": "Done."}))
    present.now += DAY
    assert ok(officer.get(f"requests/sent/{reference}"))["shown"] == "decided"
    assert ok(nurse.get("requests/inbox", view="closed"))["items"][0]["state"] == "closed"


def test_advice_comes_back_in_words(world, officer, present):
    shop = Caller(Caller.of(world.shop_worker).raw)
    reference = ok(officer.post("requests/advice", ADVICE))["reference"]
    run_jobs()
    act = f"requests/desk/{reference}"
    ok(shop.post(f"{act}/find-out", {"words": "I ask round."}))
    wrong = shop.post(f"{act}/decide", {"decision": "not_for_us"})
    assert wrong.status_code == 422
    assert {f["pointer"] for f in wrong.json()["errors"]} == {"#/words", "#/better_route"}
    ok(shop.post(f"{act}/decide", {"decision": "advice", "advice": "Try in the mornings."}))
    present.now += HOUR
    shown = ok(officer.get(f"requests/sent/{reference}"))
    assert shown["shown"] == "decided"
    assert shown["handling"]["decision_words"] == "Try in the mornings."


def test_a_redirected_request_leaves_the_desk(world, officer, nurse, present):
    reference = ok(officer.post("requests/concerns", concern({"person_id": world.tenant.pk})))[
        "reference"
    ]
    run_jobs()
    body = {"to_team": world.other_cmht.slug, "words": "He moved."}
    path = f"requests/desk/{reference}"
    first = nurse.post(f"{path}/redirect", body, key="redirect-once")
    assert ok(first)["state"] == "received"
    # The repeat is answered although the desk is out of sight by now.
    assert nurse.post(f"{path}/redirect", body, key="redirect-once").content == first.content
    assert nurse.post(f"{path}/redirect", body).status_code == 404
    assert nurse.get(path).status_code == 404
    with as_role("postgres"):
        assert Handling.objects.get(reference=reference).team_id == world.other_cmht.pk
    own = {"to_team": world.cmht.slug, "words": "Back"}
    other = Caller.of(world.other_nurse)
    assert other.post(f"{path}/redirect", {**own, "to_team": "nowhere"}).status_code == 422
    assert ok(other.post(f"{path}/redirect", own))["state"] == "received"


def test_withdrawing_reaches_the_desk(world, officer, nurse, present):
    reference = ok(officer.post("requests/concerns", concern({"person_id": world.tenant.pk})))[
        "reference"
    ]
    run_jobs()
    path = f"requests/sent/{reference}"
    assert officer.post(f"{path}/answer", {"words": "But"}).status_code == 409
    assert ok(officer.post(f"{path}/information", {"words": "He is out."}))["shown"] == "sent"
    first = officer.post(f"{path}/withdraw", {"words": "A mistake."}, key="withdraw-once")
    assert ok(first)["shown"] == "withdrawn"
    again = officer.post(f"{path}/withdraw", {"words": "A mistake."}, key="withdraw-once")
    assert again.content == first.content
    assert officer.post(f"{path}/withdraw", {"words": "A mistake."}).status_code == 409
    run_jobs()
    desk = ok(nurse.get(f"requests/desk/{reference}"))
    assert (desk["state"], desk["may"]) == ("withdrawn", ["messages"])


def test_lists_go_on_where_they_ended(world, officer, present):
    references = []
    for _ in range(5):
        references.append(ok(officer.post("requests/advice", ADVICE))["reference"])
        present.now += timedelta(minutes=1)
    # Two sent at the very same moment.
    references += [ok(officer.post("requests/advice", ADVICE))["reference"] for _ in range(2)]
    run_jobs()
    for caller, path in (
        (officer, "requests/sent"),
        (Caller.of(world.shop_worker), "requests/inbox"),
    ):
        found, cursor = [], {}
        while True:
            part = ok(caller.get(path, limit=2, **cursor))
            assert len(part["items"]) <= 2
            found += [row["reference"] for row in part["items"]]
            if part["next"] is None:
                break
            cursor = {"cursor": part["next"]}
        assert sorted(found) == sorted(references)
    newest = ok(officer.get("requests/sent", limit=100))["items"]
    assert [row["reference"] for row in newest[2:]] == references[4::-1]
    assert ok(officer.get("requests/sent", kind="concern"))["items"] == []


def test_the_person_is_named_by_number_to_who_may_see_them(world, officer, nurse, present):
    factories.consent(
        world.tenant,
        world.officer,
        world.cmht,
        [Category.IDENTITY],
        given=NOW - HOUR,
        until=NOW + 90 * DAY,
    )
    body = {
        "who": {"person_id": world.tenant.pk},
        "to_team": world.cmht.slug,
        "seen": "His nights",
        "asked_for": "Help",
        "urgency": "routine",
    }
    reference = ok(officer.post("requests/referrals", body))["reference"]
    run_jobs()
    path = f"requests/desk/{reference}"
    assert ok(nurse.get(path))["person_id"] == world.tenant.pk
    ok(nurse.post(f"{path}/take"))
    ok(nurse.post(f"{path}/messages", {"words": "Thank you.", "to_sender": True}))
    ok(nurse.post(f"{path}/decide", {"decision": "acting", "words": "We meet on Friday."}))
    assert nurse.post(f"{path}/close", {"words": "Done."}).status_code == 422
    contacts = [{"when": "Any worry", "who": "The duty desk"}]
    ok(nurse.post(f"{path}/close", {"words": "Done.", "contacts": contacts}))
    shown = ok(officer.get(f"requests/sent/{reference}"))
    assert shown["handling"]["contacts"] == contacts
    assert [m["words"] for m in shown["messages"]] == ["Thank you."]
    with as_role("postgres"):
        row = Access.objects.filter(worker_id=world.nurse.pk, verb="opened").first()
    assert (row.person_id, row.request_ref) == (world.tenant.pk, reference)
    assert row.integration_id
