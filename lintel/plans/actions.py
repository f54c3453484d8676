"""Writes of the circle: joining, leaving, and who to contact if things go wrong.

Whatever is written here was agreed with the person; the words of that agreement are obligatory.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

from lintel.agencies.models import Worker
from lintel.kernel import access, events, messages, once
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Invalid, NotFound
from lintel.kernel.sight.states import Category
from lintel.kernel.states import AccessVerb
from lintel.people import queries as people
from lintel.plans import policy, queries
from lintel.plans.models import CircleMember, IfThingsGoWrong

LONGEST_WORDS = 250
LONGEST_ROLE = 120
LONGEST_AGREED = 2000
MOST_CONTACTS = 10
Contacts = Sequence[tuple[str, str]]

# Without RETURNING: whoever adds another agency's worker sees that row only once it is there.
JOIN_SQL = """
INSERT INTO plans_circlemember (person_id, owner_id, worker_id, role_words, reach_words,
    agreed_words, added_by_id, joined, left_words)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, '')
ON CONFLICT DO NOTHING
"""


def _once(actor: Actor, scope: str, key: str | None, work: Callable[[], Any]) -> Any:
    return once.run(actor, scope, key, work) if key else work()


def circle_link(person_id: int) -> str:
    """Where a message leads: the page says what it is about, to those who may see it."""
    return f"/people/{person_id}/circle/"


def add_to_circle(
    actor: Actor,
    *,
    now: dt.datetime,
    person_id: int,
    worker_id: int,
    role_words: str,
    reach_words: str,
    agreed_words: str,
    once: str | None = None,
) -> None:
    """Put a worker into the circle, as agreed with the person; tell everybody in it.

    Who adds somebody else is put in as well (with their job title): those in a circle see each
    other. Joining shows the person's name and what was agreed to the worker who joins, so it is
    written into the access record as given to them. Raises NotFound, Denied, Invalid, and
    Conflict when the worker is in the circle already.
    """
    people.person(actor, person_id)
    sources = people.sources(actor, now=now, person_id=person_id).get(person_id, ())
    me = queries.worker(actor.worker_id, now=now)
    if me is None:
        raise NotFound
    policy.add(actor, sources, me, now)
    _check(
        {
            "role_words": (role_words, LONGEST_ROLE, "Say what their part is"),
            "reach_words": (reach_words, LONGEST_WORDS, "Say how to reach them"),
            "agreed_words": (agreed_words, LONGEST_AGREED, "Say what the person agreed to"),
        }
    )
    joins = me if worker_id == actor.worker_id else queries.worker(worker_id, now=now)
    if joins is None:
        raise Invalid({"worker": "Choose a worker"})
    policy.be_added(joins, people.is_worker(actor, person_id, joins.pk), now)

    def work() -> None:
        already = queries.circle(actor, person_id, now=now)
        if joins.pk != me.pk and not already.me_in_it:
            reach = me.phone or "Through Lintel"
            _join(actor, now, person_id, me, me.job_title, reach, agreed_words)
        if not _join(actor, now, person_id, joins, role_words, reach_words, agreed_words):
            who = "You are" if joins.pk == me.pk else f"{joins.name} is"
            raise Conflict(f"{who} in the circle already.")

    _once(actor, "plans.join", once, work)


def _join(
    actor: Actor,
    now: dt.datetime,
    person_id: int,
    joins: Worker,
    role_words: str,
    reach_words: str,
    agreed_words: str,
) -> bool:
    """Write the membership with its event and its place in the access record; False if there."""
    with connection.cursor() as cursor:
        cursor.execute(
            JOIN_SQL,
            [
                person_id,
                joins.agency_id,
                joins.pk,
                role_words.strip(),
                reach_words.strip(),
                agreed_words.strip(),
                actor.worker_id,
                now,
            ],
        )
        if cursor.rowcount == 0:
            return False
    if joins.pk != actor.worker_id:
        access.record(
            actor,
            AccessVerb.DISCLOSED,
            now=now,
            person_id=person_id,
            owner_id=actor.agency_id,
            categories=[Category.IDENTITY, Category.PLAN],
            why=f"the person agreed that {joins.name}, {joins.agency.name}, is in their circle",
            page="plans:add",
        )
    events.record(
        actor,
        "plans.joined",
        now=now,
        subject=("circle", f"{person_id}:{joins.pk}"),
        person_id=person_id,
        owner_id=joins.agency_id,
        data={"worker": joins.pk},
    )
    return True


def leave_circle(
    actor: Actor,
    *,
    now: dt.datetime,
    person_id: int,
    member_id: int,
    words: str = "",
    once: str | None = None,
) -> None:
    """Take somebody out of the circle: oneself, or another because the person asked or they left.

    What was agreed stays with those who remain. Raises NotFound, Denied, Invalid, Conflict.
    """
    member = queries.member(actor, person_id, member_id)
    leaving_myself = member.worker_id == actor.worker_id
    if len(words) > LONGEST_WORDS:
        raise Invalid({"words": f"Write {LONGEST_WORDS} characters or fewer"})
    if not leaving_myself and not words.strip():
        raise Invalid({"words": "Say why they leave the circle"})

    def work() -> None:
        policy.write_contacts(queries.circle(actor, person_id, now=now).me_in_it)
        # The event first: with the row goes the actor's own sight, when it is their own.
        events.record(
            actor,
            "plans.left",
            now=now,
            subject=("circle", f"{person_id}:{member.worker_id}"),
            person_id=person_id,
            owner_id=member.owner_id,
            data={"worker": member.worker_id},
        )
        gone = CircleMember.objects.filter(pk=member_id, left__isnull=True).update(
            left=now, left_words=words.strip()
        )
        if not gone:
            raise Conflict(f"{member.worker.name} has left the circle already.")

    _once(actor, "plans.leave", once, work)


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
    policy.write_contacts(queries.circle(actor, person_id, now=now).me_in_it)
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

    _once(actor, "plans.contacts", once, work)


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


def _check(fields: dict[str, tuple[str, int, str]]) -> None:
    wrong = {}
    for name, (text, longest, missing) in fields.items():
        if not text.strip():
            wrong[name] = missing
        elif len(text) > longest:
            wrong[name] = f"Write {longest:,} characters or fewer"
    if wrong:
        raise Invalid(wrong)


def tell_circle(person_id: int, *, now: dt.datetime, but: int | None = None) -> int:
    """Queue a message (a link, no more) to everybody in the circle; how many. For jobs only.

    Run again for the same moment, it tells nobody twice.
    """
    link = circle_link(person_id)
    told = {
        user_id for who, user_id, _ in queries.members_for_system(person_id) if who != but
    } - queries.told_already(link, now)
    for user_id in sorted(told):
        messages.queue(to_user_id=user_id, template="new", link=link, now=now)
    return len(told)
