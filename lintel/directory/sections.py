"""The sections in which an owner keeps an entry, and what each of them holds.

A section has a stamp: who saves it says which text they started from, so that a change that
somebody else made meanwhile is never overwritten unseen. Other sections don't stand in the way.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from lintel.directory.entry import Document, Rule
from lintel.directory.states import Audience, RuleKind
from lintel.kernel.errors import Invalid


class Section(StrEnum):
    """A part of an entry that has a page of its own."""

    ABOUT = "about"
    READERS = "readers"
    WHO = "who"
    WHERE = "where"
    WHEN = "when"
    CATCHMENT = "catchment"
    WAITING = "waiting"
    ASK = "how-to-ask"
    INSIDE = "inside"


TITLES: Mapping[Section, str] = {
    Section.ABOUT: "About the service",
    Section.READERS: "Who may read the entry",
    Section.WHO: "Who it is for",
    Section.WHERE: "Where it is",
    Section.WHEN: "When it is open",
    Section.CATCHMENT: "The area that it covers",
    Section.WAITING: "Waiting and places",
    Section.ASK: "How to ask for help",
    Section.INSIDE: "For partners only",
}
ENTRY_FIELDS: Mapping[Section, tuple[str, ...]] = {
    Section.ABOUT: (
        "name",
        "summary",
        "description",
        "status",
        "emergency",
        "url",
        "email",
        "phones",
        "languages",
        "fees",
    ),
    Section.WHO: ("needs", "rules"),
    Section.WHERE: ("locations",),
    Section.WHEN: ("always_open", "hours", "closures", "out_of_hours", "out_of_hours_words"),
    Section.CATCHMENT: ("catchments",),
    Section.WAITING: ("waiting", "capacity"),
    Section.ASK: ("referral", "how_to_ask"),
}
INSIDE_FIELDS = (
    "direct_line",
    "duty_rota",
    "referral_rules",
    "thresholds",
    "request_kind",
    "notes",
)
# The kinds of `lintel.requests`, which is above this domain, as people call them.
REQUEST_KINDS = (
    ("", "The usual choice of kinds"),
    ("concern", "A concern about a tenant"),
    ("referral", "A referral"),
    ("advice", "Advice, without a name"),
    ("message", "A message to pass on"),
)
# Words that leave somebody out for a diagnosis and nothing else: "no longer a diagnosis of
# exclusion" (mission C6). A short list that is shown to the owner, never a verdict.
DIAGNOSIS_WORDS = (
    "diagnosis of",
    "diagnosed with",
    "personality disorder",
    "schizophreni",
    "psychosis",
    "bipolar",
    "autis",
    "learning disabilit",
    "dementia",
)


def part_of(document: Document, audience: str, section: Section) -> dict[str, Any]:
    """What the section holds, as JSON has it."""
    if section is Section.READERS:
        return {"audience": str(audience)}
    if section is Section.INSIDE:
        return document.inside.model_dump(mode="json")
    return document.entry.model_dump(mode="json", include=set(ENTRY_FIELDS[section]))


def stamp_of(document: Document, audience: str, section: Section | None = None) -> str:
    """The stamp of a section, or of the whole version: changes when what it holds does."""
    sections: Iterable[Section] = [section] if section else Section
    held = [part_of(document, audience, one) for one in sections]
    text = json.dumps(held, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def merged(document: Document, section: Section, values: Mapping[str, Any]) -> Document:
    """The document with these values of the section in place. Raises Invalid.

    `values` are JSON by the field's name; a name that isn't the section's is a ValueError.
    """
    inside = section is Section.INSIDE
    known = INSIDE_FIELDS if inside else ENTRY_FIELDS.get(section, ())
    if strange := set(values) - set(known):
        raise ValueError(f"{section} has no {sorted(strange)}")
    whole = document.stored()
    whole["inside" if inside else "entry"].update(values)
    return read(whole)


def read(stored: Mapping[str, Any]) -> Document:
    """A document from JSON. Raises Invalid with words by field, for a form."""
    try:
        return Document.model_validate(stored)
    except ValidationError as wrong:
        errors: dict[str, str] = {}
        for error in wrong.errors():
            place = [str(name) for name in error["loc"] if not isinstance(name, int)]
            field = place[1] if len(place) > 1 else ""
            errors.setdefault(field, error["msg"].removeprefix("Value error, "))
        raise Invalid(errors) from wrong


def names_diagnosis(words: str) -> str:
    """The first of `DIAGNOSIS_WORDS` in the words; empty if there is none."""
    lower = words.lower()
    return next((listed for listed in DIAGNOSIS_WORDS if listed in lower), "")


def leaves_out_by_diagnosis(rule: Rule) -> bool:
    """Whether the rule, as it stands or by its words, leaves people out for a diagnosis."""
    if rule.kind is not RuleKind.EXCLUSION:
        return False
    return rule.diagnosis_alone or bool(names_diagnosis(rule.words))


def missing(document: Document) -> dict[Section, str]:
    """What must be there before an entry is sent for review, by section."""
    entry = document.entry
    found: dict[Section, str] = {}
    if not entry.summary:
        found[Section.ABOUT] = "Say in a sentence what the service does"
    if not (entry.phones or entry.email or entry.url):
        found[Section.ABOUT] = "Give a telephone number, an email address or a website"
    if not entry.needs:
        found[Section.WHO] = "Choose at least one need"
    if not entry.catchments:
        found[Section.CATCHMENT] = "Say which area the service covers"
    return found


def advice(document: Document, audience: str) -> list[str]:
    """What an owner should look at before sending; none of it stands in the way."""
    entry = document.entry
    found = []
    if not entry.always_open and not entry.hours:
        found.append("No opening times: people are told to ring first.")
    if not entry.out_of_hours_words and not entry.out_of_hours and not entry.always_open:
        found.append("Nothing says what to do when the service is shut.")
    for rule in entry.rules:
        if leaves_out_by_diagnosis(rule):
            found.append(f"“{rule.words}” leaves people out for a diagnosis alone.")
    if audience == Audience.PARTNERS and entry.emergency:
        found.append("It is marked as help in an emergency, and the public can’t read it.")
    return found
