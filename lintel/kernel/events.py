"""Events: what happened, told once, heard by any domain that subscribed.

An event is written in the transaction of the change. A handler runs after the commit, in a job
of its own that carries the event's number only. A job that dies is run again: handlers must be
safe to repeat (for example through a unique constraint on the event's number).
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.utils.module_loading import import_string

from lintel.kernel import outbox
from lintel.kernel.actor import Actor, as_system
from lintel.kernel.errors import NotFound
from lintel.kernel.models import Event

# Run by the migration of agencies that makes information_lead_agencies().
EVENT_POLICY_SQL = """
CREATE POLICY kernel_event_lead ON kernel_event FOR SELECT TO lintel_app USING (
    actor_agency_id = ANY ((SELECT information_lead_agencies())::bigint[])
    OR owner_id = ANY ((SELECT information_lead_agencies())::bigint[])
);
"""
EVENT_POLICY_REVERSE_SQL = "DROP POLICY kernel_event_lead ON kernel_event;"

INSERT_SQL = """
INSERT INTO kernel_event (at, verb, actor_worker_id, actor_agency_id, integration_id,
    subject_kind, subject_id, person_id, owner_id, data)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb)
"""
VERB = re.compile(r"[a-z_]+(\.[a-z_]+)+")

_handlers: dict[str, list[str]] = {}


@dataclass(frozen=True, slots=True)
class Happened:
    """An event as its handlers get it."""

    id: int
    at: datetime
    verb: str
    actor_worker_id: int | None
    actor_agency_id: int | None
    integration_id: int | None
    subject_kind: str
    subject_id: str
    person_id: int | None
    owner_id: int | None
    data: Mapping[str, Any]


Handler = Callable[[Happened], None]


def record(
    actor: Actor | None,
    verb: str,
    *,
    now: datetime,
    subject: tuple[str, object],
    person_id: int | None = None,
    owner_id: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Write one event, and queue its handlers, in the current transaction.

    `actor` is None for the clocks and the relay. `verb` is a domain's past tense, such as
    "requests.sent". `subject` is a kind and an id, such as ("request", 12). `owner_id` is the
    agency that the event concerns, beside the actor's own. Raises ValueError for another verb.
    """
    if not VERB.fullmatch(verb):
        raise ValueError(f"{verb!r} is no event: say domain.happened.")
    values: list[Any] = [
        now,
        verb,
        actor.worker_id if actor else None,
        actor.agency_id if actor else None,
        actor.integration_id if actor else None,
        subject[0],
        str(subject[1]),
        person_id,
        owner_id,
        json.dumps(dict(data or {}), cls=DjangoJSONEncoder),
    ]
    with connection.cursor() as cursor:
        cursor.execute(INSERT_SQL, values)
        handlers = _handlers.get(verb, [])
        if not handlers:
            return
        # The writer may not read events, so the number comes from its sequence.
        cursor.execute("SELECT currval('kernel_event_id_seq')")
        (event_id,) = cursor.fetchone()
    for handler in handlers:
        outbox.defer("lintel.deliver_event", event_id=event_id, handler=handler)


def subscribe(verb: str, handler: str) -> None:
    """Have the function at the dotted path `handler` called after each such event's commit.

    Called when Django starts (`AppConfig.ready`); saying it again changes nothing.
    """
    paths = _handlers.setdefault(verb, [])
    if handler not in paths:
        paths.append(handler)


def deliver(event_id: int, handler: str) -> None:
    """Hand an event to one handler; the handler opens its own transaction. For jobs only.

    Raises NotFound for an event that isn't there, and whatever the handler raises.
    """
    with as_system():
        event = Event.objects.filter(pk=event_id).first()
    if event is None:
        raise NotFound
    call: Handler = import_string(handler)
    call(
        Happened(
            id=event.pk,
            at=event.at,
            verb=event.verb,
            actor_worker_id=event.actor_worker_id,
            actor_agency_id=event.actor_agency_id,
            integration_id=event.integration_id,
            subject_kind=event.subject_kind,
            subject_id=event.subject_id,
            person_id=event.person_id,
            owner_id=event.owner_id,
            data=event.data,
        )
    )
