"""Everything that can be done in the own view, and about it."""

from lintel.portal.actions.answering import answer_ask, answer_remark, take_ask
from lintel.portal.actions.inviting import (
    cancel_letter,
    cancel_own_invitation,
    let_look,
    make_letter,
    redeem,
)
from lintel.portal.actions.saying import (
    ask_for_help,
    give_feedback,
    note_look,
    say_about,
    say_about_fact,
    say_wish,
)

__all__ = [
    "answer_ask",
    "answer_remark",
    "ask_for_help",
    "cancel_letter",
    "cancel_own_invitation",
    "give_feedback",
    "let_look",
    "make_letter",
    "note_look",
    "redeem",
    "say_about",
    "say_about_fact",
    "say_wish",
    "take_ask",
]
