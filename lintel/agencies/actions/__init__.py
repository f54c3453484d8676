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
from lintel.agencies.actions._links import clear_away, set_away
from lintel.agencies.actions._posts import invite, leave, sign_out_everywhere

__all__ = [
    "GUESSES_NOTICED",
    "GUESSES_STOPPED",
    "KEY_LONGEST",
    "KEY_PREFIX",
    "IssuedKey",
    "actor_for_token",
    "clear_away",
    "invite",
    "issue_token",
    "leave",
    "note_guess",
    "revoke_token",
    "set_away",
    "sign_out_everywhere",
]
