"""Reads of stays in hospital. Row security decides which rows each worker finds."""

from lintel.hospital.queries.own import OwnStay, own_stays
from lintel.hospital.queries.shapes import (
    AbsenceView,
    Asked,
    MeetingView,
    Row,
    SpellView,
    StayView,
    StepView,
    TakenBack,
    WardView,
)
from lintel.hospital.queries.stays import (
    QUESTIONS,
    find,
    members,
    nights,
    on_ward,
    rows,
    spell_before,
    stay,
    stays_of,
    taken_back,
    ward,
    wards,
)

__all__ = [
    "QUESTIONS",
    "AbsenceView",
    "Asked",
    "MeetingView",
    "OwnStay",
    "Row",
    "SpellView",
    "StayView",
    "StepView",
    "TakenBack",
    "WardView",
    "find",
    "members",
    "nights",
    "on_ward",
    "own_stays",
    "rows",
    "spell_before",
    "stay",
    "stays_of",
    "taken_back",
    "ward",
    "wards",
]
