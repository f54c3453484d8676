"""The pages of requests, through the real middleware, as the application's own role."""

import csv
import io
import re
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lintel.agencies.models import Guess, Worker
from lintel.kernel.actor import bound
from lintel.people.models import Home
from lintel.requests import actions, relay
from lintel.requests.models import Handling, Request
from lintel.requests.states import PersonKnows, Sign, State, Urgency
from tests import factories
from tests.requests.world import World, concern, make_world
from tests.support.db import as_role

pytestmark = pytest.mark.django_db

CONCERN = {
    "signs": [Sign.HOARDING, Sign.NOISE],
    "seen": "Bags up to the ceiling in the hall",
    "urgency": Urgency.ROUTINE,
    "person_knows": PersonKnows.NOT_ASKED,
    "_once": "a-token-of-one-page-1",
}


@pytest.fixture
def world() -> World:
    return make_world()


def signed_in(who: Worker) -> Client:
    client = Client()
    client.force_login(who.user)
    return client


def text_of(answer: HttpResponse) -> str:
    return answer.content.decode()


def requests_in_all() -> list[Request]:
    with as_role("postgres"):
        return list(Request.objects.order_by("id"))


def desk_of(reference: str) -> Handling:
    with as_role("postgres"):
        return Handling.objects.get(reference=reference)


def delivered(made: Request) -> str:
    relay.deliver(made.pk, now=timezone.now())
    return made.reference


def send(world: World, **more: Any) -> str:
    """A concern about the tenant on the nurse's desk."""
    actor = world.actor("officer")
    with bound(actor):
        made = actions.raise_concern(actor, now=timezone.now(), **concern(world.tenant.pk, **more))
    return delivered(made)


def ask(world: World, words: str = "A neighbour") -> str:
    """A question on the desk of the one-stop shop."""
    actor = world.actor("officer")
    with bound(actor):
        made = actions.ask_advice(
            actor, now=timezone.now(), seen=words, asked_for="What now?", urgency="routine"
        )
    return delivered(made)


def refer(world: World) -> str:
    consent = factories.consent(world.tenant, world.officer, world.cmht)
    actor = world.actor("officer")
    with bound(actor):
        made = actions.refer(
            actor,
            now=timezone.now(),
            person_id=world.tenant.pk,
            to_team_id=world.cmht.pk,
            consent_id=consent.pk,
            seen="He asks for somebody to talk to.",
            asked_for="Somebody who comes by.",
            urgency="routine",
        )
    return delivered(made)


# Raising --------------------------------------------------------------------------------------


def test_a_concern_is_raised_and_its_page_says_what_comes_next(world: World) -> None:
    client = signed_in(world.officer)
    form = client.get(f"/requests/concern/new?person={world.tenant.pk}", follow=True)
    assert form.status_code == 200
    assert "John Invented" in text_of(form)
    assert "We can’t tell you which of the two it was" in text_of(form)
    answer = client.post(f"/requests/concern/new/{world.tenant.pk}", CONCERN, follow=True)
    made = requests_in_all()[0]
    assert answer.redirect_chain[-1][0] == f"/requests/sent/{made.reference}/"
    assert "It is on its way" in text_of(answer)
    assert "smoke alarm" in text_of(answer)
    assert made.masked


def test_a_double_click_sends_once(world: World) -> None:
    client = signed_in(world.officer)
    addresses = {
        client.post(f"/requests/concern/new/{world.tenant.pk}", CONCERN)["Location"]
        for _ in range(2)
    }
    assert len(addresses) == 1
    assert len(requests_in_all()) == 1


def test_each_small_form_is_done_once(world: World) -> None:
    reference = send(world)
    client = signed_in(world.nurse)
    take = {"version": desk_of(reference).version, "_once": "a-token-for-taking-it"}
    note = {"words": "A note of mine", "_once": "a-token-for-the-note"}
    for _ in range(2):
        assert client.post(f"/requests/desk/{reference}/take", take).status_code == 302
        assert client.post(f"/requests/desk/{reference}/note", note).status_code == 302
    page = text_of(client.get(f"/requests/desk/{reference}/"))
    assert page.count("A note of mine") == 1


