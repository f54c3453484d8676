"""Everything that can be done about sharing."""

from lintel.sharing.actions.agreeing import answer_asks, ask_another, hand_over_safety
from lintel.sharing.actions.agreements import (
    accept_agreement,
    sign_agreement,
    withdraw_signature,
)
from lintel.sharing.actions.answers import Line, Talk
from lintel.sharing.actions.basing import (
    Share,
    authorise_basis,
    decline_basis,
    end_basis,
    record_basis,
    review_basis,
    tell_basis,
)
from lintel.sharing.actions.consenting import (
    confirm_answers,
    record_consent,
    record_conversation,
    renew_consent,
    withdraw_consent,
    withdraw_conversation,
)
from lintel.sharing.actions.drafting import (
    add_rule,
    add_section,
    change_rule,
    discard_draft,
    edit_front,
    edit_section,
    remove_rule,
    remove_section,
    restore_rule,
    restore_section,
    start_draft,
)
from lintel.sharing.actions.holding_back import hold_back, keep_held_back, release_held_back
from lintel.sharing.actions.looking_up import look_up_person, look_up_worker
from lintel.sharing.actions.opening import Opened, open_record
from lintel.sharing.actions.own import (
    check_categories,
    end_own_viewer,
    only_self,
    say_own_answers,
    withdraw_own_consent,
)
from lintel.sharing.actions.own_all import say_no_to_everything, take_back_no
from lintel.sharing.actions.papers import LARGEST_PAPER, add_paper, remove_paper, take_paper
from lintel.sharing.actions.publishing import ask_preview, publish, record_review, remind
from lintel.sharing.actions.reading import read_no_longer
from lintel.sharing.actions.reviewing import read_override, review_override, tell_person
from lintel.sharing.actions.safety import end_override, open_override
from lintel.sharing.actions.training import (
    Done,
    end_training,
    record_training,
    record_trainings,
    training_faults,
)

__all__ = [
    "LARGEST_PAPER",
    "Done",
    "Line",
    "Opened",
    "Share",
    "Talk",
    "accept_agreement",
    "add_paper",
    "add_rule",
    "add_section",
    "answer_asks",
    "ask_another",
    "ask_preview",
    "authorise_basis",
    "change_rule",
    "check_categories",
    "confirm_answers",
    "decline_basis",
    "discard_draft",
    "edit_front",
    "edit_section",
    "end_basis",
    "end_override",
    "end_own_viewer",
    "end_training",
    "hand_over_safety",
    "hold_back",
    "keep_held_back",
    "look_up_person",
    "look_up_worker",
    "only_self",
    "open_override",
    "open_record",
    "publish",
    "read_no_longer",
    "read_override",
    "record_basis",
    "record_consent",
    "record_conversation",
    "record_review",
    "record_training",
    "record_trainings",
    "release_held_back",
    "remind",
    "remove_paper",
    "remove_rule",
    "remove_section",
    "renew_consent",
    "restore_rule",
    "restore_section",
    "review_basis",
    "review_override",
    "say_no_to_everything",
    "say_own_answers",
    "sign_agreement",
    "start_draft",
    "take_back_no",
    "take_paper",
    "tell_basis",
    "tell_person",
    "training_faults",
    "withdraw_consent",
    "withdraw_conversation",
    "withdraw_own_consent",
    "withdraw_signature",
]
