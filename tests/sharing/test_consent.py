"""Consent: what each answer opens, who may know of it, and taking it back."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from lintel.agencies.models import Team, Worker
from lintel.agencies.states import AgencyKind, TeamKind
from lintel.kernel.actor import Actor, bound
from lintel.kernel.errors import Conflict, Denied, Invalid, NotFound
from lintel.kernel.models import Access, Event
from lintel.kernel.sight.states import Category as C
from lintel.kernel.sight.states import Source
from lintel.people.models import ContactPoint, Involvement, Note, Person
from lintel.sharing import actions, queries
from lintel.sharing.actions import Line, Talk
from lintel.sharing.models import Consent, ConsentLine
from lintel.sharing.states import Capacity, Explained, Purpose
from tests import factories
from tests.support.db import as_role, value

pytestmark = pytest.mark.django_db


@dataclass
class Scene:
    """John, his landlord's officer, and a nurse whose team works with him."""

    now: datetime
    officer: Actor
    office: Team
    nurse: Actor
    cmht: Team
    other_nurse: Actor
    john: Person

    def talk(self, **changes: object) -> Talk:
        talk = Talk(
            given=self.now - timedelta(hours=1),
            until=self.now + timedelta(days=180),
            purpose=Purpose.TENANCY_SUPPORT,
            explained=Explained.FACE_TO_FACE,
            explained_words="Who would see what, and that no is fine.",
            persons_words="Yes, tell the nurse.",
            capacity=Capacity.PRESUMED,
            capacity_words="He told me back what it means.",
        )
        return replace(talk, **changes)  # type: ignore[arg-type]

    def ours(self, category: C, answer: bool = True) -> Line:
        return Line(self.officer.agency_id, self.cmht.pk, category, answer)

    def theirs(self, category: C, answer: bool = True) -> Line:
        return Line(self.nurse.agency_id, self.office.pk, category, answer)

    def record(self, *lines: Line, by: Actor | None = None, **talk: object) -> int:
        with bound(by or self.officer) as actor:
            return actions.record_consent(
                actor,
                now=self.now,
                person_id=self.john.pk,
                talk=self.talk(**talk),
                lines=lines,
            )

    def sees(self, actor: Actor) -> dict[int, set[C]]:
        """What the actor sees of John, by holding agency."""
        found: dict[int, set[C]] = {}
        with bound(actor):
            for reason in queries.why(actor, self.john.pk):
                found.setdefault(reason.owner_id, set()).add(reason.category)
        return found


def make_scene() -> Scene:
    """John, his officer and his nurse, and nothing said yet."""
    office = factories.team(factories.agency())
    cmht = factories.team(factories.agency(AgencyKind.TRUST), TeamKind.CMHT)
    officer, nurse = factories.worker(office), factories.worker(cmht)
    other = factories.worker(cmht)
    john = factories.tenant(officer, "John Example")
    factories.involvement(john, cmht, nurse)
    factories.contact(john, office.agency)
    factories.note(john, nurse, category=C.HEALTH_DETAIL)

    def act(who: Worker) -> Actor:
        return factories.actor(who)

    return Scene(value("SELECT now()"), act(officer), office, act(nurse), cmht, act(other), john)


@pytest.fixture
def scene() -> Scene:
    return make_scene()


OWN = {
    C.IDENTITY,
    C.CONTACT,
    C.TENANCY,
    C.MONEY,
    C.SUPPORT_NEEDS,
    C.SAFETY,
    C.PLAN,
    C.ENFORCEMENT,
}


def test_a_yes_opens_what_it_names_and_who_it_is_and_nothing_else(scene: Scene) -> None:
    scene.record(scene.ours(C.CONTACT), scene.ours(C.MONEY, False))
    landlord = scene.officer.agency_id
    assert scene.sees(scene.other_nurse) == {landlord: {C.IDENTITY, C.CONTACT}}
    with bound(scene.other_nurse):
        assert ContactPoint.objects.count() == 1
        assert not Note.objects.exists()
    assert scene.sees(scene.officer) == {landlord: OWN}


