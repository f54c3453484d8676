"""Writing about people: notes, which are corrected and never lost, and ways to reach them."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from lintel.kernel import events, once
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Invalid, NotFound
from lintel.kernel.sight.states import Category
from lintel.people import policy, queries
from lintel.people.models import ContactPoint, Note
from lintel.people.states import ContactKind

LONGEST_NOTE = 5000


def _once(actor: Actor, scope: str, key: str | None, work: Callable[[], Any]) -> Any:
    return once.run(actor, scope, key, work) if key else work()


def add_note(
    actor: Actor,
    *,
    now: dt.datetime,
    person_id: int,
    category: Category,
    words: str,
    once: str | None = None,
) -> int:
    """Write a note in the actor's agency's record of a person; answers its number.

    Raises NotFound, Denied (the agency has no such record that the actor sees), Invalid.
    """
    queries.person(actor, person_id)
    policy.write_note(queries.own_categories(actor, person_id, now=now), category)
    words = _note_words(words)

    def work() -> int:
        return _write(actor, now, person_id, category, words, None, "people.note_added")

    written: int = _once(actor, "people.note", once, work)
    return written


def correct_note(
    actor: Actor, *, now: dt.datetime, note_id: int, words: str, once: str | None = None
) -> int:
    """Write a note that puts an earlier one right; the earlier one stays, and points to it.

    Raises NotFound, Denied (another agency's, or corrected already), Invalid.
    """
    earlier = queries.note(actor, note_id)

    def work() -> int:
        # Locked, so that two corrections at once don't both think themselves the first.
        kept = Note.objects.select_for_update().filter(pk=note_id).first()
        corrected = Note.objects.filter(corrects_id=note_id).exists()
        policy.correct_note(actor, earlier.owner_id, corrected)
        if kept is None:
            raise NotFound
        return _write(
            actor, now, kept.person_id, earlier.category, put, note_id, "people.note_corrected"
        )

    policy.correct_note(actor, earlier.owner_id, corrected=False)
    put = _note_words(words)
    written: int = _once(actor, "people.correct", once, work)
    return written


def _note_words(words: str) -> str:
    words = words.strip()
    if not words:
        raise Invalid({"words": "Write the note"})
    if len(words) > LONGEST_NOTE:
        raise Invalid({"words": f"Write {LONGEST_NOTE:,} characters or fewer"})
    return words


def _write(
    actor: Actor,
    now: dt.datetime,
    person_id: int,
    category: Category,
    words: str,
    corrects: int | None,
    verb: str,
) -> int:
    made = Note.objects.create(
        person_id=person_id,
        owner_id=actor.agency_id,
        category=category,
        words=words,
        written_by_id=actor.worker_id,
        written=now,
        corrects_id=corrects,
    )
    events.record(
        actor,
        verb,
        now=now,
        subject=("note", made.pk),
        person_id=person_id,
        owner_id=actor.agency_id,
        data={"category": category.name.lower()},
    )
    return made.pk


def record_contact(
    actor: Actor,
    *,
    now: dt.datetime,
    person_id: int,
    kind: ContactKind,
    value: str,
    note: str = "",
    once: str | None = None,
) -> int:
    """Record a way to reach the person, as told to the actor's agency; answers its number.

    How they want to be contacted is one answer: a new one takes the place of the old. The same
    way told again keeps its row, with the new note. Raises NotFound, Denied, Invalid.
    """
    queries.person(actor, person_id)
    policy.write_contact(queries.own_categories(actor, person_id, now=now))
    if kind is ContactKind.HOLD:
        raise Invalid({"kind": "Letters are held on a page of their own"})
    value, note = value.strip(), note.strip()
    wrong = {
        name: words
        for name, words in (
            ("value", "Enter how to reach them" if not value else ""),
            ("value", "Write 250 characters or fewer" if len(value) > 250 else ""),
            ("note", "Write 250 characters or fewer" if len(note) > 250 else ""),
        )
        if words
    }
    if wrong:
        raise Invalid(wrong)

    def work() -> int:
        own = ContactPoint.objects.filter(person_id=person_id, owner_id=actor.agency_id, kind=kind)
        same = own if kind is ContactKind.PREFERENCE else own.filter(value__iexact=value)
        made = same.select_for_update().order_by("id").first()
        if made is None:
            made = ContactPoint(person_id=person_id, owner_id=actor.agency_id, kind=kind)
        made.value, made.note = value, note
        made.save()
        events.record(
            actor,
            "people.contact_recorded",
            now=now,
            subject=("contact", made.pk),
            person_id=person_id,
            owner_id=actor.agency_id,
            data={"kind": str(kind)},
        )
        return made.pk

    written: int = _once(actor, "people.contact", once, work)
    return written
