"""Drives the same request twice, about a person who is known to a service and one who isn't.

The two runs are alike in all else: same rows, same times, same acts by whoever has it. At each
moment everything that the sender's side can get at is taken down, so that a test can compare it.
For pages and the API, give `look` a function of (actor, reference, now) of your own: then that
is compared, and not the tables.

    known, unknown = both_ways(Script(...))
    assert differences(known, unknown) == []
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import connection, reset_queries, transaction
from django.test.utils import CaptureQueriesContext

from lintel.kernel.actor import Actor, as_system, bound
from lintel.kernel.errors import DomainError
from lintel.requests import actions, queries
from lintel.requests.actions import About
from lintel.requests.models import Handling, Request
from tests import factories
from tests.requests.pump import tick
from tests.requests.world import NOW, World, concern, make_world
from tests.support.db import as_role, rows

# Readable by any worker and about nobody: who works where; or the application's own plumbing,
# which no page or API shows (docs/adr/0009).
# And the rules of the agreement, thousands of rows that name kinds of agency alone.
NOT_LOOKED_AT = re.compile(
    r"procrastinate_|django_|auth_|account_|mfa_|socialaccount_|agencies_"
    r"|sharing_allowed$|sharing_rule$"
)
SENDERS_SIDE = ("officer", "office_lead", "office_link", "landlord_information_lead", "colleague")
# Whose reads through the domain are compared too; the others' are the same code on the same rows.
READERS = ("officer",)
Look = Callable[[Actor, str, datetime], Any]
Moment = dict[str, Any]


@dataclass(frozen=True)
class Act:
    """One act at a time after sending: by `who` ("desk": whoever has it), with its arguments."""

    at: timedelta
    who: str
    verb: str
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Script:
    """What is sent, how, and what happens to it; looked at after each act and at `looks`."""

    name: str
    acts: tuple[Act, ...] = ()
    kind: str = "concern"
    listed: bool = True
    urgency: str = "routine"
    # Whether every act of the desk must succeed; what is refused must be refused in both runs.
    strict: bool = True
    looks: tuple[timedelta, ...] = (
        timedelta(minutes=16),
        timedelta(days=1, hours=6),
        timedelta(days=10),
        timedelta(days=40),
    )


@dataclass
class Run:
    """What was seen, moment by moment."""

    script: Script
    known: bool
    moments: list[tuple[str, Moment]] = field(default_factory=list)
    desk_said: list[str] = field(default_factory=list)
    team_kind: str = ""


def both_ways(
    script: Script,
    look: Look | None = None,
    also: Callable[[World], tuple[Callable[[], None], Callable[[], None] | None]] | None = None,
) -> tuple[Run, Run]:
    """The two runs, from the same rows: all that a run wrote is gone when the next begins.

    `also` makes what else there is, and answers what then makes the person known, and what happens
    in the other run instead.
    """
    world = make_world(known=False)
    more, instead = also(world) if also else (None, None)
    return (_run(script, world, True, look, more), _run(script, world, False, look, instead))


def differences(one: Run, other: Run) -> list[str]:
    """Where the two runs differ, in words; none if the sender's side can't tell them apart."""
    found = []
    # Whoever has it does the same, or the comparison says nothing.
    assert one.desk_said == other.desk_said
    for (label, seen), (other_label, other_seen) in zip(one.moments, other.moments, strict=True):
        assert label == other_label
        for key in seen.keys() | other_seen.keys():
            if seen.get(key) != other_seen.get(key):
                found.append(f"{label}: {key}: {seen.get(key)!r} / {other_seen.get(key)!r}")
    return found


def _run(
    script: Script,
    world: World,
    known: bool,
    look: Look | None,
    more: Callable[[], None] | None,
) -> Run:
    run = Run(script, known)
    with _undone():
        if known:
            factories.involvement(world.tenant, world.cmht, world.nurse)
        if more is not None:
            more()
        _play(script, world, run, look)
    return run


@contextmanager
def _undone() -> Iterator[None]:
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


def _play(script: Script, world: World, run: Run, look: Look | None) -> None:
    reference = _send(script, world)
    at = {act.at: act for act in script.acts}
    assert len(at) == len(script.acts), "One act at a time"
    for moment in sorted({*at, *script.looks}):
        now = NOW + moment
        if moment in at:
            run.moments.append((f"{moment} said", _do(at[moment], world, reference, now, run)))
        tick(now)
        run.moments.append((str(moment), take_down(world, reference, now, look)))
    with as_system():
        desk = Handling.objects.select_related("team").filter(reference=reference).first()
        run.team_kind = desk.team.kind if desk else ""


def _send(script: Script, world: World) -> str:
    sender = world.actor("officer")
    home = rows("SELECT address, postcode FROM people_home ORDER BY id DESC LIMIT 1")[0]
    about = About(world.tenant.name, "3 April 1972", *home)
    person = world.tenant.pk if script.listed else None
    with bound(sender):
        if script.kind == "message":
            made = actions.pass_on_message(
                sender, now=NOW, person_id=person, about=about, words="Ring", urgency=script.urgency
            )
        else:
            typed = concern(person, about, urgency=script.urgency)
            made = actions.raise_concern(sender, now=NOW, **typed)
    return made.reference


def _do(act: Act, world: World, reference: str, now: datetime, run: Run) -> Moment:
    """Do an act; what a sender's act says is compared, a desk's own is not the sender's to see."""
    actor = desk_actor(world, reference) if act.who == "desk" else world.actor(act.who)
    try:
        with bound(actor), transaction.atomic():
            getattr(actions, act.verb)(actor, now=now, reference=reference, **_meant(act, world))
        said = "done"
    except DomainError as error:
        said = f"{type(error).__name__}: {error}".replace(reference, "REFERENCE")
    if act.who == "desk":
        assert said == "done" or not run.script.strict, said
        run.desk_said.append(said.split(":")[0])
        return {}
    return {"answer": said}


