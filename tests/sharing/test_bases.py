"""Sharing on another basis: always a second worker, told unless a reason forbids, reviewed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import Error, transaction
from django.test import Client
from django.utils import timezone

from lintel.agencies.states import AgencyKind, Role, TeamKind, TeamRole
from lintel.kernel import access
from lintel.kernel.actor import bound, bound_account
from lintel.kernel.errors import Conflict, Denied, Invalid, NotFound
from lintel.kernel.models import Access, Event, Message
from lintel.kernel.sight.states import Category as C
from lintel.kernel.states import AccessVerb
from lintel.sharing import actions, consent_news, policy, queries
from lintel.sharing.actions import Share
from lintel.sharing.models import OtherBasis, Viewer
from lintel.sharing.states import Basis, Purpose
from tests import factories
from tests.support.db import as_role, value

pytestmark = pytest.mark.django_db


class Scene:
    """A nurse who must tell the landlord's office something, and those who may let her."""

    def __init__(self):
        self.now = value("SELECT now()")
        self.landlord = factories.agency(name="Shethernley Homes")
        self.office = factories.team(self.landlord, name="North office")
        self.officer = factories.worker(self.office, name="Olu Officer")
        self.trust = factories.agency(AgencyKind.TRUST, name="The Trust")
        self.cmht = factories.team(self.trust, TeamKind.CMHT, name="North CMHT")
        self.nurse = factories.worker(self.cmht, name="Nia Nurse")
        self.colleague = factories.worker(self.cmht, name="Cal Colleague")
        self.head = factories.worker(self.cmht, name="Hana Head", team_role=TeamRole.LEAD)
        self.lead = factories.worker(self.trust, roles=[Role.INFORMATION_LEAD], name="Lee Lead")
        self.manager = factories.worker(self.trust, roles=[Role.MANAGER], name="Mo Manager")
        self.their_lead = factories.worker(self.landlord, roles=[Role.INFORMATION_LEAD])
        self.john = factories.tenant(self.officer, "John Marsden")
        factories.involvement(self.john, self.cmht, self.nurse)

    def share(self, **more):
        plain = Share(
            recipient_id=self.office.pk,
            recipient_worker_id=None,
            categories=[C.SAFETY],
            purpose=Purpose.SAFETY,
            basis=Basis.SAFEGUARDING,
            statute="",
            words="He was hurt by a visitor, and the officer must know who may not be let in.",
            until=self.now + timedelta(days=60),
            not_told_words="The visitor reads his letters.",
            tell_review=timezone.localdate(self.now) + timedelta(days=14),
        )
        return replace(plain, **more)

    def record(self, by=None, **more):
        with bound(factories.actor(by or self.nurse)) as actor:
            return actions.record_basis(
                actor, now=self.now, person_id=self.john.pk, share=self.share(**more)
            )

    def do(self, act, who, number, **more):
        with bound(factories.actor(who)) as actor:
            return act(actor, now=self.now, basis_id=number, **more)


@pytest.fixture
def scene():
    return Scene()


def signed_in(worker):
    client = Client()
    client.force_login(worker.user)
    return client


def text_of(response):
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(
    ("who", "named", "may"),
    [
        ("nurse", False, False),  # Who wrote it down never decides it.
        ("colleague", False, False),
        ("head", False, True),  # The recorder's team lead.
        ("head", True, False),  # Not where the agreement names somebody.
        ("lead", False, True),
        ("lead", True, True),
        ("manager", False, True),
        ("manager", True, True),
        ("their_lead", False, False),  # Another agency's.
        ("officer", False, False),
    ],
)
def test_who_may_authorise(scene, who, named, may):
    actor = factories.actor(getattr(scene, who))

    def ask():
        policy.authorise(
            actor,
            owner_id=scene.trust.pk,
            recorded_by_id=scene.nurse.pk,
            named=named,
            leads_recorder=who == "head",
        )

    if may:
        ask()
    else:
        with pytest.raises(Denied):
            ask()


def test_another_system_never_decides(scene):
    number = scene.record()
    actor = replace(factories.actor(scene.lead), integration_id=7)
    with bound(actor), pytest.raises(Denied):
        actions.authorise_basis(actor, now=scene.now, basis_id=number, words="Right.")


def test_a_second_worker_authorises_it_and_it_is_written_down(scene):
    number = scene.record()
    with as_role("postgres"):
        assert not Access.objects.filter(verb="disclosed").exists()
    scene.do(actions.authorise_basis, scene.lead, number, words="Proportionate.")
    with as_role("postgres"):
        told = Access.objects.get(verb="disclosed")
        assert told.owner_id == scene.trust.pk
        assert told.categories == ["identity", "safety"]
        assert told.why["all"].startswith("to North office, because Safeguarding")
        verbs = set(Event.objects.filter(subject_kind="basis").values_list("verb", flat=True))
    assert verbs == {"basis.recorded", "basis.authorised"}
    with pytest.raises(Conflict):
        scene.do(actions.authorise_basis, scene.manager, number, words="Again.")


