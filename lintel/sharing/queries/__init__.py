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
from lintel.sharing.queries.record import (
    EXPORT_ROWS,
    Filters,
    Known,
    RecordPage,
    RecordRow,
    find_people,
    find_workers,
    known,
    record_of_person,
    record_of_worker,
    worker,
)
from lintel.sharing.queries.safety import OverrideView, overrides_open

__all__ = [
    "EXPORT_ROWS",
    "ConsentView",
    "Filters",
    "Known",
    "LineView",
    "OverrideView",
    "Reason",
    "RecordPage",
    "RecordRow",
    "Standing",
    "Watcher",
    "consent",
    "consent_words",
    "consents_for",
    "find_people",
    "find_workers",
    "known",
    "overrides_open",
    "record_of_person",
    "record_of_worker",
    "standing",
    "waits_for_me",
    "who_can_see",
    "why",
    "why_words",
    "worker",
]
