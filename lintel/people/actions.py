"""Writes about people: notes, ways to reach them, handing over. Searches, which are recorded."""

import datetime as dt
from collections.abc import Callable, Collection
from typing import Any

from django.core.paginator import Page
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from lintel.agencies.models import Worker
from lintel.agencies.queries import in_post
from lintel.kernel import access, events, messages, once
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Invalid, NotFound
from lintel.kernel.sight.states import Category, Source
from lintel.kernel.states import AccessVerb
from lintel.people import policy, queries
from lintel.people.models import ContactPoint, Involvement, Note, Patch, PatchOfficer
from lintel.people.queries import Filters, NoteView, Row
from lintel.people.states import ContactKind

LONGEST_NOTE = 5000
# What a row of a list or a search shows.
IN_A_LIST = (Category.IDENTITY, Category.TENANCY)


def _once(actor: Actor, scope: str, key: str | None, work: Callable[[], Any]) -> Any:
    return once.run(actor, scope, key, work) if key else work()


# Looking --------------------------------------------------------------------------------------


def find(
    actor: Actor, *, words: str, now: dt.datetime, page: int = 1, per_page: int = queries.PER_PAGE
) -> Page[Row]:
    """Search among the people in sight, and record who was shown. What was typed isn't kept.

    A search that found nobody is recorded, too: many of them are noticed.
    """
    found = queries.search(actor, words=words, now=now, page=page, per_page=per_page)
    access.record_listed(
        actor,
        now=now,
        person_ids=[row.person.id for row in found],
        categories=IN_A_LIST,
        why="searched among the people that the worker may see",
        verb=AccessVerb.SEARCHED,
        page="people:found",
    )
    return found


def look_through(
    actor: Actor,
    *,
    now: dt.datetime,
    filters: Filters | None = None,
    sort: str = "name",
    down: bool = False,
    page: int = 1,
    new: Collection[int] = (),
) -> Page[Row]:
    """The list of the actor's own people (`queries.patch`), and record who was shown in it."""
    found = queries.patch(actor, now=now, filters=filters, sort=sort, down=down, page=page, new=new)
    given = sorted({source for row in found for source in row.sources})
    money = any(row.balance_pence is not None for row in found)
    access.record_listed(
        actor,
        now=now,
        person_ids=[row.person.id for row in found],
        categories=(*IN_A_LIST, Category.MONEY) if money else IN_A_LIST,
        why="; ".join(Source(source).label for source in given),
        page="people:list",
    )
    return found


def read_note(
    actor: Actor, *, now: dt.datetime, person_id: int, note_id: int, page: str
) -> NoteView:
    """One note of a person, read apart from the record; that is recorded. Raises NotFound."""
    found = queries.note(actor, note_id, person_id=person_id)
    given = queries.sources(actor, now=now, person_id=person_id).get(person_id, ())
    access.record(
        actor,
        AccessVerb.OPENED,
        now=now,
        person_id=person_id,
        owner_id=found.owner_id,
        categories=[found.category],
        why="; ".join(source.label for source in given),
        page=page,
    )
    return found


# Writing down ---------------------------------------------------------------------------------


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


# Handing over ---------------------------------------------------------------------------------


def hand_over_patch(
    actor: Actor,
    *,
    now: dt.datetime,
    patch_id: int,
    from_worker_id: int,
    to_worker_id: int,
    on: dt.date,
) -> None:
    """From the day `on` the patch is another officer's; today means now.

    Raises NotFound (no such patch of theirs), Denied, Invalid.
    """
    patch = Patch.objects.filter(pk=patch_id).first()
    if patch is None:
        raise NotFound
    policy.hand_over(actor, [patch.team_id], patch.agency_id)
    to = _receiver(to_worker_id, from_worker_id, patch.agency_id, now)
    moment = _moment(on, now)
    held = (
        PatchOfficer.objects.select_for_update()
        .filter(patch_id=patch_id, worker_id=from_worker_id, valid__contains=moment)
        .first()
    )
    if held is None:
        raise NotFound
    after = DateTimeTZRange(moment, held.valid.upper)
    if not PatchOfficer.objects.filter(
        patch_id=patch_id, worker_id=to.pk, valid__overlap=after
    ).exists():
        PatchOfficer.objects.create(patch_id=patch_id, worker_id=to.pk, valid=after)
    held.valid = DateTimeTZRange(held.valid.lower, moment)
    held.save(update_fields=["valid"])
    events.record(
        actor,
        "people.patch_handed_over",
        now=now,
        subject=("patch", patch_id),
        owner_id=patch.agency_id,
        data={"from": from_worker_id, "to": to.pk, "on": on},
    )
    messages.queue(
        to_user_id=to.user_id, template="new", link="/people/", now=now, not_before=moment
    )


def hand_over_involvements(
    actor: Actor,
    *,
    now: dt.datetime,
    involvement_ids: Collection[int],
    from_worker_id: int,
    to_worker_id: int,
    on: dt.date,
) -> int:
    """From the day `on` another worker is the named worker of these people; answers how many.

    What was is kept: each involvement ends and a new one begins. Raises NotFound when one isn't
    in sight or not the worker's (any more), Denied, Invalid.
    """
    held = list(
        Involvement.objects.select_for_update()
        .filter(pk__in=set(involvement_ids), worker_id=from_worker_id)
        .order_by("id")
    )
    moment = _moment(on, now)
    if not held or len(held) != len(set(involvement_ids)):
        raise NotFound
    if any(i.valid.upper is not None and i.valid.upper <= moment for i in held):
        raise Invalid({"on": "Choose a day before the work with these people ends"})
    agency_id = held[0].owner_id
    policy.hand_over(actor, {i.team_id for i in held}, agency_id)
    to = _receiver(to_worker_id, from_worker_id, agency_id, now)
    for old in held:
        # The new one first: once the old one ends, the lead may see neither.
        Involvement.objects.create(
            person_id=old.person_id,
            owner_id=old.owner_id,
            category=old.category,
            team_id=old.team_id,
            worker=to,
            role_words=old.role_words,
            valid=DateTimeTZRange(max(moment, old.valid.lower or moment), old.valid.upper),
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_involvement SET valid = tstzrange(lower(valid),"
            " greatest(lower(valid), %s)) WHERE id = ANY (%s)",
            [moment, [i.pk for i in held]],
        )
    for old in held:
        events.record(
            actor,
            "people.involvement_handed_over",
            now=now,
            subject=("involvement", old.pk),
            person_id=old.person_id,
            owner_id=agency_id,
            data={"from": from_worker_id, "to": to.pk, "on": on},
        )
    messages.queue(
        to_user_id=to.user_id, template="new", link="/people/", now=now, not_before=moment
    )
    return len(held)


def _moment(on: dt.date, now: dt.datetime) -> dt.datetime:
    """When the day begins, or now when it has begun. Raises Invalid for a day gone by."""
    if on < timezone.localdate(now):
        raise Invalid({"on": "Choose today or a day after"})
    begins = timezone.make_aware(dt.datetime.combine(on, dt.time()))
    return max(begins, now)


def _receiver(to_worker_id: int, from_worker_id: int, agency_id: int, now: dt.datetime) -> Worker:
    to: Worker | None = in_post(now).filter(pk=to_worker_id).first()
    if to is None:
        raise Invalid({"to": "Choose a worker who is in post"})
    if to.pk == from_worker_id:
        raise Invalid({"to": "Choose somebody else"})
    policy.receive(to, agency_id)
    return to