def test_it_gives_sight_from_when_it_is_authorised_until_it_ends(scene):
    def sees():
        with bound(factories.actor(scene.officer)) as actor:
            found = queries.why(actor, scene.john.pk)
        return {r.category for r in found if r.owner_id == scene.trust.pk}

    number = scene.record()
    assert sees() == set()
    scene.do(actions.authorise_basis, scene.lead, number, words="Right.")
    assert sees() == {C.IDENTITY, C.SAFETY}
    with bound(factories.actor(scene.officer)) as actor:
        words = {r.words() for r in queries.why(actor, scene.john.pk) if r.source == "basis"}
    assert words == {"the law allows it, as written down and authorised"}
    scene.do(actions.end_basis, scene.nurse, number, words="Over.")
    assert sees() == set()


def test_only_those_who_work_with_the_person_write_it_down(scene):
    factories.consent(scene.john, scene.officer, scene.cmht)
    with pytest.raises(Denied):  # Sees him by consent, not by the trust's own casework.
        scene.record(by=scene.colleague)
    with pytest.raises(NotFound):
        scene.record(by=scene.lead)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"words": " "}, "words"),
        ({"basis": Basis.STATUTE}, "statute"),
        ({"basis": Basis.CONSENT}, "basis"),
        ({"basis": Basis.OWN_WORK}, "basis"),
        ({"categories": []}, "categories"),
        ({"not_told_words": ""}, "not_told_words"),
        ({"tell_review": None}, "tell_review"),
    ],
)
def test_what_must_be_said(scene, more, field):
    with pytest.raises(Invalid) as wrong:
        scene.record(**more)
    assert field in wrong.value.errors


def test_it_is_looked_at_again_within_three_months(scene):
    today = timezone.localdate(scene.now)
    with pytest.raises(Invalid) as wrong:
        scene.record(tell_review=today + timedelta(days=100))
    assert list(wrong.value.errors) == ["tell_review"]
    number = scene.record()
    scene.do(actions.authorise_basis, scene.lead, number, words="Right.")
    with pytest.raises(Invalid):
        scene.do(actions.review_basis, scene.nurse, number, words="", again=today)
    again = today + timedelta(days=30)
    scene.do(actions.review_basis, scene.lead, number, words="Still so.", again=again)
    with bound(factories.actor(scene.nurse)) as actor:
        view = queries.basis(actor, number)
    assert view.tell_review == again
    assert "The visitor reads his letters." in view.not_told_words
    assert "Lee Lead: Still so." in view.not_told_words


def test_telling_the_person_ends_the_reviews(scene):
    number = scene.record()
    scene.do(actions.authorise_basis, scene.lead, number, words="Right.")
    today = timezone.localdate(scene.now)
    with bound(factories.actor(scene.lead)) as actor:
        assert [v.id for v in queries.bases_untold(actor, now=scene.now)] == [number]
    scene.do(actions.tell_basis, scene.nurse, number, told=today, words="At home; he was glad.")
    with bound(factories.actor(scene.lead)) as actor:
        assert queries.bases_untold(actor, now=scene.now) == []
    with pytest.raises(Conflict):
        scene.do(actions.tell_basis, scene.nurse, number, told=today, words="Again.")
    with pytest.raises(Conflict):
        scene.do(actions.review_basis, scene.nurse, number, words="x", again=today)


def test_the_database_lets_nobody_decide_alone_or_for_another(scene):
    number = scene.record()
    by_hand = [
        (scene.nurse, {"authorised": scene.now, "authorised_by": scene.nurse.pk}),
        (scene.nurse, {"authorised": scene.now, "authorised_by": scene.lead.pk}),
        (scene.lead, {"told": scene.now, "told_by": scene.nurse.pk}),
        (scene.head, {"ended": scene.now, "ended_by": scene.lead.pk}),
    ]
    for who, change in by_hand:
        with bound(factories.actor(who)), pytest.raises(Error), transaction.atomic():
            OtherBasis.objects.filter(pk=number).update(**change)
    scene.do(actions.authorise_basis, scene.lead, number, words="Right.")
    with (
        bound(factories.actor(scene.manager)),
        pytest.raises(Error),
        transaction.atomic(),
    ):
        OtherBasis.objects.filter(pk=number).update(authorised=None, authorised_by=None)


def test_the_other_agency_reads_it_only_once_it_is_authorised(scene):
    number = scene.record()
    with bound(factories.actor(scene.officer)) as actor, pytest.raises(NotFound):
        queries.basis(actor, number)
    with bound(factories.actor(scene.their_lead)) as actor, pytest.raises(NotFound):
        queries.basis(actor, number)
    scene.do(actions.authorise_basis, scene.lead, number, words="Right.")
    with bound(factories.actor(scene.officer)) as actor:
        assert queries.basis(actor, number).untold
    with pytest.raises(Denied):
        scene.do(actions.end_basis, scene.officer, number, words="Not needed.")


