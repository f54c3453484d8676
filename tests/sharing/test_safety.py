"""Opening for safety: what it opens, for whom and how long, who agrees to it, and who is told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from lintel.agencies.models import Agency
from lintel.agencies.states import AgencyKind, Role, TeamKind, TeamRole
from lintel.kernel.actor import Actor, bound
from lintel.kernel.errors import Conflict, Denied, Invalid, NotFound
from lintel.kernel.models import Access, Event, Message
from lintel.kernel.sight.states import Category as C
from lintel.sharing import actions, queries
from lintel.sharing.models import Override, OverrideNotice, Signature
from lintel.sharing.states import OverrideReason
from tests import factories
from tests.requests.pump import pump
from tests.support.db import as_role, rows, value

pytestmark = pytest.mark.django_db


class Scene:
    """An officer of a landlord, whose tenant a trust's nurse works with."""

    def __init__(self) -> None:
        self.now = value("SELECT now()")
        self.office = factories.team()
        self.officer = factories.worker(self.office)
        self.landlord = self.officer.agency
        self.manager = factories.worker(self.landlord, roles=[Role.MANAGER])
        self.own_lead = factories.worker(self.landlord, roles=[Role.INFORMATION_LEAD])
        self.trust = factories.agency(AgencyKind.TRUST)
        self.lead = factories.worker(self.trust, roles=[Role.INFORMATION_LEAD])
        self.nurse = factories.worker(factories.team(self.trust, TeamKind.CMHT))
        self.john = factories.tenant(self.officer)
        self.me = factories.actor(self.officer)
        factories.emergency(self.trust, self.landlord, second=[C.HEALTH_DETAIL])

    def open(self, by: Actor | None = None, **changes: object) -> list[int]:
        values = {
            "person_id": self.john.pk,
            "holder_ids": [self.trust.pk],
            "categories": [C.SAFETY, C.HEALTH_INVOLVEMENT],
            "reason": OverrideReason.VITAL_INTERESTS,
            "words": "Found on the floor, the ambulance is here.",
            "hours": 1,
            **changes,
        }
        with bound(by or self.me) as actor:
            return actions.open_override(actor, now=self.now, **values)  # type: ignore[arg-type]

    def ask(self, **changes: object) -> tuple[int, int]:
        """Open something that needs the manager; the override and what the manager is asked."""
        wanted = {"categories": [C.SAFETY, C.HEALTH_DETAIL], "second_id": self.manager.pk}
        (number,) = self.open(**{**wanted, **changes})
        with as_role("postgres"):
            return number, value(
                "SELECT id FROM sharing_overrideask WHERE override_id = %s", number
            )

    def opened(self, moment: object) -> set[int]:
        """The categories of the trust's that the officer sees at a moment."""
        with as_role("postgres"):
            return {
                c
                for (c,) in rows(
                    "SELECT category FROM sight WHERE worker_id = %s AND owner_id = %s"
                    " AND valid @> %s::timestamptz",
                    self.officer.pk,
                    self.trust.pk,
                    moment,
                )
            }


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_it_opens_what_was_chosen_for_as_long_as_was_said(scene: Scene) -> None:
    scene.open(hours=4)
    chosen = {C.IDENTITY, C.SAFETY, C.HEALTH_INVOLVEMENT}
    assert scene.opened(scene.now) == chosen
    assert scene.opened(scene.now + timedelta(hours=4, microseconds=-1)) == chosen
    assert scene.opened(scene.now + timedelta(hours=4)) == set()
    with bound(scene.me) as actor:
        (one,) = queries.overrides_open(actor, now=scene.now)
        assert (one.person_id, one.person, one.holder) == (
            scene.john.pk,
            scene.john.name,
            scene.trust.name,
        )
        assert not one.waits


def test_it_can_be_closed_early_by_who_opened_it(scene: Scene) -> None:
    (number,) = scene.open()
    later = scene.now + timedelta(minutes=5)
    with bound(factories.actor(scene.nurse)) as actor, pytest.raises(NotFound):
        actions.end_override(actor, now=later, override_id=number)
    with bound(scene.me) as actor:
        assert actions.end_override(actor, now=later, override_id=number) == scene.john.pk
        with pytest.raises(Conflict):
            actions.end_override(actor, now=later, override_id=number)
        assert queries.overrides_open(actor, now=later) == []
    assert scene.opened(later) == set()


