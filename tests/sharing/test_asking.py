"""Asking early and in full: purposes, agencies, capacity, the agreement, forms and scans."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from lintel.kernel.actor import bound
from lintel.kernel.errors import Denied, Invalid, NotFound
from lintel.kernel.models import Access, Event, Message
from lintel.kernel.sight.states import Category as C
from lintel.sharing import actions, consent_news, queries
from lintel.sharing.actions import Line
from lintel.sharing.actions.papers import kind_of
from lintel.sharing.forms_consent import Question, Recipient
from lintel.sharing.models import Consent, ConsentPaper
from lintel.sharing.queries import Agreed
from lintel.sharing.states import ANY_PURPOSE, Capacity, PaperKind, Purpose
from lintel.sharing.views.asking import _allowed
from tests import factories
from tests.portal.test_reading_age import grade, said
from tests.sharing.test_consent import Scene, make_scene
from tests.sharing.test_pages import Scene as Pages
from tests.sharing.test_pages import signed_in, text_of
from tests.support.db import as_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return make_scene()


PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20 + b"IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 20 + b"\xff\xd9"


# One conversation, several purposes ------------------------------------------------------------


def talk_of_two(scene: Scene, **answers: list[Line]) -> int:
    given = answers or {
        "tenancy_support": [scene.ours(C.CONTACT)],
        "care": [scene.ours(C.CONTACT, False), scene.ours(C.SUPPORT_NEEDS)],
    }
    with bound(scene.officer) as actor:
        return actions.record_conversation(
            actor, now=scene.now, person_id=scene.john.pk, talk=scene.talk(), answers=given
        )


def views_of(scene: Scene, number: int) -> tuple[queries.ConsentView, ...]:
    with bound(scene.officer) as actor:
        return queries.conversation(actor, number, person_id=scene.john.pk, now=scene.now)


def test_two_purposes_are_one_conversation(scene: Scene) -> None:
    number = talk_of_two(scene)
    views = views_of(scene, number)
    assert [v.purpose for v in views] == ["care", "tenancy_support"]
    assert len({v.conversation for v in views}) == 1
    with as_role("postgres"):
        assert Event.objects.filter(verb="consent.recorded").count() == 2
    with bound(scene.officer) as actor:
        whole = queries.conversations(queries.consents_for(actor, scene.john.pk, now=scene.now))
    assert [len(group) for group in whole] == [2]


def test_one_wrong_answer_writes_down_nothing(scene: Scene) -> None:
    with pytest.raises(Invalid):
        talk_of_two(
            scene,
            care=[scene.ours(C.CONTACT)],
            safety=[scene.ours(C.SAFETY), scene.ours(C.SAFETY)],
        )
    assert not Consent.objects.exists()


def test_one_purpose_is_taken_back_and_the_other_stands(scene: Scene) -> None:
    care, tenancy = views_of(scene, talk_of_two(scene))
    with bound(scene.officer) as actor:
        actions.withdraw_conversation(
            actor, now=scene.now, person_id=scene.john.pk, consent_ids=[care.id], words="Not that."
        )
    after = views_of(scene, tenancy.id)
    assert [bool(v.withdrawn) for v in after] == [True, False]
    with bound(scene.officer) as actor, pytest.raises(NotFound):
        actions.withdraw_conversation(
            actor, now=scene.now, person_id=scene.john.pk, consent_ids=[tenancy.id, 10**9], words=""
        )
    assert not views_of(scene, tenancy.id)[1].withdrawn


def test_renewing_keeps_purposes_agencies_and_named_workers(scene: Scene) -> None:
    wide = Line(
        scene.officer.agency_id, None, C.CONTACT, True, recipient_agency_id=scene.nurse.agency_id
    )
    only = Line(
        scene.officer.agency_id,
        scene.cmht.pk,
        C.SUPPORT_NEEDS,
        True,
        recipient_worker_id=scene.other_nurse.worker_id,
    )
    number = talk_of_two(scene, care=[wide], safety=[only])
    with bound(scene.officer) as actor:
        again = actions.renew_consent(
            actor,
            now=scene.now,
            person_id=scene.john.pk,
            consent_id=number,
            talk=scene.talk(given=scene.now, until=scene.now + timedelta(days=300)),
        )

    def said(one: int) -> set[tuple[object, ...]]:
        return {
            (
                v.purpose,
                li.recipient_id,
                li.recipient_agency_id,
                li.recipient_worker_id,
                li.category,
            )
            for v in views_of(scene, one)
            for li in v.lines
        }

    assert said(again) == said(number)
    assert again != number


def test_an_agencys_loop_sees_it_until_a_later_no(scene: Scene) -> None:
    def wide(answer: bool) -> Line:
        return Line(
            scene.officer.agency_id,
            None,
            C.CONTACT,
            answer,
            recipient_agency_id=scene.nurse.agency_id,
        )

    landlord = scene.officer.agency_id
    scene.record(wide(True))
    assert scene.sees(scene.other_nurse) == {landlord: {C.IDENTITY, C.CONTACT}}
    with bound(scene.officer) as actor:
        found = queries.standing(
            actor, person_id=scene.john.pk, team_id=scene.cmht.pk, now=scene.now
        )
        assert found is not None
        assert C.CONTACT.label in found.categories
    scene.record(
        wide(False),
        replace(wide(False), category=C.IDENTITY),
        given=scene.now,
        purpose=ANY_PURPOSE,
    )
    assert scene.sees(scene.other_nurse) == {}


def test_a_refusal_of_everything_is_for_any_purpose_and_never_a_yes(
    scene: Scene,
) -> None:
    number = scene.record(scene.ours(C.CONTACT, False), purpose=ANY_PURPOSE, persons_words="")
    (view,) = views_of(scene, number)
    assert view.refused
    assert view.purpose_words == "for anything at all"
    with pytest.raises(Invalid):
        scene.record(scene.ours(C.CONTACT), purpose=ANY_PURPOSE)


# Whether they could decide ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"capacity": ""}, "capacity"),
        ({"capacity": Capacity.LACKS}, "capacity"),
        ({"capacity": Capacity.PRESUMED, "capacity_words": " "}, "capacity_words"),
        ({"capacity": Capacity.ASSESSED, "capacity_on": timezone.localdate()}, "capacity_by"),
        ({"capacity": Capacity.ASSESSED, "capacity_by": "Dr Iqbal"}, "capacity_on"),
    ],
)
def test_a_yes_needs_somebody_who_can_decide(
    scene: Scene,
    given: dict[str, object],
    field: str,
) -> None:
    with pytest.raises(Invalid) as wrong:
        scene.record(scene.ours(C.CONTACT), **given)
    assert list(wrong.value.errors) == [field]
    # A no is heard from anybody.
    scene.record(scene.ours(C.CONTACT, False), persons_words="", **given)


# What the agreement allows ---------------------------------------------------------------------


def test_only_what_the_agreement_allows_is_asked_and_the_page_says_why() -> None:
    pages = Pages()
    question = Question(
        "",
        pages.landlord,
        Recipient(pages.trust, pages.cmht),
        (C.CONTACT, C.MONEY, C.SAFETY),
        ours=True,
    )
    cells = {("care", "landlord", "trust", int(C.CONTACT)): frozenset({"assigned", "link"})}
    request = type("R", (), {"now": timezone.now()})()

    def asked(agreed: Agreed) -> Question:
        return _allowed(request, agreed, question, "care")

    before = asked(Agreed(in_force=False, cells={}))
    assert before.categories == question.categories
    assert before.why_not == ""
    unsigned = asked(Agreed(in_force=True, cells=cells))
    assert unsigned.categories == ()
    assert "have not signed the agreement" in unsigned.why_not
    signed = DateTimeTZRange(None, None)
    pages.landlord.takes_part = pages.trust.takes_part = [signed]
    found = asked(Agreed(in_force=True, cells=cells))
    assert found.categories == (C.CONTACT,)
    assert "Not asked to plan care and support: rent and money or safety" in found.why_not
    assert "Of them only: assigned worker, link worker" in found.hint()
    assert asked(Agreed(in_force=True, cells={})).categories == ()


# The pages -------------------------------------------------------------------------------------


def test_what_is_chosen_is_kept_and_what_is_missing_is_said() -> None:
    pages = Pages()
    client = signed_in(pages.officer)
    page = text_of(client.get(f"{pages.at}new?team={pages.cmht.pk}"))
    assert "Who did you talk about, and what for?" in page
    assert (
        f'id="team-{pages.cmht.pk}" name="team" type="checkbox" value="{pages.cmht.pk}" checked'
        in page
    )
    assert "There is a problem" not in page
    page = text_of(client.get(f"{pages.at}new?team={pages.cmht.pk}&chosen=1"))
    assert "Choose at least one thing that it is for" in page


def test_an_agencys_loop_and_a_named_worker_are_recorded() -> None:
    pages = Pages()
    client = signed_in(pages.officer)
    at = f"{pages.at}new?team={pages.cmht.pk}&agency={pages.trust.pk}&purpose=care&purpose=safety"
    page = text_of(client.get(at))
    assert "May Shethernley Homes tell everybody at The Trust who has signed up?" in page
    typed = {k: v for k, v in pages.typed().items() if not k.startswith("may-")}
    typed |= {
        f"may-care-{pages.landlord.pk}-a{pages.trust.pk}-{int(C.CONTACT)}": "yes",
        f"may-safety-{pages.landlord.pk}-t{pages.cmht.pk}-{int(C.SAFETY)}": "yes",
        f"who-t{pages.cmht.pk}": str(pages.nurse.pk),
    }
    page = text_of(client.post(at, typed, follow=True))
    assert "Shethernley Homes tells everybody at The Trust who has signed up" in page
    assert "North CMHT (Nia Nurse only)" in page
    with as_role("postgres"):
        care = Consent.objects.get(purpose="care")
        assert {li.recipient_agency_id for li in care.lines.all()} == {pages.trust.pk}
        safety = Consent.objects.get(purpose="safety")
        assert {li.recipient_worker_id for li in safety.lines.all()} == {pages.nurse.pk}
    page = text_of(client.get(f"{pages.at}new?from={care.pk}"))
    assert "May Shethernley Homes tell everybody at The Trust who has signed up?" in page


def test_a_form_to_sign_and_what_is_asked_print_large_too() -> None:
    pages = Pages()
    client = signed_in(pages.officer)
    page = text_of(client.get(f"{pages.at}form?team={pages.cmht.pk}&purpose=care&large"))
    assert "May Shethernley Homes tell North CMHT?" in page
    assert "lintel-box" in page
    assert "lintel-large" in page
    assert "Interpreter, and their service" in page
    page = text_of(client.get("/consent/what-we-ask/?large"))
    assert "lintel-large" in page
    assert "If you say no, you still get help." in page


def test_what_the_person_reads_is_easy_to_read() -> None:
    pages = Pages()
    client = signed_in(pages.officer)
    one = client.post(pages.new, pages.typed(), follow=True).request["PATH_INFO"]
    for path in ("/consent/what-we-ask/", f"{one}summary"):
        assert grade(said(client.get(path).content.decode())) <= 6, path


# Scans -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, PaperKind.PDF),
        (PNG, PaperKind.PNG),
        (JPEG, PaperKind.JPEG),
        (b"<html>%PDF-", None),
        (b"%PDF-1.4 cut off", None),
        (b"MZ\x90\0", None),
        (b"<svg onload=alert(1)>", None),
        (b"", None),
    ],
)
def test_a_file_is_what_its_content_says(content: bytes, kind: PaperKind | None) -> None:
    assert kind_of(content) is kind


def upload(client: object, path: str, content: bytes, name: str = "form.pdf") -> object:
    file = SimpleUploadedFile(name, content, content_type="application/pdf")
    return client.post(f"{path}paper", {"file": file}, follow=True)  # type: ignore[attr-defined]


def test_a_scan_is_kept_read_by_its_own_agency_alone_and_taken_out() -> None:
    pages = Pages()
    client, nurse = signed_in(pages.officer), signed_in(pages.nurse)
    one = client.post(pages.new, pages.typed(), follow=True).request["PATH_INFO"]
    assert "The scan is kept" in text_of(upload(client, one, PDF, "John Marsden.exe"))
    with as_role("postgres"):
        paper = ConsentPaper.objects.get()
    path = f"{one}paper/{paper.pk}"
    answer = client.get(path)
    assert answer.content == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="form-{paper.pk}.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    with as_role("postgres"):
        assert Access.objects.filter(verb="exported", page="consent paper").count() == 1
    # The nurse reads the consent, and never the form: it shows the noes.
    assert nurse.get(one).status_code == 200
    assert "signed form" not in text_of(nurse.get(one))
    assert nurse.get(path).status_code == 404
    assert nurse.post(f"{path}/out", {"words": "x"}).status_code == 404
    assert upload(nurse, one, PDF).status_code == 403
    page = text_of(client.post(f"{path}/out", {"words": "Somebody else’s."}, follow=True))
    assert "A scan was taken out" in page
    assert client.get(path).status_code == 404
    with as_role("postgres"):
        assert bytes(ConsentPaper.objects.get().content) == b""


def test_what_is_no_scan_is_not_kept(settings: object) -> None:
    pages = Pages()
    client = signed_in(pages.officer)
    one = client.post(pages.new, pages.typed(), follow=True).request["PATH_INFO"]
    for content, wrong in (
        (b"MZ not a form", "no PDF, JPEG or PNG"),
        (PDF + b"\0" * (5 * 1024 * 1024), "larger than 5 MB"),
    ):
        assert wrong in text_of(upload(client, one, content))
    settings.LINTEL_SCAN_UPLOAD = "tests.sharing.test_asking.scanner"  # type: ignore[attr-defined]
    assert "may do harm" in text_of(upload(client, one, PDF.replace(b"obj", b"BAD")))
    assert "The scan is kept" in text_of(upload(client, one, PDF))
    assert ConsentPaper.objects.count() == 0  # Nobody is bound here.
    with as_role("postgres"):
        assert ConsentPaper.objects.count() == 1


def scanner(content: bytes) -> str:
    """A virus scanner that knows one virus."""
    return "harm" if b"BAD" in content else ""


def test_another_agency_keeps_no_form_of_what_it_did_not_hear(scene: Scene) -> None:
    number = scene.record(scene.ours(C.CONTACT))
    with bound(scene.nurse) as actor, pytest.raises(Denied):
        actions.add_paper(
            actor, now=scene.now, person_id=scene.john.pk, consent_id=number, content=PDF
        )


# Asking early, and again in time -----------------------------------------------------------------


def test_who_was_not_asked_yet_is_shown_kindly_until_asked() -> None:
    pages = Pages()
    today = timezone.localdate()
    new = factories.person("Nell Newcome")
    patch = factories.patch(pages.office, pages.officer)
    factories.tenancy(new, factories.home(patch), started=today + timedelta(days=10))
    client = signed_in(pages.officer)
    assert "1 person not asked yet about sharing" in text_of(client.get("/"))
    page = text_of(client.get("/consent/"))
    assert "Nell Newcome" in page
    assert "Tenancy begins on" in page
    assert "Marsden" not in page  # His tenancy is a year old.
    assert "Not asked yet about sharing" in text_of(client.get(f"/people/{new.pk}/"))
    factories.consent(new, pages.officer, pages.cmht, [], refused=[C.IDENTITY])
    assert "not asked yet about sharing" not in text_of(client.get("/"))
    assert "Not asked yet about sharing" not in text_of(client.get(f"/people/{new.pk}/"))
    # A nurse's new involvement, an admission: the same.
    ill = factories.person("Ida Illwell")
    factories.involvement(
        ill, pages.cmht, pages.nurse, valid=factories.since(timezone.now() - timedelta(days=1))
    )
    assert "Ida Illwell" in text_of(signed_in(pages.nurse).get("/consent/"))
    assert "Ida Illwell" not in text_of(client.get("/consent/"))


def test_what_ends_soon_is_reminded_of_in_time_and_to_whom_it_concerns(
    scene: Scene,
) -> None:
    scene.record(scene.ours(C.CONTACT), until=scene.now + timedelta(days=20))
    with bound(scene.officer) as actor:
        (one,) = queries.ending_soon(actor, now=scene.now)
        assert one.mine
    assert consent_news.remind_ending(now=scene.now) == 1
    assert consent_news.remind_ending(now=scene.now) == 0
    # Seven days before, once more.
    assert consent_news.remind_ending(now=scene.now + timedelta(days=14)) == 1
    with as_role("postgres"):
        told = list(Message.objects.filter(template="due").values_list("to_user_id", "link"))
    assert told == [(scene.officer.user_id, "/consent/")] * 2


def test_asked_again_it_needs_no_reminder(scene: Scene) -> None:
    number = scene.record(scene.ours(C.CONTACT), until=scene.now + timedelta(days=20))
    with bound(scene.officer) as actor:
        actions.renew_consent(
            actor,
            now=scene.now,
            person_id=scene.john.pk,
            consent_id=number,
            talk=scene.talk(given=scene.now, purpose=Purpose.TENANCY_SUPPORT),
        )
        assert queries.ending_soon(actor, now=scene.now) == []
    assert consent_news.remind_ending(now=scene.now) == 0


def test_where_the_recorder_left_their_colleague_is_reminded(scene: Scene) -> None:
    from lintel.agencies.models import Worker

    scene.record(scene.ours(C.CONTACT), until=scene.now + timedelta(days=20))
    colleague = factories.worker(scene.office)
    with as_role("postgres"):
        from lintel.people.models import PatchOfficer

        patch = PatchOfficer.objects.get(worker=scene.officer.worker_id).patch
    factories.patch_officer(patch, colleague)
    with as_role("postgres"):
        Worker.objects.filter(pk=scene.officer.worker_id).update(
            left_on=timezone.localdate(scene.now)
        )
    assert consent_news.remind_ending(now=scene.now) == 1
    with as_role("postgres"):
        assert {m.to_user_id for m in Message.objects.all()} == {colleague.user_id}
