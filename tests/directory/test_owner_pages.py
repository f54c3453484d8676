"""The owners' pages as forms are posted to them: what is read, refused, said back and kept."""

import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lintel.agencies.states import Role
from lintel.directory.actions import drafting, reviewing
from lintel.directory.models import Feed, Misroute, Service, Version
from lintel.directory.sections import Section
from lintel.directory.states import AreaKind
from tests import factories
from tests.directory import making
from tests.directory.test_drafting import Scene
from tests.support.db import as_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return Scene()


def client(who) -> Client:
    found = Client()
    found.force_login(who.user)
    return found


def at(name: str, *args: object) -> str:
    return reverse(f"directory:own-{name}", args=args)


def send(who, address: str, follow: bool = True, **fields):
    """Post the form at the address with these fields over what it shows (its stamp at least)."""
    browser = client(who)
    page = browser.get(address).content.decode()
    stamp = re.search(r'name="stamp" value="([0-9a-f]*)"', page)
    given = {"stamp": stamp[1] if stamp else "", **fields}
    return browser.post(address, given, follow=follow)


def text(response) -> str:
    """The page without tags, on one line."""
    body = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(body.split())


def draft(scene: Scene):
    """A draft with what it needs, of the scene's owner."""
    service_id = scene.started()
    scene.filled(service_id)
    return service_id


def document(scene: Scene, service_id):
    return scene.entry(scene.owner, service_id).draft


def test_an_empty_list_says_what_to_do_and_who_has_nothing_to_keep_sees_no_item(scene):
    page = text(client(scene.owner).get(reverse("directory:own")))
    assert "You keep no entries yet" in page
    assert "My entries" in page
    outsider = factories.worker(factories.agency())
    assert "My entries" not in text(client(outsider).get("/"))


def test_start_by_the_form_then_the_tasks(scene):
    response = send(scene.owner, at("start"), name="Tenancy help", whose=str(scene.team.pk))
    page = text(response)
    assert "Tenancy help" in page
    assert "To do" in page
    assert "Give a telephone number" in page
    assert "Answer “What is the service called?”" in text(
        send(scene.owner, at("start"), whose="agency")
    )


def test_an_entry_is_listed_filtered_sorted_and_searched(scene):
    scene.published("Zebra help", "a")
    scene.started("Another", "b")
    mine = reverse("directory:own")
    browser = client(scene.owner)
    assert "Zebra help" in text(browser.get(mine, {"state": "published"}))
    assert "Zebra help" not in text(browser.get(mine, {"state": "draft"}))
    assert "No entry is like this" in text(browser.get(mine, {"q": "nothing like it"}))
    for sort in ("name", "-stale", "misroutes", "nonsense"):
        assert browser.get(mine, {"sort": sort, "page": "99"}).status_code == 200


def test_the_list_costs_the_same_for_one_and_for_many(scene, django_assert_max_num_queries):
    scene.published("One", "a")
    browser = client(scene.owner)
    browser.get(reverse("directory:own"))
    with django_assert_max_num_queries(14):
        browser.get(reverse("directory:own"))
    for number in range(20):
        scene.started(f"Help {number}", f"k{number}")
    with django_assert_max_num_queries(14):
        browser.get(reverse("directory:own"))


def test_about(scene):
    service_id = draft(scene)
    page = at("section", service_id, "about")
    given = {"name": "Tenancy help", "sentence": "Help.", "status": "active"}
    wrong = text(send(scene.owner, page, **given, phones="12", url="nothing"))
    assert "Enter a telephone number" in wrong
    assert "Enter a web address" in wrong
    send(
        scene.owner,
        page,
        **given,
        phones="01632960001, duty desk\n07700900982",
        url="www.example.org",
        languages="Polish, Urdu\nPolish",
    )
    entry = document(scene, service_id).entry
    assert [(p.number, p.label) for p in entry.phones] == [
        ("01632 960 001", "duty desk"),
        ("07700 900 982", ""),
    ]
    assert (entry.url, entry.languages) == ("https://www.example.org", ["Polish", "Urdu"])


