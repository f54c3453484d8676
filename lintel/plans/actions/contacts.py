"""Writes of who to contact if things go wrong."""

import datetime as dt
from collections.abc import Sequence

from lintel.kernel import events
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Invalid, NotFound
from lintel.people import queries as people
from lintel.plans import policy, queries
from lintel.plans.actions.words import LONGEST_WORDS, once_only
from lintel.plans.models import IfThingsGoWrong

MOST_CONTACTS = 10
Contacts = Sequence[tuple[str, str]]


def record_if_things_go_wrong(
    actor: Actor,
    *,
    now: dt.datetime,
    person_id: int,
    contacts: Contacts,
    request_ref: str = "",
    once: str | None = None,
) -> None:
    """Write who to contact in which circumstances; everybody in the circle is told and sees it.

    `contacts` are pairs: circumstances, and whom to contact how. Each agency in the circle gets
    its own copy, so that it stays when the writer leaves. Raises NotFound, Denied, Invalid.
    """
    people.person(actor, person_id)
    may_write_contacts(actor, person_id, now=now)
    pairs = checked_contacts(contacts)

    def work() -> None:
        for circumstances, contact in pairs:
            made = IfThingsGoWrong.objects.create(
                person_id=person_id,
                owner_id=actor.agency_id,
                circumstances=circumstances,
                contact_words=contact,
                written_by_id=actor.worker_id,
                written=now,
                request_ref=request_ref,
            )
            events.record(
                actor,
                "plans.contact_left",
                now=now,
                subject=("if_wrong", made.pk),
                person_id=person_id,
                owner_id=actor.agency_id,
            )

    once_only(actor, "plans.contacts", once, work)


def may_write_contacts(actor: Actor, person_id: int, *, now: dt.datetime) -> None:
    """Whether the actor may say who to contact, asked before they type. Raises Denied."""
    policy.write_contacts(queries.circle(actor, person_id, now=now).me_in_it)
    policy.write_words(queries.reads_plan(actor, person_id))


def end_contact(actor: Actor, *, now: dt.datetime, person_id: int, contact_id: int) -> None:
    """End a line of who to contact, for everybody: it is no longer right.

    Raises NotFound, Denied, and Conflict when somebody ended it already.
    """
    policy.write_contacts(queries.circle(actor, person_id, now=now).me_in_it)
    found = IfThingsGoWrong.objects.filter(pk=contact_id, person_id=person_id).first()
    if found is None:
        raise NotFound
    # The copies in the actor's sight end now; the rest, a moment later, by the event.
    ended = queries.copies_of(found).filter(ended__isnull=True).update(ended=now)
    if not ended:
        raise Conflict("Somebody ended this already.")
    events.record(
        actor,
        "plans.contact_ended",
        now=now,
        subject=("if_wrong", contact_id),
        person_id=person_id,
        owner_id=found.owner_id,
    )


def checked_contacts(contacts: Contacts) -> list[tuple[str, str]]:
    """The pairs without empty ones. Raises Invalid for half a pair, too many or too long ones."""
    pairs = [(a.strip(), b.strip()) for a, b in contacts if a.strip() or b.strip()]
    if not pairs:
        raise Invalid({"contacts": "Say in which circumstances, and who to contact"})
    if any(not a or not b for a, b in pairs):
        raise Invalid({"contacts": "Say both in which circumstances, and who to contact"})
    if len(pairs) > MOST_CONTACTS:
        raise Invalid({"contacts": f"Write {MOST_CONTACTS} at most"})
    if any(len(part) > LONGEST_WORDS for pair in pairs for part in pair):
        raise Invalid({"contacts": f"Write {LONGEST_WORDS} characters or fewer in each"})
    return pairs
