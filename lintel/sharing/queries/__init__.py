"""Reads about sharing: what was agreed, why somebody sees something, and the access record."""

from lintel.sharing.queries.consents import (
    ConsentView,
    LineView,
    Standing,
    consent,
    consents_for,
    standing,
    waits_for_me,
)
from lintel.sharing.queries.reasons import (
    Reason,
    Watcher,
    consent_words,
    who_can_see,
    why,
    why_words,
)

__all__ = [
    "ConsentView",
    "LineView",
    "Reason",
    "Standing",
    "Watcher",
    "consent",
    "consent_words",
    "consents_for",
    "standing",
    "waits_for_me",
    "who_can_see",
    "why",
    "why_words",
]