@pytest.mark.parametrize(
    ("opens", "closes", "kept", "said"),
    [
        ("9am", "17:30", ("09:00", "17:30"), "Monday, 9am to 5:30pm"),
        ("0930", "midnight", ("09:30", "24:00"), "9:30am to midnight"),
        ("midnight", "24:00", ("00:00", "24:00"), "all day and night"),
        ("10 pm", "6.30 a.m.", ("22:00", "06:30"), "10pm to 6:30am the next day"),
        ("midday", "5pm", ("12:00", "17:00"), "midday to 5pm"),
    ],
)
def test_times_are_read_as_people_write_them_and_said_back(scene, opens, closes, kept, said):
    service_id = draft(scene)
    response = send(
        scene.owner,
        at("row", service_id, "when", "hours", 0),
        days=["MO"],
        opens=opens,
        closes=closes,
        bank_holidays="closed",
    )
    rule = document(scene, service_id).entry.hours[0]
    assert (rule.opens, rule.closes) == kept
    assert said in text(response)


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [
        ("9", "5pm", "9am or 9pm"),
        ("24:00", "5pm", "A day begins at midnight"),
        ("25:00", "5pm", "Write a time like"),
        ("9am", "9am", "closes at the moment"),
        ("lunch", "5pm", "Write a time like"),
        ("", "5pm", "Enter opening time"),
    ],
)
def test_a_time_that_cannot_be_is_refused_in_words(scene, opens, closes, words):
    service_id = draft(scene)
    response = send(
        scene.owner,
        at("row", service_id, "when", "hours", 0),
        days=["MO"],
        opens=opens,
        closes=closes,
        bank_holidays="closed",
    )
    assert words in text(response)
    assert document(scene, service_id).entry.hours == []


def test_hours_are_changed_and_taken_out_one_at_a_time(scene):
    service_id = draft(scene)
    given = {"bank_holidays": "closed"}
    for day in ("MO", "TU"):
        send(
            scene.owner,
            at("row", service_id, "when", "hours", 0),
            days=[day],
            opens="9am",
            closes="5pm",
            **given,
        )
    second = at("row", service_id, "when", "hours", 2)
    assert 'value="9am"' in client(scene.owner).get(second).content.decode()
    send(scene.owner, second, days=["TU", "WE"], opens="10am", closes="4pm", weeks=["1"], **given)
    send(scene.owner, at("row-remove", service_id, "when", "hours", 1))
    (left,) = document(scene, service_id).entry.hours
    assert (left.opens, left.weeks, [str(d) for d in left.days]) == ("10:00", [1], ["TU", "WE"])
    assert client(scene.owner).get(at("row", service_id, "when", "hours", 2)).status_code == 404


def test_an_exclusion_by_diagnosis_is_flagged_and_not_forbidden(scene):
    service_id = draft(scene)
    rule = {
        "kind": "exclusion",
        "words": "Not for people with a personality disorder",
        "source": "Specification, page 4",
    }
    page = at("row", service_id, "who", "rules", 0)
    assert "Nobody should be turned away for a diagnosis alone" in text(
        send(scene.owner, page, **rule)
    )
    told = text(send(scene.owner, page, **rule, diagnosis_alone="on"))
    assert "This leaves people out by their diagnosis" in told
    assert document(scene, service_id).entry.rules[0].diagnosis_alone
    assert "for a diagnosis alone" in text(client(scene.owner).get(at("send", service_id)))


def test_a_rule_needs_its_source_and_ages_in_order(scene):
    service_id = draft(scene)
    page = at("row", service_id, "who", "rules", 0)
    rule = {"kind": "age", "words": "For adults", "minimum": "65", "maximum": "18"}
    said = text(send(scene.owner, page, **rule))
    assert "The oldest age is below the youngest" in said
    assert "Answer “Where is this written down?”" in said
    send(scene.owner, page, **{**rule, "minimum": "18", "maximum": "65"}, source="Leaflet")
    assert document(scene, service_id).entry.minimum_age == 18


def test_a_place_gets_its_point_from_its_postcode(scene):
    making.postcode("QX1 2AB")
    service_id = draft(scene)
    page = at("row", service_id, "where", "places", 0)
    place = {"type": "physical", "address_1": "1 Market Street"}
    assert "Northern Ireland" in text(send(scene.owner, page, **place, postcode="BT1 1AA"))
    assert "Enter the postcode" in text(send(scene.owner, page, **place))
    send(scene.owner, page, **place, postcode="qx12ab")
    (one,) = document(scene, service_id).entry.locations
    assert (one.postcode, one.lon, one.lat) == ("QX1 2AB", making.LON, making.LAT)
    at_id = one.at_id
    send(scene.owner, at("row", service_id, "where", "places", 1), **place, postcode="QX1 2AB")
    assert document(scene, service_id).entry.locations[0].at_id == at_id


