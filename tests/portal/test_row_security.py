"""What the role `lintel_person` may do and see, whatever a page forgets."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from lintel.kernel.actor import bound_account
from lintel.kernel.sight.states import Category
from lintel.sharing.models import HeldBack, Viewer
from tests import factories
from tests.support.db import as_role, rows, value

pytestmark = pytest.mark.django_db

# What the role may do beyond reading; nothing is deleted, and nothing else is written.
WRITES = {
    ("kernel_event", "INSERT"),
    ("portal_ask", "INSERT"),
    ("portal_code", "INSERT"),
    ("portal_feedback", "INSERT"),
    ("portal_invitation", "INSERT"),
    ("portal_reach", "INSERT"),
    ("portal_remark", "INSERT"),
    ("portal_wish", "INSERT"),
    ("procrastinate_events", "INSERT"),
    ("procrastinate_jobs", "INSERT"),
    ("records_question", "INSERT"),
    ("sharing_consent", "INSERT"),
    ("sharing_consentline", "INSERT"),
    ("sharing_viewer", "INSERT"),
}
# Rows about people that the view shows, each with the column that says whose they are.
SHOWN = {
    "people_person": "id",
    "people_tenancy": "person_id",
    "people_rentaccount": "person_id",
    "people_contactpoint": "person_id",
    "people_involvement": "person_id",
    "people_note": "person_id",
    "plans_circlemember": "person_id",
    "plans_ifthingsgowrong": "person_id",
    "sharing_consent": "person_id",
    "sharing_consentline": "person_id",
}


def able(kind: str) -> set[str]:
    """The tables that the role may do this with; by single columns too, where there is such."""
    by_column = kind in {"SELECT", "INSERT", "UPDATE"}
    some = "OR has_any_column_privilege('lintel_person', oid, %s)" if by_column else ""
    return {
        table
        for (table,) in rows(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            f" AND relkind IN ('r', 'p', 'v') AND (has_table_privilege('lintel_person', oid, %s)"
            f" {some})",
            *([kind, kind] if by_column else [kind]),
        )
    }


def test_nothing_is_deleted_and_nothing_more_is_written() -> None:
    assert able("DELETE") == set()
    assert able("TRUNCATE") == set()
    assert {(table, "INSERT") for table in able("INSERT")} == WRITES
    assert able("UPDATE") <= {
        "portal_code",
        "portal_invitation",
        "portal_reach",
        "sharing_consent",
        "sharing_viewer",
    }


def test_requests_and_accounts_are_not_there_at_all() -> None:
    seen = able("SELECT")
    assert {t for t in seen if t.startswith("requests_")} == set()
    assert not seen & {
        "agencies_user",
        "django_session",
        "sight",
        "sharing_override",
        "mfa_authenticator",
    }
    assert not value(
        "SELECT has_column_privilege('lintel_person', 'agencies_worker', 'user_id', 'SELECT')"
    )


def held_now() -> dict[str, set[int]]:
    """Whose rows the connection sees in each table of the view."""
    return {
        table: {row[0] for row in rows(f"SELECT {column} FROM {table}")}
        for table, column in SHOWN.items()
    }


@pytest.fixture
def furnished(world):
    """John with a row in every table; and somebody else with as much."""
    for person in (world.john, factories.person()):
        home = factories.home(factories.patch(world.officer.memberships.get().team))
        factories.tenancy(person, home, balance_pence=100)
        factories.contact(person, world.officer.agency)
        factories.involvement(person, world.cmht, world.nurse)
        factories.note(person, world.officer, category=Category.MONEY)
        factories.note(person, world.nurse, category=Category.HEALTH_DETAIL)
        factories.circle(person, world.officer)
        factories.circle(person, world.nurse, accepted=None)
        factories.consent(person, world.officer, world.cmht, [Category.MONEY, Category.IDENTITY])
        with as_role("lintel_import"):
            from lintel.plans.models import IfThingsGoWrong

            IfThingsGoWrong.objects.create(
                person=person,
                owner=world.officer.agency,
                circumstances="If he is not seen for two days",
                contact_words="Call Amina",
                written_by=world.officer,
                written=timezone.now(),
            )
    return world


def test_the_person_sees_all_of_theirs_and_nothing_of_anybody_else(furnished) -> None:
    with furnished.bound():
        assert held_now() == {table: {furnished.john.pk} for table in SHOWN}
        # Who was asked into the circle and has not said yes is nobody in it.
        assert value("SELECT count(*) FROM plans_circlemember") == 1


@pytest.mark.parametrize("category", list(Category))
def test_a_carer_sees_the_categories_that_were_chosen(furnished, category) -> None:
    carer = furnished.carer(category)
    with bound_account(carer.user_id):
        shown = {category, Category.IDENTITY}
        notes = {c for (c,) in rows("SELECT category FROM people_note")}
        assert notes <= {category}
        assert (category == Category.MONEY) == bool(rows("SELECT 1 FROM people_rentaccount"))
        assert (category == Category.TENANCY) == bool(rows("SELECT 1 FROM people_tenancy"))
        assert (category == Category.CONTACT) == bool(rows("SELECT 1 FROM people_contactpoint"))
        assert (category == Category.PLAN) == bool(rows("SELECT 1 FROM plans_ifthingsgowrong"))
        assert (category == Category.PLAN) == bool(rows("SELECT 1 FROM plans_circlemember"))
        assert {c for (c,) in rows("SELECT category FROM sharing_consentline")} <= shown
        assert {c for (c,) in rows("SELECT category FROM people_involvement")} <= {category}
        assert rows("SELECT id FROM people_person") == [(furnished.john.pk,)]
        for table in ("portal_ask", "portal_remark", "portal_invitation", "kernel_event"):
            assert rows(f"SELECT 1 FROM {table}") == [], table


@pytest.mark.parametrize("change", ["ended", "until", "begins"])
def test_nothing_is_seen_before_and_after_the_permission(furnished, change) -> None:
    carer = furnished.carer(*Category)
    times = {
        "ended": timezone.now() - timedelta(minutes=1),
        "until": timezone.now() - timedelta(minutes=1),
        "begins": timezone.now() + timedelta(minutes=1),
    }
    with as_role("postgres"):
        Viewer.objects.filter(pk=carer.pk).update(**{change: times[change]})
    with bound_account(carer.user_id):
        assert held_now() == {table: set() for table in SHOWN}


def test_nothing_is_seen_by_nobody_and_by_an_account_of_nobody(furnished) -> None:
    for user_id in (0, -1, factories.own_account().pk, furnished.officer.user_id):
        with bound_account(user_id):
            assert held_now() == {table: set() for table in SHOWN}


def test_what_is_held_back_is_seen_by_neither(furnished) -> None:
    with as_role("lintel_import"):
        HeldBack.objects.create(
            person=furnished.john,
            owner=furnished.officer.agency,
            note=furnished.note,
            category=furnished.note.category,
            reason="serious harm",
            held_by=furnished.officer,
            held=timezone.now() - timedelta(minutes=1),
            review_on=timezone.localdate(),
        )
    carer = furnished.carer(*Category)
    for user_id in (furnished.me.user_id, carer.user_id):
        with bound_account(user_id):
            assert furnished.note.pk not in {n for (n,) in rows("SELECT id FROM people_note")}
            assert rows("SELECT 1 FROM people_note")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE people_note SET words = 'x'",
        "UPDATE people_person SET name = 'x'",
        "UPDATE sharing_consent SET until = now() + interval '9 years'",
        "UPDATE sharing_viewer SET until = NULL",
        "INSERT INTO people_note (person_id) VALUES (1)",
        "SELECT * FROM sight",
        "SELECT * FROM requests_request",
        "SELECT * FROM agencies_user",
        "SELECT code_hash FROM portal_invitation",
        "SELECT portal_redeem('x', 1)",
        "SET ROLE lintel_owner",
    ],
)
def test_the_role_can_not_make_itself_more(furnished, statement) -> None:
    with (
        pytest.raises(ProgrammingError),
        transaction.atomic(),
        bound_account(furnished.me.user_id),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_nobody_gives_a_permission_for_another(furnished) -> None:
    """Not for somebody else's view, and none that says it is the person's own."""
    carer = furnished.carer(*Category)
    for user_id, person, kind in (
        (furnished.me.user_id, factories.person(), "carer"),
        (furnished.me.user_id, furnished.john, "self"),
        (carer.user_id, furnished.john, "carer"),
    ):
        with pytest.raises(ProgrammingError), transaction.atomic(), bound_account(user_id):
            Viewer.objects.create(
                user=factories.own_account(), person=person, kind=kind, begins=timezone.now()
            )
