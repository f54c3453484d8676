"""What somebody typed in the search box, as terms that the database can look for.

Every term must be found, each in a name, in a home's address and references, or as a date of
birth. A term of four letters or more is also found with one typing error in it (a letter wrong,
missing, extra, or two swapped), one of three with a letter missing ("Jon" finds John); one of
eight or more by its likeness (pg_trgm), too.
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from lintel.web import dates

MOST_TERMS = 6
LONGEST = 100
FORGIVEN_FROM = 4
SHORTEST_FORGIVEN = 3
LIKENESS_FROM = 8
LIKENESS = 0.5

_DATE = re.compile(
    r"(?<![\w/.-])(?:"
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
    r"|\d{1,2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*(?:\d{4}|\d{2})"
    r"|\d{1,2} \d{1,2} (?:\d{4}|\d{2})"
    r"|\d{8}"
    r"|\d{1,2}(?:st|nd|rd|th)?(?: of)?[- /]?[a-z]{3,9}\.?,?[- /]?'?(?:\d{4}|\d{2})"
    r"|[a-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
    r")(?![\w/-])",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that must be found: a word (folded), a date of birth, or either."""

    word: str = ""
    born: tuple[dt.date, ...] = ()
    # Day and month swapped: a common slip, and ranked as one.
    born_swapped: tuple[dt.date, ...] = ()
    year: int | None = None

    @property
    def patterns(self) -> tuple[str, str, str, str]:
        """Regular expressions of PostgreSQL: found at all, as a word, at a start, anywhere."""
        exact = _spaced(self.word) if re.search(r"\d", self.word) else re.escape(self.word)
        anywhere = exact if len(self.word) >= FORGIVEN_FROM else rf"\m{exact}"
        forgiven = _one_error(self.word)
        found = rf"{anywhere}|\m(?:{forgiven})" if forgiven else anywhere
        return found, rf"\m{exact}\M", rf"\m{exact}", anywhere

    @property
    def by_likeness(self) -> bool:
        """Whether the word is long enough to be found by what it looks like."""
        return len(self.word) >= LIKENESS_FROM and self.word.isalpha()


def terms_of(typed: str, *, fold: Any, today: dt.date) -> list[Term]:
    """The terms in what was typed, at most six. `fold` is the database's own folding of words."""
    rest = " ".join(typed[:LONGEST].replace("\x00", " ").split())
    found: list[Term] = []

    def take(match: re.Match[str]) -> str:
        term = _date_term(match.group(), today)
        if term is None:
            return match.group()
        found.append(term)
        return " "

    rest = _DATE.sub(take, rest)
    for word in fold(rest).split():
        year = int(word) if _YEAR.fullmatch(word) and int(word) <= today.year else None
        found.append(Term(word=word, year=year))
    return found[:MOST_TERMS]


def _date_term(text: str, today: dt.date) -> Term | None:
    """The dates that the text may mean; None when it is no date after all."""
    try:
        first = dates.parse_date(text, today=today, prefers="past")
    except dates.Unreadable:
        return None
    born = [first]
    if re.search(r"(?<!\d)\d{2}\Z", text.strip()) and first.year - 100 >= today.year - 120:
        # "4/7/21" may be somebody aged five or somebody aged a hundred and five.
        born += [d for d in [_made(first.year - 100, first.month, first.day)] if d]
    swapped = (
        [_made(d.year, d.day, d.month) for d in born] if re.fullmatch(r"[\d\W]+", text) else []
    )
    compact = re.sub(r"\W", "", text)
    return Term(
        word=compact if compact.isdigit() and len(compact) == 8 else "",
        born=tuple(born),
        born_swapped=tuple(d for d in swapped if d and d not in born),
    )


