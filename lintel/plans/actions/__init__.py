"""Writes of plans: the circle, who answers for a place in it, and who to contact."""

from lintel.plans.actions.circle import add_to_circle, leave_circle
from lintel.plans.actions.contacts import (
    checked_contacts,
    end_contact,
    may_write_contacts,
    record_if_things_go_wrong,
)
from lintel.plans.actions.invitations import accept_circle, decline_circle, withdraw_circle
from lintel.plans.actions.taking_over import hand_over_places
from lintel.plans.actions.telling import circle_link, invitations_link, tell_circle, tell_worker
from lintel.plans.actions.words import LONGEST_AGREED, LONGEST_ROLE, LONGEST_WORDS

__all__ = [
    "LONGEST_AGREED",
    "LONGEST_ROLE",
    "LONGEST_WORDS",
    "accept_circle",
    "add_to_circle",
    "checked_contacts",
    "circle_link",
    "decline_circle",
    "end_contact",
    "hand_over_places",
    "invitations_link",
    "leave_circle",
    "may_write_contacts",
    "record_if_things_go_wrong",
    "tell_circle",
    "tell_worker",
    "withdraw_circle",
]
