"""Everything that an agency holds about a person, read out, with third parties masked."""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from lintel.agencies.models import Agency
from lintel.kernel.states import AccessVerb
from lintel.records import kept, masking
from lintel.records.states import HELD_BACK_GROUND


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of what is held: its rows, each heading to value."""

    table: str
    title: str
    rows: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy for the person. `held_back` and `not_told` count what is left out, and why."""

    person_id: int
    name: str
    agency: str
    made: dt.datetime
    sections: list[Section]
    looked: list[dict[str, Any]]
    held_back: int
    not_told: int

    def left_out(self) -> list[str]:
        """What is left out, with the legal ground."""
        found = []
        if self.held_back:
            notes = "1 note is" if self.held_back == 1 else f"{self.held_back} notes are"
            found.append(f"{notes} left out. {HELD_BACK_GROUND}")
        if self.not_told:
            entries = "1 entry is" if self.not_told == 1 else f"{self.not_told} entries are"
            found.append(
                f"{entries} left out, about sharing that a law allowed. Telling would be likely to"
                " prejudice what the law is for (Data Protection Act 2018, schedules 2 and 3)."
            )
        return found

    def as_json(self) -> str:
        """The same as a file for a machine to read."""
        said = {
            "about": self.name,
            "held_by": self.agency,
            "made": self.made.isoformat(timespec="seconds"),
            "left_out": self.left_out(),
            "held": {s.title: s.rows for s in self.sections},
            "who_has_looked": self.looked,
        }
        return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


def copy_for(
    person_id: int,
    agency_id: int,
    *,
    now: dt.datetime,
    also: Iterable[str] = (),
    using: str = "default",
    checked: bool = True,
) -> Copy | None:
    """A copy of what one agency holds; None for a person whose copy isn't the reader's to make.

    `also`: further words to leave out. `checked`: the database checks that the bound worker is an
    information lead of the agency; the operator's command asks as the owner, without.
    """
    connection = connections[using]
    function = "records_copy" if checked else "records_copy_of"
    found = _asked(connection, f"SELECT {function}(%s, %s)", [person_id, agency_id])
    if found is None:
        return None
    said = json.loads(found) if isinstance(found, str) else found
    held: dict[str, list[dict[str, Any]]] = said["held"]
    (who,) = held["people_person"] or [{}]
    own = {str(who.get("Name", "")), str(who.get("Known as", ""))}
    names = _others(connection, person_id, held, own) | {w for w in also if w.strip()}
    allowed = _allowed(connection, agency_id, held)
    titles = {one.table: one.title for one in kept.KEPT} | {
        "people_person": "Who you are",
        "sharing_viewer": "Who sees your own page",
        "portal_wish": "How you want to be contacted",
    }
    sections = [
        Section(table, titles[table], _without_empty(masking.masked(held[table], names, allowed)))
        for table in titles
        if held.get(table)
    ]
    order = ["people_person", *(one.table for one in kept.KEPT), *kept.PERSONS_OWN]
    return Copy(
        person_id=person_id,
        name=str(who.get("Name", "")),
        agency=Agency.objects.using(using).values_list("name", flat=True).get(pk=agency_id),
        made=now,
        sections=sorted(sections, key=lambda s: order.index(s.table)),
        looked=[{**row, "What": str(AccessVerb(row["What"]).label)} for row in said["looked"]],
        held_back=said["held_back"],
        not_told=said["not_told_yet"],
    )


def holders(person_id: int, *, using: str) -> list[Agency]:
    """The agencies that hold anything about a person; asked as the owner."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT * FROM records_holders(%s)", [person_id])
        ids = [row[0] for row in cursor.fetchall()]
    return list(Agency.objects.using(using).filter(pk__in=ids).order_by("name"))


def _asked(connection: BaseDatabaseWrapper, sql: str, values: list[int]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]


def _others(
    connection: BaseDatabaseWrapper,
    person_id: int,
    held: dict[str, list[dict[str, Any]]],
    own: set[str],
) -> set[str]:
    """The names of other people known here that stand in what was typed; not of staff."""
    texts = [text for rows in held.values() for text in masking.typed(rows)]
    staff = {
        str(value).split(", ")[0]
        for rows in held.values()
        for row in rows
        for heading, value in row.items()
        if heading in masking.FIXED and value
    }
    maybe = sorted(masking.candidates(texts) - staff - own)
    if not maybe:
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT records_others(%s, %s::text[])", [person_id, maybe])
        return {row[0] for row in cursor.fetchall()}


def _allowed(
    connection: BaseDatabaseWrapper, agency_id: int, held: dict[str, list[dict[str, Any]]]
) -> list[str]:
    """The person's own numbers and addresses, and those of services."""
    own = [str(row.get("What is held") or "") for row in held.get("people_contactpoint", [])]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT phone FROM agencies_team WHERE phone <> '' UNION"
            " SELECT email FROM agencies_team WHERE email <> '' UNION"
            " SELECT phone FROM agencies_worker WHERE phone <> ''"
        )
        return [*own, *(row[0] for row in cursor.fetchall())]


def _without_empty(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{k: v for k, v in row.items() if v not in (None, "", [])} for row in rows]
