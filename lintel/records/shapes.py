"""How a table is read out in a copy: SQL of a row's parts, and the shape of one table's entry."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

# In a copy, instead of what is somebody else's.
ABOUT_ANOTHER = "[about somebody else: left out]"
FOREVER = "'infinity'::timestamptz"


def chosen(expression: str, choices: Iterable[tuple[object, object]]) -> str:
    """SQL: the words of a choice, or the value itself."""
    cases = " ".join(f"WHEN '{key}' THEN '{_quoted(words)}'" for key, words in choices)
    return f"CASE {expression}::text {cases} ELSE {expression}::text END"


def each_chosen(expression: str, choices: Iterable[tuple[object, object]]) -> str:
    """SQL: the words of several choices, with commas."""
    one = chosen("part", choices)
    return f"(SELECT string_agg({one}, ', ') FROM unnest({expression}) AS part)"


def worker(expression: str) -> str:
    """SQL: a worker in their post. Staff stay named in what they did at work."""
    return (
        "(SELECT w.name || ', ' || w.job_title || ', ' || a.name FROM agencies_worker w"
        f" JOIN agencies_agency a ON a.id = w.agency_id WHERE w.id = {expression})"
    )


def team(expression: str) -> str:
    """SQL: a team with its agency."""
    return (
        "(SELECT x.name || ', ' || a.name FROM agencies_team x"
        f" JOIN agencies_agency a ON a.id = x.agency_id WHERE x.id = {expression})"
    )


def agency(expression: str) -> str:
    """SQL: an agency's name."""
    return f"(SELECT a.name FROM agencies_agency a WHERE a.id = {expression})"


def of_another(expression: str) -> str:
    """SQL: that there is something, and that it is somebody else's."""
    return f"CASE WHEN coalesce({expression}, '') <> '' THEN '{ABOUT_ANOTHER}' END"


def unless_masked(expression: str) -> str:
    """SQL: who sent a request, unless it is masked: then that is nobody's to learn."""
    return f"CASE WHEN t.masked THEN '{ABOUT_ANOTHER}' ELSE {expression} END"


def _quoted(words: object) -> str:
    return str(words).replace("'", "’")


@dataclass(frozen=True, slots=True)
class Kept:
    """A table: who answers for a row, whom and what it is about, and how it is read out.

    SQL expressions over `t`. `category`: the number that the schedule looks at; 0 is what the
    agency was told. `end`: when this row's reason to be kept ended; empty where it has none of
    its own. `erased`: whether erasing deletes it itself (what hangs on it: `sql_erasing.py`).
    """

    table: str
    title: str
    columns: Mapping[str, str] = field(default_factory=dict)
    owner: str = "t.owner_id"
    person: str = "t.person_id"
    category: str = "1"
    joins: str = ""
    where: str = "true"
    order: str = "t.id"
    end: str = ""
    counted: bool = True


def rows_of(kept: Kept) -> str:
    """FROM and WHERE of one table's rows about a person at an agency."""
    return f"FROM {kept.table} t {kept.joins} WHERE {kept.person} = who AND {kept.owner} = agency"