def test_it_is_written_down_and_those_concerned_are_told(scene: Scene) -> None:
    other = factories.worker(scene.trust)
    colleague = factories.worker(scene.office)
    nurses = scene.nurse.memberships.get().team
    factories.involvement(scene.john, nurses, scene.nurse)
    # A team that has named nobody: its lead is told. The officer's own patch is another's, too.
    team_lead = factories.worker(
        factories.team(scene.trust, TeamKind.CRISIS), team_role=TeamRole.LEAD
    )
    factories.involvement(scene.john, team_lead.memberships.get().team)
    factories.patch_officer(scene.officer.patches_held.get().patch, colleague)
    (number,) = scene.open()
    pump(scene.now)
    told = {scene.lead, scene.own_lead, scene.nurse, team_lead, colleague}
    with as_role("postgres"):
        (row,) = Access.objects.filter(verb="overrode")
        assert (row.owner_id, row.person_id) == (scene.trust.pk, scene.john.pk)
        # What was typed stands with the override, where it can be erased (ADR 0027).
        assert row.why == {"all": "Somebody's life is at risk"}
        assert Event.objects.get(verb="sharing.overridden").owner_id == scene.trust.pk
        assert {m.to_user_id for m in Message.objects.all()} == {w.user_id for w in told}
        assert {m.link for m in Message.objects.all()} == {f"/safety/{number}/"}
        assert {n.worker_id for n in OverrideNotice.objects.all()} == {w.pk for w in told}
    for who in (scene.nurse, colleague, scene.lead):
        with bound(factories.actor(who)) as actor:
            assert queries.safety_waiting(actor, now=scene.now).told == 1
            row = actions.read_override(actor, now=scene.now, override_id=number)
            assert row.words.startswith("Found on the floor")
            assert queries.safety_waiting(actor, now=scene.now).told == 0
    with bound(factories.actor(other)) as actor, pytest.raises(NotFound):
        actions.read_override(actor, now=scene.now, override_id=number)


def test_who_is_told_is_nothing_to_whoever_opened_it(scene: Scene) -> None:
    factories.involvement(scene.john, scene.nurse.memberships.get().team, scene.nurse)
    (number,) = scene.open()
    pump(scene.now)
    with bound(scene.me):
        assert not OverrideNotice.objects.exists()
        with pytest.raises(ProgrammingError), transaction.atomic():
            rows("SELECT * FROM override_tell(%s, now())", number)


def test_nobody_lets_themselves_be_told(scene: Scene) -> None:
    """Who was told may read it: the row that says so is nobody's to write."""
    (number,) = scene.open()
    (other,) = scene.open(categories=[C.SAFETY])
    pump(scene.now)
    attempts = [
        "INSERT INTO sharing_overridenotice (override_id, worker_id, told)"
        " VALUES (%(number)s, %(me)s, now()) RETURNING 1",
        "UPDATE sharing_overridenotice SET override_id = %(other)s RETURNING 1",
        "UPDATE sharing_overridenotice SET worker_id = %(me)s RETURNING 1",
        "DELETE FROM sharing_overridenotice RETURNING 1",
    ]
    values = {"number": number, "other": other, "me": scene.nurse.pk}
    with bound(factories.actor(scene.nurse)):
        for sql in attempts:
            with pytest.raises(ProgrammingError), transaction.atomic():
                with_values(sql, values)
        assert not Override.objects.exists()