def test_somebody_unlisted_is_asked_about_without_confirming_who_is_known(world: World) -> None:
    client = signed_in(world.officer)
    pages = set()
    for name in ("John Invented", "Nobody Atall"):
        typed = {
            **CONCERN,
            "about_name": name,
            "about_born": "3 April 1972",
            "_once": f"token-for-{name.replace(' ', '-')}",
        }
        answer = client.post("/requests/concern/new", typed, follow=True)
        assert answer.status_code == 200
        relay.deliver(requests_in_all()[-1].pk, now=timezone.now())
        page = text_of(client.get(answer.redirect_chain[-1][0]))
        page = re.sub(r'name="(csrfmiddlewaretoken|_once|_who)" value="[^"]*"', "", page)
        page = page.replace(requests_in_all()[-1].reference, "REF").replace(name, "NAME")
        pages.add(re.sub(r"\d+ \w+ at \d+:\d+[ap]m|datetime=\"[^\"]*\"", "WHEN", page))
    assert len(pages) == 1


def test_a_person_outside_sight_is_not_found_and_the_guess_is_noted(world: World) -> None:
    stranger = factories.tenant(world.nurse, "Unknown Person")
    client = signed_in(world.officer)
    for page in ("concern", "message", "referral"):
        for person in (stranger.pk, 10**15, 2**63, 10**30):
            assert client.get(f"/requests/{page}/new/{person}").status_code == 404
    assert client.get("/requests/concern/new?person=nonsense", follow=True).status_code == 404
    assert Guess.objects.get(worker=world.officer).count > 0


def test_what_was_typed_survives_the_end_of_the_session(world: World) -> None:
    client = signed_in(world.officer)
    address = f"/requests/concern/new/{world.tenant.pk}"
    # The first is that of the button that signs out.
    who = re.findall(r'name="_who" value="([^"]+)"', text_of(client.get(address)))[-1]
    client.logout()
    answer = client.post(address, {**CONCERN, "_who": who})
    assert answer.status_code == 302
    assert requests_in_all() == []
    client.force_login(world.officer.user)
    page = text_of(client.get(address))
    assert "Bags up to the ceiling in the hall" in page
    assert "We kept what you typed" in page


def test_a_referral_needs_consent_and_says_what_will_be_seen(world: World) -> None:
    client = signed_in(world.officer)
    address = f"/requests/referral/new/{world.tenant.pk}/{world.cmht.pk}"
    assert "has to agree before" in text_of(client.get(address))
    typed = {"seen": "Talk", "asked_for": "Visits", "urgency": "routine"}
    client.post(address, typed)
    assert requests_in_all() == []
    factories.consent(world.tenant, world.officer, world.cmht)
    page = text_of(client.get(address))
    assert "how to reach them" in page
    assert client.post(address, {**typed, "_once": "one-token-for-this-1"}).status_code == 302
    assert requests_in_all()[0].reference in text_of(client.get(address))


def test_services_that_cover_the_address_come_first_with_why(world: World) -> None:
    near = factories.team(world.trust, name="Near team", covers=["SY1"])
    far = factories.team(world.trust, name="Far team", covers=["LD1"])
    client = signed_in(world.officer)
    address = f"/requests/referral/new/{world.tenant.pk}"
    page = text_of(client.get(address))
    assert (
        page.index("Near team") < page.index("Covers SY1") < page.index("Probably the wrong team")
    )
    assert page.index("Covers the whole partnership") < page.index("Other teams")
    assert page.index("Other teams") < page.index("Far team")
    for team in (near, far):
        answer = client.get(address, {"to_team": team.pk})
        assert answer["Location"] == f"{address}/{team.pk}"
    for wrong in ("", "0", "x"):
        assert "Select a service" in text_of(client.get(address, {"to_team": wrong}))


def test_what_help_it_is_about_stays_out_of_the_address(world: World) -> None:
    money = factories.team(world.trust, name="Money team")
    factories.entry(money, [factories.everywhere()], needs=["money"])
    client = signed_in(world.officer)
    address = f"/requests/referral/new/{world.tenant.pk}"
    answer = client.post(address, {"words": "money"}, follow=True)
    assert answer.redirect_chain == [(address, 302)]
    page = text_of(answer)
    # The others have no entry for it.
    assert page.index("Money team") < page.index("Other teams")
    assert page.index("Other teams") < page.index(world.cmht.name)
    none = text_of(client.post(address, {"words": "carers"}, follow=True))
    assert "No service that takes referrals here covers this address for this help" in none
    assert "Money team" in none
    client.post(address, {"words": ""})
    assert "No service that takes" not in text_of(client.get(address))


