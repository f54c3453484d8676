"""Reads about people. Row security decides what each finds; nothing here filters by agency.

Lists are put together from scans of one table each (`lintel.people.search.sql_for` says why).
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import connection
from django.utils import timezone

from lintel.agencies.models import Agency
from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound
from lintel.kernel.sight.models import Sight
from lintel.kernel.sight.states import Category, Source
from lintel.people import search as searching
from lintel.people.models import ContactPoint, Involvement, Note, Person, Tenancy
from lintel.people.states import ContactKind, TenancyKind

PER_PAGE = 25
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class PersonView:
    """Who somebody is, as far as every worker who may see them is told."""

    id: int
    name: str
    known_as: str
    born: dt.date | None
    died: dt.date | None
    no_fixed_address: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A person in a list, with the tenancy that is in force (or was last) and in sight."""

    person: PersonView
    address: str = ""
    postcode: str = ""
    reference: str = ""
    landlord: str = ""
    ended: dt.date | None = None
    balance_pence: int | None = None
    sources: tuple[Source, ...] = ()
    something_new: bool = False


@dataclass(frozen=True, slots=True)
class TenancyView:
    """A tenancy as one landlord holds it; the rent only where money is in sight."""

    id: int
    owner_id: int
    owner: str
    reference: str
    kind: TenancyKind
    started: dt.date
    ended: dt.date | None
    address: str
    postcode: str
    patch: str
    balance_pence: int | None
    as_of: dt.date | None


@dataclass(frozen=True, slots=True)
class ContactView:
    """A way to reach the person, and which agency was told it."""

    id: int
    owner_id: int
    owner: str
    kind: ContactKind
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class InvolvementView:
    """A team that works with the person now or did, and its named worker."""

    id: int
    owner_id: int
    owner: str
    category: Category
    team: str
    team_phone: str
    worker_id: int | None
    worker: str
    role_words: str
    since: dt.datetime | None
    until: dt.datetime | None


@dataclass(frozen=True, slots=True)
class NoteView:
    """Something written about the person; `corrected_by` is the note that puts it right."""

    id: int
    owner_id: int
    owner: str
    category: Category
    words: str
    written_by_id: int
    written_by: str
    written: dt.datetime
    corrects_id: int | None
    corrected_by: int | None


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of people is narrowed to; `only` are the people with something new."""

    patch_id: int | None = None
    arrears: bool = False
    source: Source | None = None
    only: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Reliance:
    """What relies on a worker: to be handed over before they leave."""

    patches: list[tuple[int, str]] = field(default_factory=list)
    involvements: list[tuple[int, int, str, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.patches or self.involvements)


def _view(person: Person) -> PersonView:
    return PersonView(
        person.pk,
        person.name,
        person.known_as,
        person.born,
        person.died,
        person.no_fixed_address,
    )


def person(actor: Actor, person_id: int) -> PersonView:
    """Who somebody is. Raises NotFound for somebody absent or outside the actor's sight."""
    found = Person.objects.filter(pk=person_id).first() if person_id <= LARGEST_ID else None
    if found is None:
        raise NotFound
    return _view(found)


def is_worker(actor: Actor, person_id: int, worker_id: int) -> bool:
    """Whether somebody in sight is this worker: a worker has no part in what is about them."""
    return Person.objects.filter(pk=person_id, worker_id=worker_id).exists()


def agency_names(agency_ids: Iterable[int]) -> dict[int, str]:
    """The names of agencies, by their numbers."""
    return dict(Agency.objects.filter(pk__in=set(agency_ids)).values_list("pk", "name"))


def names(actor: Actor, person_ids: Iterable[int]) -> dict[int, str]:
    """The names of those of these people who are in sight, by id."""
    return dict(Person.objects.filter(pk__in=set(person_ids)).values_list("pk", "name"))


def sources(
    actor: Actor, *, now: dt.datetime, person_id: int | None = None
) -> dict[int, tuple[Source, ...]]:
    """The people whose identity the actor may see at `now`, each with what gives that sight."""
    mine = Sight.objects.filter(
        worker_id=actor.worker_id, category=Category.IDENTITY, valid__contains=now
    )
    if person_id is not None:
        mine = mine.filter(person_id=person_id)
    found: dict[int, tuple[Source, ...]] = {}
    for who, source in mine.values_list("person_id", "source").distinct():
        found[who] = (*found.get(who, ()), Source(source))
    return found


