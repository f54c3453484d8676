"""Every table declares how it is protected; a table about a person can't be forgotten.

A new table fails here until it stands in `RULES`. One that refers to a person can't declare
itself harmless.
"""

from collections.abc import Iterable
from enum import StrEnum

import pytest
from django.apps import apps
from django.db import Error, connection, transaction

from lintel.agencies.states import TeamKind
from lintel.kernel.actor import bound
from lintel.kernel.sight.states import Category
from tests import factories
from tests.support.db import as_role, rows, value

pytestmark = pytest.mark.django_db


class Rule(StrEnum):
    """How a table about a person is protected."""

    IDENTITY = "seen by whoever sees who the person is"
    HELD = "seen by whoever has sight of the category that the agency holds"
    SIGHT = "seen by the worker whose sight it is, written by the definer alone"
    SHARING = "seen by the agency that wrote it down, and a yes by those it is about"
    OVERRIDE = "seen by who opened it, both agencies' information leads, and who was told"
    DESK = "seen on the desk that it lies on"
    RECORD = "only ever added to; read by information leads"
    PRIVATE = "the worker's own: nobody reads another's"


ABOUT_A_PERSON: dict[str, Rule] = {
    "people_person": Rule.IDENTITY,
    "people_tenancy": Rule.HELD,
    "people_rentaccount": Rule.HELD,
    "people_contactpoint": Rule.HELD,
    "people_involvement": Rule.HELD,
    "people_note": Rule.HELD,
    "plans_circlemember": Rule.HELD,
    "plans_ifthingsgowrong": Rule.HELD,
    "plans_told": Rule.HELD,
    "sharing_consent": Rule.SHARING,
    "sharing_consentline": Rule.SHARING,
    "sharing_consentpaper": Rule.SHARING,
    "sharing_override": Rule.OVERRIDE,
    "sharing_overrideask": Rule.OVERRIDE,
    "sharing_overridenotice": Rule.OVERRIDE,
    "sharing_overridereview": Rule.OVERRIDE,
    "sharing_otherbasis": Rule.SHARING,
    "sharing_viewer": Rule.IDENTITY,
    "sharing_heldback": Rule.HELD,
    "portal_invitation": Rule.IDENTITY,
    "portal_wish": Rule.IDENTITY,
    "portal_ask": Rule.DESK,
    "portal_remark": Rule.HELD,
    "hospital_stay": Rule.HELD,
    "hospital_wardspell": Rule.HELD,
    "hospital_absence": Rule.HELD,
    "hospital_questions": Rule.HELD,
    "hospital_step": Rule.HELD,
    "hospital_meeting": Rule.HELD,
    "hospital_waiting": Rule.HELD,
    "hospital_notice": Rule.HELD,
    "hospital_placement": Rule.HELD,
    "hospital_review": Rule.HELD,
    "hospital_admission": Rule.RECORD,
    "hospital_answer": Rule.DESK,
    "hospital_outsidelink": Rule.DESK,
    "sight": Rule.SIGHT,
    "requests_request": Rule.DESK,
    "requests_handling": Rule.DESK,
    "requests_notice": Rule.DESK,
    "requests_step": Rule.DESK,
    "requests_message": Rule.DESK,
    "requests_jointvisit": Rule.DESK,
    "kernel_access": Rule.RECORD,
    "kernel_listed": Rule.RECORD,
    "kernel_event": Rule.RECORD,
    "records_question": Rule.RECORD,
    "records_copyrequest": Rule.RECORD,
    "records_hold": Rule.RECORD,
    "records_due": Rule.RECORD,
    "records_erasure": Rule.RECORD,
    "kernel_once": Rule.PRIVATE,
    "kernel_message": Rule.PRIVATE,
}
# Not about a person, and still not for the public: seen by workers in post.
WORKERS_ONLY = (
    "directory_partnerentry",
    "directory_version",
    "directory_guidanceversion",
    "directory_report",
)
NOT_ABOUT_A_PERSON: dict[str, str] = {
    "directory_area": "places",
    "directory_at": "what is published of services",
    "directory_catchment": "places",
    "directory_edition": "a count of changes",
    "directory_feed": "other directories",
    "directory_feedfault": "faults of other directories",
    "directory_feedrun": "times of imports",
    "directory_geographyload": "times of loads",
    "directory_guidance": "the partnership's guidance",
    "directory_guidanceversion": "the partnership's guidance; for workers",
    "directory_misroute": "places at most as small as a postcode sector",
    "directory_opening": "what is published of services",
    "directory_organisation": "organisations",
    "directory_partnerentry": "services; for workers",
    "directory_postcode": "postcodes of the whole country",
    "directory_report": "what is wrong with entries, with no name; for workers",
    "directory_service": "what is published of services",
    "directory_version": "services; for workers",
    "hospital_answersum": "counts of notices and answers, for the definer alone",
    "hospital_answertime": "how long answers took; not whose, for the definer alone",
    "hospital_datecorrection": "when dates were put right; not whose",
    "hospital_lostsum": "counts of people and days, for the definer alone",
    "hospital_report": "sums, under row security for those who may see them",
    "hospital_staysum": "counts of stays and days, for the definer alone",
    "hospital_ward": "beds and what they cost",
    "portal_code": "times of codes for signing in",
    "portal_reach": "where an account has codes sent: its own, and no worker's to read",
    "portal_feedback": "what somebody thinks of a page; not whose it is",
    "config_reorganisation": "teams and workers in their work",
    "sharing_acceptance": "workers in their work",
    "sharing_agreement": "the partnership's agreement",
    "sharing_agreementreview": "the partnership's agreement",
    "sharing_allowed": "the partnership's agreement",
    "sharing_preview": "counts, for those who publish the agreement",
    "sharing_nolonger": "a worker's own notices, which name nobody",
    "sharing_reminded": "numbers of what somebody was reminded of; for the jobs",
    "sharing_rule": "the partnership's agreement",
    "sharing_signature": "agencies",
    "sharing_spread": "counts of background work",
    "sharing_loopreminder": "workers in their work",
    "sharing_training": "workers in their work",
    "agencies_agency": "organisations",
    "agencies_guess": "counts what a worker asked for that isn't there",
    "agencies_integration": "agencies' systems",
    "agencies_linkworker": "workers in their work",
    "agencies_membership": "workers in their work",
    "agencies_roleheld": "workers in their work",
    "agencies_team": "teams",
    "agencies_token": "hashes of systems' keys",
    "agencies_user": "accounts of workers",
    "agencies_worker": "workers in their work",
    "people_home": "buildings; who lives there is in people_tenancy",
    "people_patch": "areas",
    "people_patchofficer": "workers in their work",
    "kernel_seal": "hashes; written by the sealer, who reads nothing else",
    "account_emailaddress": "accounts of workers",
    "account_emailconfirmation": "accounts of workers",
    "mfa_authenticator": "accounts of workers",
    "socialaccount_socialaccount": "accounts of workers",
    "socialaccount_socialapp": "configuration",
    "socialaccount_socialtoken": "accounts of workers",
    "auth_group": "unused, of the library",
    "auth_group_permissions": "unused, of the library",
    "auth_permission": "unused, of the library",
    "django_content_type": "names of models",
    "django_migrations": "names of migrations",
    "django_session": "a worker's own session, found by its key alone",
    "config_cache": "counters of rate limits, by hash",
    "procrastinate_events": "times of jobs",
    "procrastinate_jobs": "jobs with numbers only",
    "procrastinate_periodic_defers": "times of jobs",
    "procrastinate_workers": "job workers",
}
# Functions of the definer that the application may not run.
NOT_FOR_THE_APPLICATION = (
    "sight_recompute",
    "sight_of_",
    "sight_differences",
    "sight_keys_at",
    "sharing_who_",
    "sharing_untold",
    "sharing_ending",
    "override_tell",
    "override_climb",
    "relay_",
    "subject_",
    "access_untold",
    "hospital_sums_",
    "records_copy_of",
    "records_holders",
    "records_months",
    "records_due_now",
    "records_erase_rows",
    "records_forget",
    "records_still_held",
    "records_list_due",
    "viewer_",
)
# Made by libraries, run by triggers or the job worker.
LIBRARIES = ("procrastinate_",)


