"""The record: nobody can change it unseen, and what was done to it is named."""

import io
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, connections, transaction
from django.db.utils import ProgrammingError

from lintel.kernel import access, events, record, tree
from lintel.kernel.actor import Actor, as_system
from lintel.kernel.models import Access, Event, Seal
from lintel.kernel.states import AccessVerb
from lintel.kernel.verification import Finding, Wrong, verify
from tests.support import database
from tests.support.database import acting_as

Sql = Callable[..., list[tuple]]
Tamper = Callable[..., None]

# Every column of a sealed row, and a change of one character or one step of it.
ACCESS_CHANGES = {
    "at": "at + interval '1 microsecond'",
    "recorded_at": "recorded_at + interval '1 microsecond'",
    "verb": "'exported'",
    "worker_id": "worker_id + 1",
    "worker_agency_id": "worker_agency_id + 1",
    "integration_id": "1",
    "person_id": "NULL",
    "person_ids": "ARRAY[41, 43]",
    "owner_id": "owner_id + 1",
    "categories": "ARRAY['identity', 'moneY']",
    "why": """'{"all": "caseloaD"}'""",
    "purpose": "'supporT'",
    "request_ref": "''",
    "page": "page || ' '",
}
EVENT_CHANGES = {
    "at": "at - interval '1 microsecond'",
    "recorded_at": "recorded_at + interval '1 day'",
    "verb": "'requests.senT'",
    "actor_worker_id": "actor_worker_id + 1",
    "actor_agency_id": "NULL",
    "integration_id": "1",
    "subject_kind": "'Request'",
    "subject_id": "'13'",
    "person_id": "43",
    "owner_id": "NULL",
    "data": """'{"to": "team 2", "é": [1, 2.50]}'""",
}


def add_access(actor: Actor, now: datetime, number: int = 1) -> None:
    for _ in range(number):
        access.record(
            actor,
            AccessVerb.OPENED,
            now=now,
            person_id=42,
            owner_id=5,
            categories=["identity", "money"],
            why="caseload",
            purpose="support",
            request_ref="R-1",
            page="person",
        )


def add_event(actor: Actor | None, now: datetime, number: int = 1) -> None:
    for _ in range(number):
        events.record(
            actor,
            "requests.sent",
            now=now,
            subject=("request", 12),
            person_id=42,
            owner_id=5,
            data={"to": "team 1", "é": [1, 2.5], "at": now},
        )


def ids(table: str, sql: Sql) -> list[int]:
    return [row[0] for row in sql(f"SELECT id FROM {table} ORDER BY id")]


def check(head: str = "", now: datetime | None = None) -> list[Finding]:
    with as_system(), connection.cursor() as cursor:
        return verify(cursor, head, now=now)


def places(findings: list[Finding]) -> list[tuple[str, Wrong, int | None, int | None]]:
    return [(f.stream, f.what, f.seal, f.row_id) for f in findings]


@pytest.fixture
def sealed(db: None, actor: Actor, now: datetime) -> None:
    """Three seals of accesses and one of events."""
    for _ in range(3):
        add_access(actor, now, 5)
        assert record.seal(record.ACCESS, now=now) == 5
    add_event(actor, now, 3)
    assert record.seal_all(now=now) == 3


def test_a_sealed_record_verifies_and_its_head_vouches_for_it(
    sealed: None, actor: Actor, now: datetime
) -> None:
    head = record.head()
    assert [part.split(":")[:2] for part in head.split()] == [["access", "3"], ["event", "1"]]
    assert check(head) == []
    add_access(actor, now, 2)
    add_event(None, now)
    assert record.seal_all(now=now) == 3
    assert record.seal_all(now=now) == 0
    assert check(head) == []


def test_big_batches_are_cut_into_seals(
    db: None, actor: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "SEAL_ROWS", 10)
    add_access(actor, now, 25)
    assert record.seal(record.ACCESS, now=now) == 25
    with as_system():
        assert list(Seal.objects.order_by("number").values_list("count", flat=True)) == [10, 10, 5]
    assert check(record.head()) == []


@pytest.mark.parametrize("column", ACCESS_CHANGES)
def test_a_changed_access_is_found(
    sealed: None, superuser_sql: Sql, tamper: Tamper, column: str
) -> None:
    assert set(ACCESS_CHANGES) == {f.column for f in Access._meta.fields} - {"id"}
    victim = ids("kernel_access", superuser_sql)[6]
    # A row holds either one person or a list of them.
    also = ", person_id = NULL" if column == "person_ids" else ""
    tamper(
        "kernel_access",
        f"UPDATE kernel_access SET {column} = {ACCESS_CHANGES[column]}{also} WHERE id = %s",
        [victim],
    )
    assert places(check()) == [("access", Wrong.ROW_CHANGED, 2, victim)]