def own_categories(actor: Actor, person_id: int, *, now: dt.datetime) -> set[Category]:
    """What the actor may see at `now` of their own agency's record of a person."""
    return {
        Category(category)
        for category in Sight.objects.filter(
            worker_id=actor.worker_id,
            person_id=person_id,
            owner_id=actor.agency_id,
            valid__contains=now,
        ).values_list("category", flat=True)
    }


def tenants_of(actor: Actor, reference: str) -> dict[int, str]:
    """Who in sight is on a tenancy of the actor's own agency: names by id, none for no tenancy.

    Of a reference used again, the tenancies that haven't ended count.
    """
    found = list(
        Tenancy.objects.filter(owner_id=actor.agency_id, reference=reference)
        .order_by("id")
        .values_list("person_id", "ended")
    )
    current = [person_id for person_id, ended in found if ended is None]
    return names(actor, current or [person_id for person_id, _ in found])


# Searching ------------------------------------------------------------------------------------


def folded(words: str) -> str:
    """Words as they are searched: lower case, no accents, no punctuation (SQL `fold_words`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT fold_words(%s)", [words.replace("\x00", " ")])
        found: str = cursor.fetchone()[0]
    return found


def search(
    actor: Actor, *, words: str, now: dt.datetime, page: int = 1, per_page: int = PER_PAGE
) -> Page[Row]:
    """The people in sight whom the words may mean, the likeliest first.

    `words` may hold parts of a name, a date of birth, an address or postcode and a tenancy
    reference, mixed; all must be found. Nothing typed that can be searched finds nobody. To be
    recorded by the caller: use `lintel.people.actions.find`.
    """
    terms = searching.terms_of(words, fold=folded, today=timezone.localdate(now))
    if not terms:
        return _page([], 1, 0, per_page)
    sql, values = searching.sql_for(terms)
    page = min(max(page, 1), 10_000)
    hits = _hits(sql, values, page, per_page)
    if not hits and page > 1:
        page, hits = 1, _hits(sql, values, 1, per_page)
    rows = rows_of(actor, [person_id for person_id, _, _ in hits])
    return _page(rows, page, hits[0][2] if hits else 0, per_page)


def _hits(sql: str, values: dict[str, Any], page: int, per_page: int) -> list[tuple[int, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {**values, "limit": per_page, "offset": (page - 1) * per_page})
        return list(cursor.fetchall())


def _page(rows: Sequence[Row], number: int, total: int, per_page: int) -> Page[Row]:
    """A page of a list whose rows were cut by the database."""
    page: Page[Any] = Paginator(range(total), per_page).get_page(number)
    page.object_list = list(rows)
    return page


# One person a row, with the tenancy in force, or the last one. Small sets only: the caller gives
# the ids of one page.
ROWS_SQL = """
SELECT p.id, p.name, p.known_as, p.born, p.died, p.no_fixed_address,
       t.address, t.postcode, t.reference, t.landlord, t.ended, t.balance_pence