SQUARE = {
    "type": "Feature",
    "properties": {},
    "geometry": {
        "type": "Polygon",
        "coordinates": [[[-2.2, 53], [-2, 53], [-2, 53.2], [-2.2, 53.2], [-2.2, 53]]],
    },
}
BOW_TIE = {
    "type": "Polygon",
    "coordinates": [[[-2.2, 53], [-2, 53.2], [-2, 53], [-2.2, 53.2], [-2.2, 53]]],
}


def test_a_catchment_of_every_kind_of_piece(scene):
    making.area("W1", AreaKind.WARD, "Castle")
    making.area("W2", AreaKind.WARD, "Castle")
    making.area("W3", AreaKind.WARD, "Mill")
    service_id = draft(scene)
    page = at("row", service_id, "catchment", "catchments", 1)
    given = {"priority": "2", "postcodes": "qx1, QX2 3", "practices": "y01234"}
    said = text(send(scene.owner, page, **given, areas="Castle"))
    assert "W1 Castle (ward), W2 Castle (ward)" in said
    send(
        scene.owner,
        page,
        **given,
        areas="W1 Castle\nmill",
        but_postcodes="QX1 9",
        drawn=json.dumps(SQUARE),
    )
    (catchment,) = document(scene, service_id).entry.catchments
    held = {(p.kind, p.excluding): p.codes for p in catchment.pieces}
    assert held == {
        ("areas", False): ["W1", "W3"],
        ("postcodes", False): ["QX1", "QX2 3"],
        ("gp", False): ["Y01234"],
        ("postcodes", True): ["QX1 9"],
        ("drawn", False): [],
    }
    # Saved again as the page shows it, it stays as it is: the drawn area too.
    shown = client(scene.owner).get(page).content.decode()
    assert "W1 Castle (ward)\nW3 Mill (ward)" in shown
    send(
        scene.owner, page, **given, areas="W1 Castle (ward)\nW3 Mill (ward)", but_postcodes="QX1 9"
    )
    assert document(scene, service_id).entry.catchments[0].pieces == catchment.pieces
    send(scene.owner, page, **given, drop_drawn="on")
    assert len(document(scene, service_id).entry.catchments[0].pieces) == 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Say what the service covers"),
        ({"postcodes": "QX1 2AB"}, "is a whole postcode"),
        ({"postcodes": "nonsense"}, "no postcode district"),
        ({"practices": "12"}, "no practice code"),
        ({"areas": "Nowhere"}, "no area called"),
        ({"drawn": "not json"}, "not GeoJSON"),
        ({"drawn": json.dumps(BOW_TIE)}, "touches itself"),
        ({"drawn": '{"type": "Point", "coordinates": [0, 52]}'}, "a point, not an area"),
        (
            {"drawn": json.dumps(SQUARE).replace("-2", "42")},
            "not in Great Britain",
        ),
        ({"but_postcodes": "QX1"}, "Say what the service covers"),
        (
            {"whole": "on", "valid_from": "3 May 2026", "valid_to": "1 May 2026"},
            "after the first",
        ),
    ],
)
def test_a_catchment_that_cannot_be_is_refused_in_words(scene, fields, words):
    service_id = draft(scene)
    page = at("row", service_id, "catchment", "catchments", 0)
    assert words in text(send(scene.owner, page, priority="5", **fields))
    assert len(document(scene, service_id).entry.catchments) == 1


def test_a_drawn_area_may_come_as_a_file(scene):
    service_id = draft(scene)
    page = at("row", service_id, "catchment", "catchments", 1)
    file = SimpleUploadedFile("area.geojson", json.dumps(SQUARE).encode())
    send(scene.owner, page, priority="5", file=file)
    (piece,) = document(scene, service_id).entry.catchments[0].pieces
    assert (piece.kind, piece.shape["type"]) == ("drawn", "Polygon")
    other = SimpleUploadedFile("area.geojson", b"\xff\xfe\x00")
    assert "This is no GeoJSON file" in text(send(scene.owner, page, priority="5", file=other))


def test_others_over_the_same_area_are_shown(scene):
    making.area("W1", AreaKind.WARD, "Castle", parent="C1")
    making.area("C1", AreaKind.COUNCIL, "Shire")
    making.published("Over the council", needs=["losing_home"], catchments=[making.areas("C1")])
    making.published("Elsewhere", needs=["losing_home"], catchments=[making.postcodes("ZZ1")])
    making.published("Another need", needs=["carers"])
    service_id = draft(scene)
    area = [{"pieces": [{"kind": "areas", "codes": ["W1"], "label": "Castle"}], "priority": 5}]
    scene.save(scene.owner, service_id, Section.CATCHMENT, {"catchments": area})
    page = text(client(scene.owner).get(at("section", service_id, "catchment")))
    assert "Over the council : priority 5 (the same as yours)" in page.replace(":", " :").replace(
        "  ", " "
    )
    assert "Elsewhere" not in page
    assert "Another need" not in page


