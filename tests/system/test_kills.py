"""The product is killed (-9), part by part, while workers write into it.

What somebody was told is there; nothing is half there; no message is lost, or sent twice beyond
the rule of docs/adr/0006. All of it is the running product: pages over HTTP, the job worker, the
database, and a real mail server.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from tests.support.folders import open_folder
from tests.support.mail import Mailbox, mail_server
from tests.system.running import Product, end, gone
from tests.system.wholeness import HALF_THERE, NOT_DONE, faults
from tests.system.writing import OFFICERS_SQL, TEAMS_SQL, Ledger, Writer

WRITERS = 3
# What a mail server takes over a message: long enough for a kill to fall into it.
MAIL_SECONDS = 0.05
# The time passes that stalled jobs, claimed messages and what is to be told later wait for: what
# waiting would do, done to the times that are written down. Then the upkeep's turn comes.
TIME_PASSES = (
    "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '5 minutes'"
    " WHERE last_heartbeat < now() - interval '15 seconds'",
    "UPDATE kernel_message SET claimed_at = claimed_at - interval '20 minutes'"
    " WHERE state = 'sending' AND claimed_at < now() - interval '15 seconds'",
    "UPDATE kernel_message SET next_attempt = now() - interval '5 minutes'"
    " WHERE state IN ('queued', 'sending') AND next_attempt > now() - interval '5 minutes'",
    "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'",
    "INSERT INTO procrastinate_jobs (task_name, queueing_lock, queue_name, args)"
    " SELECT name, name, 'default', '{\"timestamp\": 0}'"
    " FROM unnest(ARRAY['lintel.retry_stalled', 'lintel.sweep_messages']) AS name"
    " WHERE NOT EXISTS (SELECT FROM procrastinate_jobs"
    " WHERE queueing_lock = name AND status = 'todo')",
)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        mailbox.pause = MAIL_SECONDS
        yield mailbox


@pytest.fixture
def folder() -> Iterator[Path]:
    with open_folder() as made:
        yield made


@pytest.fixture
def product(folder: Path, box: Mailbox) -> Iterator[Product]:
    """The product, sending its messages to the mail server."""
    made = Product(
        folder / "data",
        extra={
            "LINTEL_EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "LINTEL_SMTP_HOST": "127.0.0.1",
            "LINTEL_SMTP_PORT": str(box.port),
        },
    )
    made.start()
    try:
        yield made
    finally:
        print(made.log.read_text()[-6000:])  # Shown by pytest where a test failed.
        made.kill()
        assert gone(str(made.data)), "kill -9 of the demo left children behind"


def kill_whole(product: Product) -> None:
    """The whole at once; somebody starts it again."""
    product.kill()
    assert gone(str(product.data)), "kill -9 of the demo left children behind"
    product.start()


KILLS: dict[str, Callable[[Product], object]] = {
    "web": lambda product: end(product.web()),
    "worker": lambda product: end(product.worker()),
    "database": lambda product: end(product.postmaster()),
    "whole": kill_whole,
}


def write_all(product: Product, ledger: Ledger, seed: int, many: int) -> list[threading.Thread]:
    """Start the writers; together they write so many things, and then end."""
    with product.behind() as connection:
        officers = connection.execute(OFFICERS_SQL).fetchall()
        teams = [row[0] for row in connection.execute(TEAMS_SQL)]
    failed: list[BaseException] = []
    left = iter(range(many))

    def run(number: int) -> None:
        writer = Writer(
            product.port, product.behind, ledger, random.Random(seed + number), officers, teams
        )
        try:
            for _ in left:
                writer.write()
        except (Exception, AssertionError) as error:
            failed.append(error)
            raise

    threads = [threading.Thread(target=run, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    return threads


def drill(product: Product, seed: int, many: int, kills: list[str]) -> Ledger:
    """Write so many things, killing at random moments of it; end when all is written."""
    chance = random.Random(seed)
    moments = sorted(chance.sample(range(many // 20, many - many // 20), len(kills)))
    ledger = Ledger()
    threads = write_all(product, ledger, seed, many)
    began = time.monotonic()
    for kind, moment in zip(kills, moments, strict=True):
        while len(ledger.writes) < moment and any(t.is_alive() for t in threads):
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.3))
        print(f"{time.monotonic() - began:5.1f} s: {kind} killed, {len(ledger.writes)} written")
        KILLS[kind](product)
    for thread in threads:
        thread.join(timeout=300)
        assert not thread.is_alive(), "A writer waits for ever"
    print(f"{time.monotonic() - began:5.1f} s: all written")
    return ledger


def settle(product: Product, within: float = 120.0) -> None:
    """Wait until nothing is left to do, letting the time pass that it waits for."""
    deadline = time.monotonic() + within
    waiting: object = None
    while time.monotonic() < deadline:
        with product.behind() as behind:
            for statement in TIME_PASSES:
                behind.execute(statement)  # type: ignore[arg-type]
            time.sleep(1.0)
            waiting = behind.execute(
                "SELECT (SELECT count(*) FROM procrastinate_jobs"
                " WHERE status <= 'doing' AND queueing_lock IS NULL),"
                " (SELECT count(*) FROM kernel_message WHERE state IN ('queued', 'sending'))"
            ).fetchone()
        if waiting == (0, 0):
            return
    pytest.fail(f"Jobs and messages still wait: {waiting}")


def check(product: Product, box: Mailbox, ledger: Ledger) -> None:
    """Everything that must hold after a drill."""
    back(product)
    with product.behind() as behind:
        assert faults(behind, HALF_THERE) == []
        assert missing(behind, ledger) == []
    settle(product)
    with product.behind() as behind:
        assert faults(behind, HALF_THERE, NOT_DONE) == []
        assert missing(behind, ledger) == []
        assert misdelivered(behind, box) == []
    sealed = product.command("seal-record")
    assert sealed.returncode == 0, sealed.stderr
    verified = product.command("verify-record")
    assert verified.returncode == 0, verified.stdout + verified.stderr


def back(product: Product) -> None:
    """Wait until all parts run again."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(psycopg.Error, OSError), product.behind():
            if product.worker() and product.web():
                return
        time.sleep(0.2)
    pytest.fail("It didn't come back.")