def _meant(act: Act, world: World) -> dict[str, Any]:
    more = dict(act.more)
    if "to_team" in more:
        more["to_team_id"] = getattr(world, more.pop("to_team")).pk
    return more


def desk_actor(world: World, reference: str) -> Actor:
    """Somebody of the team that has it now."""
    with as_system():
        team_id = Handling.objects.values_list("team_id", flat=True).get(reference=reference)
    for name in ("nurse", "other_nurse", "shop_worker"):
        actor = world.actor(name)
        if team_id in actor.team_ids:
            return actor
    raise AssertionError("Nobody works there")


def take_down(world: World, reference: str, now: datetime, look: Look | None = None) -> Moment:
    """All that the sender's side can get at, made comparable; what `look` finds, if given."""
    seen: Moment = {"mail": _mail(world, reference)}
    filled = [] if look else filled_tables()
    for name in SENDERS_SIDE:
        actor = world.actor(name)
        with bound(actor):
            if look is not None:
                seen[f"{name} looks"] = look(actor, reference, now)
                continue
            seen |= {f"{name} {t}": held for t, held in _tables(reference, now, filled).items()}
            if name in READERS:
                seen[f"{name} reads"] = _reads(actor, reference, now)
    return seen


@cache
def readable_tables() -> list[str]:
    """Every table and view of ours that the application's role may read."""
    found = rows(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'v', 'm', 'p') AND has_table_privilege('lintel_app', oid, 'SELECT')"
        " ORDER BY relname"
    )
    return [name for (name,) in found if not NOT_LOOKED_AT.match(name)]


@cache
def _whether_filled() -> str:
    """Asks, past row security, which of those tables hold anything at all; views always might."""
    tables = {
        name
        for (name,) in rows("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')")
        if name in readable_tables()
    }
    return " UNION ALL ".join(
        f"SELECT '{name}'" + (f" WHERE EXISTS (SELECT FROM {name})" if name in tables else "")
        for name in readable_tables()
    )


def filled_tables() -> list[str]:
    """The tables that hold a row of anybody's. Planning the others' policies takes its time."""
    with as_role("postgres"):
        return [name for (name,) in rows(_whether_filled())]


def _tables(reference: str, now: datetime, filled: list[str]) -> dict[str, list[str]]:
    """Every row in sight, by table."""
    # The policy compares with the database's clock, which is past all of a script's times.
    parts = [
        f"SELECT '{table}', to_jsonb(t)::text FROM {table} t"
        f" WHERE {'show_from <= %(now)s' if table == 'requests_notice' else 'true'}"
        for table in filled
    ]
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), {"now": now})
        for table, row in cursor.fetchall():
            found.setdefault(table, []).append(_plain(row, reference))
    return {table: sorted(held) for table, held in found.items()}


def _plain(text: str, reference: str) -> str:
    """Without what only numbers rows: own ids, the request's, the database's own clock.

    `access_id` is an access row's own number again, beside whoever was in its list.
    """
    text = text.replace(reference, "REFERENCE")
    text = re.sub(
        r'"(id|request_id|handling_id|subject_id|access_id)": "?[-0-9a-f]+"?', r'"\1": 0', text
    )
    return re.sub(r'"(recorded_at)": "[^"]+"', r'"\1": 0', text)


def _reads(actor: Actor, reference: str, now: datetime) -> Any:
    """What the domain's reads answer, and how many queries each takes."""

    def one() -> Any:
        view = queries.sent_one(actor, reference, now=now)
        told = [(n.code, n.words, n.decision, n.questions, n.show_from) for n in view.notices]
        return view.shown, view.due, told, [m.words for m in view.messages], view.handling

    reads: dict[str, Callable[[], Any]] = {
        "sent": lambda: list(queries.sent(actor, now=now)),
        "waiting": lambda: list(queries.sent(actor, now=now, filters={"shown": ["received"]})),
        "decided": lambda: list(queries.sent(actor, now=now, filters={"shown": ["decided"]})),
        "one": one,
        "desk": lambda: queries.desk_one(actor, reference, now=now),
        "day": lambda: queries.my_day(actor, now),
        "inbox": lambda: list(queries.inbox(actor, now=now)),
        "counts": lambda: queries.inbox_counts(actor, now=now),
    }
    found = {}
    reset_queries()  # Django keeps 9,000; a full log counts nothing any more.
    for name, read in reads.items():
        with CaptureQueriesContext(connection) as captured:
            try:
                with transaction.atomic():
                    answer = repr(read())
            except DomainError as error:
                answer = repr(error)
        found[name] = (answer.replace(reference, "REFERENCE"), len(captured))
    return found


def _mail(world: World, reference: str) -> list[tuple[Any, ...]]:
    users = [getattr(world, name).user_id for name in SENDERS_SIDE]
    with as_role("postgres"):
        found = rows(
            "SELECT to_user_id, template, link, next_attempt FROM kernel_message"
            " WHERE to_user_id = ANY (%s) ORDER BY to_user_id, next_attempt, template, link",
            users,
        )
    return [(user, how, link.replace(reference, "REFERENCE"), at) for user, how, link, at in found]


def request_of(reference: str) -> Request:
    """The letter, past row security."""
    with as_system():
        return Request.objects.get(reference=reference)
