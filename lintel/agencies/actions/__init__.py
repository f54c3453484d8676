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

__all__ = [
    "GUESSES_NOTICED",
    "GUESSES_STOPPED",
    "KEY_LONGEST",
    "KEY_PREFIX",
    "IssuedKey",
    "actor_for_token",
    "clear_away",
    "issue_token",
    "note_guess",
    "revoke_token",
    "set_away",
]
