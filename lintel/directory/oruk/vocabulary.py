"""Taxonomies and their terms: our needs, and the terms that came with imported entries."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from lintel.directory.entry import Entry, Term
from lintel.directory.oruk import ids
from lintel.directory.oruk.checks import given
from lintel.directory.states import Need

NEEDS_NAME = "Lintel needs"
NEEDS_WORDS = "What somebody looks for a service for, in words that people use. No diagnoses."
OTHER = "Other terms"
OTHER_WORDS = "Terms of directories that are read by this one, without the name of their taxonomy."


@dataclass(frozen=True, slots=True)
class Word:
    """A term as it is told."""

    id: UUID
    taxonomy: str
    name: str
    code: str = ""

    def told(self) -> dict[str, Any]:
        """As the standard has it."""
        return given(
            {
                "id": str(self.id),
                "name": self.name,
                "description": self.name,
                "taxonomy": self.taxonomy,
                "taxonomy_id": str(ids.taxonomy(self.taxonomy)),
                "term": self.name,
                "code": self.code,
            }
        )


def of_need(need: Need) -> Word:
    """A need as a term."""
    return Word(ids.need(need), NEEDS_NAME, str(need.label), str(need))


def of_term(term: Term) -> Word:
    """An imported term."""
    return Word(term.id, term.taxonomy or OTHER, term.name or term.code or "No name", term.code)


@dataclass(frozen=True)
class Vocabulary:
    """All terms in use: ours, always all of them, and those of imported entries."""

    imported: tuple[Word, ...] = ()

    @cached_property
    def words(self) -> dict[UUID, Word]:
        """Every term, in the order of its taxonomy and name."""
        ours = {word.id: word for word in map(of_need, Need)}
        theirs = sorted(self.imported, key=lambda word: (word.taxonomy, word.name, word.id))
        return ours | {word.id: word for word in theirs if word.id not in ours}

    @cached_property
    def taxonomies(self) -> dict[UUID, dict[str, Any]]:
        """Every taxonomy, flat: ours first, then by name."""
        names = dict.fromkeys(word.taxonomy for word in self.words.values())
        return {ids.taxonomy(name): _taxonomy(name) for name in names}

    def of_taxonomy(self, taxonomy: UUID) -> list[Word]:
        """The terms of a taxonomy."""
        return [word for word in self.words.values() if ids.taxonomy(word.taxonomy) == taxonomy]


def _taxonomy(name: str) -> dict[str, Any]:
    words = {NEEDS_NAME: NEEDS_WORDS, OTHER: OTHER_WORDS}
    return {
        "id": str(ids.taxonomy(name)),
        "name": name,
        "description": words.get(name, f"As used by a directory that is read by this one: {name}"),
    }


def attributes(service: UUID, entry: Entry) -> list[dict[str, Any]]:
    """What a service is about, as terms; each once."""
    words: dict[UUID, Word] = {}
    for word in _words(entry):
        words.setdefault(word.id, word)
    return [
        {
            "id": ids.part(service, "attribute", word.id),
            "link_id": str(service),
            "taxonomy_term_id": str(word.id),
            "link_type": "need" if word.taxonomy == NEEDS_NAME else "category",
            "taxonomy_term": word.told(),
        }
        for word in words.values()
    ]


def _words(entry: Entry) -> Iterable[Word]:
    yield from map(of_need, entry.needs)
    for term in entry.terms:
        # Our own needs, come back by another directory, keep their own words.
        yield of_need(ids.NEED_OF[term.id]) if term.id in ids.NEED_OF else of_term(term)