FROM people_person p
LEFT JOIN LATERAL (
  SELECT h.address, h.postcode, t.reference, a.name AS landlord, t.ended, r.balance_pence
  FROM people_tenancy t
  JOIN people_home h ON h.id = t.home_id
  JOIN agencies_agency a ON a.id = t.owner_id
  LEFT JOIN people_rentaccount r ON r.tenancy_id = t.id
  WHERE t.person_id = p.id
  ORDER BY t.ended DESC NULLS FIRST, t.started DESC, t.id LIMIT 1
) t ON true
WHERE p.id = ANY (%s)
"""


def _row(r: Sequence[Any]) -> Row:
    address, postcode, reference, landlord = (value or "" for value in r[6:10])
    return Row(PersonView(*r[:6]), address, postcode, reference, landlord, r[10], r[11])


def rows_of(actor: Actor, person_ids: Sequence[int]) -> list[Row]:
    """These people as rows of a list, in this order; those outside sight are left out."""
    if not person_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(ROWS_SQL, [list(person_ids)])
        found = {r[0]: _row(r) for r in cursor.fetchall()}
    return [found[i] for i in person_ids if i in found]


# My people ------------------------------------------------------------------------------------

SPINES = {
    "name": ("people_person", "id", "folded", "min(key)"),
    "address": ("people_tenancy", "person_id", "folded", "min(key)"),
    "owed": ("people_rentaccount", "person_id", "balance_pence", "max(key)"),
}


def patch(
    actor: Actor,
    *,
    now: dt.datetime,
    filters: Filters | None = None,
    sort: str = "name",
    down: bool = False,
    page: int = 1,
    new: Collection[int] = (),
    per_page: int = PER_PAGE,
) -> Page[Row]:
    """The people whom the actor may see, on the patch or caseload or by another source.

    `sort`: name, address or owed (the last two list only those whose tenancy or rent is in
    sight). `new` are the people to be marked as having something new.
    """
    filters = filters or Filters()
    by_source = sources(actor, now=now)
    chosen = {
        who
        for who, given in by_source.items()
        if (filters.source is None or filters.source in given)
        and (filters.only is None or who in filters.only)
    }
    if filters.patch_id is not None:
        chosen &= _on_patch(filters.patch_id, timezone.localdate(now))
    if filters.arrears:
        chosen &= _in_arrears()
    if not chosen:
        return _page([], 1, 0, per_page)
    ids, total, page = _spine(chosen, sort, down, page, per_page)
    rows = [
        replace(
            row,
            sources=tuple(sorted(by_source[row.person.id])),
            something_new=row.person.id in new,
        )
        for row in rows_of(actor, ids)
    ]
    return _page(rows, page, total, per_page)


def _spine(
    chosen: set[int], sort: str, down: bool, page: int, per_page: int
) -> tuple[list[int], int, int]:
    """The ids of one page, how many there are in all, and the page that it is."""
    table, who, column, key = SPINES[sort]
    # OFFSET 0: row security's own scan first, then the chosen ones by a hash join. As a condition
    # on the table, each row would be compared with all that is in sight or chosen, one by one.
    sql = (
        "SELECT who, count(*) OVER () FROM"
        f" (SELECT {who} AS who, {column} AS key FROM {table} OFFSET 0) rows_seen"
        " JOIN unnest(%s::bigint[]) AS chosen (who) USING (who) GROUP BY who"
        f" ORDER BY {key} {'DESC' if down else 'ASC'} NULLS LAST, who LIMIT %s OFFSET %s"
    )
    page = min(max(page, 1), -(-len(chosen) // per_page))
    with connection.cursor() as cursor:
        cursor.execute(sql, [sorted(chosen), per_page, (page - 1) * per_page])
        found = cursor.fetchall()
        if not found and page > 1:
            page = 1
            cursor.execute(sql, [sorted(chosen), per_page, 0])
            found = cursor.fetchall()
    return [r[0] for r in found], found[0][1] if found else 0, page


def _on_patch(patch_id: int, today: dt.date) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT t.person_id FROM people_tenancy t"
            " JOIN people_home h ON h.id = t.home_id"
            " WHERE h.patch_id = %s AND (t.ended IS NULL OR t.ended >= %s)",
            [patch_id, today],
        )
        return {row[0] for row in cursor.fetchall()}


def _in_arrears() -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT person_id FROM people_rentaccount WHERE balance_pence > 0")
        return {row[0] for row in cursor.fetchall()}


def my_patches(actor: Actor, *, now: dt.datetime) -> list[tuple[int, str]]:
    """The patches that the actor looks after, or whose team the actor leads: id and name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id, p.name FROM people_patch p WHERE p.team_id = ANY (%s) OR EXISTS"
            " (SELECT 1 FROM people_patchofficer o WHERE o.patch_id = p.id"
            "  AND o.worker_id = %s AND o.valid @> %s) ORDER BY p.name",
            [sorted(actor.lead_team_ids), actor.worker_id, now],
        )
        return [(r[0], r[1]) for r in cursor.fetchall()]


# One person's record --------------------------------------------------------------------------


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


def contacts(actor: Actor, person_id: int) -> list[ContactView]:
    """The ways to reach the person that are in sight; how they want to be reached comes first."""
    found = ContactPoint.objects.filter(person_id=person_id).select_related("owner").order_by("id")
    views = [
        ContactView(c.pk, c.owner_id, c.owner.name, ContactKind(c.kind), c.value, c.note)
        for c in found
    ]
    return sorted(views, key=lambda c: c.kind is not ContactKind.PREFERENCE)


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
