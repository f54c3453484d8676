"""Training: recorded for others only, one or many at a time, read from a list, ended with why."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.utils import timezone

from lintel.agencies.states import Role, TeamRole
from lintel.kernel.actor import bound
from lintel.kernel.errors import Conflict, Denied, Invalid, NotFound
from lintel.kernel.models import Message
from lintel.sharing import actions, policy, queries, training_file
from lintel.sharing.models import Training
from tests import factories
from tests.support.db import as_role

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def team():
    return factories.team()


@pytest.fixture
def lead(team):
    return factories.worker(team, team_role=TeamRole.LEAD, name="Lead Lowe")


@pytest.fixture
def information(team):
    return factories.worker(team.agency, roles=[Role.INFORMATION_LEAD], name="Info Irving")


@pytest.fixture
def officer(team):
    """In the loop by nothing that these tests count: without training of their own."""
    return factories.worker(team, in_loop=False, name="Olive Osei")


def record(by, *who, days=365, done=None, now=None):
    now = now or timezone.now()
    today = timezone.localdate(now)
    with bound(factories.actor(by)) as actor:
        return actions.record_training(
            actor,
            worker_ids=[w.pk for w in who],
            course="Confidentiality",
            done_on=done or today,
            until=today + days * DAY,
            now=now,
        )


def newest(of):
    return Training.objects.filter(worker=of).order_by("-id").first()


@pytest.mark.parametrize("by", ["lead", "information"])
def test_training_is_recorded_for_many_and_they_are_told(request, team, officer, by):
    who = request.getfixturevalue(by)
    other = factories.worker(team, in_loop=False)
    assert record(who, officer, other) == 2
    assert newest(officer).recorded_by == who
    with as_role("postgres"):
        told = set(Message.objects.filter(link="/loop/").values_list("to_user_id", flat=True))
    assert told == {officer.user_id, other.user_id}


def test_nobody_records_their_own_or_of_those_they_do_not_keep(team, lead, information, officer):
    elsewhere = factories.worker(in_loop=False)
    beside = factories.worker(factories.team(team.agency), in_loop=False)
    for by, who in ((lead, lead), (information, information), (lead, elsewhere), (lead, beside)):
        with pytest.raises(Invalid, match="Never your own"):
            record(by, who)
    with pytest.raises(Denied):
        record(officer, lead)
    # All or nothing.
    with pytest.raises(Invalid):
        record(lead, officer, elsewhere)
    assert newest(officer) is None
    assert record(information, beside) == 1


def test_days_that_can_not_be(lead, officer):
    today = timezone.localdate()
    for days, done in ((0, None), (365, today + DAY), (4 * 366, None)):
        with pytest.raises(Invalid):
            record(lead, officer, days=days, done=done)


def test_it_is_ended_with_a_reason_at_once_and_never_lengthened(lead, information, officer):
    record(lead, officer)
    row = newest(officer)
    now = timezone.now()
    with bound(factories.actor(lead)) as actor:
        with pytest.raises(Invalid):
            actions.end_training(actor, training_id=row.pk, words=" ", now=now)
        actions.end_training(actor, training_id=row.pk, words="Wrong worker", now=now)
        with pytest.raises(Conflict):
            actions.end_training(actor, training_id=row.pk, words="Wrong worker", now=now)
    row.refresh_from_db()
    assert row.until == timezone.localdate(now)
    assert (row.ended_by, row.ended_words) == (lead, "Wrong worker")
    record(lead, officer)
    afar = factories.worker(roles=[Role.MANAGER])
    with bound(factories.actor(afar)) as actor, pytest.raises(NotFound):
        actions.end_training(actor, training_id=newest(officer).pk, words="From afar", now=now)


INSERT = """
INSERT INTO sharing_training
  (worker_id, course, done_on, until, recorded, recorded_by_id, ended_words)
VALUES (%s, 'X', current_date - 1, current_date + 300, now(), %s, '')
"""


def attempt(by, sql, *values):
    """What the database says to the application's own role, bound to a worker."""
    from django.db import connection

    with bound(factories.actor(by)):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql, values)
                return cursor.rowcount
        except DatabaseError as error:
            return type(error).__name__


