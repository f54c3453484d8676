"""Schedules, holds and erasing: only what is due, only by the own lead, and still provable."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from lintel.agencies.states import Role
from lintel.kernel import access, events, record
from lintel.kernel.actor import as_system, bound
from lintel.kernel.models import Access, Event
from lintel.kernel.sight.states import Category as C
from lintel.kernel.states import AccessVerb
from lintel.kernel.verification import verify
from lintel.people.models import Note, Person, RentAccount, Tenancy
from lintel.portal.models import Code, Reach
from lintel.records import actions, queries
from lintel.records.models import Due, Erasure, Hold
from lintel.sharing.models import Consent
from lintel.sharing.states import ViewerKind
from tests import factories
from tests.records.scene import Scene, agreement
from tests.support.db import as_role, rows, value

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return Scene()


def text_of(answer):
    return " ".join(answer.content.decode().split())


def listed():
    with as_role("postgres"):
        found = Due.objects.filter(erased__isnull=True)
        return sorted(found.values_list("owner_id", "category"))


def notes():
    with as_role("postgres"):
        return set(Note.objects.values_list("words", flat=True))


def test_what_the_agreement_says_is_listed_and_nothing_else(scene):
    agreement(housing=12, care=12)
    # The tenancy with its note, and the rent: ended 400 days ago. The trust still works with him.
    assert actions.list_due() == 2
    assert listed() == [(scene.landlord.pk, C.TENANCY), (scene.landlord.pk, C.MONEY)]
    assert notes() == {"Left the keys.", "Sleeps better."}  # Listing erases nothing.
    assert actions.list_due() == 2
    assert len(listed()) == 2


def test_a_longer_schedule_and_no_agreement_keep_everything(scene):
    assert actions.list_due() == 0
    agreement(housing=24, care=1)
    assert actions.list_due() == 0
    agreement(care=1)  # Says nothing of a landlord's own work: another rule's time is taken.
    assert actions.list_due() > 0
    agreement(request=1)
    assert actions.list_due() == 0
    assert listed() == []


def test_a_lead_erases_what_is_due_and_the_record_stays_provable(scene, client):
    agreement(housing=12)
    officer = factories.actor(scene.officer)
    access.record(
        officer,
        AccessVerb.OPENED,
        now=scene.now,
        person_id=scene.john.pk,
        owner_id=scene.landlord.pk,
        categories=[C.TENANCY],
        why="the person's home is on the worker's patch",
    )
    events.record(
        officer, "people.noted", now=scene.now, subject=("note", 1), person_id=scene.john.pk
    )
    actions.list_due()
    client.force_login(scene.lead.user)
    page = text_of(client.get("/records/due/"))
    assert "John Tressell: their home and tenancy" in page
    with as_role("postgres"):
        ids = [str(n) for n in Due.objects.values_list("pk", flat=True)]
    assert "Tick what you mean" in text_of(client.post("/records/due/", {"do": "erase"}))
    done = client.post("/records/due/", {"do": "erase", "due": ids}, follow=True)
    assert "Erased: 2" in text_of(done)
    with as_role("postgres"):
        assert not Tenancy.objects.exists()
        assert not RentAccount.objects.exists()
        assert notes() == {"Sleeps better."}  # The trust's stays.
        assert Person.objects.get(pk=scene.john.pk).name == "John Tressell"
        assert Access.objects.filter(person_id=scene.john.pk).exists()
        assert Due.objects.get(category=3).erased_rows > 0
    record.seal_all(now=scene.now)
    with as_system(), connection.cursor() as cursor:
        assert verify(cursor) == []


def test_the_database_refuses_what_is_not_due_or_not_ones_own(scene):
    agreement(housing=12)
    actions.list_due()
    with as_role("postgres"):
        due = Due.objects.filter(owner=scene.landlord).first()
    lead = factories.actor(scene.lead)
    for who in (scene.officer, scene.trust_lead):
        with bound(factories.actor(who)):
            assert value("SELECT records_erase_due(%s)", due.pk) == "absent"
    with bound(lead):
        assert value("SELECT records_erase_due(%s)", due.pk) == "not decided"
        Due.objects.filter(pk=due.pk).update(decided="erase", decided_by_id=scene.lead.pk)
    factories.tenancy(scene.john, scene.tenancy.home)  # He is a tenant again.
    with bound(lead):
        assert value("SELECT records_erase_due(%s)", due.pk) == "not due"
    assert "Left the keys." in notes()


def test_nobody_deletes_by_hand(scene):
    with as_role("lintel_app"), bound(factories.actor(scene.lead)):
        for table in ("people_note", "records_due", "records_hold", "people_tenancy"):
            with pytest.raises(DatabaseError), transaction.atomic():
                rows(f"DELETE FROM {table}")
        for column in ("due_on = now()", "erased = NULL", "owner_id = 1", "category = 1"):
            with pytest.raises(DatabaseError), transaction.atomic():
                rows(f"UPDATE records_due SET {column}")


def test_a_hold_stops_it_until_it_is_lifted(scene, client):
    agreement(housing=12)
    actions.list_due()
    client.force_login(scene.lead.user)
    one = f"/records/people/{scene.john.pk}/"
    assert "There is a problem" in text_of(
        client.post(f"{one}hold", {"reason": "Court", "review_on": "1 January 2099"})
    )
    review = (timezone.localdate() + timedelta(days=10)).strftime("%d/%m/%Y")
    page = text_of(
        client.post(f"{one}hold", {"reason": "A court case", "review_on": review}, follow=True)
    )
    assert "On legal hold" in page
    assert "1 legal hold to look at again" in text_of(client.get("/"))
    with as_role("postgres"):
        ids = [str(n) for n in Due.objects.values_list("pk", flat=True)]
        hold = Hold.objects.get()
    done = client.post("/records/due/", {"do": "erase", "due": ids}, follow=True)
    assert "It is on a legal hold" in text_of(done)
    assert "Left the keys." in notes()
    assert actions.list_due() == 0
    client.force_login(scene.trust_lead.user)
    assert client.post(f"{one}holds/{hold.pk}/lift", {"words": "x"}).status_code == 404
    client.force_login(scene.lead.user)
    client.post(f"{one}holds/{hold.pk}/lift", {"words": "Settled"})
    assert actions.list_due() > 0
    with as_role("postgres"):
        ids = [str(n) for n in Due.objects.values_list("pk", flat=True)]
    client.post("/records/due/", {"do": "erase", "due": ids})
    assert "Left the keys." not in notes()


def test_what_is_kept_for_now_comes_back_on_its_day(scene, client):
    agreement(housing=12)
    actions.list_due()
    client.force_login(scene.lead.user)
    with as_role("postgres"):
        number = Due.objects.filter(category=3).get().pk
    tomorrow = (timezone.localdate() + timedelta(days=1)).strftime("%d/%m/%Y")
    page = text_of(
        client.post("/records/due/", {"do": "keep", "due": number, "words": "", "until": tomorrow})
    )
    assert "There is a problem" in page
    kept = client.post(
        "/records/due/",
        {"do": "keep", "due": number, "words": "A complaint", "until": tomorrow},
        follow=True,
    )
    assert "A complaint" in text_of(kept)
    actions.list_due()
    with as_role("postgres"):
        assert Due.objects.get(pk=number).decided == "keep"
        Due.objects.filter(pk=number).update(keep_until=timezone.localdate())
    actions.list_due()
    with as_role("postgres"):
        assert Due.objects.get(pk=number).decided == ""


def test_somebody_is_erased_when_they_ask_and_only_at_that_agency(scene, client):
    factories.contact(scene.john, scene.landlord)
    factories.consent(scene.john, scene.officer, scene.cmht)
    client.force_login(scene.lead.user)
    one = f"/records/people/{scene.john.pk}/"
    asked = {"asked_on": "yesterday", "words": "By phone: please erase John Tressell"}
    assert "They asked on" in text_of(client.post(f"{one}erasures/new", asked, follow=True))
    assert "1 person asks to be erased" in text_of(client.get("/"))
    with as_role("postgres"):
        erasure = Erasure.objects.get()
    last = f"{one}erasures/{erasure.pk}/erase"
    page = text_of(client.get(last))
    assert "Home and tenancy: 1" in page
    assert "What other agencies hold" in page
    # A press is not enough, and neither is another's name.
    for typed in ({}, {"name": "Jane Tressell"}):
        assert "There is a problem" in text_of(client.post(last, typed))
    assert "Left the keys." in notes()
    page = text_of(client.post(last, {"name": " john  TRESSELL "}, follow=True))
    assert "Erased." in page
    assert client.get(last).status_code in {404, 409}
    with as_role("postgres"):
        assert notes() == {"Sleeps better."}
        assert not Consent.objects.exists()
        erasure.refresh_from_db()
        assert (erasure.state, erasure.asked_words) == ("erased", "")
        assert erasure.erased_rows >= 4
        assert Person.objects.get(pk=scene.john.pk).name == "John Tressell"
        (event,) = Event.objects.filter(verb="records.erased")
        assert "Tressell" not in str(event.data)


def test_who_they_were_goes_with_the_last_agency(scene, client):
    with as_role("postgres"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_involvement SET valid = tstzrange(now() - interval '9 days',"
            " now() - interval '1 day')"
        )
    access.record_listed(
        factories.actor(scene.officer),
        now=scene.now,
        person_ids=[scene.john.pk],
        categories=[C.IDENTITY],
        why="patch",
    )
    own = factories.viewer(scene.john)
    carer = factories.viewer(scene.john, ViewerKind.CARER)
    with as_role("postgres"):
        other = factories.person("Jane Other")
        factories.viewer(other, ViewerKind.CARER, user=carer.user)
        for number, one in enumerate((own, carer)):
            reach = Reach.objects.create(
                user=one.user, kind="sms", value=f"0790000000{number}", added=scene.now
            )
            Code.objects.create(reach=reach, made=scene.now, expires=scene.now)
            Authenticator.objects.create(
                user=one.user, type=Authenticator.Type.WEBAUTHN, data={"name": "John's phone"}
            )
    record.seal_all(now=scene.now)
    head = record.head()
    for lead in (scene.lead, scene.trust_lead):
        actor = factories.actor(lead)
        with bound(actor):
            number = actions.record_erasure_request(
                actor,
                now=scene.now,
                person_id=scene.john.pk,
                asked_on=scene.now.date(),
                words="Asked",
            )
            actions.erase_asked(actor, now=scene.now, erasure_id=number, name=scene.john.name)
    with as_role("postgres"):
        john = Person.objects.get(pk=scene.john.pk)
        assert (john.name, john.known_as, john.born) == ("Erased", "", None)
        assert "tressell" not in john.folded
        assert value("SELECT count(*) FROM sharing_viewer WHERE user_id = %s", own.user_id) == 0
        # How they were reached and signed in goes too; a carer's stays while they help another.
        own.user.refresh_from_db()
        assert not own.user.is_active
        for held in (Reach.objects, Authenticator.objects):
            assert set(held.values_list("user_id", flat=True)) == {carer.user_id}
        assert Code.objects.get().reach.user_id == carer.user_id
        carer.user.refresh_from_db()
        assert carer.user.is_active
        assert value("SELECT count(*) FROM sight WHERE person_id = %s", john.pk) == 0
        everything = rows(
            "SELECT to_json(e)::text FROM kernel_event e UNION ALL"
            " SELECT to_json(a)::text FROM kernel_access a"
        )
        assert not [one for (one,) in everything if "Tressell" in one]
    record.seal_all(now=scene.now)
    with as_system(), connection.cursor() as cursor:
        assert verify(cursor, head) == []
    call_command("verify_record")


def test_whoever_is_still_helped_is_not_erased(scene, client):
    client.force_login(scene.trust_lead.user)
    one = f"/records/people/{scene.john.pk}/"
    client.post(f"{one}erasures/new", {"asked_on": "today", "words": "At the desk"})
    with as_role("postgres"):
        erasure = Erasure.objects.get()
    refused = client.post(f"{one}erasures/{erasure.pk}/erase", {"name": "John Tressell"})
    assert refused.status_code == 409
    assert "still works with them" in text_of(refused)
    assert "Sleeps better." in notes()
    page = text_of(
        client.post(
            f"{one}erasures/{erasure.pk}/refuse", {"words": "We still see you."}, follow=True
        )
    )
    assert "We still see you." in page


def test_what_was_told_in_a_request_has_its_own_time(scene):
    old = scene.now - timedelta(days=100)
    with as_role("lintel_import"), connection.cursor() as cursor:
        for number, (person, closed) in enumerate(
            [(scene.john.pk, old), (None, old), (scene.john.pk, None)]
        ):
            cursor.execute(
                "INSERT INTO requests_handling (reference, kind, masked, urgency, about_name,"
                " about_born, about_address, about_postcode, signs, seen, done, asked_for,"
                " person_knows, extra, request_id, person_id, sender_worker_id, sender_team_id,"
                " sender_agency_id, sender_words, team_id, state, route_words, sent,"
                " wrong_team_count, arrived, decision, decision_words, better_route, contacts,"
                " climbed, version, closed, due, climb_at)"
                " VALUES (%s, 'concern', true, 'routine', '', '', '', '', '{}',"
                " 'Seen', '', '', '', '{}', %s, %s, %s, %s, %s, 'x', %s,"
                " %s, '', %s, 0, %s, '', '', '', '[]', 0, 1, %s, now(), now())",
                [
                    f"LN-DDDD-{number:04}",
                    900 + number,
                    person,
                    scene.officer.pk,
                    scene.office.pk,
                    scene.landlord.pk,
                    scene.cmht.pk,
                    "closed" if closed else "taken",
                    old,
                    old,
                    closed,
                ],
            )
    agreement(care=240, housing=240, request=3)
    actions.list_due()
    with as_role("postgres"):
        found = list(Due.objects.order_by("person_id").values_list("person_id", "category", "rows"))
    assert found == [(scene.john.pk, 0, 1), (None, 0, 1)]
    actor = factories.actor(scene.trust_lead)
    with bound(actor):
        ids = list(queries.due(actor).values_list("pk", flat=True))
        assert actions.erase_due(actor, now=scene.now, due_ids=ids) == (2, [])
    with as_role("postgres"):
        assert rows("SELECT reference FROM requests_handling") == [("LN-DDDD-0002",)]


def test_a_list_of_what_is_due_is_for_leads(scene, client):
    client.force_login(scene.officer.user)
    assert client.get("/records/due/").status_code == 403
    other = factories.worker(factories.agency(), roles=[Role.INFORMATION_LEAD])
    agreement(housing=12)
    actions.list_due()
    client.force_login(other.user)
    assert "Nothing is due" in text_of(client.get("/records/due/"))