def test_refusal_is_written_down_and_opens_nothing(scene: Scene) -> None:
    number = scene.record(scene.ours(C.IDENTITY, False), persons_words="")
    assert scene.sees(scene.other_nurse) == {}
    with bound(scene.officer) as actor:
        view = queries.consent(actor, number, person_id=scene.john.pk, now=scene.now)
        assert view.refused
        assert not view.in_force
        assert (
            queries.standing(actor, person_id=scene.john.pk, team_id=scene.cmht.pk, now=scene.now)
            is None
        )


@pytest.mark.parametrize("category", list(C))
def test_another_agencys_record_opens_when_that_agency_confirms(scene: Scene, category: C) -> None:
    number = scene.record(scene.theirs(category))
    trust = scene.nurse.agency_id
    at_once = {C.IDENTITY, C.SUPPORT_NEEDS, C.HEALTH_INVOLVEMENT}
    assert scene.sees(scene.officer)[trust] == {C.IDENTITY} | ({category} & at_once)
    with bound(scene.officer) as actor, pytest.raises(Conflict):
        actions.confirm_answers(actor, now=scene.now, person_id=scene.john.pk, consent_id=number)
    with bound(scene.nurse) as actor:
        if category in at_once:
            with pytest.raises(Conflict):
                actions.confirm_answers(
                    actor, now=scene.now, person_id=scene.john.pk, consent_id=number
                )
            return
        done = actions.confirm_answers(
            actor, now=scene.now, person_id=scene.john.pk, consent_id=number
        )
        assert done == 1
    assert scene.sees(scene.officer)[trust] == {C.IDENTITY, category}


def test_nobody_else_confirms(scene: Scene) -> None:
    number = scene.record(scene.theirs(C.HEALTH_DETAIL), scene.ours(C.CONTACT))
    # The other nurse sees John through the landlord's consent only: not her caseload.
    with bound(scene.other_nurse) as actor, pytest.raises(Denied):
        actions.confirm_answers(actor, now=scene.now, person_id=scene.john.pk, consent_id=number)
    with bound(scene.officer):
        assert (
            ConsentLine.objects.filter(category=C.HEALTH_DETAIL).update(
                confirmed=scene.now, confirmed_by=scene.officer.worker_id
            )
            == 0
        )


def test_a_refusal_is_not_told_to_the_agency_it_is_about(scene: Scene) -> None:
    before = scene.record(scene.ours(C.CONTACT))
    scene.record(
        Line(scene.officer.agency_id, scene.cmht.pk, C.CONTACT, False),
        by=scene.nurse,
        given=scene.now,
    )
    # The answer counts, but the officer isn't told who asked.
    with bound(scene.officer) as actor:
        views = queries.consents_for(actor, scene.john.pk, now=scene.now)
        assert [v.id for v in views] == [before]
        by_category = {line.category: line for line in views[0].lines}
        assert not by_category[C.CONTACT].in_force
        assert by_category[C.IDENTITY].in_force


def test_the_recipient_reads_a_yes_and_never_a_no(scene: Scene) -> None:
    scene.record(scene.ours(C.CONTACT), scene.ours(C.MONEY, False))
    with bound(scene.other_nurse) as actor:
        (view,) = queries.consents_for(actor, scene.john.pk, now=scene.now)
        assert {line.category for line in view.lines} == {C.IDENTITY, C.CONTACT}


def test_taking_it_back_works_at_once_and_once(scene: Scene) -> None:
    number = scene.record(scene.ours(C.CONTACT), scene.theirs(C.HEALTH_INVOLVEMENT))
    with bound(scene.officer):
        assert Involvement.objects.count() == 1
    with bound(scene.other_nurse) as actor:  # Whoever knows of it may take it back for him.
        actions.withdraw_consent(
            actor,
            now=scene.now,
            person_id=scene.john.pk,
            consent_id=number,
            words="I have changed my mind.",
        )
        assert not Person.objects.exists()
        assert not ContactPoint.objects.exists()
    assert scene.sees(scene.officer) == {scene.officer.agency_id: OWN}
    with bound(scene.officer) as actor, pytest.raises(Conflict, match="already"):
        actions.withdraw_consent(
            actor, now=scene.now, person_id=scene.john.pk, consent_id=number, words=""
        )