def test_past_the_actions_the_database_refuses_too(team, lead, officer):
    """Raw SQL as the application: certify oneself, in another's name, lengthen, accept, loop."""
    member = factories.worker(team)
    assert attempt(lead, INSERT, officer.pk, lead.pk) == 1
    row = newest(officer)
    refused = [
        attempt(lead, INSERT, lead.pk, lead.pk),  # one's own
        attempt(lead, INSERT, officer.pk, officer.pk),  # in another's name
        attempt(member, INSERT, officer.pk, member.pk),  # a colleague's, without the part
        attempt(factories.worker(roles=[Role.MANAGER]), INSERT, officer.pk, lead.pk),
        attempt(lead, "UPDATE sharing_training SET until = until + 99 WHERE id = %s", row.pk),
        attempt(lead, "UPDATE sharing_training SET done_on = current_date WHERE id = %s", row.pk),
        attempt(lead, "DELETE FROM sharing_training WHERE id = %s", row.pk),
        attempt(lead, "INSERT INTO sharing_loopreminder VALUES (1, 'post', now(), 3, now(), 1)"),
    ]
    assert all(isinstance(one, str) for one in refused), refused
    ended = (
        "UPDATE sharing_training SET until = done_on, ended = now(), ended_by_id = {} WHERE id = %s"
    )
    assert attempt(officer, ended.format(officer.pk), row.pk) == 0  # not theirs to see changed
    assert isinstance(attempt(lead, ended.format(officer.pk), row.pk), str)  # in another's name
    assert attempt(lead, ended.format(lead.pk), row.pk) == 1
    assert isinstance(attempt(lead, ended.format(lead.pk), row.pk), str)  # once


def test_the_list_says_who_is_due(team, lead, officer):
    now = timezone.now()
    due, lapsed, fine = (factories.worker(team, in_loop=False) for _ in range(3))
    record(lead, due, days=60)
    record(lead, fine, days=61)
    record(lead, lapsed, days=1, done=timezone.localdate() - 9 * DAY)
    later = now + DAY
    with bound(factories.actor(lead)) as actor:
        of = {
            state: [w.pk for w in queries.trained(actor, later, state=state)]
            for state in ("in_date", "due", "lapsed", "none")
        }
        assert queries.training_counts(actor, later) == {k: len(v) for k, v in of.items()}
        assert lead.pk not in [w.pk for w in queries.trained(actor, later)]
    assert of == {
        "in_date": [],
        "due": [due.pk, fine.pk],
        "lapsed": [lapsed.pk],
        "none": [officer.pk],
    }


def test_a_list_is_read_with_its_faults_by_row(team, lead, officer):
    now = timezone.now()
    workers = {officer.user.email: officer.pk}
    good = (
        f"E-mail,Course,Done on,Until\n{officer.user.email.upper()},First aid,1/2/2026,1/2/2027\n"
    )
    read = training_file.read(good, workers, now.replace(year=2026, month=11))
    assert (len(read.done), read.faults) == (1, [])
    bad = good + "nobody@example.test,X,1/2/2026,1/2/2027\n,,30 February,never\n,,,\n"
    read = training_file.read(bad, workers, now.replace(year=2026, month=11))
    assert [f.split(":")[0] for f in read.faults] == ["Row 3", "Row 4", "Row 4", "Row 4"]
    assert training_file.read("a;b\n1;2", workers, now).faults[0].startswith("The first row")
    assert training_file.read("", workers, now).faults == ["The list is empty"]


def test_the_pages(client, team, lead, officer, django_assert_max_num_queries):
    client.force_login(lead.user)
    assert officer.name in client.get("/training/").content.decode()
    assert officer.name in client.get("/training/record/?state=none").content.decode()
    sent = {"worker_ids": [officer.pk], "course": "Sharing", "done_on": "today", "until": ""}
    wrong = client.post("/training/record/", sent).content.decode()
    assert "There is a problem" in wrong
    assert "Sharing" in wrong
    until = (timezone.localdate() + 300 * DAY).strftime("%d/%m/%Y")
    done = client.post("/training/record/", sent | {"until": until})
    assert done.status_code == 302
    row = newest(officer)
    page = client.get(f"/training/workers/{officer.pk}/").content.decode()
    assert f"/training/workers/{officer.pk}/{row.pk}/end/" in page
    ended = client.post(
        f"/training/workers/{officer.pk}/{row.pk}/end/", {"words": "By mistake, sorry"}
    )
    assert ended.status_code == 302
    assert "By mistake, sorry" in client.get(ended["Location"]).content.decode()
    copy = client.get("/training/copy?state=lapsed").content.decode()
    assert officer.user.email in copy
    for _ in range(30):
        factories.worker(team, in_loop=False)
    with django_assert_max_num_queries(16):
        client.get("/training/")
    with django_assert_max_num_queries(20):
        client.get("/loop/outside/")
    client.force_login(officer.user)
    for address in (
        "/training/",
        "/training/copy",
        "/training/record/",
        "/training/import/",
        "/loop/outside/",
        f"/training/workers/{lead.pk}/",
    ):
        assert client.get(address).status_code == 403, address
    # Whose place it isn't learns no more from a worker's number.
    client.force_login(lead.user)
    assert client.get(f"/training/workers/{lead.pk}/").status_code == 404