@pytest.mark.parametrize("column", EVENT_CHANGES)
def test_a_changed_event_is_found(
    sealed: None, superuser_sql: Sql, tamper: Tamper, column: str
) -> None:
    assert set(EVENT_CHANGES) == {f.column for f in Event._meta.fields} - {"id"}
    victim = ids("kernel_event", superuser_sql)[1]
    tamper(
        "kernel_event",
        f"UPDATE kernel_event SET {column} = {EVENT_CHANGES[column]} WHERE id = %s",
        [victim],
    )
    assert places(check()) == [("event", Wrong.ROW_CHANGED, 1, victim)]


def test_a_row_under_another_number_is_found(
    sealed: None, superuser_sql: Sql, tamper: Tamper
) -> None:
    victim = ids("kernel_access", superuser_sql)[14]
    tamper("kernel_access", f"UPDATE kernel_access SET id = {victim + 100} WHERE id = {victim}")
    assert places(check()) == [("access", Wrong.ROW_DELETED, 3, victim)]


def test_a_deleted_row_is_found(sealed: None, superuser_sql: Sql, tamper: Tamper) -> None:
    victim = ids("kernel_access", superuser_sql)[7]
    tamper("kernel_access", "DELETE FROM kernel_access WHERE id = %s", [victim])
    (finding,) = check()
    assert places([finding]) == [("access", Wrong.ROW_DELETED, 2, victim)]
    assert str(finding) == f"access: row {victim}, sealed in seal 2, was deleted"


def test_an_emptied_table_is_found(sealed: None, superuser_sql: Sql, tamper: Tamper) -> None:
    everything = ids("kernel_event", superuser_sql)
    tamper("kernel_event", "DELETE FROM kernel_event")
    assert places(check()) == [("event", Wrong.ROW_DELETED, 1, row) for row in everything]


@pytest.mark.parametrize("where", ["between seals", "inside a seal"])
def test_a_row_put_in_afterwards_is_found(
    db: None, actor: Actor, now: datetime, superuser_sql: Sql, tamper: Tamper, where: str
) -> None:
    add_access(actor, now, 2)
    if where == "between seals":
        add_access(actor, now, 1)
    record.seal_all(now=now)
    superuser_sql("SELECT nextval('kernel_access_id_seq')")  # A rollback leaves such a gap.
    add_access(actor, now, 2)
    record.seal_all(now=now)
    rows = ids("kernel_access", superuser_sql)
    if where == "inside a seal":
        gap = rows[0]
        tamper("kernel_access", f"DELETE FROM kernel_access WHERE id = {gap}")
        expected = ("access", Wrong.ROW_CHANGED, 1, gap)
    else:
        gap = next(number for number in range(rows[0], rows[-1]) if number not in rows)
        expected = ("access", Wrong.ROW_INSERTED, 2, gap)
    tamper(
        "kernel_access",
        "INSERT INTO kernel_access (id, at, verb, worker_id, worker_agency_id, categories, why,"
        " purpose, request_ref, page) OVERRIDING SYSTEM VALUE"
        " VALUES (%s, now(), 'opened', 1, 1, '{}', '{}', '', '', '')",
        [gap],
    )
    assert places(check()) == [expected]


@pytest.mark.parametrize(
    ("column", "change"),
    [
        ("after_id", "after_id - 1"),
        ("first_id", "first_id + 1"),
        ("last_id", "last_id - 1"),
        ("upto_id", "upto_id + 1"),
        ("count", "count + 1"),
        ("leaves", "set_byte(leaves, 45, get_byte(leaves, 45) # 1)"),
        ("leaves", "set_byte(leaves, 7, get_byte(leaves, 7) # 128)"),
        ("leaves", "''"),
        ("leaves", "substr(leaves, 1, 40)"),
        ("root", "set_byte(root, 0, get_byte(root, 0) # 1)"),
        ("previous_hash", "set_byte(previous_hash, 31, get_byte(previous_hash, 31) # 1)"),
        ("hash", "set_byte(hash, 31, get_byte(hash, 31) # 1)"),
        ("sealed_at", "sealed_at + interval '1 second'"),
    ],
)
def test_a_changed_seal_is_found(sealed: None, tamper: Tamper, column: str, change: str) -> None:
    tamper(
        "kernel_seal",
        f"UPDATE kernel_seal SET {column} = {change} WHERE stream = 'access' AND number = 2",
    )
    findings = check()
    assert ("access", Wrong.SEAL_CHANGED, 2, None) in places(findings)
    assert {f.seal for f in findings} <= {2, 3}
    # The rows are as they were, and none is accused.
    assert all(f.row_id is None for f in findings)


