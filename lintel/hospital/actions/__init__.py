"""Every write of stays in hospital: one function a verb, the actor first, the time passed in."""

from lintel.hospital.actions.keeping import (
    add_step,
    ask,
    call_meeting,
    hold_meeting,
    settle_step,
)
from lintel.hospital.actions.staying import (
    admit,
    change_expected,
    come_back,
    correct_dates,
    discharge,
    give_to,
    go_away,
    move,
)

__all__ = [
    "add_step",
    "admit",
    "ask",
    "call_meeting",
    "change_expected",
    "come_back",
    "correct_dates",
    "discharge",
    "give_to",
    "go_away",
    "hold_meeting",
    "move",
    "settle_step",
]