def test_the_person_reads_it_once_told_and_nobody_elses(scene):
    untold, told = scene.record(), scene.record(told_words="By phone.", not_told_words="")
    waiting = scene.record(told_words="By phone.", not_told_words="")
    for number in (untold, told):
        scene.do(actions.authorise_basis, scene.lead, number, words="Right.")
    user, other = (factories.worker().user for _ in range(2))
    with as_role("lintel_import"):
        for account, person in ((user, scene.john), (other, factories.person())):
            Viewer.objects.create(user=account, person=person, kind="self", begins=scene.now)
    with bound_account(user.pk):
        assert [view.id for view in queries.told_bases()] == [told]
        assert untold not in set(OtherBasis.objects.values_list("pk", flat=True))
    with bound_account(other.pk):
        assert not OtherBasis.objects.exists()
    assert waiting not in {untold, told}  # Told before anybody had authorised it.


def test_what_is_untold_does_not_show_in_who_looked_either(scene):
    number = scene.record()
    scene.do(actions.authorise_basis, scene.lead, number, words="Right.")
    with bound(factories.actor(scene.officer)) as actor:
        for owner, page in ((scene.trust, "people:person"), (scene.landlord, "people:person")):
            access.record(
                actor,
                AccessVerb.OPENED,
                now=scene.now,
                person_id=scene.john.pk,
                owner_id=owner.pk,
                categories=[C.SAFETY],
                why="as written down",
                page=page,
            )
    user = factories.worker().user
    with as_role("lintel_import"):
        Viewer.objects.create(user=user, person=scene.john, kind="self", begins=scene.now)

    def seen():
        with bound_account(user.pk):
            return set(Access.objects.values_list("owner_id", "verb"))

    # His landlord's own look stands there; neither the telling nor who was told by it.
    assert seen() == {(scene.landlord.pk, "opened")}
    today = timezone.localdate(scene.now)
    scene.do(actions.tell_basis, scene.nurse, number, told=today, words="At home.")
    assert seen() == {
        (scene.landlord.pk, "opened"),
        (scene.trust.pk, "opened"),
        (scene.trust.pk, "disclosed"),
    }


def test_who_is_asked_to_authorise_and_who_is_reminded(scene):
    number = scene.record()
    with as_role("postgres"):
        event = Event.objects.get(verb="basis.recorded")
    consent_news.ask_to_authorise(event)
    with as_role("postgres"):
        told = {m.to_user_id for m in Message.objects.filter(link="/other-basis/")}
    assert told == {scene.lead.user_id, scene.manager.user_id}
    scene.do(actions.authorise_basis, scene.lead, number, words="Right.")
    assert consent_news.remind_untold(now=scene.now) == 0
    later = scene.now + timedelta(days=14)
    assert consent_news.remind_untold(now=later) == 1
    assert consent_news.remind_untold(now=later) == 0
    assert consent_news.remind_untold(now=later + timedelta(days=7)) == 1
    with as_role("postgres"):
        due = {m.to_user_id for m in Message.objects.filter(template="due")}
    assert due == {scene.lead.user_id}


def test_from_writing_it_down_to_telling(scene):
    nurse, lead = signed_in(scene.nurse), signed_in(scene.lead)
    at = f"/people/{scene.john.pk}/other-basis/"
    assert "Nothing that you may see" in text_of(nurse.get(at))
    assert "North office" in text_of(nurse.get(f"{at}new"))
    path = f"{at}new?team={scene.office.pk}"
    typed = {
        "basis": "statute",
        "purpose": "safety",
        "categories": [str(int(C.SAFETY))],
        "words": "He must be kept safe.",
        "until": "in 30 days",
        "knows": "no",
        "not_told_words": "The visitor reads his letters.",
        "tell_review": "in 14 days",
    }
    page = text_of(nurse.post(path, typed))
    assert "There is a problem" in page
    assert "He must be kept safe." in page
    typed["statute"] = "Care Act 2014, section 42"
    made = nurse.post(path, typed, follow=True)
    assert "Nothing is shared until somebody else authorises it" in text_of(made)
    one = made.request["PATH_INFO"]
    assert nurse.post(f"{one}authorise", {"words": "x"}).status_code == 403
    page = text_of(lead.get("/other-basis/"))
    assert "John Marsden" in page
    assert "It waits for you" in text_of(lead.get(one))
    assert "It is shared" in text_of(lead.post(f"{one}authorise", {"words": "Right."}, follow=True))
    page = text_of(lead.get("/other-basis/"))
    assert "Not told yet" in page
    assert "Since today" in page
    page = text_of(nurse.post(f"{one}told", {"told": "today", "words": "At home."}, follow=True))
    assert "The person was told" in page
    assert "It has ended" in text_of(lead.post(f"{one}end", {"words": "Over."}, follow=True))
    stranger = signed_in(factories.worker())
    assert stranger.get(one).status_code == 404
    assert stranger.get(at).status_code == 404