def test_a_seal_taken_out_is_found(sealed: None, tamper: Tamper) -> None:
    tamper("kernel_seal", "DELETE FROM kernel_seal WHERE stream = 'access' AND number = 2")
    assert places(check()) == [("access", Wrong.SEAL_MISSING, 2, None)]


def test_the_first_seal_taken_out_is_found(sealed: None, tamper: Tamper) -> None:
    tamper("kernel_seal", "DELETE FROM kernel_seal WHERE stream = 'access' AND number = 1")
    assert places(check()) == [("access", Wrong.SEAL_MISSING, 1, None)]


def test_an_end_cut_off_is_found_by_the_head_kept_elsewhere(sealed: None, tamper: Tamper) -> None:
    head = record.head()
    tamper(
        "kernel_access",
        "DELETE FROM kernel_access WHERE id > (SELECT upto_id FROM kernel_seal"
        " WHERE stream = 'access' AND number = 2)",
    )
    rows = places(check())
    assert len(rows) == 5
    assert {(what, seal) for _, what, seal, _ in rows} == {(Wrong.ROW_DELETED, 3)}
    tamper("kernel_seal", "DELETE FROM kernel_seal WHERE stream = 'access' AND number = 3")
    assert check() == []
    assert places(check(head)) == [("access", Wrong.HEAD_MISSING, 3, None)]
    tamper("kernel_seal", "DELETE FROM kernel_seal WHERE stream = 'access'")
    assert ("access", Wrong.HEAD_MISSING, 3, None) in places(check(head))


def test_a_record_sealed_anew_is_found_by_the_head_kept_elsewhere(
    sealed: None, superuser_sql: Sql, tamper: Tamper, now: datetime
) -> None:
    head = record.head()
    victim = ids("kernel_access", superuser_sql)[7]
    tamper("kernel_access", "UPDATE kernel_access SET page = 'x' WHERE id = %s", [victim])
    tamper("kernel_seal", "DELETE FROM kernel_seal WHERE stream = 'access' AND number > 1")
    record.seal_all(now=now)
    record.seal_all(now=now)
    assert check() == []
    assert places(check(head)) == [("access", Wrong.HEAD_MISSING, 3, None)]


def test_seals_made_to_agree_with_a_change_break_the_chain(
    sealed: None, superuser_sql: Sql, tamper: Tamper
) -> None:
    victim = ids("kernel_access", superuser_sql)[7]
    tamper("kernel_access", "UPDATE kernel_access SET page = 'x' WHERE id = %s", [victim])
    with as_system(), connection.cursor() as cursor:
        seal = record.read_seals(cursor, "access", 1, 1)[0]
        cursor.execute(record.ACCESS.select(), [seal.after_id, seal.upto_id])
        leaves = [(row[0], record.ACCESS.leaf(row)) for row in cursor.fetchall()]
    packed = b"".join(row_id.to_bytes(8, "big") + leaf for row_id, leaf in leaves)
    root = tree.root(leaf for _, leaf in leaves)
    forged = record.SealRow(
        **{name: getattr(seal, name) for name in seal.__slots__ if name not in {"root", "leaves"}},
        root=root,
        leaves=packed,
    )
    tamper(
        "kernel_seal",
        "UPDATE kernel_seal SET leaves = %s, root = %s, hash = %s"
        " WHERE stream = 'access' AND number = 2",
        [packed, root, record.seal_hash("access", forged)],
    )
    assert places(check()) == [("access", Wrong.SEAL_CHANGED, 3, None)]


def test_rows_that_nobody_seals_are_told_of(
    sealed: None, actor: Actor, now: datetime, superuser_sql: Sql
) -> None:
    add_access(actor, now, 2)
    database_now = superuser_sql("SELECT now()")[0][0]
    first = ids("kernel_access", superuser_sql)[-2]
    assert check(now=database_now + timedelta(minutes=30)) == []
    late = check(now=database_now + timedelta(hours=2))
    assert places(late) == [("access", Wrong.NOT_SEALED, None, first)]