def test_telling_again_tells_nobody_twice(scene: Scene) -> None:
    (number,) = scene.open()
    pump(scene.now)
    with as_role("lintel_system"):
        assert rows("SELECT user_id FROM override_tell(%s, now())", number) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"holder_ids": []}, "holders"),
        ({"holder_ids": [10**6]}, "holders"),
        ({"categories": []}, "categories"),
        ({"words": "help"}, "words"),
        ({"hours": 0}, "hours"),
        ({"hours": 25}, "hours"),
        ({"categories": [C.HEALTH_DETAIL]}, "second"),
    ],
)
def test_what_must_be_said(scene: Scene, changes: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as wrong:
        scene.open(**changes)
    assert list(wrong.value.errors) == [field]
    with as_role("postgres"):
        assert not Override.objects.exists()


def test_it_opens_no_more_than_the_agreement_says(scene: Scene) -> None:
    factories.emergency(scene.trust, scene.landlord, [C.IDENTITY, C.SAFETY])
    with pytest.raises(Invalid) as wrong:
        scene.open(categories=[C.SAFETY, C.HEALTH_INVOLVEMENT])
    assert "which health services are involved" in wrong.value.errors["categories"]
    with pytest.raises(Invalid) as wrong:
        scene.open(categories=[C.HEALTH_INVOLVEMENT])
    assert list(wrong.value.errors) == ["holders"]
    with as_role("postgres"):
        # Its signature has ended, and with it its part in the agreement, which follows from that.
        Signature.objects.filter(agency=scene.trust).update(ended=scene.now - timedelta(days=1))
        Agency.objects.filter(pk=scene.trust.pk).update(takes_part=None)
    with pytest.raises(Invalid) as wrong:
        scene.open(categories=[C.SAFETY])
    assert list(wrong.value.errors) == ["holders"]


def test_a_form_sent_twice_opens_it_once(scene: Scene) -> None:
    assert scene.open(key="k") == scene.open(key="k")
    with as_role("postgres"):
        assert Override.objects.count() == 1


def test_it_says_nothing_of_somebody_out_of_sight(scene: Scene) -> None:
    with pytest.raises(NotFound):
        scene.open(by=factories.actor(scene.nurse))
    with pytest.raises(NotFound):
        scene.open(person_id=10**9)
    with pytest.raises(Denied):
        scene.open(by=replace(scene.me, integration_id=3))


# What needs a second worker ---------------------------------------------------------------------


def test_what_needs_a_second_worker_opens_when_they_agree(scene: Scene) -> None:
    number, asked = scene.ask()
    assert scene.opened(scene.now) == {C.IDENTITY, C.SAFETY}
    with as_role("postgres"):
        message = Message.objects.get(to_user_id=scene.manager.user_id)
        assert message.link == f"/safety/asks/{asked}/"
    with bound(factories.actor(scene.manager)) as actor:
        (one,) = queries.asks_open(actor, scene.now)
        assert (one.person_id, one.person) == (None, "")  # The manager does not see the person.
        assert one.asked_by == scene.officer.name
        assert one.holder == scene.trust.name
        assert C.HEALTH_DETAIL in one.categories
        assert not Override.objects.exists()
        actions.answer_asks(actor, now=scene.now, ask_ids=[asked], agree=True)
        assert queries.safety_waiting(actor, now=scene.now).asked == 0
        with pytest.raises(Conflict):
            actions.answer_asks(actor, now=scene.now, ask_ids=[asked], agree=True)
    assert scene.opened(scene.now) == {C.IDENTITY, C.SAFETY, C.HEALTH_DETAIL}
    with bound(scene.me) as actor:
        row = queries.override(actor, number)
        assert (row.authorised_by, row.waits) == (scene.manager.name, False)
    with as_role("postgres"):
        assert Event.objects.filter(verb="sharing.override_agreed").count() == 1
        assert Message.objects.filter(to_user_id=scene.officer.user_id).count() == 1


def test_whoever_sees_the_person_is_told_whom_it_is_about(scene: Scene) -> None:
    lead = factories.worker(scene.office, team_role=TeamRole.LEAD)
    _, asked = scene.ask(second_id=lead.pk)
    with bound(factories.actor(lead)) as actor:
        (one,) = queries.asks(actor, asked)
        assert one.person == scene.john.name


def test_a_no_needs_a_reason_and_is_not_asked_about_again(scene: Scene) -> None:
    number, asked = scene.ask()
    with bound(factories.actor(scene.manager)) as actor:
        with pytest.raises(Invalid):
            actions.answer_asks(actor, now=scene.now, ask_ids=[asked], agree=False)
        actions.answer_asks(
            actor, now=scene.now, ask_ids=[asked], agree=False, words="Ring the crisis team."
        )
    assert scene.opened(scene.now) == {C.IDENTITY, C.SAFETY}
    with bound(scene.me) as actor:
        (said,) = queries.asks_of(actor, number)
        assert (said.yes, said.words) == (False, "Ring the crisis team.")
        with pytest.raises(Conflict):
            actions.ask_another(
                actor, now=scene.now, override_id=number, second_id=scene.own_lead.pk
            )


def test_somebody_else_can_be_asked_when_nobody_answers(scene: Scene) -> None:
    number, _ = scene.ask()
    with bound(scene.me) as actor:
        with pytest.raises(Invalid):
            actions.ask_another(
                actor, now=scene.now, override_id=number, second_id=scene.manager.pk
            )
        again = actions.ask_another(
            actor, now=scene.now, override_id=number, second_id=scene.own_lead.pk
        )
    with bound(factories.actor(scene.own_lead)) as actor:
        actions.answer_asks(actor, now=scene.now, ask_ids=[again], agree=True)
    assert C.HEALTH_DETAIL in scene.opened(scene.now)


def test_an_answer_that_comes_too_late_opens_nothing(scene: Scene) -> None:
    number, asked = scene.ask()
    with bound(scene.me) as actor:
        actions.end_override(actor, now=scene.now, override_id=number)
    with bound(factories.actor(scene.manager)) as actor:
        assert queries.asks_open(actor, scene.now) == []
        with pytest.raises(Conflict):
            actions.answer_asks(actor, now=scene.now, ask_ids=[asked], agree=True)
    with as_role("postgres"):
        assert Override.objects.get().authorised is None


@pytest.mark.parametrize(
    ("role", "team_role", "elsewhere", "in_loop", "may"),
    [
        (Role.MANAGER, None, False, True, True),
        (Role.INFORMATION_LEAD, None, False, True, True),
        (None, TeamRole.LEAD, False, True, True),
        (None, TeamRole.DUTY, False, True, False),
        (None, TeamRole.MEMBER, False, True, False),
        (Role.PARTNERSHIP_LEAD, None, False, True, False),
        (Role.MANAGER, None, True, True, False),
        (Role.MANAGER, None, False, False, False),
    ],
)
def test_who_may_agree(
    scene: Scene,
    role: Role | None,
    team_role: TeamRole | None,
    elsewhere: bool,
    in_loop: bool,
    may: bool,
) -> None:
    agency = scene.trust if elsewhere else scene.landlord
    place = factories.team(agency) if team_role else agency
    somebody = factories.worker(
        place,
        **({"team_role": team_role} if team_role else {}),
        roles=[role] if role else [],
        in_loop=in_loop,
    )
    with bound(scene.me) as actor:
        assert (somebody in queries.seconds(actor, now=scene.now)) is may
    if may:
        scene.ask(second_id=somebody.pk)
    else:
        with pytest.raises(Invalid):
            scene.ask(second_id=somebody.pk)


def test_nobody_agrees_to_their_own(scene: Scene) -> None:
    factories.role(scene.officer, Role.MANAGER)
    with pytest.raises(Invalid) as wrong:
        scene.ask(second_id=scene.officer.pk)
    assert list(wrong.value.errors) == ["second"]


# In SQL as the application ----------------------------------------------------------------------


def test_the_database_holds_it_to_its_limits(scene: Scene) -> None:
    (number,) = scene.open()
    fields = {
        "person": scene.john,
        "worker": scene.officer,
        "holder": scene.trust,
        "categories": [1],
        "reason": "safeguarding",
        "words": "",
        "opened": scene.now,
        "until": scene.now + timedelta(hours=1),
        "review_due": scene.now + timedelta(days=7),
    }
    with bound(scene.me):
        with pytest.raises(ProgrammingError), transaction.atomic():
            Override.objects.filter(pk=number).update(until=scene.now + timedelta(days=900))
        with pytest.raises(IntegrityError), transaction.atomic():
            Override.objects.create(**{**fields, "until": scene.now + timedelta(days=2)})
        for wrong in (
            {"worker": scene.nurse},
            {"authorised": scene.now, "authorised_by": scene.manager},
            {"holder": scene.landlord},
            {"review_due": None},
            {"review_due": scene.now + timedelta(days=90)},
            {"opened": scene.now + timedelta(hours=2), "until": scene.now + timedelta(hours=3)},
            {"person": factories.person()},
        ):
            with pytest.raises(ProgrammingError), transaction.atomic():
                Override.objects.create(**{**fields, **wrong})
        # The database writes whose worker it is, whatever is given.
        made = Override.objects.create(**{**fields, "agency": scene.trust})
        made.refresh_from_db()
        assert made.agency_id == scene.landlord.pk


@pytest.mark.parametrize("who", ["officer", "manager", "nurse", "lead"])
def test_nobody_writes_that_a_second_worker_agreed(scene: Scene, who: str) -> None:
    number, asked = scene.ask()
    attempts = [
        "UPDATE sharing_override SET authorised = now(), authorised_by_id = %(manager)s"
        " WHERE id = %(number)s RETURNING 1",
        "UPDATE sharing_overrideask SET answered = now(), yes = true WHERE id = %(asked)s"
        " RETURNING 1",
        "UPDATE sharing_overrideask SET asked_id = %(me)s WHERE id = %(asked)s RETURNING 1",
        "INSERT INTO sharing_overrideask (override_id, asked_id, asked_by_id, at, answered, yes,"
        " words) VALUES (%(number)s, %(lead)s, %(me)s, now(), now(), true, '') RETURNING 1",
        "INSERT INTO sharing_overrideask (override_id, asked_id, asked_by_id, at, words)"
        " VALUES (%(number)s, %(nurse)s, %(me)s, now(), '') RETURNING 1",
    ]
    worker = getattr(scene, who)
    values = {
        "number": number,
        "asked": asked,
        "me": worker.pk,
        "manager": scene.manager.pk,
        "lead": scene.own_lead.pk,
        "nurse": scene.nurse.pk,
    }
    with bound(factories.actor(worker)):
        for sql in attempts:
            with transaction.atomic(), pytest.raises(ProgrammingError), transaction.atomic():
                with_values(sql, values)
        if who != "manager":
            assert value("SELECT override_answer(%s, true, '')", asked) is False
    with as_role("postgres"):
        assert Override.objects.get(pk=number).authorised is None


def with_values(sql: str, values: dict[str, object]) -> None:
    """Run a statement with named values."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_a_second_worker_who_has_left_the_post_no_longer_counts(scene: Scene) -> None:
    _, asked = scene.ask()
    with as_role("postgres"):
        rows("DELETE FROM agencies_roleheld WHERE worker_id = %s RETURNING 1", scene.manager.pk)
    with bound(factories.actor(scene.manager)):
        assert value("SELECT override_answer(%s, true, '')", asked) is False


def test_what_was_closed_stays_closed(scene: Scene) -> None:
    (number,) = scene.open()
    with bound(scene.me) as actor:
        actions.end_override(actor, now=scene.now, override_id=number)
        assert Override.objects.filter(pk=number).update(ended=None) == 0
        assert Override.objects.get(pk=number).ended == scene.now


def test_others_find_nothing(scene: Scene) -> None:
    scene.ask()
    pump(scene.now)
    stranger = factories.worker(scene.trust)
    tables = ("override", "overrideask", "overridenotice", "overridereview")
    with bound(factories.actor(stranger)):
        for table in tables:
            assert value(f"SELECT count(*) FROM sharing_{table}") == 0
        assert rows("SELECT * FROM override_asks(NULL)") == []
        assert rows("SELECT * FROM override_overdue()") == []
        assert rows("SELECT * FROM override_counts(current_date, 12) WHERE times <> 0") == []


def test_the_lead_sees_who_sees_it_now_and_why(scene: Scene) -> None:
    factories.involvement(scene.john, scene.nurse.memberships.get().team, scene.nurse)
    scene.open()
    with bound(factories.actor(scene.lead)) as lead:
        found = {w.worker.split(",")[0]: w for w in queries.who_can_see(lead, scene.john.pk)}
        assert set(found) == {scene.officer.name, scene.nurse.name}
        assert found[scene.officer.name].categories == (C.IDENTITY, C.SAFETY, C.HEALTH_INVOLVEMENT)
        assert "opened the record for safety" in found[scene.officer.name].words[0]
    # The landlord's lead sees nothing of what the trust holds, not even that it holds it.
    with bound(factories.actor(scene.own_lead)) as lead:
        assert {w.owner for w in queries.who_can_see(lead, scene.john.pk)} == {
            scene.officer.agency.name
        }
    with bound(scene.me) as actor, pytest.raises(Denied):
        queries.who_can_see(actor, scene.john.pk)
