"""May this worker do this on a ward? Each rule answers nothing, or raises with the reason.

Row security has decided what the worker sees; the trust that holds a stay works on it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from lintel.agencies.states import HEALTH_TEAMS, Role, TeamKind
from lintel.hospital.states import Duty, Ending, Return, Tenure, Yes
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Denied

NOT_YOURS = "Only the trust that holds this stay can change it."
A_SUMMARY = (
    "You see a summary of this stay, so you can’t change it. Whoever sees all of it can: ask them, "
    "or your information lead."
)
A_SUMMARY_OF_THEM = (
    "You may not read all that your agency holds about this, so you can’t write it. "
    "Ask a colleague who can."
)
NOT_YOUR_WARD = "Only somebody of the ward can admit to it."
NOT_FOR_YOUR_TEAM = "Only teams of mental health services and commissioners write this."
NOT_A_LEAD = "Only an information lead of the trust can see who notes admissions."
NO_FIGURES = "Figures are for commissioners, leads and managers."
MISTAKEN = "This stay was noted by mistake, and taken back. Nothing more is written in it."
OVER = "This stay has ended. What was written in it can be corrected, and nothing added."


# Whoever holds the mailbox reads the notice: it must be a council's own.
COUNCIL_MAIL = (".gov.uk", ".gov.wales", ".llyw.cymru", ".gov.scot")
NOT_A_COUNCIL = (
    "Use the council’s own address, which ends in .gov.uk, .gov.wales, .llyw.cymru or .gov.scot"
)


def council_mail_fault(email: str) -> str:
    """What is wrong with an address as a council's; empty for nothing."""
    return "" if email.strip().lower().endswith(COUNCIL_MAIL) else NOT_A_COUNCIL


def admit(actor: Actor, ward_team_id: int) -> None:
    """Only a member of the ward admits to it. Raises Denied."""
    if ward_team_id not in actor.team_ids:
        raise Denied(NOT_YOUR_WARD)


def work_on(actor: Actor, owner_id: int) -> None:
    """Only the trust that holds the stay works on it. Raises Denied."""
    if owner_id != actor.agency_id:
        raise Denied(NOT_YOURS)


def write_stay(reads_all: bool) -> None:
    """Nobody writes in a stay where they couldn't read what they wrote. Raises Denied."""
    if not reads_all:
        raise Denied(A_SUMMARY)


def write_about(reads_all: bool) -> None:
    """Nobody writes about somebody where they couldn't read it back. Raises Denied."""
    if not reads_all:
        raise Denied(A_SUMMARY_OF_THEM)


def still_here(ended: datetime | None) -> None:
    """What is only done during a stay. Raises Conflict."""
    if ended is not None:
        raise Conflict(OVER)


def was_one(ending: str) -> None:
    """What is only done about a stay that was one. Raises Conflict."""
    if ending == Ending.MISTAKE:
        raise Conflict(MISTAKEN)


def has_need(answers: Mapping[str, str]) -> bool:
    """Whether the answers to the housing questions mean a housing need (seed 003, Teesside).

    Somebody has one who has nowhere settled, can't go back, or only once something is put right,
    may lose the home, or isn't safe there. What isn't known yet is no need yet.
    """
    return (
        answers["tenure"] in {Tenure.NOWHERE, Tenure.TEMPORARY}
        or answers["can_return"] in {Return.NO, Return.WITH_HELP}
        or answers["at_risk"] == Yes.YES
        or answers["safe"] == Yes.NO
    )


def duty_of(team_kind: str) -> Duty:
    """Whether a team's referral is made under the duty to refer.

    Hospitals for their inpatients are under it; community mental health teams are not, and theirs
    are voluntary (Homelessness Code of Guidance, chapter 4; Housing Act 1996, s.213B).
    """
    inpatient = team_kind in {TeamKind.WARD, TeamKind.DISCHARGE}
    return Duty.DUTY if inpatient and team_kind in HEALTH_TEAMS else Duty.VOLUNTARY


def watch(actor: Actor) -> None:
    """Information leads watch over who notes admissions, in person. Raises Denied."""
    if not may_watch(actor):
        raise Denied(NOT_A_LEAD)


def may_watch(actor: Actor) -> bool:
    """Whether the actor is an information lead, and no system that works for one."""
    return actor.integration_id is None and actor.has(Role.INFORMATION_LEAD)


def see_figures(scope: Sequence[int] | None) -> None:
    """Commissioners and partnership leads see figures of all trusts, managers and ward leads of
    their own (`hospital_figures_scope`); nobody else. Raises Denied."""
    if scope is None:
        raise Denied(NO_FIGURES)


def place(team_kinds: Collection[str]) -> None:
    """Health teams and commissioners note who is placed away. Raises Denied."""
    if HEALTH_TEAMS.isdisjoint(team_kinds) and TeamKind.COMMISSIONING not in team_kinds:
        raise Denied(NOT_FOR_YOUR_TEAM)


def review(team_kinds: Collection[str]) -> None:
    """Health teams note housing at their reviews. Raises Denied."""
    if HEALTH_TEAMS.isdisjoint(team_kinds):
        raise Denied(NOT_FOR_YOUR_TEAM)