def test_it_can_not_be_changed_in_any_other_way(scene: Scene) -> None:
    from django.db import ProgrammingError, transaction

    scene.record(scene.ours(C.CONTACT))
    with bound(scene.officer):
        for change in (
            {"until": scene.now + timedelta(days=3000)},
            {"owner_id": scene.nurse.agency_id},
            {"persons_words": "Yes to all"},
        ):
            with pytest.raises(ProgrammingError), transaction.atomic():
                Consent.objects.update(**change)
        with pytest.raises(ProgrammingError), transaction.atomic():
            Consent.objects.update(withdrawn=None, withdrawn_by=scene.officer.worker_id)


def test_renewing_asks_again_for_the_same(scene: Scene) -> None:
    number = scene.record(scene.ours(C.CONTACT), scene.ours(C.MONEY, False))
    with bound(scene.officer) as actor:
        again = actions.renew_consent(
            actor,
            now=scene.now,
            person_id=scene.john.pk,
            consent_id=number,
            talk=scene.talk(given=scene.now, until=scene.now + timedelta(days=300)),
        )
        new = queries.consent(actor, again, person_id=scene.john.pk, now=scene.now)
        assert {(li.category, li.answer, li.in_force) for li in new.lines} == {
            (C.IDENTITY, True, True),
            (C.CONTACT, True, True),
            (C.MONEY, False, True),
        }
        old = queries.consent(actor, number, person_id=scene.john.pk, now=scene.now)
        assert not old.in_force


def test_standing_says_what_may_be_told_both_ways(scene: Scene) -> None:
    scene.record(
        scene.ours(C.CONTACT),
        scene.ours(C.MONEY, False),
        scene.theirs(C.HEALTH_INVOLVEMENT),
        scene.theirs(C.HEALTH_DETAIL),
    )
    with bound(scene.officer) as actor:
        found = queries.standing(
            actor, person_id=scene.john.pk, team_id=scene.cmht.pk, now=scene.now
        )
    assert found is not None
    assert found.categories == (C.IDENTITY.label, C.CONTACT.label)
    assert found.refused == (C.MONEY.label,)
    assert found.theirs == (C.IDENTITY.label, C.HEALTH_INVOLVEMENT.label)
    assert found.waiting == (C.HEALTH_DETAIL.label,)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"given": timedelta(minutes=5)}, "given"),
        ({"until": timedelta(0)}, "until"),
        ({"until": timedelta(days=400)}, "until"),
        ({"explained_words": " "}, "explained_words"),
        ({"persons_words": ""}, "persons_words"),
    ],
)
def test_what_a_conversation_must_have(scene: Scene, change: dict[str, object], field: str) -> None:
    talk = {k: scene.now + v if isinstance(v, timedelta) else v for k, v in change.items()}
    with pytest.raises(Invalid) as wrong:
        scene.record(scene.ours(C.CONTACT), **talk)
    assert list(wrong.value.errors) == [field]


def test_answers_that_can_not_be_written_down(scene: Scene) -> None:
    third = factories.team()
    yes = scene.ours(C.CONTACT)
    for lines in (
        [],
        [yes, yes],
        [yes, scene.ours(C.IDENTITY, False)],
        [Line(scene.officer.agency_id, scene.office.pk, C.CONTACT, True)],
        [replace(yes, recipient_worker_id=scene.officer.worker_id)],
        [replace(yes, recipient_id=10**9)],
    ):
        with pytest.raises(Invalid) as wrong:
            scene.record(*lines)
        assert list(wrong.value.errors) == ["lines"]
    with pytest.raises(Denied):
        scene.record(Line(scene.nurse.agency_id, third.pk, C.CONTACT, True))
    with pytest.raises(NotFound):
        scene.record(yes, by=scene.other_nurse)
    with pytest.raises(Denied):
        scene.record(yes, by=replace(scene.officer, integration_id=7))


def test_a_named_worker_alone_sees_it(scene: Scene) -> None:
    scene.record(replace(scene.ours(C.CONTACT), recipient_worker_id=scene.other_nurse.worker_id))
    landlord = scene.officer.agency_id
    assert landlord in scene.sees(scene.other_nurse)
    assert landlord not in scene.sees(scene.nurse)