def test_a_list_is_read_in_whole_or_not_at_all(client, team, lead, officer):
    client.force_login(lead.user)
    today = timezone.localdate()
    row = f"{officer.user.email},Sharing,{today - DAY},{today + 300 * DAY}"
    text = f"e-mail,course,done on,until\n{row}\nwho@example.test,X,{today},{today + DAY}\n"
    file = SimpleUploadedFile("list.csv", text.encode(), content_type="text/csv")
    wrong = client.post("/training/import/", {"file": file, "rows": ""}).content.decode()
    assert "Row 3" in wrong
    assert row in wrong  # Nothing that was in the file is lost.
    assert newest(officer) is None
    done = client.post("/training/import/", {"rows": text.rsplit("\n", 2)[0], "_once": "y" * 22})
    assert done.status_code == 302
    assert newest(officer).course == "Sharing"


@pytest.mark.parametrize(
    ("team_role", "roles", "may"),
    [
        (TeamRole.MEMBER, [], False),
        (TeamRole.DUTY, [], False),
        (TeamRole.LEAD, [], True),
        (TeamRole.MEMBER, [Role.MANAGER], True),
        (TeamRole.MEMBER, [Role.INFORMATION_LEAD], True),
        # The officer has nobody else in the agency who could.
        (TeamRole.MEMBER, [Role.PARTNERSHIP_LEAD], True),
    ],
)
def test_who_keeps_training(team, officer, team_role, roles, may):
    """The policy, and what the database answers the same worker, are one."""
    by = factories.worker(team, team_role=team_role, roles=roles)
    assert policy.may_keep_training(factories.actor(by)) is may
    assert attempt(by, INSERT, officer.pk, by.pk) == (1 if may else "ProgrammingError")
    system = replace(factories.actor(by), integration_id=1)
    assert policy.may_keep_training(system) is False


def test_the_only_worker_of_an_agency_gets_in_by_the_partnership_lead(client, team, officer):
    """Who can be recorded at home stays there; and nobody else keeps the one who is alone."""
    alone = factories.worker(
        factories.team(name="Larch Street"),
        roles=[Role.INFORMATION_LEAD],
        in_loop=False,
        name="Ana Alone",
    )
    partnership = factories.worker(roles=[Role.PARTNERSHIP_LEAD], name="Pat Lead")
    other = factories.worker(roles=[Role.INFORMATION_LEAD])
    home = factories.worker(team.agency, roles=[Role.MANAGER])
    for by, who in ((alone, alone), (other, alone), (partnership, officer)):
        with pytest.raises(Invalid):
            record(by, who)
        with bound(factories.actor(by)), pytest.raises(DatabaseError), transaction.atomic():
            Training.objects.create(
                worker=who,
                course="Confidentiality",
                done_on=timezone.localdate(),
                until=timezone.localdate() + DAY,
                recorded=timezone.now(),
                recorded_by=by,
            )
    client.force_login(alone.user)
    assert "Ask the partnership lead" in client.get("/loop/").content.decode()
    client.force_login(partnership.user)
    page = client.get("/training/").content.decode()
    assert "Ana Alone" in page
    assert "Larch Street" in page
    assert "Olive Osei" not in page
    assert record(partnership, alone) == 1
    assert record(home, officer) == 1
    # From when there is somebody, it is theirs to do.
    factories.worker(alone.agency, roles=[Role.MANAGER])
    with pytest.raises(Invalid):
        record(partnership, alone)
