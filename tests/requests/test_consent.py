"""The person's consent opens a masked thread, and its end masks it again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lintel.kernel.actor import as_system, bound
from lintel.kernel.errors import Denied, Invalid, NotFound
from lintel.kernel.sight.models import Sight
from lintel.kernel.sight.states import Category
from lintel.people.models import Person
from lintel.requests import actions, queries, relay
from lintel.requests.models import Handling, Message, Notice, Request, Step
from lintel.requests.states import NoticeCode, Shown, Verb
from lintel.sharing.models import Consent
from tests import factories
from tests.requests.pump import pump
from tests.requests.world import DAY, HOUR, LATER, NOW, World, concern, make_world
from tests.support.db import as_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def reference(world: World) -> str:
    """A masked concern that the nurse has taken and noted."""
    officer, nurse = world.actor("officer"), world.actor("nurse")
    with bound(officer):
        made = actions.raise_concern(officer, now=NOW, **concern(world.tenant.pk))
    pump(NOW)
    with bound(nurse):
        actions.take(nurse, now=NOW + HOUR, reference=made.reference)
        actions.write_message(
            nurse, now=NOW + HOUR, reference=made.reference, words="Ours", to_other_side=False
        )
        actions.decide(
            nurse,
            now=NOW + 2 * HOUR,
            reference=made.reference,
            decision="acting",
            words="His depot is due",
        )
    return made.reference


def consents(world: World, **more: object) -> Consent:
    given = {"given": NOW + 3 * HOUR, "giver": world.trust, **more}
    categories = given.pop("categories", [Category.IDENTITY, Category.HEALTH_INVOLVEMENT])
    return factories.consent(world.tenant, world.officer, world.office, categories, **given)


def test_consent_opens_the_thread_from_then_on(world: World, reference: str) -> None:
    consents(world)
    relay.consent_changed(world.tenant.pk, now=NOW + 4 * HOUR)
    officer, nurse = world.actor("officer"), world.actor("nurse")
    with bound(officer):
        view = queries.sent_one(officer, reference, now=LATER)
        assert view.handling is not None
        assert (view.handling.team, view.handling.worker) == (world.cmht, world.nurse)
        assert view.shown is Shown.ACTIVE
        # What was written while it was masked stays on the desk.
        assert [s.verb for s in view.steps] == [Verb.OPEN]
        assert view.messages == []
        assert "depot" not in repr(Handling.objects.values())
        assert not Message.objects.exists()
        assert view.notices[-1].code in {NoticeCode.OPENED, NoticeCode.DECIDED}
    with bound(nurse):
        actions.write_message(
            nurse, now=NOW + 5 * HOUR, reference=reference, words="I am Nia", to_other_side=True
        )
        assert Verb.DECIDE in [s.verb for s in queries.desk_one(nurse, reference, now=LATER).steps]
    with bound(officer):
        assert [m.words for m in queries.sent_one(officer, reference, now=LATER).messages] == [
            "I am Nia"
        ]


def test_withdrawing_consent_masks_it_again(world: World, reference: str) -> None:
    made = consents(world)
    relay.consent_changed(world.tenant.pk, now=NOW + 4 * HOUR)
    with as_role("lintel_import"):
        Consent.objects.filter(pk=made.pk).update(withdrawn=NOW + DAY)
    relay.consent_changed(world.tenant.pk, now=NOW + DAY)
    officer = world.actor("officer")
    with bound(officer):
        view = queries.sent_one(officer, reference, now=LATER)
        assert (view.handling, view.steps, view.request.masked) == (None, [], True)
        assert not Handling.objects.exists()
        assert not Step.objects.exists()


def test_consent_that_ran_out_hides_it_at_once(world: World, reference: str) -> None:
    made = consents(world, until=NOW + 30 * DAY)
    relay.consent_changed(world.tenant.pk, now=NOW + 4 * HOUR)
    with as_system():
        handling = Handling.objects.get(reference=reference)
        assert handling.open_until == made.until
        # The database itself compares with its own clock, before any job has run.
        Handling.objects.update(open_until=timezone.now() - timedelta(minutes=1))
    officer = world.actor("officer")
    with bound(officer):
        assert not Handling.objects.exists()
    relay.check_consents(now=NOW + 31 * DAY)
    with as_system():
        assert Handling.objects.get(reference=reference).masked


@pytest.mark.parametrize(
    "more",
    [
        {"categories": [], "refused": [Category.HEALTH_INVOLVEMENT]},
        {"categories": [Category.IDENTITY]},
        {"given": NOW + 30 * DAY},
        {"until": NOW + 3 * HOUR + timedelta(minutes=1)},
    ],
    ids=["refused", "another category", "later", "over"],
)
def test_other_answers_open_nothing(world: World, reference: str, more: dict) -> None:
    consents(world, **more)
    officer = world.actor("officer")
    with bound(officer):
        actions.open_thread(officer, now=NOW + 4 * HOUR, reference=reference)
    pump(NOW + 4 * HOUR)
    with bound(officer):
        assert queries.sent_one(officer, reference, now=LATER).handling is None
    with as_system():
        assert Handling.objects.get(reference=reference).masked


def test_consent_to_tell_another_team_opens_nothing(world: World, reference: str) -> None:
    factories.consent(
        world.tenant,
        world.officer,
        world.other_cmht,
        [Category.HEALTH_INVOLVEMENT],
        giver=world.trust,
        given=NOW,
    )
    relay.consent_changed(world.tenant.pk, now=NOW + 4 * HOUR)
    with as_system():
        assert Handling.objects.get(reference=reference).masked


def test_consent_that_stands_already_opens_on_arrival(world: World) -> None:
    consents(world, given=NOW - DAY)
    officer = world.actor("officer")
    with bound(officer):
        made = actions.raise_concern(officer, now=NOW, **concern(world.tenant.pk))
    pump(NOW)
    with bound(officer):
        assert queries.sent_one(officer, made.reference, now=LATER).handling is not None


def referral(world: World, consent: Consent, **more: object) -> Request:
    officer = world.actor("officer")
    with bound(officer):
        return actions.refer(
            officer,
            now=NOW + 4 * HOUR,
            **{
                "person_id": world.tenant.pk,
                "to_team_id": world.cmht.pk,
                "consent_id": consent.pk,
                "seen": "Seen",
                "asked_for": "Help",
                "urgency": "soon",
                **more,
            },
        )


def test_a_referral_is_open_and_shows_what_was_consented_to(world: World) -> None:
    world = make_world(known=False)
    given = factories.consent(
        world.tenant, world.officer, world.cmht, [1, 2, 3], given=NOW, refused=[4]
    )
    made = referral(world, given)
    pump(NOW + 4 * HOUR)
    officer, nurse = world.actor("officer"), world.actor("nurse")
    with bound(officer):
        view = queries.sent_one(officer, made.reference, now=LATER)
        assert view.handling is not None
        assert view.handling.team == world.cmht
        earlier = queries.earlier_referrals(
            officer, person_id=world.tenant.pk, team_id=world.cmht.pk, now=LATER
        )
        assert [r.reference for r in earlier] == [made.reference]
    with bound(nurse):
        actions.take(nurse, now=NOW + 5 * HOUR, reference=made.reference)
        assert queries.desk_one(nurse, made.reference, now=LATER).handling.person == world.tenant
        assert list(Person.objects.all()) == [world.tenant]
        found = set(Sight.objects.values_list("source", "category"))
        assert found == {("consent", 1), ("consent", 2), ("consent", 3), ("request", 1)}
        assert (made.about_name, made.about_postcode) == ("John Invented", "SY1 2AB")


def test_a_referral_needs_a_consent_that_covers_it(world: World) -> None:
    covering = factories.consent(world.tenant, world.officer, world.cmht, [1], given=NOW)
    with pytest.raises(Invalid) as wrong:
        referral(world, covering, to_team_id=world.other_cmht.pk)
    assert set(wrong.value.errors) == {"consent"}
    with pytest.raises(Invalid):
        referral(world, covering, to_team_id=world.office.pk)
    # A later no counts.
    factories.consent(world.tenant, world.officer, world.cmht, [], refused=[1], given=NOW + HOUR)
    with pytest.raises(Invalid):
        referral(world, covering)


def test_a_referral_is_redirected_only_where_the_person_agreed(world: World) -> None:
    agreed = factories.consent(world.tenant, world.officer, world.cmht, [1], given=NOW)
    made = referral(world, agreed)
    pump(NOW + 4 * HOUR)
    nurse, later = world.actor("nurse"), NOW + 5 * HOUR
    with bound(nurse), pytest.raises(Denied, match="has not agreed to this team"):
        actions.redirect(
            nurse, now=later, reference=made.reference, to_team_id=world.shop.pk, words="Yours"
        )
    factories.consent(world.tenant, world.officer, world.shop, [1], given=NOW)
    with bound(nurse):
        actions.redirect(
            nurse, now=later, reference=made.reference, to_team_id=world.shop.pk, words="Yours"
        )
    officer = world.actor("officer")
    with bound(officer):
        view = queries.sent_one(officer, made.reference, now=LATER)
        assert view.handling is not None
        assert view.handling.team == world.shop
        assert NoticeCode.REDIRECTED in [n.code for n in view.notices]


def test_an_opened_concern_that_moves_on_is_masked_again(world: World, reference: str) -> None:
    consents(world)
    relay.consent_changed(world.tenant.pk, now=NOW + 4 * HOUR)
    nurse, officer = world.actor("nurse"), world.actor("officer")
    with bound(nurse):
        actions.write_message(
            nurse, now=NOW + 5 * HOUR, reference=reference, words="Hello", to_other_side=True
        )
        actions.close(
            nurse, now=NOW + 6 * HOUR, reference=reference, contacts=[("Worry", "Duty desk")]
        )
        actions.reopen(nurse, now=NOW + 7 * HOUR, reference=reference, words="Again")
        actions.redirect(
            nurse,
            now=NOW + 8 * HOUR,
            reference=reference,
            to_team_id=world.shop.pk,
            words="They know him",
        )
    with bound(officer):
        view = queries.sent_one(officer, reference, now=LATER)
        assert (view.handling, view.steps, view.request.masked) == (None, [], True)
        # What was told while it was open stays told.
        assert [m.words for m in view.messages] == ["Hello"]


def test_a_closed_thread_whose_consent_ends_is_masked(world: World, reference: str) -> None:
    consents(world, until=NOW + 20 * DAY)
    relay.consent_changed(world.tenant.pk, now=NOW + 4 * HOUR)
    nurse = world.actor("nurse")
    with bound(nurse):
        actions.close(
            nurse, now=NOW + 6 * HOUR, reference=reference, contacts=[("Worry", "Duty desk")]
        )
        # Before any job has looked, the desk itself knows that consent has run out.
        actions.reopen(nurse, now=NOW + 21 * DAY, reference=reference, words="His depot")
    with as_system():
        assert not Notice.objects.filter(words__contains="depot").exists()
        assert Handling.objects.get(reference=reference).masked
    relay.check_consents(now=NOW + 21 * DAY)
    with as_system():
        assert Request.objects.get(reference=reference).masked


def test_a_referral_follows_only_what_the_sender_sees(world: World) -> None:
    covering = factories.consent(world.tenant, world.officer, world.cmht, [1], given=NOW)
    with pytest.raises(NotFound):
        referral(world, covering, follows="LN-2222-2222")
    officer = world.actor("officer")
    with bound(officer):
        asked = actions.ask_advice(
            officer, now=NOW, seen="Seen", asked_for="What?", urgency="routine"
        )
    assert referral(world, covering, follows=asked.reference).follows_id == asked.pk
