"""May this worker do this in the circle? Each rule answers nothing, or raises Denied or Invalid."""

import datetime as dt
from collections.abc import Collection

from lintel.agencies.models import Worker
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Denied, Invalid
from lintel.kernel.fields import holds
from lintel.kernel.sight.states import Source

# Handling a request, or opening a record for safety, is no place in somebody's life.
MAY_ADD = frozenset({Source.PATCH, Source.CASELOAD, Source.CONSENT, Source.CIRCLE})


def in_loop(worker: Worker, now: dt.datetime) -> bool:
    """Whether the worker is inside the confidentiality loop: signed and trained."""
    return holds(worker.loop, now)


def add(actor: Actor, sources: Collection[Source], me: Worker, now: dt.datetime) -> None:
    """Those who work with the person, inside the loop, gather the circle. Raises Denied."""
    if not MAY_ADD & set(sources):
        raise Denied("Only somebody who works with this person can gather their circle.")
    if not in_loop(me, now):
        raise Denied(
            "Only workers inside the confidentiality loop can be in a circle. "
            "Ask your information lead about joining it."
        )


def join(joined_unread: bool) -> None:
    """Nobody begins a circle beside their agency's, of which they see a summary. Raises Denied."""
    if joined_unread:
        raise Denied(
            "You see a summary of the circle that your agency is in. "
            "Ask a colleague who is in it to add you."
        )


def be_added(worker: Worker, is_the_person: bool, now: dt.datetime) -> None:
    """Who can be in a circle: a worker inside the loop, and not the person. Raises Invalid."""
    if is_the_person:
        raise Invalid({"worker": "Choose another worker"})
    if not in_loop(worker, now):
        raise Invalid(
            {
                "worker": f"{worker.name} has not joined the confidentiality loop. "
                "Choose another worker, or ask them to join it"
            }
        )


def answer(me: Worker, now: dt.datetime) -> None:
    """Only who is inside the loop is in a circle. Raises Denied."""
    if not in_loop(me, now):
        raise Denied(
            "Only workers inside the confidentiality loop can be in a circle. "
            "Ask your information lead about joining it, then answer."
        )


def withdraw(asked_by_id: int, actor: Actor) -> None:
    """Who asked takes the asking back. Raises Denied."""
    if asked_by_id != actor.worker_id:
        raise Denied("Only the worker who asked can take this back.")


def write_contacts(in_circle: bool) -> None:
    """Those in the circle say who to contact. Raises Denied."""
    if not in_circle:
        raise Denied("Only somebody in the circle can say who to contact. Join it first.")


def write_words(reads_all: bool) -> None:
    """Only where the writer can read it back. Raises Denied."""
    if not reads_all:
        raise Denied(
            "You see a summary of what was agreed, so you can’t write who to contact. "
            "Ask somebody else in the circle to write it."
        )