def test_nobody_knows_the_address_and_all_can_still_be_chosen(world: World) -> None:
    with as_role("postgres"):
        Home.objects.update(postcode="")
    factories.team(world.trust, name="Near team", covers=["SY1"])
    page = text_of(signed_in(world.officer).get(f"/requests/referral/new/{world.tenant.pk}"))
    assert page.index("Covers the whole partnership") < page.index("Near team")


def test_redirecting_lists_the_teams_that_cover_the_address_first(world: World) -> None:
    near = factories.team(world.trust, name="Zz near", covers=["SY1"])
    factories.team(world.trust, name="Aa far", covers=["LD1"])
    reference = send(world)
    page = text_of(signed_in(world.nurse).get(f"/requests/desk/{reference}/redirect"))
    assert page.index(f"{near.name}, {world.trust.name} (covers SY1)") < page.index("Aa far")


def test_a_concern_turns_into_a_referral_with_its_words_filled_in(world: World) -> None:
    factories.consent(world.tenant, world.officer, world.cmht)
    reference = send(world)
    client = signed_in(world.officer)
    assert f"follows={reference}" in text_of(client.get(f"/requests/sent/{reference}/"))
    address = f"/requests/referral/new/{world.tenant.pk}/{world.cmht.pk}?follows={reference}"
    assert "Bin bags up to the window" in text_of(client.get(address))


def test_a_search_for_a_name_stays_out_of_the_address(world: World) -> None:
    send(world)
    client = signed_in(world.officer)
    for page in ("/requests/referral/new", "/requests/sent/"):
        answer = client.post(page, {"words": "John Inv"}, follow=True)
        assert "John" not in answer.redirect_chain[-1][0]
        assert "John Invented" in text_of(answer)
    answer = client.post("/requests/sent/", {"words": "Somebody Else"}, follow=True)
    assert "Nothing fits what you chose" in text_of(answer)


# Sent -----------------------------------------------------------------------------------------


def test_titles_and_addresses_name_nobody(world: World) -> None:
    reference = send(world)
    for client, page in (
        (signed_in(world.officer), f"/requests/sent/{reference}/"),
        (signed_in(world.nurse), f"/requests/desk/{reference}/"),
        (signed_in(world.nurse), f"/requests/desk/{reference}/note"),
    ):
        shown = text_of(client.get(page))
        title = shown[shown.index("<title>") : shown.index("</title>")]
        assert "Invented" not in title
        assert not re.search(r'href="[^"]*(John|Invented)', shown)


def test_the_other_side_and_strangers_find_nothing(world: World) -> None:
    reference = send(world)
    assert signed_in(world.officer).get(f"/requests/desk/{reference}/").status_code == 404
    assert signed_in(world.nurse).get(f"/requests/sent/{reference}/").status_code == 404
    assert signed_in(world.other_nurse).get(f"/requests/desk/{reference}/").status_code == 404
    posted = signed_in(world.officer).post(f"/requests/desk/{reference}/take")
    assert posted.status_code == 404


def test_what_was_sent_is_added_to_and_taken_back(world: World) -> None:
    reference = send(world)
    client = signed_in(world.officer)
    client.post(f"/requests/sent/{reference}/add", {"words": "He opened the door today."})
    assert "He opened the door today." in text_of(client.get(f"/requests/sent/{reference}/"))
    client.post(f"/requests/sent/{reference}/withdraw", {"words": "Sent twice."})
    page = text_of(client.get(f"/requests/sent/{reference}/"))
    assert "You took it back" in page
    late = client.post(f"/requests/sent/{reference}/add", {"words": "One more thing to say"})
    assert late.status_code == 409
    assert "One more thing to say" in text_of(late)


def test_the_spreadsheet_holds_what_the_list_shows_and_runs_nothing(world: World) -> None:
    reference = send(world, about=actions.About("=HYPERLINK(1)", "1980"))
    answer = signed_in(world.officer).get("/requests/sent/export")
    rows = list(csv.reader(io.StringIO(text_of(answer).removeprefix("\ufeff"))))
    assert rows[1][0] == reference
    assert rows[1][2].startswith("'=") or not rows[1][2].startswith("=")
    assert "attachment" in answer["Content-Disposition"]


