"""One person's record, as far as the actor sees it; and what relies on a worker."""

import datetime as dt

from django.db import connection

from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound
from lintel.kernel.sight.states import Category
from lintel.people.models import Involvement, Note, Tenancy
from lintel.people.queries.shapes import (
    ContactView,
    InvolvementView,
    NoteView,
    Reliance,
    TenancyView,
)
from lintel.people.states import ContactKind, TenancyKind


def tenancies(actor: Actor, person_id: int) -> list[TenancyView]:
    """The tenancies in sight, the present one first; rent where money is in sight."""
    found = (
        Tenancy.objects.filter(person_id=person_id)
        .select_related("home__patch", "owner", "rent")
        .order_by("-started", "-id")
    )
    views = [
        TenancyView(
            id=t.pk,
            owner_id=t.owner_id,
            owner=t.owner.name,
            reference=t.reference,
            kind=TenancyKind(t.kind),
            started=t.started,
            ended=t.ended,
            address=t.home.address,
            postcode=t.home.postcode,
            patch=t.home.patch.name if t.home.patch else "",
            balance_pence=rent.balance_pence if (rent := getattr(t, "rent", None)) else None,
            as_of=rent.as_of if rent else None,
        )
        for t in found
    ]
    return sorted(views, key=lambda t: t.ended is not None)


CONTACTS = (
    "SELECT id, owner_id, kind, value, note FROM people_contactpoint WHERE person_id = %(who)s"
)
FACTS = "SELECT id, owner_id, kind, value, '' FROM contact_facts(%(who)s)"


def contacts(actor: Actor, person_id: int) -> list[ContactView]:
    """The ways to reach the person that are in sight; how they want to be reached comes first.

    Without the notes beside them where the actor sees a summary (docs/adr/0023).
    """
    return contact_views(person_id, f"{CONTACTS} UNION ALL {FACTS}")


def contact_views(person_id: int, found: str = CONTACTS) -> list[ContactView]:
    """Ways to reach somebody as shown: wishes first; a hold on letters only while it lasts.

    `found`: the query that finds them, with the person's number as `who`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT c.id, c.owner_id, a.name, c.kind, c.value, c.note FROM ({found}) c"
            " JOIN agencies_agency a ON a.id = c.owner_id"
            " WHERE NOT (c.kind = 'hold' AND c.value < now()::text) ORDER BY c.id",
            {"who": person_id},
        )
        views = [
            ContactView(number, owner_id, owner, ContactKind(kind), _shown(kind, value), note)
            for number, owner_id, owner, kind, value, note in cursor.fetchall()
        ]
    first = (ContactKind.HOLD, ContactKind.PREFERENCE)
    return sorted(views, key=lambda c: c.kind not in first)


def _shown(kind: str, value: str) -> str:
    if kind != ContactKind.HOLD:
        return value
    day = dt.date.fromisoformat(value)
    return f"On hold until {day.day} {day:%B %Y}"


def involvements(
    actor: Actor, person_id: int, *, now: dt.datetime, ended: bool = False
) -> list[InvolvementView]:
    """The teams that work with the person at `now`, as far as in sight; `ended`: those before."""
    found = Involvement.objects.filter(person_id=person_id).select_related(
        "owner", "team", "worker"
    )
    found = found.exclude(valid__contains=now) if ended else found.filter(valid__contains=now)
    return [
        InvolvementView(
            id=i.pk,
            owner_id=i.owner_id,
            owner=i.owner.name,
            category=Category(i.category),
            team=i.team.name,
            team_phone=i.team.phone,
            worker_id=i.worker_id,
            worker=i.worker.name if i.worker else "",
            role_words=i.role_words,
            since=i.valid.lower,
            until=i.valid.upper,
        )
        for i in found.order_by("team__name", "id")
    ]


def notes(actor: Actor, person_id: int) -> list[NoteView]:
    """The notes in sight, newest first, each with the note that corrects it, if any."""
    found = list(
        Note.objects.filter(person_id=person_id)
        .select_related("owner", "written_by")
        .order_by("-written", "-id")
    )
    corrected = {n.corrects_id: n.pk for n in reversed(found) if n.corrects_id}
    return [
        NoteView(
            id=n.pk,
            owner_id=n.owner_id,
            owner=n.owner.name,
            category=Category(n.category),
            words=n.words,
            written_by_id=n.written_by_id,
            written_by=n.written_by.name,
            written=n.written,
            corrects_id=n.corrects_id,
            corrected_by=corrected.get(n.pk),
        )
        for n in found
    ]


def note(actor: Actor, note_id: int, *, person_id: int | None = None) -> NoteView:
    """One note in sight (about that person, if one is given). Raises NotFound."""
    found = Note.objects.filter(pk=note_id).values_list("person_id", flat=True).first()
    if found is None or person_id not in {None, found}:
        raise NotFound
    return next(n for n in notes(actor, found) if n.id == note_id)


def newly_written(actor: Actor, *, since: dt.datetime) -> set[int]:
    """The people about whom somebody else wrote a note in sight since then."""
    return set(
        Note.objects.filter(written__gt=since)
        .exclude(written_by_id=actor.worker_id)
        .values_list("person_id", flat=True)
    )


# Handing over ---------------------------------------------------------------------------------


def reliant(actor: Actor, worker_id: int, *, now: dt.datetime) -> Reliance:
    """What relies on a worker now: patches, and people for whom they are the named worker.

    The people are those in the actor's own sight: a team lead sees the whole team's.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id, p.name FROM people_patchofficer o JOIN people_patch p"
            " ON p.id = o.patch_id WHERE o.worker_id = %s AND o.valid @> %s ORDER BY p.name",
            [worker_id, now],
        )
        patches = [(r[0], r[1]) for r in cursor.fetchall()]
    held = (
        Involvement.objects.filter(worker_id=worker_id, valid__contains=now)
        .select_related("person", "team")
        .order_by("person__folded", "id")
    )
    return Reliance(patches, [(i.pk, i.person_id, i.person.name, i.team.name) for i in held])
