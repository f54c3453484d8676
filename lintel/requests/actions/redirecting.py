"""Redirecting a request to the right team, so that nobody has to send it twice."""

from datetime import datetime

from django.db import transaction

from lintel.agencies.models import Membership, Team
from lintel.agencies.states import TeamKind
from lintel.kernel.actor import Actor, as_system
from lintel.kernel.errors import Denied, Invalid
from lintel.requests import moves, notices, queries, routing, standstill, tell
from lintel.requests.actions import checks
from lintel.requests.actions.desk import REASON
from lintel.requests.actions.misrouting import misrouted
from lintel.requests.models import Handling, Step
from lintel.requests.states import WRONG_TEAM, NoticeCode, NotOurs, Verb

WRONG_TEAMS_AT_MOST = 1
NOT_AGREED = (
    "The person agreed that your service may be told, and has not agreed to this team. Decide “not "
    "for us” and name the team, so that the sender can ask the person."
)


@transaction.atomic
def redirect(
    actor: Actor,
    *,
    now: datetime,
    reference: str,
    to_team_id: int,
    words: str,
    reason: str = "",
    version: int | None = None,
) -> Handling:
    """Pass it to the right team, with the reason. Its clocks start anew there.

    `reason` (`NotOurs`, or none): that it came to the wrong team is told to the directory.

    A request that a second team finds is not theirs goes to the one-stop shop instead, which
    sorts it out; the shop's own redirecting isn't counted. The desk is out of the actor's sight
    afterwards. A referral stays within what the person agreed to. Raises as the other verbs.
    """
    standstill.move_one()
    move = moves.begin(actor, Verb.REDIRECT, reference=reference, now=now, version=version)
    handling = move.handling
    checks.refuse(
        {
            **checks.needed({"words": (words, REASON)}),
            **checks.lengths({"words": (words, checks.LONGEST)}),
            **(checks.one_of("reason", reason, NotOurs.values) if reason else {}),
        }
    )
    asked_for = _target(handling, to_team_id, now)
    if reason in WRONG_TEAM:
        misrouted(actor, handling, right_team_id=asked_for.pk, now=now)
    if reason:
        words = f"{NotOurs(reason).label}. {words}"
    to, said = asked_for, f"To {asked_for.name}. {words}"
    if handling.team.kind != TeamKind.ONE_STOP_SHOP:
        handling.wrong_team_count += 1
        if handling.wrong_team_count > WRONG_TEAMS_AT_MOST:
            to = routing.shop_for(handling.about_postcode, now) or asked_for
            said = f"To {to.name}, to sort out. {asked_for.name} was suggested. {words}"
            words = f"{asked_for.name} was suggested. {words}"
    _keep_within_consent(handling, to, now)
    handling.team = to
    handling.worker = None
    handling.arrived = now
    handling.acknowledged = None
    handling.route_words = words
    if handling.masked:
        with as_system():
            handling.person_id = routing.person_for_team(handling, to.pk, now)
    notices.write(handling, NoticeCode.REDIRECTED, now=now, words=said)
    moves.restart_clock(move)
    moves.finish(move, words=said)
    _arrive(handling, words, now)
    tell.desk(handling, now)
    return handling


def _keep_within_consent(handling: Handling, to: Team, now: datetime) -> None:
    """What was agreed for one agency does not go on to another.

    A referral stays with the agency, or goes to a team that the person named too. A concern that
    consent had opened goes on, masked again.
    """
    if handling.masked or handling.person_id is None or to.agency_id == handling.team.agency_id:
        return
    with as_system():
        if handling.open_until is not None:
            moves.mask(handling)
        elif not queries.agreed(handling.person_id, handling.sender_agency_id, to.pk, now):
            raise Denied(NOT_AGREED)


def _arrive(handling: Handling, words: str, now: datetime) -> None:
    """The new team's own first step: while masked, it does not see whose desk it comes from."""
    with as_system():
        Step(
            request_id=handling.request_id,
            verb=Verb.ARRIVE,
            from_state=handling.state,
            to_state=handling.state,
            team_id=handling.team_id,
            by=None,
            at=now,
            words=words,
        ).save(force_insert=True)


def _target(handling: Handling, to_team_id: int, now: datetime) -> Team:
    if to_team_id in (handling.team_id, handling.sender_team_id):
        raise Invalid({"to_team": "Choose another team: neither yours nor the sender's"})
    team = queries.open_teams(now).filter(pk=to_team_id).first()
    senders = Membership.objects.filter(
        worker_id=handling.sender_worker_id, team_id=to_team_id, valid__contains=now
    )
    if team is None or (handling.masked and senders.exists()):
        raise Invalid({"to_team": "Choose a team that takes requests"})
    return team
