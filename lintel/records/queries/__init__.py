"""Reads about who has looked, and about what an agency answers for."""

from lintel.records.queries.looked import Deed, LookedPage, Looks, Week, looked, looks, months
from lintel.records.queries.questions import (
    Late,
    Waits,
    answered,
    late_questions,
    may_look_up,
    own_questions,
    partnership_leads,
    question,
    to_answer,
    waiting_for,
)

__all__ = [
    "Deed",
    "Late",
    "LookedPage",
    "Looks",
    "Waits",
    "Week",
    "answered",
    "late_questions",
    "looked",
    "looks",
    "may_look_up",
    "months",
    "own_questions",
    "partnership_leads",
    "question",
    "to_answer",
    "waiting_for",
]
