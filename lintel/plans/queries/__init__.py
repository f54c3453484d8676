"""Reads of plans. Row security decides which rows each worker finds."""

from lintel.plans.queries.circle import (
    CircleView,
    IfWrongView,
    MemberView,
    circle,
    circle_to_join,
    if_things_go_wrong,
    member,
    reads_plan,
    relied_on,
    worker,
    workers_to_ask,
)
from lintel.plans.queries.invitations import (
    AskedView,
    InvitationView,
    asked_row,
    invitation,
    invitations,
    invitations_waiting,
    worker_words,
)
from lintel.plans.queries.own import (
    InMyCircle,
    MyContact,
    own_circle,
    own_if_wrong,
)
from lintel.plans.queries.system import (
    circles_of,
    copies_of,
    members_for_system,
    told_already,
    users_of,
)
from lintel.plans.queries.told import ToldView, told

__all__ = [
    "AskedView",
    "CircleView",
    "IfWrongView",
    "InMyCircle",
    "InvitationView",
    "MemberView",
    "MyContact",
    "ToldView",
    "asked_row",
    "circle",
    "circle_to_join",
    "circles_of",
    "copies_of",
    "if_things_go_wrong",
    "invitation",
    "invitations",
    "invitations_waiting",
    "member",
    "members_for_system",
    "own_circle",
    "own_if_wrong",
    "reads_plan",
    "relied_on",
    "told",
    "told_already",
    "users_of",
    "worker",
    "worker_words",
    "workers_to_ask",
]