def test_the_second_of_two_keeps_their_text_and_sees_the_others(scene):
    service_id = draft(scene)
    page = at("section", service_id, "how-to-ask")
    browser = client(scene.owner)
    stamp = re.search(r'name="stamp" value="(\w+)"', browser.get(page).content.decode())[1]
    scene.save(scene.lead, service_id, Section.ASK, {"how_to_ask": "Write to the lead"})
    answer = browser.post(page, {"stamp": stamp, "how_to_ask": "Ring me"})
    body = answer.content.decode()
    assert "Somebody else changed this part" in text(answer)
    assert "Ring me" in body
    assert "Write to the lead" in body
    fresh = re.search(r'name="stamp" value="(\w+)"', body)[1]
    assert fresh != stamp
    browser.post(page, {"stamp": fresh, "how_to_ask": "Ring me"})
    assert document(scene, service_id).entry.how_to_ask == "Ring me"


def test_the_partners_part_and_the_readers(scene):
    service_id = draft(scene)
    send(
        scene.owner,
        at("section", service_id, "inside"),
        direct_line="01632 960 009",
        request_kind="referral",
    )
    assert document(scene, service_id).inside.direct_line == "01632 960 009"
    send(scene.owner, at("section", service_id, "readers"), audience="partners")
    assert scene.entry(scene.owner, service_id).open.audience == "partners"


def test_out_of_hours_names_another_entry(scene):
    making.published("Night line")
    making.published("Night shelter")
    service_id = draft(scene)
    page = at("section", service_id, "when")
    assert "Several entries fit: “Night line”, “Night shelter”" in text(
        send(scene.owner, page, out_of_hours="night")
    )
    assert "No published entry" in text(send(scene.owner, page, out_of_hours="moon"))
    send(scene.owner, page, out_of_hours="night LINE", out_of_hours_words="Ring 111")
    assert document(scene, service_id).entry.out_of_hours is not None


def test_sent_reviewed_returned_published_by_the_pages(scene):
    service_id = draft(scene)
    assert "Lea Lead" in text(client(scene.owner).get(at("send", service_id)))
    send(scene.owner, at("send", service_id), note="New")
    review = at("review", service_id)
    assert client(scene.owner).get(review).status_code == 403
    assert "For me to review" in text(client(scene.lead).get(reverse("directory:own")))
    assert "Answer “What should change?”" in text(send(scene.lead, review, decision="return"))
    send(scene.lead, review, decision="return", comment="Who may ask?")
    assert "Who may ask?" in text(client(scene.owner).get(at("entry", service_id)))
    send(scene.owner, at("send", service_id), note="Now it says")
    assert "Published. Whoever wrote it is told" in text(
        send(scene.lead, review, decision="publish")
    )
    assert Service.objects.get(pk=service_id).name == "Tenancy help"
    assert client(scene.lead).get(review).status_code == 409


def test_differences_old_beside_new_and_any_two_compared(scene):
    service_id = scene.published()
    scene.as_(scene.owner, drafting.open_draft, service_id)
    scene.save(scene.owner, service_id, Section.ABOUT, {"summary": "Better"})
    scene.as_(scene.owner, reviewing.send, service_id, note="")
    page = text(client(scene.lead).get(at("review", service_id)))
    assert "In a sentence Help to keep a home. Better" in page
    scene.publish(scene.lead, service_id)
    history = at("history", service_id)
    compared = text(client(scene.owner).get(history, {"old": "2", "new": "1"}))
    assert "From version 1 to version 2" in compared
    assert client(scene.owner).get(history, {"old": "1", "new": "9"}).status_code == 404
    assert "Help to keep a home." in text(client(scene.owner).get(at("version", service_id, 1)))
    client(scene.owner).post(at("restore", service_id, 1))
    assert "It brings back version 1" in text(client(scene.owner).get(at("entry", service_id)))