def test_it_is_written_down_who_was_told_what(scene: Scene) -> None:
    scene.record(
        scene.ours(C.CONTACT), scene.theirs(C.HEALTH_INVOLVEMENT), scene.theirs(C.HEALTH_DETAIL)
    )
    with as_role("postgres"):
        told = {a.owner_id: a for a in Access.objects.filter(verb="disclosed")}
        assert set(told) == {scene.officer.agency_id, scene.nurse.agency_id}
        assert told[scene.officer.agency_id].categories == ["contact", "identity"]
        assert "consented on" in told[scene.officer.agency_id].why["all"]
        assert told[scene.nurse.agency_id].categories == ["health_involvement", "identity"]
        assert Event.objects.filter(verb="consent.recorded").count() == 1


def test_each_source_explains_itself(scene: Scene) -> None:
    scene.record(scene.ours(C.CONTACT))
    factories.circle(scene.john, Worker.objects.get(pk=scene.officer.worker_id))
    factories.override(
        scene.john, Worker.objects.get(pk=scene.officer.worker_id), scene.cmht.agency, [C.SAFETY]
    )
    with bound(scene.officer) as actor:
        words = {r.source: r.words() for r in queries.why(actor, scene.john.pk)}
    assert words[Source.PATCH] == "the person's home is on the worker's patch"
    assert words[Source.CIRCLE] == "the person agreed that the worker is in their circle"
    assert words[Source.OVERRIDE].startswith("the worker opened the record for safety")
    with bound(scene.nurse) as actor:
        words = {r.source: r.words() for r in queries.why(actor, scene.john.pk)}
    assert words[Source.CASELOAD] == "the worker is a named worker for the person"
    assert words[Source.CONSENT].startswith("the person consented on ")


def test_opening_a_record_is_written_down_with_why(scene: Scene) -> None:
    scene.record(scene.theirs(C.HEALTH_INVOLVEMENT))
    with bound(scene.officer) as actor:
        opened = actions.open_record(
            actor, person_id=scene.john.pk, purpose="a visit", page="person", now=scene.now
        )
        assert opened.categories == OWN | {C.HEALTH_INVOLVEMENT}
        assert opened.why(C.MONEY) == ("the person's home is on the worker's patch",)
    with as_role("postgres"):
        rows = {a.owner_id: a for a in Access.objects.filter(verb="opened")}
    assert set(rows) == {scene.officer.agency_id, scene.nurse.agency_id}
    assert rows[scene.nurse.agency_id].categories == ["health_involvement", "identity"]
    assert "consented" in rows[scene.nurse.agency_id].why["identity"]
    with bound(scene.other_nurse) as actor, pytest.raises(NotFound):
        actions.open_record(
            actor, person_id=scene.john.pk, purpose="", page="person", now=scene.now
        )


def test_whose_confirmation_it_needs_is_told(scene: Scene) -> None:
    from lintel.kernel.models import Message
    from lintel.sharing.hear import tell_who_confirms

    number = scene.record(scene.theirs(C.HEALTH_DETAIL))
    with bound(scene.nurse) as actor:
        (one,) = queries.waiting(actor, now=scene.now)
        assert (one.consent_id, one.person) == (number, "John Example")
    for nobody in (scene.officer, scene.other_nurse):
        with bound(nobody) as actor:
            assert queries.waiting(actor, now=scene.now) == []
    with as_role("postgres"):
        event = Event.objects.get(verb="consent.recorded")
    tell_who_confirms(event)  # type: ignore[arg-type]
    with as_role("postgres"):
        message = Message.objects.get()
    assert message.to_user_id == scene.nurse.user_id
    assert message.link == "/consent/waiting/"


def test_nobody_is_told_where_nothing_waits(scene: Scene) -> None:
    from lintel.kernel.models import Message
    from lintel.sharing.hear import tell_who_confirms

    scene.record(scene.ours(C.CONTACT), scene.theirs(C.HEALTH_INVOLVEMENT))
    with as_role("postgres"):
        event = Event.objects.get(verb="consent.recorded")
    tell_who_confirms(event)  # type: ignore[arg-type]
    with as_role("postgres"):
        assert not Message.objects.exists()
