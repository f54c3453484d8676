"""Everything that can be done about sharing."""

from lintel.sharing.actions.consenting import (
    Line,
    Talk,
    confirm_answers,
    record_consent,
    renew_consent,
    withdraw_consent,
)
from lintel.sharing.actions.opening import Opened, open_record
from lintel.sharing.actions.safety import end_override, open_override

__all__ = [
    "Line",
    "Opened",
    "Talk",
    "confirm_answers",
    "end_override",
    "open_override",
    "open_record",
    "record_consent",
    "renew_consent",
    "withdraw_consent",
]
