"""Notes, ways to reach people, and handing over: who may, and what is left behind."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lintel.agencies.states import AgencyKind, Role, TeamKind, TeamRole
from lintel.kernel.actor import bound
from lintel.kernel.errors import Denied, Invalid, NotFound
from lintel.kernel.sight.states import Category
from lintel.people import actions, queries
from lintel.people.models import ContactPoint, Involvement, PatchOfficer
from lintel.people.states import ContactKind
from tests import factories
from tests.support.db import as_role, rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """An officer with a tenant; a nurse with an involvement; a colleague, a lead, an outsider."""

    class World:
        team = factories.team()
        officer = factories.worker(team, name="Olu Officer")
        colleague = factories.worker(team, name="Col League")
        lead = factories.worker(team, team_role=TeamRole.LEAD)
        manager = factories.worker(team, roles=[Role.MANAGER])
        tenant = factories.tenant(officer, "John Marsden")
        cmht = factories.team(kind=TeamKind.CMHT)
        nurse = factories.worker(cmht)
        nurse_two = factories.worker(cmht)
        nurse_lead = factories.worker(cmht, team_role=TeamRole.LEAD)
        outsider = factories.worker(factories.team(factories.agency(AgencyKind.VOLUNTARY)))

    factories.involvement(World.tenant, World.cmht, World.nurse)
    return World


def now():
    return timezone.now() - timedelta(seconds=1)


def act(worker, what, **values):
    actor = factories.actor(worker)
    with bound(actor):
        return what(actor, now=now(), **values)


def notes(worker, person):
    actor = factories.actor(worker)
    with bound(actor):
        return queries.notes(actor, person.pk)


@pytest.mark.parametrize(
    ("who", "category", "outcome"),
    [
        ("officer", Category.TENANCY, None),
        ("officer", Category.SAFETY, None),
        ("officer", Category.HEALTH_DETAIL, Denied),
        ("officer", Category.IDENTITY, Denied),
        ("lead", Category.TENANCY, None),
        ("colleague", Category.TENANCY, NotFound),
        ("nurse", Category.HEALTH_DETAIL, None),
        ("nurse", Category.TENANCY, Denied),
        ("nurse_two", Category.HEALTH_DETAIL, NotFound),
        ("outsider", Category.SUPPORT_NEEDS, NotFound),
    ],
)
def test_who_may_write_about_what(world, who, category, outcome):
    values = {"person_id": world.tenant.pk, "category": category, "words": "He was well."}
    if outcome:
        with pytest.raises(outcome):
            act(getattr(world, who), actions.add_note, **values)
        return
    act(getattr(world, who), actions.add_note, **values)
    (note,) = notes(getattr(world, who), world.tenant)
    assert (note.words, note.category) == ("He was well.", category)


def test_a_worker_with_consent_reads_and_does_not_write(world):
    factories.consent(world.tenant, world.officer, world.cmht, [Category.IDENTITY, Category.SAFETY])
    act(
        world.officer, actions.add_note,
        person_id=world.tenant.pk, category=Category.SAFETY, words="A dog.",
    )  # fmt: skip
    assert [n.words for n in notes(world.nurse_two, world.tenant)] == ["A dog."]
    with pytest.raises(Denied):
        act(
            world.nurse_two, actions.add_note,
            person_id=world.tenant.pk, category=Category.SAFETY, words="A cat.",
        )  # fmt: skip


def test_a_double_click_writes_one_note(world):
    for _ in range(2):
        act(
            world.officer, actions.add_note, person_id=world.tenant.pk,
            category=Category.TENANCY, words="Once.", once="a" * 20,
        )  # fmt: skip
    assert len(notes(world.officer, world.tenant)) == 1


@pytest.mark.parametrize("words", ["", "   ", "x" * 5001])
def test_a_note_has_words(world, words):
    with pytest.raises(Invalid):
        act(
            world.officer, actions.add_note,
            person_id=world.tenant.pk, category=Category.TENANCY, words=words,
        )  # fmt: skip


def test_a_correction_keeps_what_was_written(world):
    first = act(
        world.officer, actions.add_note,
        person_id=world.tenant.pk, category=Category.TENANCY, words="No heatng.",
    )  # fmt: skip
    second = act(world.lead, actions.correct_note, note_id=first, words="No heating.")
    newest, oldest = notes(world.officer, world.tenant)
    assert (newest.id, newest.corrects_id, oldest.corrected_by) == (second, first, second)
    with pytest.raises(Denied):
        act(world.officer, actions.correct_note, note_id=first, words="Again.")
    with pytest.raises(NotFound):
        act(world.nurse, actions.correct_note, note_id=first, words="Not mine to see.")


def test_another_agencys_note_is_theirs_to_correct(world):
    note = act(
        world.officer, actions.add_note,
        person_id=world.tenant.pk, category=Category.SAFETY, words="A dog.",
    )  # fmt: skip
    factories.consent(world.tenant, world.officer, world.cmht, [Category.IDENTITY, Category.SAFETY])
    with pytest.raises(Denied):
        act(world.nurse, actions.correct_note, note_id=note, words="Two dogs.")


def test_how_they_want_to_be_contacted_is_one_answer(world):
    for value in ("Ring in the morning", "Text first"):
        act(
            world.officer, actions.record_contact,
            person_id=world.tenant.pk, kind=ContactKind.PREFERENCE, value=value,
        )  # fmt: skip
    for _ in range(2):
        act(
            world.officer, actions.record_contact,
            person_id=world.tenant.pk, kind=ContactKind.PHONE, value="07700 900 123",
        )  # fmt: skip
    actor = factories.actor(world.officer)
    with bound(actor):
        found = queries.contacts(actor, world.tenant.pk)
    assert [(c.kind, c.value) for c in found] == [
        (ContactKind.PREFERENCE, "Text first"),
        (ContactKind.PHONE, "07700 900 123"),
    ]


def test_each_agency_has_its_own_contacts(world):
    for worker in (world.officer, world.nurse):
        act(
            worker, actions.record_contact,
            person_id=world.tenant.pk, kind=ContactKind.PREFERENCE, value=worker.name,
        )  # fmt: skip
    actor = factories.actor(world.nurse)
    with bound(actor):
        assert [c.value for c in queries.contacts(actor, world.tenant.pk)] == [world.nurse.name]
    with as_role("postgres"):
        assert ContactPoint.objects.count() == 2
    with pytest.raises(NotFound):
        act(
            world.outsider, actions.record_contact,
            person_id=world.tenant.pk, kind=ContactKind.PHONE, value="1",
        )  # fmt: skip


def test_events_say_what_happened_and_not_what_was_written(world):
    act(
        world.officer, actions.add_note,
        person_id=world.tenant.pk, category=Category.TENANCY, words="Unmistakable words",
    )  # fmt: skip
    with as_role("postgres"):
        ((verb, text),) = rows("SELECT verb, kernel_event::text FROM kernel_event")
    assert verb == "people.note_added"
    assert "Unmistakable" not in text


# Handing over


@pytest.mark.parametrize(
    ("who", "outcome"),
    [("lead", None), ("manager", None), ("officer", Denied), ("outsider", Denied)],
)
def test_who_may_hand_over_a_patch(world, who, outcome):
    patch_id = world.officer.patches_held.get().patch_id
    values = {
        "patch_id": patch_id,
        "from_worker_id": world.officer.pk,
        "to_worker_id": world.colleague.pk,
        "on": timezone.localdate(),
    }
    if outcome:
        with pytest.raises(outcome):
            act(getattr(world, who), actions.hand_over_patch, **values)
        return
    act(getattr(world, who), actions.hand_over_patch, **values)
    for worker, seen in ((world.officer, 0), (world.colleague, 1)):
        actor = factories.actor(worker)
        with bound(actor):
            assert len(queries.patch(actor, now=timezone.now())) == seen
    with as_role("postgres"):
        assert rows("SELECT to_user_id, link FROM kernel_message") == [
            (world.colleague.user_id, "/people/")
        ]


def test_a_patch_handed_over_later_stays_until_then(world):
    patch_id = world.officer.patches_held.get().patch_id
    act(
        world.lead, actions.hand_over_patch, patch_id=patch_id, from_worker_id=world.officer.pk,
        to_worker_id=world.colleague.pk, on=timezone.localdate() + timedelta(days=7),
    )  # fmt: skip
    actor = factories.actor(world.officer)
    with bound(actor):
        assert len(queries.patch(actor, now=timezone.now())) == 1
    assert PatchOfficer.objects.filter(patch_id=patch_id).count() == 2


@pytest.mark.parametrize(
    ("to", "days"),
    [("outsider", 0), ("officer", 0), ("colleague", -1), ("leaver", 0)],
)
def test_to_whom_and_when_work_can_go(world, to, days):
    world.leaver = factories.worker(world.team, left_on=timezone.localdate() - timedelta(days=1))
    with pytest.raises(Invalid):
        act(
            world.lead, actions.hand_over_patch,
            patch_id=world.officer.patches_held.get().patch_id, from_worker_id=world.officer.pk,
            to_worker_id=getattr(world, to).pk,
            on=timezone.localdate() + timedelta(days=days),
        )  # fmt: skip


def test_people_are_handed_over_with_their_history(world):
    actor = factories.actor(world.nurse_lead)
    with bound(actor):
        relies = queries.reliant(actor, world.nurse.pk, now=timezone.now())
    ((involvement_id, person_id, name, _),) = relies.involvements
    assert (person_id, name) == (world.tenant.pk, "John Marsden")
    done = act(
        world.nurse_lead, actions.hand_over_involvements, involvement_ids=[involvement_id],
        from_worker_id=world.nurse.pk, to_worker_id=world.nurse_two.pk, on=timezone.localdate(),
    )  # fmt: skip
    assert done == 1
    for worker, seen in ((world.nurse, 0), (world.nurse_two, 1)):
        actor = factories.actor(worker)
        with bound(actor):
            assert len(queries.patch(actor, now=timezone.now())) == seen
    with as_role("postgres"):
        was, now_with = Involvement.objects.order_by("id")
        assert (was.worker_id, now_with.worker_id) == (world.nurse.pk, world.nurse_two.pk)
        assert was.valid.upper == now_with.valid.lower
    with pytest.raises(NotFound):
        act(
            world.nurse_lead, actions.hand_over_involvements, involvement_ids=[999_999],
            from_worker_id=world.nurse.pk, to_worker_id=world.nurse_two.pk,
            on=timezone.localdate(),
        )  # fmt: skip


def test_one_record_by_id_and_nobody_elses(world):
    actor = factories.actor(world.officer)
    stranger = factories.person("Stranger")
    with bound(actor):
        assert queries.person(actor, world.tenant.pk).name == "John Marsden"
        assert len(queries.tenancies(actor, world.tenant.pk)) == 1
        for number in (stranger.pk, 0, -1, 2**63, 10**30):
            with pytest.raises(NotFound):
                queries.person(actor, number)
        # What the trust holds is the trust's.
        assert queries.involvements(actor, world.tenant.pk, now=timezone.now()) == []