# The desk -------------------------------------------------------------------------------------


def test_the_desk_is_worked_through(world: World) -> None:
    reference = send(world)
    client = signed_in(world.nurse)
    inbox = text_of(client.get("/requests/inbox/"))
    assert reference in inbox
    assert "John Invented" in inbox
    desk = text_of(client.get(f"/requests/desk/{reference}/"))
    assert "can’t see who you are" in desk
    assert "Write to the sender" not in desk
    assert client.post(f"/requests/desk/{reference}/acknowledge").status_code == 302
    assert client.post(f"/requests/desk/{reference}/take").status_code == 302
    typed = {
        "decision": "acting",
        "acting_words": "I visit on Monday",
        "version": desk_of(reference).version,
    }
    answer = client.post(f"/requests/desk/{reference}/decide", typed, follow=True)
    assert "Being acted on" in text_of(answer)
    client.post(f"/requests/desk/{reference}/review", {"words": "Twice a week now"})
    client.post(f"/requests/desk/{reference}/close", {"words": "He is well"})
    client.post(f"/requests/desk/{reference}/reopen", {"words": "Not well again"})
    assert desk_of(reference).state == State.TAKEN
    page = text_of(client.get(f"/requests/desk/{reference}/"))
    assert "Twice a week now" in page
    assert "Not well again" in page


def test_the_second_to_decide_is_told_and_keeps_what_was_typed(world: World) -> None:
    reference = send(world)
    first, second = signed_in(world.nurse), signed_in(world.nurse_two)
    first.post(f"/requests/desk/{reference}/take")
    typed = {
        "decision": "advice",
        "advice": "Ring in the morning",
        "version": desk_of(reference).version,
    }
    assert first.post(f"/requests/desk/{reference}/decide", typed).status_code == 302
    lost = second.post(f"/requests/desk/{reference}/decide", {**typed, "advice": "My own words"})
    assert lost.status_code == 409
    assert "Nia Nurse" in text_of(lost)
    assert "My own words" in text_of(lost)


def test_what_was_redirected_away_still_gives_back_what_was_typed(world: World) -> None:
    reference = send(world)
    first, second = signed_in(world.nurse), signed_in(world.nurse_two)
    version = desk_of(reference).version
    typed = {"to_team_id": world.other_cmht.pk, "words": "Their side of town", "version": version}
    unsaid = text_of(first.post(f"/requests/desk/{reference}/redirect", typed))
    assert "Select why it is not yours" in unsaid
    typed["reason"] = "area"
    assert first.post(f"/requests/desk/{reference}/redirect", typed)["Location"].endswith("inbox/")
    lost = second.post(f"/requests/desk/{reference}/note", {"words": "A long note of mine"})
    assert lost.status_code in {404, 409}
    assert reference in text_of(signed_in(world.other_nurse).get("/requests/inbox/"))


def test_masked_desks_can_ask_standard_questions_only(world: World) -> None:
    reference = send(world)
    client = signed_in(world.nurse)
    assert client.get(f"/requests/desk/{reference}/message").status_code == 302
    answer = client.post(f"/requests/desk/{reference}/message", {"words": "Do you know…"})
    assert answer.status_code == 403
    page = text_of(client.get(f"/requests/desk/{reference}/return"))
    assert "The sender will not see this" in page
    assert "Select at least one question" in text_of(
        client.post(f"/requests/desk/{reference}/return", {"words": "Tell me"})
    )
    answer = client.post(f"/requests/desk/{reference}/return", {"questions": ["danger"]})
    assert answer.status_code == 302
    assert desk_of(reference).state == State.RETURNED


def test_an_open_thread_shows_both_sides_and_how_to_reach_them(world: World) -> None:
    reference = refer(world)
    nurse, officer = signed_in(world.nurse), signed_in(world.officer)
    nurse.post(f"/requests/desk/{reference}/take")
    desk = text_of(nurse.get(f"/requests/desk/{reference}/"))
    assert world.officer.user.email in desk
    nurse.post(f"/requests/desk/{reference}/message", {"words": "I come on Monday."})
    page = text_of(officer.get(f"/requests/sent/{reference}/"))
    assert "Nia Nurse" in page
    assert "I come on Monday." in page
    officer.post(f"/requests/sent/{reference}/message", {"words": "He will be in."})
    assert "He will be in." in text_of(nurse.get(f"/requests/desk/{reference}/"))
    nurse.post(f"/requests/desk/{reference}/note", {"words": "For us alone."})
    assert "For us alone." not in text_of(officer.get(f"/requests/sent/{reference}/"))


