"""Every write of stays in hospital: one function a verb, the actor first, the time passed in."""

from lintel.hospital.actions.keeping import (
    add_step,
    ask,
    call_meeting,
    hold_meeting,
    settle_step,
)
from lintel.hospital.actions.noticing import (
    answer_notice,
    change_date,
    send_notice,
    withdraw_notice,
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
from lintel.hospital.actions.taking_back import take_back

__all__ = [
    "add_step",
    "admit",
    "answer_notice",
    "ask",
    "call_meeting",
    "change_date",
    "change_expected",
    "come_back",
    "correct_dates",
    "discharge",
    "give_to",
    "go_away",
    "hold_meeting",
    "move",
    "send_notice",
    "settle_step",
    "take_back",
    "withdraw_notice",
]