def test_quick_facts_by_the_pages(scene):
    service_id = scene.published()
    send(scene.owner, at("waiting", service_id), days="0", words="", available="2", as_of="today")
    shown = Service.objects.get(pk=service_id).document
    assert (shown["waiting"]["days"], shown["capacity"]["available"]) == (0, 2)
    assert "more places free" in text(
        send(scene.owner, at("waiting", service_id), available="5", maximum="2", as_of="today")
    )
    send(scene.owner, at("closed", service_id), first="today", last="tomorrow", why="Flood")
    closures = Service.objects.get(pk=service_id).document["closures"]
    assert closures[0]["why"] == "Flood"
    assert "before the first one" in text(
        send(scene.owner, at("closed", service_id), first="tomorrow", last="today")
    )
    client(scene.owner).post(
        at("reopen", service_id), {"first": closures[0]["first"], "last": closures[0]["last"]}
    )
    assert Service.objects.get(pk=service_id).document["closures"] == []
    assert client(scene.owner).post(at("reopen", service_id), {"first": "x"}).status_code == 404
    old = timezone.localdate() - timedelta(days=100)
    Service.objects.filter(pk=service_id).update(checked_on=old)
    assert "It was not checked in time" in text(client(scene.owner).get(at("entry", service_id)))
    client(scene.owner).post(at("check", service_id))
    assert Service.objects.get(pk=service_id).checked_on == timezone.localdate()


def test_where_people_were_sent_wrong_is_shown(scene):
    service_id = scene.published()
    right = factories.team(name="The other team")
    with as_role("lintel_system"):
        for number in range(2):
            Misroute.objects.create(
                service_id=service_id,
                event_id=number,
                sector="QX1 2",
                right_team=right if number else None,
                at=scene.now,
            )
    page = text(client(scene.owner).get(at("entry", service_id)))
    assert "It sends people to the wrong team" in page
    assert "QX1 2" in page
    assert "The other team" in page
    listed = text(client(scene.owner).get(reverse("directory:own"), {"state": "misrouted"}))
    assert "Look at its area" in listed


def test_handed_over_withdrawn_and_brought_back_by_the_pages(scene):
    service_id = scene.published()
    page = at("hand-over", service_id)
    me = str(scene.owner.pk)
    assert "Choose somebody else" in text(send(scene.owner, page, owner=me, deputy=me))
    send(scene.owner, page, owner=str(scene.colleague.pk), deputy="")
    assert client(scene.owner).get(at("entry", service_id)).status_code == 404
    send(scene.colleague, at("withdraw", service_id), why="The funding ended")
    assert "Bring the entry back" in text(client(scene.colleague).get(at("entry", service_id)))
    client(scene.colleague).post(at("bring-back", service_id))
    assert Service.objects.get(pk=service_id).name == "Tenancy help"


def test_an_entry_of_a_feed_says_so_and_is_not_written_in(scene):
    service_id = scene.published()
    feed = Feed.objects.create(name="The council", url="https://example.test/", version="3.0")
    Service.objects.filter(pk=service_id).update(feed=feed, feed_key="1")
    assert "comes from another directory" in text(client(scene.owner).get(at("entry", service_id)))
    assert client(scene.owner).post(at("draft", service_id)).status_code == 403
    with as_role("postgres"):
        assert [one.state for one in Version.objects.all()] == ["published"]


def test_a_draft_that_was_given_up_can_be_taken_up_again(scene):
    service_id = draft(scene)
    client(scene.owner).post(at("discard", service_id))
    assert "Not published" in text(client(scene.owner).get(reverse("directory:own")))
    client(scene.owner).post(at("draft", service_id))
    assert document(scene, service_id).entry.summary == "Help to keep a home."
    with as_role("postgres"):
        assert [one.state for one in Version.objects.all()] == ["draft", "discarded"]


def test_each_page_of_an_entry_is_not_there_for_others(scene):
    service_id = scene.published()
    browser = client(scene.other)
    for name in ("entry", "history", "review", "send", "waiting", "closed", "hand-over"):
        assert browser.get(at(name, service_id)).status_code == 404, name
    for name in ("draft", "check", "take-back", "discard", "bring-back"):
        assert browser.post(at(name, service_id)).status_code == 404, name


def test_a_leavers_entries_are_handed_over_by_a_manager(scene):
    scene.published()
    manager = factories.worker(scene.agency, roles=[Role.MANAGER])
    page = reverse("leaving", args=[scene.owner.pk])
    assert "1 entry" in text(client(manager).get(page))
    entries = reverse("leaving-entries", args=[scene.owner.pk])
    said = text(client(manager).post(entries, {"to": str(scene.colleague.pk)}, follow=True))
    assert "1 entry handed over." in said
    assert Service.objects.get().owner == scene.colleague