def test_a_lead_hands_over_what_a_worker_has(world: World) -> None:
    reference = send(world)
    signed_in(world.nurse).post(f"/requests/desk/{reference}/take")
    lead = signed_in(world.cmht_lead)
    typed = {
        "what": "desk",
        "from_worker_id": world.nurse.pk,
        "to_worker_id": world.nurse_two.pk,
    }
    answer = lead.post("/requests/hand-over/", typed, follow=True)
    assert "1 request handed over" in text_of(answer)
    assert desk_of(reference).worker_id == world.nurse_two.pk
    lead.post(
        "/requests/hand-over/", {**typed, "from_worker_id": world.nurse_two.pk, "to_worker_id": ""}
    )
    assert desk_of(reference).worker_id is None


def test_the_shops_desk_is_for_the_shop(world: World) -> None:
    reference = ask(world)
    assert reference in text_of(signed_in(world.shop_worker).get("/requests/shop/"))
    assert reference not in text_of(signed_in(world.nurse).get("/requests/shop/"))


@pytest.mark.parametrize(
    "page",
    [
        "new",
        "concern/new",
        "advice/new",
        "message/new",
        "referral/new",
        "sent/",
        "inbox/",
        "shop/",
        "hand-over/",
        "inbox/?view=nonsense&sort=x&page=-1&kind=z&team=no",
        "sent/?shown=received&shown=bad&whose=mine&page=99999999999",
    ],
)
def test_every_page_opens_for_a_worker(world: World, page: str) -> None:
    assert signed_in(world.officer).get(f"/requests/{page}").status_code == 200


@pytest.mark.parametrize("act", ["assign", "find-out", "return", "redirect", "decide", "note"])
def test_every_verbs_page_shows_the_letter(world: World, act: str) -> None:
    reference = send(world)
    client = signed_in(world.nurse)
    client.post(f"/requests/desk/{reference}/acknowledge")
    answer = client.get(f"/requests/desk/{reference}/{act}")
    assert answer.status_code == 200
    assert "Bin bags up to the window" in text_of(answer)


def test_what_is_no_page_is_not_found(world: World) -> None:
    reference = send(world)
    client = signed_in(world.nurse)
    assert client.get(f"/requests/desk/{reference}/explode").status_code == 404
    assert client.get(f"/requests/desk/{reference}/take").status_code == 405
    assert client.get("/requests/desk/LN-0000-0000/").status_code == 404
    for page in ("inbox/", "sent/", "concern/new", f"desk/{reference}/", f"desk/{reference}/note"):
        assert client.delete(f"/requests/{page}").status_code == 405


# Cost -----------------------------------------------------------------------------------------


def queries_of(client: Client, path: str) -> int:
    client.get(path)  # What is looked up once a process (content types, the session) is done.
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def test_lists_cost_the_same_however_long(world: World) -> None:
    officer, shop = signed_in(world.officer), signed_in(world.shop_worker)
    pages = [
        (officer, "/requests/sent/"),
        (officer, "/requests/sent/export"),
        (shop, "/requests/inbox/"),
        (shop, "/requests/shop/"),
    ]
    for number in range(5):
        ask(world, f"Noise {number}")
    few = [queries_of(client, page) for client, page in pages]
    for number in range(20):
        ask(world, f"More noise {number}")
    many = [queries_of(client, page) for client, page in pages]
    assert many == few
    assert max(few) < 20, few


def test_pages_of_one_request_cost_the_same_however_much_was_written(world: World) -> None:
    reference = refer(world)
    nurse, officer = signed_in(world.nurse), signed_in(world.officer)
    pages = [(nurse, f"/requests/desk/{reference}/"), (officer, f"/requests/sent/{reference}/")]
    nurse.post(f"/requests/desk/{reference}/message", {"words": "One"})
    few = [queries_of(client, page) for client, page in pages]
    for number in range(10):
        nurse.post(f"/requests/desk/{reference}/message", {"words": f"More {number}"})
    assert [queries_of(client, page) for client, page in pages] == few
