"""Leaving other people out of what somebody is given about themselves.

Pure. What is structural (a neighbour who raised a concern, somebody's sister) is left out by the
SQL of the copy. This looks through what workers typed: names of other people that are known here,
telephone numbers and addresses that are neither the person's nor a worker's, and what whoever
makes the copy adds. It can't find everybody: the page says that it must be read first.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

NAME_LEFT_OUT = "[somebody else]"
NUMBER_LEFT_OUT = "[a phone number: left out]"
ADDRESS_LEFT_OUT = "[an e-mail address: left out]"
# Headings under which only staff, teams, places and fixed words stand.
FIXED = frozenset(
    {
        "By",
        "Worker",
        "Team",
        "Who",
        "Whom",
        "Only this worker",
        "Who may tell",
        "Who was told",
        "Sent by",
        "Sent to",
        "Written down by",
        "Authorised by",
        "Proposed by",
        "Answered by",
        "Home",
        "Kind",
        "Reference",
        "What is held",
    }
)
WORD = r"[^\W\d_][\w’'-]+"
PHONE = re.compile(r"(?<![\w-])\(?(?:\+44|0)[\d ()-]{7,15}\d(?!\w)")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")

Row = Mapping[str, Any]


def typed(rows: Iterable[Row]) -> Iterator[str]:
    """The texts of some rows in which anybody could be named."""
    for row in rows:
        for heading, value in row.items():
            if heading not in FIXED and isinstance(value, str):
                yield value


def candidates(texts: Iterable[str]) -> set[str]:
    """Two or three words in a row that begin with a capital: what could be a name."""
    found: set[str] = set()
    for text in texts:
        words = list(re.finditer(WORD, text))
        for i in range(len(words)):
            for many in (2, 3):
                part = words[i : i + many]
                if len(part) < many or not all(w[0][0].isupper() for w in part):
                    break
                gaps = (text[a.end() : b.start()] for a, b in pairwise(part))
                if all(gap.strip() == "" for gap in gaps):
                    found.add(" ".join(w[0] for w in part))
    return found


def masked(
    rows: Sequence[Row], names: Iterable[str], allowed: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """The rows with others left out. `allowed`: numbers and addresses of theirs and of staff."""
    patterns = [
        re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
        for name in sorted({n.strip() for n in names if n.strip()}, key=len, reverse=True)
    ]
    kept = {_digits(a) for a in allowed if _digits(a)} | {a.lower() for a in allowed}
    return [
        {
            heading: value
            if heading in FIXED or not isinstance(value, str)
            else _without(value, patterns, kept)
            for heading, value in row.items()
        }
        for row in rows
    ]


def _without(text: str, patterns: Sequence[re.Pattern[str]], kept: set[str]) -> str:
    text = EMAIL.sub(lambda m: m[0] if m[0].lower() in kept else ADDRESS_LEFT_OUT, text)
    text = PHONE.sub(lambda m: m[0] if _digits(m[0]) in kept else NUMBER_LEFT_OUT, text)
    for pattern in patterns:
        text = pattern.sub(NAME_LEFT_OUT, text)
    return text


def _digits(text: str) -> str:
    found = re.sub(r"\D", "", text)
    return "0" + found[2:] if found.startswith("44") else found
