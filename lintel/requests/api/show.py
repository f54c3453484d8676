"""From what the domain answers to what a system is told.

A sender's view is made of the letter, the notices released and, in an open thread alone, the
desk: the same as its page (`lintel.requests.presenters.sent_page`).
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from lintel.requests.api import told
from lintel.requests.presenters import guidance, sent
from lintel.requests.queries import DeskView, InboxRow, SentRow, SentView
from lintel.requests.states import PersonKnows, Shown, Sign, State, Urgency, Verb
from lintel.requests.words import QUESTIONS

if TYPE_CHECKING:
    from lintel.agencies.models import Team
    from lintel.requests.models import Handling, Letter, Message, Notice, Request, Step

OVER = frozenset({Shown.CLOSED, Shown.WITHDRAWN})
# The verbs of the desk that the API offers, by the last part of their address.
OFFERED = {
    Verb.ACKNOWLEDGE: "acknowledge",
    Verb.TAKE: "take",
    Verb.FIND_OUT: "find-out",
    Verb.RETURN: "return",
    Verb.REDIRECT: "redirect",
    Verb.DECIDE: "decide",
    Verb.CLOSE: "close",
    Verb.MESSAGE: "messages",
}


def letter(of: "Letter") -> told.LetterTold:
    """What was sent, as it was written."""
    return told.LetterTold(
        reference=of.reference,
        kind=of.kind,
        masked=of.masked,
        urgency=Urgency(of.urgency),
        about=told.AboutTold(
            name=of.about_name,
            born=of.about_born,
            address=of.about_address,
            postcode=of.about_postcode,
        ),
        signs=[sign for sign in of.signs if sign in Sign.values],
        seen=of.seen,
        done=of.done,
        asked_for=of.asked_for,
        person_knows=of.person_knows if of.person_knows in PersonKnows.values else "",
    )


def raised(made: "Request") -> told.Raised:
    """That it was sent; never where to."""
    assert made.sent is not None, "It has just been sent."
    return told.Raised(
        reference=made.reference,
        sent=made.sent,
        href=f"/api/v1/requests/sent/{made.reference}",
    )


def sent_line(row: SentRow) -> told.SentLine:
    """A line of what was sent."""
    return told.SentLine(
        reference=row.reference,
        kind=row.kind,
        masked=row.masked,
        urgency=Urgency(row.urgency),
        about_name=row.about_name,
        sent=row.sent,
        sender=row.sender_name,
        shown=row.shown,
        due=row.due,
    )


def sent_one(view: SentView) -> told.SentTold:
    """One request as its sender is shown it."""
    request, shown = view.request, view.shown
    standing = sent.standing(shown, masked=request.masked and view.handling is None)
    return told.SentTold(
        letter=letter(request),
        sent=request.sent,
        sender=request.sender.name,
        withdrawn=request.withdrawn,
        shown=shown,
        means=standing.means,
        next_words=standing.next,
        due=view.due,
        notices=[_notice(n) for n in view.notices],
        messages=[_message(m) for m in view.messages if m.to_other_side],
        guidance=[] if shown in OVER else guidance.next_steps(request.signs, request.urgency),
        may=_may(shown),
        handling=_opened(view.handling) if view.handling is not None else None,
    )


def _may(shown: Shown) -> list[str]:
    """What the sender may do: from what is shown alone."""
    possible = {
        "withdraw": sent.may_withdraw(shown),
        "answer": shown is Shown.RETURNED,
        "information": sent.may_add(shown),
    }
    return [verb for verb, allowed in possible.items() if allowed]


def _notice(notice: "Notice") -> told.NoticeTold:
    return told.NoticeTold(
        code=notice.code,
        at=notice.show_from,
        words=notice.words,
        decision=notice.decision,
        questions=[
            told.QuestionTold(key=key, words=QUESTIONS[key])
            for key in notice.questions
            if key in QUESTIONS
        ],
    )


def _message(message: "Message") -> told.MessageTold:
    return told.MessageTold(
        at=message.at,
        by=message.by_words,
        from_sender=message.from_sender,
        words=message.words,
    )


def _opened(handling: "Handling") -> told.OpenTold:
    return told.OpenTold(
        team=f"{handling.team.name}, {handling.team.agency.name}",
        worker=handling.worker.name if handling.worker else "",
        decision=handling.decision,
        decision_words=handling.decision_words,
        better_route=handling.better_route,
        contacts=_contacts(handling),
    )


def _contacts(handling: "Handling") -> list[told.ContactTold]:
    return [told.ContactTold(when=str(when), who=str(who)) for when, who in handling.contacts]


def desk_line(row: InboxRow) -> told.DeskLine:
    """A line of the inbox."""
    return told.DeskLine(
        reference=row.reference,
        kind=row.kind,
        masked=row.masked,
        urgency=Urgency(row.urgency),
        about_name=row.about_name,
        team=row.team_name,
        sender=row.sender_words,
        worker=row.worker_name,
        state=State(row.state),
        arrived=row.arrived,
        due=row.due,
    )


def desk_one(desk: DeskView, *, person_id: int | None) -> told.DeskTold:
    """One request on the desk; `person_id` only where the person is within sight."""
    handling = desk.handling
    return told.DeskTold(
        letter=letter(handling),
        version=handling.version,
        state=State(handling.state),
        sender=handling.sender_words,
        sent=handling.sent,
        arrived=handling.arrived,
        due=handling.due,
        team=handling.team.name,
        worker=handling.worker.name if handling.worker else "",
        person_id=person_id,
        route_words=handling.route_words,
        decision=handling.decision,
        decision_words=handling.decision_words,
        better_route=handling.better_route,
        contacts=_contacts(handling),
        steps=[_step(step) for step in desk.steps],
        messages=[_desk_message(message) for message in desk.messages],
        may=[slug for verb, slug in OFFERED.items() if verb in desk.verbs],
    )


def _step(step: "Step") -> told.StepTold:
    return told.StepTold(
        verb=step.verb,
        at=step.at,
        by=step.by.name if step.by else "",
        team=step.team.name,
        words=step.words,
    )


def _desk_message(message: "Message") -> told.DeskMessage:
    return told.DeskMessage(
        at=message.at,
        by=message.by_words,
        from_sender=message.from_sender,
        to_other_side=message.to_other_side,
        words=message.words,
    )


def moved(handling: "Handling") -> told.Moved:
    """Where a request stands on the desk."""
    return told.Moved(
        reference=handling.reference,
        state=State(handling.state),
        version=handling.version,
        due=handling.due,
    )


def teams(found: Iterable["Team"], areas: Mapping[int, list[str]]) -> told.Teams:
    """Teams as every worker may know them; `areas`: what each covers."""
    return told.Teams(
        items=[
            told.TeamTold(
                slug=team.slug,
                name=team.name,
                agency=team.agency.name,
                kind=team.kind,
                covers=areas.get(team.pk, []),
            )
            for team in found
        ]
    )