def _made(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _spaced(word: str) -> str:
    """A pattern for a postcode or reference, whether it is written with spaces or without."""
    return " ?".join(re.escape(letter) for letter in word)


def _one_error(word: str) -> str:
    """A pattern for everything one slip away from the word; empty for words not forgiven."""
    if len(word) < SHORTEST_FORGIVEN or not word.isalpha():
        return ""
    if len(word) < FORGIVEN_FROM:
        # Any three letters are near too many words: only one missed, and the word is whole.
        return "|".join(rf"{word[:i]}[^ ]{word[i:]}\M" for i in range(len(word)))
    slips: dict[str, None] = {}
    for i in range(len(word)):
        before, letter, after = word[:i], word[i], word[i + 1 :]
        slips[f"{before}[^ ]{after}"] = None  # another letter
        slips[f"{before}{after}"] = None  # one too many typed
        slips[f"{before}[^ ]{letter}{after}"] = None  # one missed
        if after:
            slips[f"{before}{after[0]}{letter}{after[1:]}"] = None  # two swapped
    return "|".join(slips)


# A hit is worth more as a whole word than at a start, and in a name than in an address.
SCORES = {"name": (20, 16, 12, 6, 3), "home": (18, 14, 10, 5, 0)}
BORN, BORN_SWAPPED, BORN_YEAR = 20, 8, 10


def sql_for(terms: list[Term]) -> tuple[str, dict[str, Any]]:
    """The search as one statement over two scans, and its values.

    Each table is read once, through row security's own index scan, and never joined to another:
    the planner takes every such scan for a few rows, and a join would be a loop in a loop
    (docs/performance.md). The hits of a person are put together by grouping.
    """
    values: dict[str, Any] = {}
    columns = [f"s{n}" for n in range(len(terms))]
    person = [_person_score(n, term, values) for n, term in enumerate(terms)]
    home = [_word_score(n, term, "home", "t.folded", values) or "0" for n, term in enumerate(terms)]
    every = " AND ".join(f"max({c}) > 0" for c in columns)
    total = " + ".join(f"max({c})" for c in columns)
    either = " OR ".join(f"{c} > 0" for c in columns)

    def scan(scores: list[str], who: str, table: str) -> str:
        named = ", ".join(f"{s} AS {c}" for s, c in zip(scores, columns, strict=True))
        # OFFSET 0 keeps the scores from being computed twice, in the filter and in the list.
        return f"SELECT * FROM (SELECT {who}, {named} FROM {table} OFFSET 0) x WHERE {either}"

    return (
        f"SELECT person_id, {total} AS score, count(*) OVER () AS found FROM ("
        f"{scan(person, 'p.id AS person_id, p.folded AS name', 'people_person p')} UNION ALL "
        f"{scan(home, 't.person_id, NULL', 'people_tenancy t')}"
        f") hits GROUP BY person_id HAVING {every}"
        " ORDER BY score DESC, max(name), person_id LIMIT %(limit)s OFFSET %(offset)s",
        values,
    )


def _person_score(n: int, term: Term, values: dict[str, Any]) -> str:
    parts = []
    if term.born:
        values[f"born{n}"] = list(term.born)
        parts.append(f"WHEN p.born = ANY (%(born{n})s) THEN {BORN}")
    if term.born_swapped:
        values[f"swapped{n}"] = list(term.born_swapped)
        parts.append(f"WHEN p.born = ANY (%(swapped{n})s) THEN {BORN_SWAPPED}")
    if term.year:
        values[f"from{n}"] = dt.date(term.year, 1, 1)
        values[f"to{n}"] = dt.date(term.year, 12, 31)
        parts.append(f"WHEN p.born BETWEEN %(from{n})s AND %(to{n})s THEN {BORN_YEAR}")
    words = _word_score(n, term, "name", "p.folded", values)
    if not parts:
        return words or "0"
    return f"CASE {' '.join(parts)} ELSE {words or '0'} END"


def _word_score(n: int, term: Term, kind: str, column: str, values: dict[str, Any]) -> str:
    if not term.word:
        return ""
    whole, start, inside, slip, like = SCORES[kind]
    names = ["any", "whole", "start", "inside"]
    for name, pattern in zip(names, term.patterns, strict=True):
        values[f"{name}{n}"] = pattern
    values[f"word{n}"] = term.word
    unlike = "0"
    if term.by_likeness and kind == "name":
        values["likeness"] = LIKENESS
        unlike = (
            f"CASE WHEN word_similarity(%(word{n})s, {column}) >= %(likeness)s"
            f" THEN {like} ELSE 0 END"
        )
    return (
        f"CASE WHEN {column} !~ %(any{n})s THEN {unlike}"
        f" WHEN {column} ~ %(whole{n})s THEN {whole}"
        f" WHEN {column} ~ %(start{n})s THEN {start}"
        f" WHEN {column} ~ %(inside{n})s THEN {inside} ELSE {slip} END"
    )
