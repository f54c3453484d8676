"""Am I in the loop: said to each worker, foreseen, told in time, and to whom it concerns."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lintel.agencies.states import Role, Side, TeamRole
from lintel.kernel.actor import bound
from lintel.kernel.models import Message
from lintel.sharing import queries, reminding
from lintel.sharing.models import Acceptance, Agreement, Allowed, Signature, Training
from lintel.sharing.queries.loop import Lapse, start_of
from lintel.sharing.states import Level, LoopCause
from tests import factories
from tests.support.db import as_role

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def team():
    return factories.team()


@pytest.fixture
def lead(team):
    return factories.worker(team, team_role=TeamRole.LEAD)


@pytest.fixture
def officer(team):
    return factories.worker(team)


def trained_until(worker, day):
    """All the training that the worker has."""
    with as_role("postgres"):
        Training.objects.filter(worker=worker).delete()
        Training.objects.create(
            worker=worker,
            course="Confidentiality",
            done_on=day - 300 * DAY,
            until=day,
            recorded=timezone.now(),
        )


def version(effective):
    """A version of the agreement, published."""
    with as_role("postgres"):
        last = Agreement.objects.order_by("-number").first()
        return Agreement.objects.create(
            number=(last.number if last else 0) + 1,
            title="Agreement",
            drafted=timezone.now(),
            published=timezone.now(),
            effective=effective,
        )


def state_of(worker, now=None):
    with bound(factories.actor(worker)) as actor:
        return queries.my_loop(actor, now or timezone.now())


def told(link=None):
    with as_role("postgres"):
        found = Message.objects.all()
        return sorted(
            (found.filter(link=link) if link else found).values_list("to_user_id", flat=True)
        )


def test_each_condition_is_said_with_its_day(team):
    new = factories.worker(team, in_loop=False)
    with as_role("postgres"):
        Acceptance.objects.filter(worker=new).delete()
        Training.objects.filter(worker=new).delete()
        Signature.objects.filter(agency=team.agency).delete()
    now = timezone.now()
    made = version(now - DAY)
    assert not state_of(new).inside
    assert state_of(new).missing == (
        LoopCause.SIGNATURE,
        LoopCause.ACCEPTANCE,
        LoopCause.TRAINING,
    )
    with as_role("postgres"):
        Signature.objects.create(agreement=made, agency=team.agency, signed=now)
        Acceptance.objects.create(agreement=made, worker=new, accepted=now)
    today = timezone.localdate()
    trained_until(new, today)
    assert state_of(new).missing == (LoopCause.TRAINING,)
    trained_until(new, today + 40 * DAY)
    new.left_on = today + 20 * DAY
    new.save()
    coming = version(start_of(today + 10 * DAY))
    state = state_of(new)
    assert state.missing == ()
    assert state.lapses == (
        Lapse(LoopCause.SIGNATURE, today + 10 * DAY),
        Lapse(LoopCause.ACCEPTANCE, today + 10 * DAY),
        Lapse(LoopCause.POST, today + 20 * DAY),
        Lapse(LoopCause.TRAINING, today + 40 * DAY),
    )
    with as_role("postgres"):
        Acceptance.objects.create(agreement=coming, worker=new, accepted=now)
    assert LoopCause.ACCEPTANCE not in {one.cause for one in state_of(new).lapses}


def test_told_once_a_step_and_the_leads_too(team, lead, officer):
    information = factories.worker(team.agency, roles=[Role.INFORMATION_LEAD])
    for one in (lead, information):
        trained_until(one, timezone.localdate() + 300 * DAY)
    now = timezone.now()
    today = timezone.localdate(now)
    trained_until(officer, today + 40 * DAY)
    assert reminding.remind(now=now) == 0
    for ahead, number in ((9, 0), (10, 1), (11, 0), (25, 0), (26, 1), (37, 1), (39, 0)):
        assert reminding.remind(now=now + ahead * DAY) == number, ahead
        assert reminding.remind(now=now + ahead * DAY) == 0
    assert told("/loop/") == [officer.user_id] * 3
    assert told("/loop/soon/") == sorted([lead.user_id, information.user_id] * 3)


def test_a_version_that_is_not_accepted_and_a_post_that_ends_are_told(team, lead, officer):
    today = timezone.localdate()
    for one in (lead, officer):
        trained_until(one, today + 300 * DAY)
    coming = version(start_of(today + 20 * DAY))
    with as_role("postgres"):
        Signature.objects.create(agreement=coming, agency=team.agency, signed=timezone.now())
        Acceptance.objects.create(agreement=coming, worker=lead, accepted=timezone.now())
    outside = factories.worker(team, in_loop=False)
    assert reminding.remind(now=timezone.now()) == 1
    assert told("/loop/") == [officer.user_id]
    officer.left_on = today + 3 * DAY
    officer.save()
    assert reminding.remind(now=timezone.now()) == 1
    assert outside.user_id not in told()
    with bound(factories.actor(lead)) as actor:
        assert [w.pk for w in queries.soon_outside(actor, timezone.now())] == [officer.pk]
        assert [w.pk for w in queries.outside_loop(actor, timezone.now())] == [outside.pk]


def test_my_day_says_what_is_coming_and_every_page_why_nothing_is_there(client, team, officer):
    today = timezone.localdate()
    trained_until(officer, today + 12 * DAY)
    client.force_login(officer.user)
    page = client.get("/").content.decode()
    assert "Your training ends on" in page
    assert "You are outside" not in page
    new = factories.worker(team, in_loop=False)
    client.force_login(new.user)
    pages = ("/", "/people/", "/requests/inbox/", "/people/987654321/", "/consent/waiting/")
    for address in pages:
        assert "You are outside" in client.get(address).content.decode(), address
    assert "You are outside" not in client.get("/directory/").content.decode()
    # The same words whether or not there is anything: a page in sight, and one that is nobody's.
    mine = client.get("/loop/").content.decode()
    assert "Not now." in mine
    assert "Am I in the loop?" in client.get("/people/").content.decode()


def test_a_refusal_leads_to_why(client, team):
    new = factories.worker(team, in_loop=False)
    tenant = factories.tenant(new)
    client.force_login(new.user)
    refused = client.get(f"/people/{tenant.pk}/circle/add")
    assert refused.status_code == 403
    assert 'href="/loop/">Am I in the loop?</a></p>' in refused.content.decode()


def test_levels_and_what_they_give(client, team, lead):
    link = factories.worker(team)
    factories.member(link, team, TeamRole.DUTY)
    factories.link_worker(link, team, Side.HEALTH)
    factories.tenant(link)
    with bound(factories.actor(link)) as actor:
        (mine,) = queries.my_levels(actor, timezone.now())
        assert mine.levels == (Level.ASSIGNED, Level.LINK, Level.DUTY, Level.TEAM)
        with as_role("postgres"):
            Allowed.objects.all().delete()
            for level, category, detail, receiver in (
                ("duty", 6, 2, "landlord"),
                ("duty", 1, 1, "landlord"),
                ("duty", 8, 2, "trust"),
                ("manager", 8, 2, "landlord"),
            ):
                Allowed.objects.create(
                    use="care",
                    basis="consent",
                    category=category,
                    giver="trust",
                    receiver=receiver,
                    level=level,
                    detail=detail,
                    second=False,
                    valid=factories.since(),
                )
        (cell,) = queries.allowed_to(actor, mine.levels, timezone.now())
    assert (cell.level, cell.full, cell.summary) == (Level.DUTY, (6,), (1,))
    client.force_login(link.user)
    page = client.get("/loop/").content.decode()
    assert "Mental health trusts" in page
    assert "health details" not in page.lower()
