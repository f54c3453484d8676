"""What differs between versions in words, who gains and loses by it, and how far the work is."""

import difflib
import re
from collections.abc import Iterable
from typing import Any

from django.utils.html import conditional_escape, format_html
from markupsafe import Markup

from lintel.sharing import sentences
from lintel.sharing.changes import RuleChange, SectionChange
from lintel.web import safe

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
