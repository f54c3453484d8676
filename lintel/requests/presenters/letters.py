"""A letter in words: the same on both desks, as it was written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lintel.requests.kinds import rule_of
from lintel.requests.states import Kind, PersonKnows, Sign, Urgency

if TYPE_CHECKING:
    from lintel.requests.models import Letter

URGENCY_COLOURS = {Urgency.ROUTINE: "grey", Urgency.SOON: "yellow", Urgency.URGENT: "red"}


def number(text: str) -> int:
    """The number in an address; -1, which nobody has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else -1


def kind_words(kind: str) -> str:
    """What the request is, as its declaration says."""
    return rule_of(kind).label


def urgency_words(urgency: str) -> str:
    """Routine, Soon or Urgent."""
    return Urgency(urgency).label.split(":")[0]


def urgency_tag(urgency: str) -> dict[str, str]:
    """{"text", "colour"} of the urgency."""
    return {"text": urgency_words(urgency), "colour": URGENCY_COLOURS[Urgency(urgency)]}


def sign_words(signs: Sequence[str]) -> list[str]:
    """The signs in the words in which they were ticked."""
    return [Sign(s).label for s in signs if s in Sign.values]


def about_facts(letter: Letter) -> list[dict[str, str]]:
    """The person as the sender wrote of them: {"label", "text"} of what is known."""
    address = ", ".join(filter(None, [letter.about_address, letter.about_postcode]))
    facts = [("Born", letter.about_born), ("Address", address)]
    return [{"label": label, "text": text} for label, text in facts if text]


def about_name(letter: Letter) -> str:
    """Whom it is about, for a heading; the kind where no person is in it."""
    return letter.about_name or kind_words(letter.kind)


def letter_rows(letter: Letter) -> list[dict[str, Any]]:
    """The rows of the summary: {"key", "text"} or {"key", "listed"}; empty answers left out."""
    if own := rule_of(letter.kind).rows:
        told: list[dict[str, Any]] = [
            {"key": label, "text": text} for label, text in own(letter.extra)
        ]
        return [*told, {"key": "How urgent", "text": Urgency(letter.urgency).label}]
    message = letter.kind == Kind.MESSAGE
    advice = letter.kind == Kind.ADVICE
    knows = PersonKnows(letter.person_knows).label if letter.person_knows else ""
    texts = {
        "seen": "The message" if message else "The situation" if advice else "What happened",
        "asked_for": "What they want to know" if advice else "What is asked for",
        "done": "What has been done",
    }
    rows: list[dict[str, Any]] = []
    if letter.signs:
        rows.append({"key": "What was noticed", "listed": sign_words(letter.signs)})
    rows += [
        {"key": label, "text": getattr(letter, name)}
        for name, label in texts.items()
        if getattr(letter, name)
    ]
    if not message:
        rows.append({"key": "How urgent", "text": Urgency(letter.urgency).label})
    if knows:
        rows.append({"key": "Does the person know?", "text": knows})
    return rows
