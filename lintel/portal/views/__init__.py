"""The pages of the person's own view."""

from lintel.portal.views.asking import contact, feedback, help_
from lintel.portal.views.carers import cancel, carers, let_look, look_no_more, stop
from lintel.portal.views.hospital import in_hospital
from lintel.portal.views.looked import ask as looked_ask
from lintel.portal.views.looked import looked
from lintel.portal.views.looked import questions as looked_questions
from lintel.portal.views.opened import opened
from lintel.portal.views.record import plan, record, say, say_fact
from lintel.portal.views.sharing import answer, no_to_all, sharing, take_back, undo_no
from lintel.portal.views.signing_in import leave, letter, sign_in
from lintel.portal.views.start import start, whom
from lintel.portal.views.ways import (
    code_ask,
    code_in,
    passkey_add,
    passkey_in,
    passkey_remove,
    reach_add,
    reach_confirm,
    reach_end,
    reach_news,
    reach_quiet,
    ways,
)

__all__ = [
    "answer",
    "cancel",
    "carers",
    "code_ask",
    "code_in",
    "contact",
    "feedback",
    "help_",
    "in_hospital",
    "leave",
    "let_look",
    "letter",
    "look_no_more",
    "looked",
    "looked_ask",
    "looked_questions",
    "no_to_all",
    "opened",
    "passkey_add",
    "passkey_in",
    "passkey_remove",
    "plan",
    "reach_add",
    "reach_confirm",
    "reach_end",
    "reach_news",
    "reach_quiet",
    "record",
    "say",
    "say_fact",
    "sharing",
    "sign_in",
    "start",
    "stop",
    "take_back",
    "undo_no",
    "ways",
    "whom",
]
