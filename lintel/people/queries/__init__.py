"""Reads about people. Row security decides what each finds; nothing here filters by agency."""

from lintel.people.queries.lists import PER_PAGE, folded, my_patches, patch, rows_of, search
from lintel.people.queries.record import (
    contacts,
    involvements,
    newly_written,
    note,
    notes,
    reliant,
    tenancies,
)
from lintel.people.queries.shapes import (
    ContactView,
    Filters,
    InvolvementView,
    NoteView,
    PersonView,
    Reliance,
    Row,
    TenancyView,
)
from lintel.people.queries.who import (
    LARGEST_ID,
    agency_names,
    is_worker,
    names,
    own_categories,
    person,
    sources,
    tenants_of,
)

__all__ = [
    "LARGEST_ID",
    "PER_PAGE",
    "ContactView",
    "Filters",
    "InvolvementView",
    "NoteView",
    "PersonView",
    "Reliance",
    "Row",
    "TenancyView",
    "agency_names",
    "contacts",
    "folded",
    "involvements",
    "is_worker",
    "my_patches",
    "names",
    "newly_written",
    "note",
    "notes",
    "own_categories",
    "patch",
    "person",
    "reliant",
    "rows_of",
    "search",
    "sources",
    "tenancies",
    "tenants_of",
]