@pytest.mark.parametrize("table", ["kernel_access", "kernel_event", "kernel_seal"])
@pytest.mark.parametrize("role", ["lintel_app", "lintel_system", "lintel_owner", "superuser"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
def test_changes_are_refused_to_everybody(sealed: None, table: str, role: str, change: str) -> None:
    name = connection.settings_dict["USER"] if role == "superuser" else role
    before = record.head()
    with (
        pytest.raises(ProgrammingError) as refused,
        acting_as(name),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format(table))
    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)
    assert check(before) == []


@pytest.mark.parametrize("column", ["id", "recorded_at"])
def test_the_application_cannot_choose_a_number_or_the_databases_time(
    db: None, column: str
) -> None:
    value = {"id": "1", "recorded_at": "now()"}[column]
    for role in ("lintel_app", "lintel_system"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            acting_as(role),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                f"INSERT INTO kernel_event ({column}, at, verb, subject_kind, subject_id, data)"
                f" OVERRIDING SYSTEM VALUE VALUES ({value}, now(), 'a.b', '', '', '{{}}')"
            )


def test_the_application_cannot_seal_or_read_seals(sealed: None) -> None:
    for statement in ("SELECT * FROM kernel_seal", "INSERT INTO kernel_seal (stream) VALUES ('x')"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_the_command_says_what_is_wrong_and_where(
    sealed: None, superuser_sql: Sql, tamper: Tamper
) -> None:
    out = io.StringIO()
    call_command("verify_record", stdout=out)
    head = record.head()
    assert f"head: {head}\n" in out.getvalue()
    victim = ids("kernel_access", superuser_sql)[0]
    tamper("kernel_access", "DELETE FROM kernel_access WHERE id = %s", [victim])
    out = io.StringIO()
    with pytest.raises(CommandError) as stopped:
        call_command("verify_record", head=head, stdout=out)
    assert stopped.value.returncode == 1
    assert f"row {victim}, sealed in seal 1, was deleted" in out.getvalue()
    with pytest.raises(CommandError) as stopped:
        call_command("verify_record", head="nonsense", stdout=io.StringIO())
    assert stopped.value.returncode == 2


def test_the_command_seals_now(db: None, actor: Actor, now: datetime) -> None:
    out = io.StringIO()
    call_command("seal_record", stdout=out)
    assert "nothing sealed yet" in out.getvalue()
    add_access(actor, now, 2)
    out = io.StringIO()
    call_command("seal_record", stdout=out)
    assert "2 rows sealed" in out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_a_row_that_commits_late_is_never_left_out(actor: Actor, now: datetime) -> None:
    """A writer takes a low number, others commit higher ones, the sealer runs, it commits."""
    wrote, may_commit = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with transaction.atomic():
            add_access(actor, now)
            wrote.set()
            may_commit.wait(20)
        connections.close_all()

    slow = threading.Thread(target=write_slowly)
    slow.start()
    assert wrote.wait(20)
    add_access(actor, now, 3)
    assert record.seal_all(now=now) == 0
    may_commit.set()
    slow.join(20)
    assert record.seal_all(now=now) == 4
    assert check(record.head()) == []


@pytest.mark.django_db(transaction=True)
def test_sealing_under_many_writers_leaves_nothing_out(actor: Actor, now: datetime) -> None:
    """Four writers, some rolling back, while two sealers run as fast as they can."""
    done = threading.Event()
    errors: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            try:
                work()
            except BaseException as error:
                errors.append(error)
            finally:
                connections.close_all()

        return run

    def write() -> None:
        for number in range(60):
            try:
                with transaction.atomic():
                    add_access(actor, now, 1 + number % 3)
                    add_event(actor, now)
                    if number % 5 == 0:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                pass

    def seal() -> None:
        while not done.is_set():
            record.seal_all(now=now)

    writers = [threading.Thread(target=guarded(write)) for _ in range(4)]
    sealers = [threading.Thread(target=guarded(seal)) for _ in range(2)]
    for thread in writers + sealers:
        thread.start()
    for thread in writers:
        thread.join(60)
    done.set()
    for thread in sealers:
        thread.join(60)
    record.seal_all(now=now)
    assert errors == []
    assert check(record.head()) == []
    with database.superuser(connection.settings_dict["NAME"]) as behind:
        for stream in record.STREAMS:
            rows = behind.execute(f"SELECT count(*) FROM {stream.table}").fetchone()
            sealed_rows = behind.execute(
                "SELECT sum(count) FROM kernel_seal WHERE stream = %s", [stream.name]
            ).fetchone()
            assert rows == sealed_rows
