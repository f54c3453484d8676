"""The list of what is held about a person leaves nothing out."""

import pytest

from lintel.records import kept
from lintel.records.sql_erasing import BY_CATEGORY
from tests.kernel.test_row_security import ABOUT_A_PERSON
from tests.support.db import rows, value

pytestmark = pytest.mark.django_db

COPIED = {one.table for one in kept.KEPT} | set(kept.PERSONS_OWN)
DELETED = {step.split()[2] for step in BY_CATEGORY if step.startswith("DELETE")} | {
    "sharing_viewer",
    "portal_wish",
    "portal_invitation",
}
# Never deleted: who a person was is emptied, the record stays, what is derived goes by itself.
STAYS = {
    "people_person",
    "sight",
    "kernel_access",
    "kernel_listed",
    "kernel_event",
    "kernel_once",
    "kernel_message",
    "records_due",
    "records_erasure",
}


def test_every_table_about_a_person_is_copied_or_says_why_not() -> None:
    assert not COPIED & set(kept.NOT_COPIED)
    assert COPIED | set(kept.NOT_COPIED) == set(ABOUT_A_PERSON), (
        "Put the table into lintel/records/kept.py (and BY_CATEGORY of sql_erasing.py), and give"
        " it to policies.answered_for in a migration that runs sql.functions() again."
    )


def test_every_table_about_a_person_is_erased_or_stays_for_a_reason() -> None:
    assert not DELETED & STAYS
    assert set(ABOUT_A_PERSON) == DELETED | STAYS
    for table in DELETED:
        assert value("SELECT has_table_privilege('lintel_records', %s, 'DELETE')", table), table


def test_nothing_that_stays_refers_to_what_is_erased() -> None:
    """Else an erasure would fail, or leave a hole: emptied by name, or erased before."""
    emptied = {("requests_request", "consent_id"), ("requests_request", "follows_id")}
    emptied |= {("people_note", "corrects_id"), ("hospital_notice", "consent_id")}
    referring = rows(
        "SELECT c.conrelid::regclass::text, c.confrelid::regclass::text, a.attname"
        " FROM pg_constraint c JOIN pg_attribute a"
        " ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
        " WHERE c.contype = 'f' AND c.confrelid::regclass::text = ANY (%s)",
        list(DELETED),
    )
    order = [step.split()[2] for step in BY_CATEGORY if step.startswith("DELETE")]
    for table, to, column in referring:
        if (table, column) in emptied:
            continue
        assert table in DELETED, (table, to)
        # Rows of one table that refer to each other go in one statement.
        if to not in order or table == to:
            continue
        assert order.index(table) < order.index(to), (table, to)


def test_nobody_but_its_functions_is_the_role_that_erases() -> None:
    for role in ("lintel_app", "lintel_system", "lintel_import", "lintel_person"):
        assert not value("SELECT pg_has_role(%s, 'lintel_records', 'MEMBER')", role)