def tables() -> dict[str, tuple[bool, bool]]:
    """Every table in the schema: row security switched on, and forced."""
    return {
        name: (on, forced)
        for name, on, forced in rows(
            "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        )
    }


def columns_of(table: str) -> set[str]:
    """The names of a table's columns."""
    return {
        name
        for (name,) in rows(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped",
            table,
        )
    }


def test_every_table_declares_its_rule() -> None:
    declared = set(ABOUT_A_PERSON) | set(NOT_ABOUT_A_PERSON)
    assert not set(ABOUT_A_PERSON) & set(NOT_ABOUT_A_PERSON)
    assert set(tables()) == declared


def test_what_refers_to_a_person_is_declared_as_such() -> None:
    person = {"person_id", "person_ids", "held_key"}
    referring = {t for t in tables() if columns_of(t) & person} | {"people_person"}
    referring |= {
        table
        for (table,) in rows(
            "SELECT conrelid::regclass::text FROM pg_constraint"
            " WHERE contype = 'f' AND confrelid = 'people_person'::regclass"
        )
    }
    # What lies on a desk refers to a request that refers to a person.
    referring |= {t for t in tables() if "request_id" in columns_of(t)}
    assert referring <= set(ABOUT_A_PERSON)


@pytest.mark.parametrize("table", WORKERS_ONLY)
def test_what_is_for_workers_needs_one(table: str) -> None:
    assert tables()[table] == (True, True)
    (policy,) = rows(
        "SELECT qual FROM pg_policies WHERE tablename = %s AND 'lintel_app' = ANY (roles)"
        " AND cmd IN ('SELECT', 'ALL')",
        table,
    )
    assert "my_agency()" in policy[0]


@pytest.mark.parametrize("table", sorted(ABOUT_A_PERSON))
def test_row_security_is_forced(table: str) -> None:
    assert tables()[table] == (True, True)
    assert rows(
        "SELECT 1 FROM pg_policies WHERE tablename = %s AND 'lintel_app' = ANY (roles)", table
    )


@pytest.mark.parametrize(
    "table", sorted(t for t, rule in ABOUT_A_PERSON.items() if rule is Rule.HELD)
)
def test_what_is_held_is_seen_by_its_key(table: str) -> None:
    (policy,) = rows(
        "SELECT qual FROM pg_policies WHERE tablename = %s AND cmd IN ('SELECT', 'ALL')"
        " AND 'lintel_app' = ANY (roles)",
        table,
    )
    assert "held_key = ANY" in policy[0]
    assert "sight_keys" in policy[0]
    assert rows(
        "SELECT 1 FROM pg_indexes WHERE tablename = %s AND indexdef ~ '\\(held_key'", table
    ), "Without an index on its key, each list reads the whole table."


def test_no_policy_lets_the_application_see_all() -> None:
    open_ones = rows(
        "SELECT tablename, policyname FROM pg_policies WHERE cmd IN ('SELECT', 'ALL', 'UPDATE')"
        " AND roles && '{lintel_app,public}'::name[] AND coalesce(qual, 'true') = 'true'"
    )
    # What nothing is said about a person in may be open to all, as agencies and teams are.
    assert [one for one in open_ones if one[0] in ABOUT_A_PERSON] == []


def furnish() -> None:
    """A row in every table about a person that the factories can fill."""
    office = factories.team()
    officer = factories.worker(office)
    cmht = factories.team(kind=TeamKind.CMHT)
    nurse = factories.worker(cmht)
    john = factories.person()
    factories.tenancy(john, factories.home(factories.patch(office, officer)), balance_pence=1)
    factories.involvement(john, cmht, nurse)
    factories.contact(john, office.agency)
    factories.note(john, officer)
    factories.consent(john, officer, cmht, list(Category))
    factories.override(john, officer, cmht.agency)
    factories.circle(john, nurse)


def seen_now() -> dict[str, int]:
    """How many rows the connection sees in each table about a person that it may select from."""
    found = {}
    for table, rule in ABOUT_A_PERSON.items():
        if rule in {Rule.PRIVATE}:
            continue
        if value("SELECT has_table_privilege(%s, 'SELECT')", table):
            found[table] = value(f"SELECT count(*) FROM {table}")
    return {table: count for table, count in found.items() if count}


def test_nothing_is_seen_with_no_worker_bound() -> None:
    furnish()
    with as_role("postgres"):
        there = set(seen_now())
    assert {
        "people_person",
        "people_tenancy",
        "people_rentaccount",
        "people_note",
        "people_contactpoint",
        "people_involvement",
        "sharing_consent",
        "sharing_consentline",
        "sharing_override",
        "plans_circlemember",
        "sight",
    } <= there
    assert value("SELECT current_user") == "lintel_app"
    assert seen_now() == {}


@pytest.mark.parametrize("bad", ["", "0", "-1", "999999999"])
def test_nothing_is_seen_by_a_worker_who_is_not_there(bad: str) -> None:
    furnish()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lintel.worker', %s, true)", [bad])
    assert seen_now() == {}


def test_a_worker_of_another_agency_sees_nothing() -> None:
    furnish()
    with bound(factories.actor(factories.worker())):
        assert seen_now() == {}


@pytest.mark.parametrize(
    "privilege", ["INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"]
)
def test_the_application_can_not_write_sight(privilege: str) -> None:
    assert not value("SELECT has_table_privilege('lintel_app', 'sight', %s)", privilege)
    assert not value("SELECT has_table_privilege('lintel_system', 'sight', %s)", privilege)


@pytest.mark.parametrize("table", sorted(ABOUT_A_PERSON))
def test_nothing_about_a_person_is_deleted_by_the_application(table: str) -> None:
    assert not value("SELECT has_table_privilege('lintel_app', %s, 'DELETE')", table)
    assert not value("SELECT has_table_privilege('lintel_app', %s, 'TRUNCATE')", table)


def test_the_application_can_not_make_itself_more() -> None:
    for statement in (
        "SET ROLE lintel_sight",
        "SET ROLE lintel_import",
        "SET ROLE lintel_records",
        "SET ROLE lintel_owner",
        "ALTER TABLE people_person DISABLE ROW LEVEL SECURITY",
        "CREATE TABLE public.mine (id int)",
        "CREATE FUNCTION public.current_worker(x int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SELECT * FROM sight_derived",
        "SELECT * FROM sharing_standing_answer",
        "SELECT sight_recompute_all()",
        "SELECT * FROM sight_differences()",
        "SELECT sight_keys_at(1, '{1}', now())",
    ):
        with pytest.raises(Error), transaction.atomic():
            connection.cursor().execute(statement)


def test_nothing_is_granted_to_everybody() -> None:
    granted = rows(
        "SELECT c.relname, a.privilege_type FROM pg_class c, aclexplode(c.relacl) a"
        " WHERE c.relnamespace = 'public'::regnamespace AND a.grantee = 0"
    )
    assert granted == []


def test_views_are_for_the_definer_alone() -> None:
    views = rows(
        "SELECT c.relname, pg_get_userbyid(c.relowner),"
        " has_table_privilege('lintel_app', c.oid, 'SELECT'),"
        " has_table_privilege('lintel_system', c.oid, 'SELECT')"
        " FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')"
        " AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"
    )
    assert views
    assert [v for v in views if v[1:] != ("lintel_sight", False, False)] == []


def functions() -> Iterable[tuple[str, bool, str, bool, bool]]:
    """Our functions: name, definer, settings, run by everybody, run by the application."""
    return [
        row
        for row in rows(
            "SELECT p.proname, p.prosecdef, coalesce(array_to_string(p.proconfig, ','), ''),"
            " coalesce((SELECT bool_or(a.grantee = 0) FROM aclexplode("
            "   coalesce(p.proacl, acldefault('f', p.proowner))) a), false),"
            " has_function_privilege('lintel_app', p.oid, 'EXECUTE')"
            " FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND NOT EXISTS"
            " (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
        )
        if not row[0].startswith(LIBRARIES)
    ]


def test_definers_functions_are_closed() -> None:
    found = [f for f in functions() if f[1]]
    assert {"sight_keys", "sight_people", "my_teams", "sight_recompute"} <= {f[0] for f in found}
    for name, _, settings, everybody, application in found:
        assert settings.startswith("search_path=public, pg_temp"), name
        assert not everybody, name
        if name.startswith(NOT_FOR_THE_APPLICATION):
            assert not application, name


def test_the_roles_have_no_way_around() -> None:
    assert (
        rows(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'lintel%%'"
            " AND (rolsuper OR rolbypassrls OR rolreplication OR rolcreaterole OR rolcreatedb)"
        )
        == []
    )
    assert (
        rows(
            "SELECT rolname FROM pg_roles WHERE rolname IN"
            " ('lintel_sight', 'lintel_system', 'lintel_import', 'lintel_person', 'lintel_records')"
            " AND rolcanlogin"
        )
        == []
    )


LEVELS = [
    "kernel",
    "sight",
    "agencies",
    "people",
    "sharing",
    "requests",
    "plans",
    "records",
    "portal",
    "config",
]


def test_relations_between_domains_go_down() -> None:
    upward = []
    for model in apps.get_models():
        here = model._meta.app_label
        if here not in LEVELS:
            continue
        for field in model._meta.get_fields():
            to = getattr(field, "related_model", None)
            if not field.concrete or to is None or to._meta.app_label not in LEVELS:
                continue
            if LEVELS.index(to._meta.app_label) > LEVELS.index(here):
                upward.append(f"{model._meta.label}.{field.name}")
    assert upward == []