WRITTEN_SQL = """
SELECT
  (SELECT count(*) FROM requests_request WHERE seen LIKE %(mark)s) +
  (SELECT count(*) FROM requests_request WHERE withdrawn_words LIKE %(mark)s) +
  (SELECT count(*) FROM requests_message WHERE words LIKE %(mark)s) +
  (SELECT count(*) FROM requests_step WHERE words LIKE %(mark)s AND verb <> 'withdraw') +
  (SELECT count(*) FROM people_note WHERE words LIKE %(mark)s) +
  (SELECT count(*) FROM sharing_consent WHERE explained_words LIKE %(mark)s)
"""
STEP_SQL = """
SELECT count(*) FROM requests_step s
JOIN requests_request r ON r.id = s.request_id
JOIN agencies_worker w ON w.id = s.by_id JOIN agencies_user u ON u.id = w.user_id
WHERE r.reference = %s AND s.verb = %s AND u.email = %s
"""


def missing(behind: psycopg.Connection, ledger: Ledger) -> list[str]:
    """What was told and isn't there once; what was refused and is there; what is there twice."""
    found = []
    for write in ledger.writes:
        if write.what in {"acknowledge", "take"}:
            row = behind.execute(STEP_SQL, [write.reference, write.what, write.by]).fetchone()
            right = {"told": {1}}.get(write.outcome, {0, 1})
        else:
            row = behind.execute(WRITTEN_SQL, {"mark": f"{write.mark}%"}).fetchone()
            right = {"told": {1}, "refused": {0}}.get(write.outcome, {0, 1})
            # Where it was sent again after no answer, "refused" can mean that it was done.
            right = {0, 1} if write.outcome == "refused" and write.tries > 1 else right
        assert row is not None
        if row[0] not in right:
            found.append(f"{write}: there {row[0]} times")
    return found


def misdelivered(behind: psycopg.Connection, box: Mailbox) -> list[str]:
    """Messages that the mail server got too seldom or too often (docs/adr/0006).

    Each try hands over at most one; after a try that was noted as a success there is no other.
    """
    arrived = Counter(str(mail["Message-ID"]) for mail in list(box.accepted))
    found = []
    for key, attempts in behind.execute("SELECT id::text, attempts FROM kernel_message"):
        count = next((n for name, n in arrived.items() if name.startswith(f"<{key}@")), 0)
        if not 1 <= count <= attempts:
            found.append(f"{key}: {count} times in {attempts} tries")
    return found


@pytest.mark.timeout(400)
def test_what_was_told_is_there_after_any_kill(product: Product, box: Mailbox) -> None:
    seed = 20260
    kills = ["web", "worker", "database", "whole", "worker", "web", "database"]
    ledger = drill(product, seed, 200, kills)
    print(Counter((w.what, w.outcome) for w in ledger.writes), len(box.accepted))
    assert len(ledger.writes) >= 200
    assert len(ledger.of("told")) > 120, Counter((w.what, w.outcome) for w in ledger.writes)
    assert any(w.tries > 1 for w in ledger.of("told")), "No kill fell into a write"
    check(product, box, ledger)


@pytest.mark.deep
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("seed", range(5))
def test_what_was_told_is_there_after_many_kills(product: Product, box: Mailbox, seed: int) -> None:
    chance = random.Random(seed)
    kills = [chance.choice(list(KILLS)) for _ in range(40)]
    ledger = drill(product, seed, 1000, kills)
    check(product, box, ledger)
