"""What is done in the agencies domain: one function a verb."""

from lintel.agencies.actions._guessing import GUESSES_NOTICED, GUESSES_STOPPED, note_guess
from lintel.agencies.actions._keys import (
    KEY_LONGEST,
    KEY_PREFIX,
    IssuedKey,
    actor_for_token,
    issue_token,
    revoke_token,
)
from lintel.agencies.actions._links import clear_away, end_link_work, name_link_worker, set_away
from lintel.agencies.actions._members import add_member, end_member
from lintel.agencies.actions._posts import invite, leave, sign_out_everywhere
from lintel.agencies.actions._roles import end_information_lead, name_information_lead
from lintel.agencies.actions._teams import (
    change_team,
    close_team,
    locked_team,
    move_members,
    name_lead,
    open_team,
)

__all__ = [
    "GUESSES_NOTICED",
    "GUESSES_STOPPED",
    "KEY_LONGEST",
    "KEY_PREFIX",
    "IssuedKey",
    "actor_for_token",
    "add_member",
    "change_team",
    "clear_away",
    "close_team",
    "end_information_lead",
    "end_link_work",
    "end_member",
    "invite",
    "issue_token",
    "leave",
    "locked_team",
    "move_members",
    "name_information_lead",
    "name_lead",
    "name_link_worker",
    "note_guess",
    "open_team",
    "revoke_token",
    "set_away",
    "sign_out_everywhere",
]
