"""What differs between versions in words, who gains and loses by it, and how far the work is."""

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.html import conditional_escape, format_html
from markupsafe import Markup

from lintel.kernel.sight.states import Category
from lintel.sharing import sentences
from lintel.sharing.changes import RuleChange, SectionChange
from lintel.sharing.models import Spread
from lintel.sharing.states import Level, Use
from lintel.web import safe
from lintel.web.words import datetime_words

WORDS = re.compile(r"\s+|[^\s]+")


def section_changes(found: Iterable[SectionChange]) -> list[dict[str, Any]]:
    """Sections that differ, both sides as HTML with what went and came marked."""
    rows = []
    for change in found:
        before, after = marked(change.before, change.after)
        rows.append(
            {
                "key": change.key,
                "heading": change.heading,
                "verb": change.verb,
                "before": before,
                "after": after,
            }
        )
    return rows


def marked(before: str, after: str) -> tuple[Markup, Markup]:
    """Two texts, word by word: what went is struck through, what came is underlined."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    left: list[str] = []
    right: list[str] = []
    for verb, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, came = "".join(old[a:b]), "".join(new[c:d])
        if verb == "equal":
            left.append(str(conditional_escape(gone)))
            right.append(str(conditional_escape(came)))
            continue
        left.append(_mark("del", gone))
        right.append(_mark("ins", came))
    return _lines(left), _lines(right)


def _mark(kind: str, words: str) -> str:
    """Each line of the words marked by itself, as a mark can't go over paragraphs."""
    lines = re.split(r"(\n+)", words)
    return "".join(
        part if not part.strip() else str(format_html(f"<{kind}>{{}}</{kind}>", part))
        for part in lines
    )


def _lines(parts: Iterable[str]) -> Markup:
    """Escaped and marked text with its paragraphs."""
    blocks = [b for b in re.split(r"\n\s*\n", "".join(parts)) if b.strip()]
    return safe.html(
        "".join(
            str(format_html('<p class="govuk-body">{}</p>', safe.html(b.replace("\n", "<br>"))))
            for b in blocks
        )
    )


def rule_changes(found: Iterable[RuleChange]) -> list[dict[str, Any]]:
    """Rules that differ, in words. `restore`: the earlier rule's number, if there is one."""
    return [
        {
            "verb": change.verb,
            "colour": {"Added": "green", "Removed": "red", "Changed": "blue"}[change.verb],
            "before": sentences.sentence(change.before) if change.before else "",
            "after": sentences.sentence(change.after) if change.after else "",
            "words": list(change.words),
            "restore": change.before.id if change.before else None,
        }
        for change in found
    ]


def percent(done: int, total: int) -> int:
    """How far something has come; never 100 before it is done, nor 0 of 0 for ever."""
    return min(99, done * 100 // total) if total else 0


def preview_rows(rows: Iterable[Mapping[str, Any]], *, by_rule: bool) -> list[list[str]]:
    """The counts for a table: by purpose and level, or altogether whatever the purpose."""
    found = []
    for row in rows:
        if bool(row["use"]) is not by_rule:
            continue
        what = sentences.capital(str(Category(row["category"]).label))
        kind = sentences.kind_words(row["kind"])
        numbers = [number_words(row[name]) for name in ("gains", "loses", "more", "less")]
        if by_rule:
            use = sentences.capital(str(Use(row["use"]).label))
            found.append([use, kind, str(Level(row["level"]).label), what, *numbers])
        else:
            found.append([kind, what, *numbers])
    return found


def number_words(number: int | None) -> str:
    """A count, or that it is too small to be told."""
    return "Fewer than 5" if number is None else f"{number:,}"


def spread_row(one: Spread) -> list[Any]:
    """Background work as a row: what it follows from, when, and how far it is."""
    if one.agency:
        what = f"Signature of {one.agency.name}"
    elif one.agreement:
        what = f"Version {one.agreement.number}"
    else:
        what = "All of it"
    if one.finished:
        state = f"Done on {datetime_words(one.finished)}"
    else:
        state = f"{percent(one.done, one.total)}% of {one.total:,} people"
    return [what, datetime_words(one.began), state, f"{one.changed:,}"]
