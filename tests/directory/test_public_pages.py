"""The pages that anybody reads: looking up, searching, an entry; and what a worker reads beside."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from lintel.agencies.states import TeamRole
from lintel.config import middleware
from lintel.directory.entry import Closure, Inside, Rule, Waiting
from lintel.directory.models import Report
from lintel.directory.states import Audience, ReferralRoute, RuleKind
from lintel.directory.views.asked import KEY
from lintel.kernel.models import Event, Message
from tests import factories
from tests.directory import making
from tests.support.db import as_role

pytestmark = pytest.mark.django_db(transaction=True)
PLACE = "QX1 2AB"


@pytest.fixture(autouse=True)
def _area() -> None:
    making.geography()
    making.postcode()


@pytest.fixture
def at_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "present", lambda: making.NOW)


def words(answer) -> str:
    text = re.sub(r"<script.*?</script>|<svg.*?</svg>", " ", answer.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def look_up(client: Client, place: str = PLACE, **more):
    return client.post("/directory/", {"place": place, **more}, follow=True)


def signed_in(client: Client, team=None, **more):
    worker = factories.worker(team, **more)
    client.force_login(worker.user)
    return worker


def test_who_covers_an_address(client, at_ten):
    making.published("Money advice", catchments=[making.postcodes("QX1")])
    making.published("Elsewhere", catchments=[making.postcodes("QX9")])
    answer = look_up(client, need="money")
    assert answer.redirect_chain == [("/directory/who-covers/?need=money", 302)]
    said = words(answer)
    assert "Who covers QX1 2AB" in said
    assert "For “Rent, debt and benefits”, now: Wednesday 4 March 2026 at 10:30am" in said
    assert "Money advice" in said
    assert "Open now until 5pm" in said
    assert "Covers QX1" in said
    assert "Checked on 1 February 2026" in said
    assert "Elsewhere" not in said
    assert 'href="tel:01632960001"' in answer.content.decode()


def test_the_place_is_in_no_address(client):
    making.published("Money advice")
    answer = look_up(client, need="money", age="34", when="Saturday 10am")
    page = answer.content.decode()
    shown = re.findall(r'(?:href|action|src)="([^"]*)"', page)
    assert not [href for href in shown if re.search(r"QX1|2AB", href, re.I)]
    assert "age=34" in answer.redirect_chain[0][0]
    # Nor is it kept anywhere but in the session.
    assert client.session[KEY]["typed"] == PLACE


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter a postcode or the name of a place"),
        ("BT1 1AA", "Northern Ireland"),
        ("JE2 3AB", "Jersey"),
        ("zzzz qqqq", ""),
        ("<script>alert(1)</script>", ""),
        ("x" * 300, "100 characters or fewer"),
    ],
)
def test_what_is_no_place_is_said_beside_the_box(client, typed, said):
    answer = look_up(client, typed)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "There is a problem" in page
    assert said in page
    assert 'href="#id_place"' in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("age", "old", "Enter an age in years"),
        ("age", "-1", "Enter an age in years"),
        ("age", "999", "130 or less"),
        ("when", "blursday", ""),
        ("when", "1 May 1999 at 10am", "within a year"),
        ("need", "nonsense", "Select one of the choices"),
    ],
)
def test_wrong_details_are_said_beside_their_box(client, field, typed, said):
    answer = look_up(client, **{field: typed})
    page = answer.content.decode()
    assert "There is a problem" in page
    assert f'href="#id_{field}"' in page
    assert said in page
    assert re.search(r"<details[^>]* open", page) or field == "need"
    # The answer's own page says it too, and answers all the same.
    look_up(client)
    shown = client.get("/directory/who-covers/", {field: typed})
    assert shown.status_code == 200
    assert "Who covers QX1 2AB" in words(shown)
    assert "There is a problem" in words(shown)


def test_a_name_of_several_places_is_chosen_from(client):
    making.area("P1", "place", "Upper Moor", lon=-2.1, lat=53.1)
    making.area("P2", "place", "Lower Moor", lon=-2.2, lat=53.2)
    answer = look_up(client, "Moor")
    page = answer.content.decode()
    assert "Which one do you mean?" in page
    assert "Upper Moor" in page
    found = look_up(client, "Moor", which="P1")
    assert "Who covers" in words(found)
    assert "Upper Moor" in words(found)


@pytest.mark.parametrize("which", ["\x00", "x" * 500, "P9", "QX1 2AB", "<b>"])
def test_an_odd_choice_breaks_nothing(client, which):
    assert look_up(client, "Moor", which=which).status_code == 200
    assert look_up(client, "\x00", which=which).status_code == 200


def test_a_place_is_forgotten(client, settings, monkeypatch):
    look_up(client)
    assert "Who covers" in words(client.get("/directory/who-covers/"))
    answer = client.post("/directory/forget-place/", follow=True)
    assert PLACE not in answer.content.decode()
    assert KEY not in client.session
    assert client.get("/directory/who-covers/").status_code == 302
    look_up(client)
    late = timezone.now() + timedelta(minutes=settings.LINTEL_SESSION_IDLE_MINUTES + 1)
    monkeypatch.setattr(middleware, "present", lambda: late)
    assert client.get("/directory/who-covers/").status_code == 302


def test_what_was_looked_up_is_deleted_with_the_session(client, settings):
    from datetime import UTC, datetime

    from django.contrib.sessions.models import Session

    from lintel.config.jobs import clear_sessions

    look_up(client)
    session = Session.objects.get()
    kept = (session.expire_date - datetime.now(UTC)).total_seconds() / 60
    assert kept <= settings.LINTEL_SESSION_IDLE_MINUTES
    clear_sessions(0)
    assert Session.objects.exists()
    Session.objects.update(expire_date=datetime.now(UTC))
    clear_sessions(0)
    assert not Session.objects.exists()


def test_nothing_covers_it(client):
    making.published("One-stop shop", needs=["advice"])
    answer = words(look_up(client, need="hoarding"))
    assert "Nothing in this directory covers it" in answer
    assert "One-stop shop" in answer
    assert "Citizens Advice" in answer


def test_another_time_and_another_age(client, at_ten):
    making.published(
        "Young",
        rules=[Rule(kind=RuleKind.AGE, words="16 to 25", minimum=16, maximum=25)],
        out_of_hours_words="Ring 111.",
    )
    answer = words(look_up(client, age="40"))
    assert "Not for this age Young : for people aged 16 to 25" in answer
    night = words(look_up(client, age="20", when="4 March 2026 at 11pm"))
    assert "on Wednesday 4 March 2026 at 11pm" in night
    assert "Closed then" in night
    assert "Ring 111." in night


def test_emergency_is_one_click_away_on_every_page(client):
    made = making.published("Crisis team", emergency=True, needs=["crisis"], always_open=True)
    look_up(client)
    for path in (
        "/directory/",
        "/directory/who-covers/",
        "/directory/search/",
        f"/directory/entry/{made.slug}/",
        f"/directory/entry/{made.slug}/report/",
        "/directory/guidance/",
        "/directory/private-landlords/",
        "/directory/emergencies/",
    ):
        page = client.get(path).content.decode()
        assert 'href="tel:999"' in page, path
        assert 'href="/directory/emergencies/"' in page, path
    assert "Crisis team" in words(client.get("/directory/emergencies/"))
    client.post("/directory/forget-place/")
    assert "Crisis team" in words(client.get("/directory/emergencies/"))
    assert "Crisis team" in words(client.get("/directory/private-landlords/"))


def test_search(client):
    making.published("Hoarding support", needs=["hoarding"])
    making.published("Money advice")
    answer = words(client.get("/directory/search/", {"q": "hoarding"}))
    assert "1 service" in answer
    assert "Hoarding support" in answer
    assert "Money advice" not in answer
    likely = words(client.get("/directory/search/", {"q": "hoardng suport"}))
    assert "Did you mean: Hoarding support" in likely
    odd = client.get(
        "/directory/search/", {"need": "x", "age": "y", "within": "z", "page": "-9", "sort": "q"}
    )
    assert odd.status_code == 200
    assert "2 services" in words(odd)


def test_distances_want_a_place(client):
    making.published("Near")
    making.published("Far", locations=[making.at(lat=making.LAT + 0.5)])
    assert "How far away?" not in words(client.get("/directory/search/"))
    look_up(client)
    answer = words(client.get("/directory/search/"))
    assert answer.index("Near") < answer.index("miles away") < answer.index("35 miles away")
    near = words(client.get("/directory/search/", {"within": "3"}))
    assert "1 service" in near
    assert "Within 3 miles" in near


def test_a_postcode_among_the_words_leaves_the_address(client):
    making.published("Money advice")
    answer = client.get("/directory/search/", {"q": "qx1 2ab"})
    assert answer["Location"] == "/directory/who-covers/"
    assert client.session[KEY]["typed"] == "qx1 2ab"
    other = client.get("/directory/search/", {"q": "help in ZZ99 9ZZ"})
    assert "ZZ99" not in other["Location"]


def test_an_entry_says_it_all(client, at_ten):
    shut = Closure(first=making.NOW.date(), last=making.NOW.date(), why="Training")
    night = making.published("Night line", always_open=True)
    made = making.published(
        "Debt advice",
        description="We listen.\n\n- Debts\n- Rent",
        closures=[shut],
        out_of_hours=night.pk,
        out_of_hours_words="Ring the night line.",
        languages=["English", "Welsh"],
        fees="Free",
        waiting=Waiting(days=14, as_of=making.NOW.date()),
        referral=[ReferralRoute.SELF, ReferralRoute.GP],
        how_to_ask="Ring in the morning.",
        catchments=[making.postcodes("QX1", but=("QX1 9",)), making.areas("W1")],
        rules=[
            Rule(kind=RuleKind.AGE, words="Adults", minimum=18, source="Contract 2025"),
            Rule(
                kind=RuleKind.EXCLUSION,
                words="Not with a diagnosis of X",
                diagnosis_alone=True,
                source_url="javascript:alert(1)",
            ),
        ],
        url="javascript:alert(1)",
    )
    answer = client.get(f"/directory/entry/{made.slug}/")
    said = words(answer)
    for expected in (
        "Closed today Training. Opens tomorrow",
        "Ring the night line.",
        "Night line",
        "We listen. Debts Rent",
        "English and Welsh",
        "Free",
        "About 14 days (said on 4 March 2026)",
        "The person themselves or a GP",
        "Postcodes that begin with QX1, but not postcodes that begin with QX1 9",
        "Market",
        "Aged 18 and over",
        "Contract 2025",
        "Who it is not for",
        "By diagnosis alone",
        "1 Market Street",
        "Closed 4 March 2026: Training",
    ):
        assert expected in said, expected
    assert "javascript:" not in answer.content.decode()
    assert client.get("/directory/entry/nothing-here/").status_code == 404


def test_a_worker_reads_more_and_nobody_else(client, at_ten):
    team = factories.team(name="North CMHT")
    lead = factories.worker(team, team_role=TeamRole.LEAD, name="Lena Lead")
    duty = factories.worker(team, team_role=TeamRole.DUTY, name="Dora Duty", phone="01632 960777")
    factories.link_worker(lead, team, away=factories.since(), cover=duty)
    inside = Inside(direct_line="01632 960555", thresholds="Risk within a week")
    made = making.published("CMHT", inside=inside, service={"team": team})
    hidden = making.published("Duty desk", audience=Audience.PARTNERS)
    path, hidden_path = f"/directory/entry/{made.slug}/", f"/directory/entry/{hidden.slug}/"
    secrets = ("01632 960555", "Risk within a week", "Dora Duty", "Lena Lead", "For partners only")
    public = words(client.get(path))
    assert not [one for one in secrets if one in public]
    assert client.get(hidden_path).status_code == 404
    assert "Duty desk" not in words(client.get("/directory/search/"))
    look_up(client)
    assert "Duty desk" not in words(client.get("/directory/who-covers/"))
    signed_in(client, factories.team())
    told = words(client.get(path))
    for one in (*secrets, "On duty", "Refer somebody to this service"):
        assert one in told, one
    assert f'href="/requests/referral/new?to_team={team.pk}"' in client.get(path).content.decode()
    assert "Partners only" in words(client.get(hidden_path))
    assert "Duty desk" in words(client.get("/directory/search/"))
    look_up(client)
    covers = words(client.get("/directory/who-covers/"))
    assert "01632 960555" in covers
    assert "Duty desk Shethernley Council Partners only" in covers


@pytest.mark.parametrize(
    ("kind", "to"),
    [("concern", "concern/new"), ("advice", "advice/new"), ("message", "message/new"), ("x", "")],
)
def test_use_this_service_starts_the_right_request(client, kind, to):
    made = making.published("Shop", inside=Inside(request_kind=kind, notes="Ask us"))
    signed_in(client)
    page = client.get(f"/directory/entry/{made.slug}/").content.decode()
    assert (f'href="/requests/{to}"' in page) is bool(to)


def test_the_service_that_was_chosen_is_the_one_referred_to(client):
    from lintel.agencies.states import TeamKind

    cmht = factories.team(kind=TeamKind.CMHT, name="North CMHT")
    officer = signed_in(client, factories.team())
    tenant = factories.tenant(officer, "Rosa Quill")
    start = f"/requests/referral/new?to_team={cmht.pk}"
    assert "To North CMHT. Who is it for?" in words(client.get(start))
    found = client.post(start, {"words": "Rosa"}, follow=True)
    assert found.redirect_chain == [(start, 302)]
    to = f"/requests/referral/new/{tenant.pk}?to_team={cmht.pk}"
    assert f'href="{to}"' in found.content.decode()
    assert client.get(to)["Location"] == f"/requests/referral/new/{tenant.pk}/{cmht.pk}"
    assert client.get("/requests/referral/new?to_team=x").status_code == 200


def test_a_report_reaches_who_answers_for_it(client, at_ten):
    team = factories.team()
    owner = factories.worker(team)
    made = making.published("Debt advice", service={"team": team, "owner": owner})
    path = f"/directory/entry/{made.slug}/"
    assert "There is a problem" in words(client.post(f"{path}report/", {"words": "  "}))
    done = client.post(f"{path}report/", {"words": "Nobody answers the number"}, follow=True)
    assert "has been told" in words(done)
    assert "Nobody answers the number" not in words(done)
    assert not Report.objects.exists()  # Signed out, nothing comes out.
    with as_role("postgres"):
        message = Message.objects.get()
        own = f"/directory/edit/{made.pk}/"
        assert (message.to_user_id, message.link) == (owner.user_id, own)
        assert Event.objects.filter(verb="directory.reported", actor_worker_id=None).count() == 1
    client.force_login(factories.worker().user)
    assert "Nobody answers" not in words(client.get(path))
    with as_role("postgres"):
        settle = f"/directory/reports/{Report.objects.get().pk}/settle/"
    assert client.post(settle).status_code == 403
    client.force_login(owner.user)
    for page in (client.get(own), client.get(path)):
        assert "Nobody answers the number" in words(page)
        assert settle in page.content.decode()
    assert "Marked as seen to" in words(client.post(settle, follow=True))
    assert "Nobody answers the number" not in words(client.get(path))
    assert client.post(settle).status_code == 409


def test_reports_from_one_place_are_counted(client):
    made = [making.published(f"Debt advice {number}") for number in range(4)]
    paths = [f"/directory/entry/{one.slug}/report/" for one in made]
    codes = [client.post(paths[n % 4], {"words": "Wrong"}).status_code for n in range(31)]
    assert codes == [302] * 30 + [429]


def test_reports_of_one_entry_are_counted_from_wherever_they_come(client):
    made, other = making.published("Debt advice"), making.published("Rent advice")
    path = f"/directory/entry/{made.slug}/report/"
    codes = [
        client.post(path, {"words": "Wrong"}, REMOTE_ADDR=f"192.0.2.{n}").status_code
        for n in range(11)
    ]
    assert codes == [302] * 10 + [429]
    elsewhere = f"/directory/entry/{other.slug}/report/"
    assert client.post(elsewhere, {"words": "Wrong"}).status_code == 302


def test_an_entry_with_a_long_name_can_be_reported_and_no_name_is_sent(client):
    owner = factories.worker()
    long = "Somewhere to go for everybody who lives with long names and_underscores"
    made = making.published(long, audience=Audience.PARTNERS, service={"owner": owner})
    client.force_login(owner.user)
    path = f"/directory/entry/{made.slug}/report/"
    assert client.post(path, {"words": "Wrong"}).status_code == 302
    with as_role("postgres"):
        assert "somewhere" not in Message.objects.get().link


def test_what_may_be_kept(client, at_ten):
    made = making.published("Debt advice")
    path = f"/directory/entry/{made.slug}/"
    first = client.get(path)
    assert first["Cache-Control"] == "public, no-cache"
    assert "Cookie" in first["Vary"]
    again = client.get(path, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    look_up(client)
    assert client.get(path)["Cache-Control"] == "no-store"
    assert client.get("/directory/who-covers/")["Cache-Control"] == "no-store"
    signed_in(client)
    assert client.get(path)["Cache-Control"] == "no-store"


def test_a_session_that_is_over_sees_the_public_page(client, settings, monkeypatch):
    made = making.published("CMHT", inside=Inside(direct_line="01632 960555"))
    signed_in(client)
    path = f"/directory/entry/{made.slug}/"
    assert "01632 960555" in words(client.get(path))
    late = timezone.now() + timedelta(minutes=settings.LINTEL_SESSION_IDLE_MINUTES + 1)
    monkeypatch.setattr(middleware, "present", lambda: late)
    answer = client.get(path)
    assert answer.status_code == 200
    assert "01632 960555" not in words(answer)


def test_constant_queries(client, django_assert_max_num_queries):
    for number in range(12):
        making.published(f"Debt advice {number}", catchments=[making.postcodes("QX1")])
    look_up(client)
    client.get("/directory/search/?q=debt")
    with django_assert_max_num_queries(8):
        client.get("/directory/search/?q=debt")
    with django_assert_max_num_queries(12):
        client.get("/directory/who-covers/?need=money")


@pytest.mark.parametrize(
    "url", ["https://[north.uk", "https://nort℀h.uk/", "javascript:alert(1)//.uk"]
)
def test_an_address_that_is_none_is_left_out_and_breaks_no_page(client, url):
    made = making.published("Debt advice", url=url)
    for path in (f"/directory/entry/{made.slug}/", "/directory/search/", "/oruk/v3/services"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert f'href="{url[:12]}' not in answer.content.decode()


def test_a_postcode_among_the_words_of_a_search_keeps_the_need(client):
    answer = client.get(
        "/directory/search/", {"q": f"advice {PLACE}", "need": "money", "age": "34"}
    )
    assert answer["Location"] == "/directory/who-covers/?need=money&age=34"
