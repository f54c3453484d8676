"""The words for people on pages. Nothing here reads the database."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from lintel.kernel.sight.states import Category
from lintel.people.queries import NoteView, PersonView, Row, TenancyView
from lintel.people.states import NOTE_TITLES
from lintel.web import words

NO_BIRTH = "No date of birth recorded"
NO_ADDRESS = "No fixed address"
NOT_SEEN = "Not shown to you"


def age(born: dt.date, on: dt.date) -> int:
    """Whole years from `born` to `on`."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def born_words(person: PersonView, today: dt.date) -> str:
    """`4 July 1971 (55)`; without the age for somebody who has died; or that it isn't recorded."""
    if person.born is None:
        return NO_BIRTH
    if person.died is not None:
        return words.date_words(person.born)
    return f"{words.date_words(person.born)} ({age(person.born, today)})"


def address_words(person: PersonView, address: str, postcode: str) -> str:
    """The home in one line; that there is none; or that the reader isn't shown it."""
    if address:
        return ", ".join(part for part in (address, postcode) if part)
    return NO_ADDRESS if person.no_fixed_address else NOT_SEEN


def other_name(person: PersonView) -> str:
    """What they are called, where their full name doesn't say it already."""
    said = person.name.casefold().split()
    return "" if person.known_as.casefold() in said else person.known_as


def flags(person: PersonView) -> list[Any]:
    """What must be seen at once."""
    if person.died is None:
        return []
    return [{"text": f"Has died, on {words.date_words(person.died)}", "serious": True}]


def identity(
    person: PersonView, tenancies: Sequence[TenancyView], today: dt.date
) -> dict[str, Any]:
    """The identity bar: what tells this person from another of the same name and address."""
    facts = [{"label": "Born", "text": born_words(person, today)}]
    if other_name(person):
        facts.insert(0, {"label": "Known as", "text": person.known_as})
    current = [t for t in tenancies if t.ended is None or t.ended >= today][:1]
    home = current[0] if current and not person.no_fixed_address else None
    facts.append(
        {
            "label": "Home",
            "text": address_words(
                person, home.address if home else "", home.postcode if home else ""
            ),
        }
    )
    if current:
        facts.append({"label": "Tenancy", "text": current[0].reference})
    return {"name": person.name, "facts": facts, "flags": flags(person)}


def tenancy_rows(tenancy: TenancyView) -> list[dict[str, str]]:
    """A tenancy as the rows of a summary card."""
    rows = [
        {"key": "Address", "text": ", ".join(filter(None, [tenancy.address, tenancy.postcode]))},
        {"key": "Tenancy reference", "text": tenancy.reference},
        {"key": "Kind", "text": str(tenancy.kind.label)},
        {"key": "Began", "text": words.date_words(tenancy.started)},
    ]
    if tenancy.ended:
        rows.append({"key": "Ended", "text": words.date_words(tenancy.ended)})
    if tenancy.patch:
        rows.append({"key": "Patch", "text": tenancy.patch})
    if tenancy.balance_pence is not None:
        on = f" on {words.date_words(tenancy.as_of)}" if tenancy.as_of else ""
        rows.append({"key": "Rent", "text": f"{words.money_words(tenancy.balance_pence)}{on}"})
    return rows


def told_apart(rows: Sequence[Row]) -> set[int]:
    """The people in a list whose name somebody else in it has, too."""
    seen: dict[str, list[int]] = {}
    for row in rows:
        seen.setdefault(" ".join(row.person.name.lower().split()), []).append(row.person.id)
    return {person_id for ids in seen.values() if len(ids) > 1 for person_id in ids}


def results(rows: Sequence[Row], today: dt.date) -> list[dict[str, Any]]:
    """What a search found: enough of each person to know who is meant."""
    twins = told_apart(rows)
    return [
        {
            "id": row.person.id,
            "name": row.person.name,
            "known_as": other_name(row.person),
            "born": born_words(row.person, today),
            "home": address_words(row.person, row.address, row.postcode),
            "reference": row.reference,
            "landlord": row.landlord,
            "ended": f"ended {words.date_words(row.ended)}" if row.ended else "",
            "flags": flags(row.person),
            "twin": row.person.id in twins,
        }
        for row in rows
    ]


def list_columns(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """The columns of the list of my people; rent only where some of it is in sight."""
    columns: list[dict[str, Any]] = [
        {"text": "Name", "sort": "name"},
        {"text": "Born"},
        {"text": "Home", "sort": "address"},
        {"text": "Tenancy"},
    ]
    if any(row.balance_pence is not None for row in rows):
        columns.append({"text": "Rent", "sort": "owed", "numeric": True})
    return columns


def list_row(row: Row, today: dt.date) -> dict[str, Any]:
    """A person in the list of my people."""
    return {
        "id": row.person.id,
        "name": row.person.name,
        "known_as": other_name(row.person),
        "flags": flags(row.person),
        "new": row.something_new,
        "born": born_words(row.person, today),
        "home": address_words(row.person, row.address, row.postcode),
        "tenancy": f"{row.reference} (ended)" if row.ended else row.reference,
        "rent": words.money_words(row.balance_pence),
    }


def notes_by_category(notes: Sequence[NoteView]) -> list[tuple[str, list[NoteView]]]:
    """The notes under a heading each, those last written first; corrected ones stay in place."""
    grouped: dict[Category, list[NoteView]] = {}
    for note in notes:
        grouped.setdefault(note.category, []).append(note)
    return [(NOTE_TITLES.get(c, c.label), grouped[c]) for c in sorted(grouped)]
