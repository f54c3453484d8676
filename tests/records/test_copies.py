"""A copy of everything: each agency its own, others left out, held-back notes counted."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from lintel.agencies.states import Role
from lintel.kernel import access
from lintel.kernel.models import Access
from lintel.kernel.sight.states import Category as C
from lintel.kernel.states import AccessVerb
from lintel.people.models import ContactPoint
from lintel.people.states import ContactKind
from lintel.records import masking
from lintel.records.models import CopyRequest
from lintel.sharing.models import HeldBack, OtherBasis
from lintel.sharing.states import Basis, Purpose
from tests import factories
from tests.records.scene import Scene
from tests.support.db import as_role, value

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return Scene()


def text_of(answer):
    return " ".join(answer.content.decode().split())


def exports(person):
    with as_role("postgres"):
        return list(
            Access.objects.filter(person_id=person.pk, verb="exported").values_list(
                "worker_id", "owner_id"
            )
        )


def test_a_lead_copies_what_the_own_agency_holds_and_nothing_else(scene, client):
    client.force_login(scene.lead.user)
    at = f"/records/people/{scene.john.pk}/copy/"
    page = text_of(client.get(at))
    assert "Left the keys." in page
    assert "Amina Yusuf, Housing officer, Shethernley Homes" in page
    assert "Sleeps better." not in page
    assert "Daniel" not in page
    answer = client.post(at, {"as": "json"})
    assert answer["Content-Disposition"] == 'attachment; filename="copy.json"'
    said = json.loads(answer.content)
    assert said["held_by"] == "Shethernley Homes"
    assert said["held"]["Notes"][0]["Note"] == "Left the keys."
    assert said["held"]["Rent and money"][0]["Balance in pence (owed if above 0)"] == 1200
    page = client.post(at, {"as": "html"})
    assert page.content.decode().startswith("<!DOCTYPE html>")
    assert "<script" not in page.content.decode()
    assert exports(scene.john) == [(scene.lead.pk, scene.landlord.pk)] * 3


def test_only_a_lead_of_an_agency_that_holds_something_makes_one(scene, client):
    at = f"/records/people/{scene.john.pk}/copy/"
    client.force_login(scene.officer.user)
    assert client.get(at).status_code == 403
    other = factories.worker(factories.agency(), roles=[Role.INFORMATION_LEAD])
    client.force_login(other.user)
    assert client.get(at).status_code == 404
    assert exports(scene.john) == []
    with as_role("lintel_app"):
        assert value("SELECT records_copy(%s, %s)", scene.john.pk, scene.landlord.pk) is None
        for function in (
            "records_copy_of(bigint, bigint)",
            "records_erase_rows(bigint, bigint, integer[], boolean)",
            "records_forget(bigint)",
        ):
            assert not value("SELECT has_function_privilege('lintel_app', %s, 'EXECUTE')", function)


def test_others_are_left_out(scene, client):
    factories.tenancy(factories.person("Mary Hill"), scene.tenancy.home)
    factories.note(
        scene.john,
        scene.officer,
        "Mary Hill rang from 01632 960001 about Tom; Amina Yusuf went. mary@hill.example",
    )
    with as_role("lintel_import"):
        ContactPoint.objects.create(
            person=scene.john, owner=scene.landlord, kind=ContactKind.THROUGH, value="sister Ann"
        )
    factories.contact(scene.john, scene.landlord, "01632 960777")
    factories.note(scene.john, scene.officer, "Ring 01632 960777 first.")
    factories.consent(scene.john, scene.officer, scene.cmht, others_present="Uncle Bob")
    client.force_login(scene.lead.user)
    at = f"/records/people/{scene.john.pk}/copy/"
    page = text_of(client.get(at))
    for words in ("Mary", "960001", "mary@hill", "sister Ann", "Uncle Bob"):
        assert words not in page, words
    assert "[somebody else] rang from [a phone number: left out] about Tom" in page
    assert "Amina Yusuf went" in page
    assert "Ring 01632 960777 first." in page
    assert "about [somebody else]; Amina" in text_of(client.post(at, {"also": "Tom"}))


def test_who_sent_a_masked_concern_is_left_out(scene, client):
    with as_role("lintel_import"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO requests_handling (reference, kind, masked, urgency, about_name,"
            " about_born, about_address, about_postcode, signs, seen, done, asked_for,"
            " person_knows, extra, request_id, person_id, sender_worker_id, sender_team_id,"
            " sender_agency_id, sender_words, team_id, state, route_words, sent,"
            " wrong_team_count, arrived, decision, decision_words, better_route, contacts,"
            " climbed, version, closed)"
            " VALUES ('LN-AAAA-2222', 'concern', true, 'routine', '', '', '', '', '{noise}',"
            " 'Up at night', '', '', '', '{}', 77, %s, %s, %s, %s, 'Amina Yusuf', %s,"
            " 'closed', '', now(), 0, now(), '', '', '', '[]', 0, 1, now())",
            [
                scene.john.pk,
                scene.officer.pk,
                scene.office.pk,
                scene.landlord.pk,
                scene.cmht.pk,
            ],
        )
    client.force_login(scene.trust_lead.user)
    page = text_of(client.get(f"/records/people/{scene.john.pk}/copy/"))
    assert "Up at night" in page
    assert "Noise, or being up and about at night" in page
    assert "[about somebody else: left out]" in page
    assert "Amina" not in page


def test_an_agency_that_was_only_sent_a_request_answers_for_it(scene, client):
    """And the side that sent it finds nobody by where it lies."""
    mary = factories.person("Mary Hill")
    with as_role("lintel_import"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO requests_handling (reference, kind, masked, urgency, about_name,"
            " about_born, about_address, about_postcode, signs, seen, done, asked_for,"
            " person_knows, extra, request_id, person_id, sender_worker_id, sender_team_id,"
            " sender_agency_id, sender_words, team_id, state, route_words, sent,"
            " wrong_team_count, arrived, decision, decision_words, better_route, contacts,"
            " climbed, version, closed)"
            " VALUES ('LN-EEEE-2222', 'concern', true, 'routine', '', '', '', '', '{}',"
            " 'Up at night', '', '', '', '{}', 78, %s, %s, %s, %s, 'Amina Yusuf', %s,"
            " 'closed', '', now(), 0, now(), '', '', '', '[]', 0, 1, now())",
            [mary.pk, scene.officer.pk, scene.office.pk, scene.landlord.pk, scene.cmht.pk],
        )
    at = f"/records/people/{mary.pk}/copy/"
    client.force_login(scene.trust_lead.user)
    assert "Up at night" in text_of(client.get(at))
    client.force_login(scene.lead.user)
    assert client.get(at).status_code == 404


def test_a_note_held_back_is_counted_with_its_ground(scene, client):
    with as_role("lintel_import"):
        HeldBack.objects.create(
            person=scene.john,
            owner=scene.trust,
            note=scene.health,
            category=C.HEALTH_DETAIL,
            reason="He would stop eating.",
            held_by=scene.nurse,
            held=scene.now,
            review_on=scene.now.date() + timedelta(days=30),
        )
    client.force_login(scene.trust_lead.user)
    page = text_of(client.get(f"/records/people/{scene.john.pk}/copy/"))
    assert "Sleeps better." not in page
    assert "stop eating" not in page
    assert "1 note is left out" in page
    assert "Data Protection Act 2018" in page


def test_the_register_has_a_clock_of_a_month_and_can_be_extended_once(scene, client):
    client.force_login(scene.lead.user)
    one = f"/records/people/{scene.john.pk}/"
    made = client.post(
        f"{one}copies/new", {"asked_on": "31 January 2026", "words": "By letter"}, follow=True
    )
    assert "Due on 28 February 2026" in text_of(made)
    with as_role("postgres"):
        asked = CopyRequest.objects.get()
    assert "There is a problem" in text_of(
        client.post(f"{one}copies/new", {"asked_on": "yesterday", "words": "Again"})
    )
    page = text_of(client.get("/"))
    assert "1 copy that somebody asked for" in page
    assert "John Tressell" in text_of(client.get("/records/"))
    extend = f"{one}copies/{asked.pk}/extend"
    assert "due on 28 April 2026" in text_of(
        client.post(extend, {"months": "2", "words": "Very much to read"}, follow=True)
    ).replace("Due", "due")
    assert "extended already" in text_of(client.post(extend, {"months": "1", "words": "x"}))
    given = f"{one}copies/{asked.pk}/given"
    assert "Given on" in text_of(client.post(given, {"words": "By hand"}, follow=True))
    assert "Nobody waits" in text_of(client.get("/records/"))
    client.force_login(scene.trust_lead.user)
    assert client.post(given, {"words": "x"}).status_code in {404}


def test_the_command_writes_a_page_and_json_for_each_agency(scene, tmp_path):
    out = tmp_path / "copy"
    arguments = {"database": "default", "out": str(out), "lead": scene.lead.user.email}
    with as_role("postgres"):
        with pytest.raises(CommandError, match="information lead"):
            call_command(
                "subject_access", str(scene.john.pk), **{**arguments, "lead": "no@body.test"}
            )
        call_command("subject_access", str(scene.john.pk), **arguments)
        with pytest.raises(CommandError, match="not empty"):
            call_command("subject_access", str(scene.john.pk), **arguments)
    assert sorted(p.name for p in out.iterdir()) == [
        "homes.html",
        "homes.json",
        "trust.html",
        "trust.json",
    ]
    assert "Left the keys." in (out / "homes.html").read_text()
    assert "Left the keys." not in (out / "trust.html").read_text()
    assert (out / "homes.json").stat().st_mode & 0o077 == 0
    assert sorted(exports(scene.john)) == [
        (scene.lead.pk, scene.landlord.pk),
        (scene.lead.pk, scene.trust.pk),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Rang +44 1632 960777.", "Rang +44 1632 960777."),
        ("Rang (01632) 960778.", "Rang [a phone number: left out]."),
        ("Ref T0123456, owed 0", "Ref T0123456, owed 0"),
        ("MARY HILL and mary hill", "[somebody else] and [somebody else]"),
        ("Maryhill Road", "Maryhill Road"),
    ],
)
def test_what_is_masked_in_a_text(text, said):
    (row,) = masking.masked([{"Note": text}], ["Mary Hill"], ["01632 960777"])
    assert row["Note"] == said


def test_names_are_looked_for_in_words_that_stand_together():
    assert masking.candidates(["Saw Mary Hill, then Tom. Joe"]) == {
        "Saw Mary",
        "Mary Hill",
        "Saw Mary Hill",
    }


def test_who_has_looked_says_nothing_of_a_basis_that_is_not_told_yet(scene, client):
    """As in their own view: neither what it disclosed, nor what was opened because of it."""
    with as_role("lintel_import"):
        basis = OtherBasis.objects.create(
            person=scene.john,
            owner=scene.landlord,
            recipient=scene.cmht,
            categories=[C.SAFETY],
            purpose=Purpose.SAFETY,
            basis=Basis.SAFEGUARDING,
            words="He may be hurt.",
            recorded=scene.now - timedelta(days=2),
            begins=scene.now - timedelta(days=2),
            until=scene.now + timedelta(days=60),
            recorded_by=scene.officer,
            authorised=scene.now - timedelta(days=1),
            authorised_by=scene.lead,
            not_told_words="The visitor reads his letters.",
            tell_review=(scene.now + timedelta(days=7)).date(),
        )
    for who, verb, page in (
        (scene.officer, AccessVerb.DISCLOSED, "other basis"),
        (scene.officer, AccessVerb.OPENED, "people:person"),
        (scene.nurse, AccessVerb.OPENED, "people:person"),
    ):
        access.record(
            factories.actor(who),
            verb,
            now=scene.now,
            person_id=scene.john.pk,
            owner_id=scene.landlord.pk,
            categories=[C.SAFETY],
            why="to him, because a law lets them",
            page=page,
        )
    client.force_login(scene.lead.user)
    at = f"/records/people/{scene.john.pk}/copy/"

    def looked():
        said = json.loads(client.post(at, {"as": "json"}).content)["who_has_looked"]
        return sorted((row["Who"].split(",")[0], row["What"]) for row in said)

    opened = str(AccessVerb.OPENED.label)
    assert looked() == [("Amina Yusuf", opened)]
    with as_role("lintel_import"):
        OtherBasis.objects.filter(pk=basis.pk).update(told=scene.now, told_words="By phone")
    assert {("Amina Yusuf", str(AccessVerb.DISCLOSED.label)), ("Daniel Okafor", opened)} <= set(
        looked()
    )
