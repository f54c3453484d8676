"""The desk's page and the small pages of its verbs, as what their templates show."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from lintel.agencies.queries import Colleague
from lintel.requests.kinds import rule_of
from lintel.requests.presenters import desk as words
from lintel.requests.presenters import letters
from lintel.requests.queries import DeskView
from lintel.requests.states import OPEN_STATES, Decision, State, Verb
from lintel.web.words import datetime_words

if TYPE_CHECKING:
    from lintel.requests.models import Handling, JointVisit, Letter, Message, Step

# The buttons, by what the desk most needs next; all others are links below them.
PRIMARY = {
    State.RECEIVED: (Verb.ACKNOWLEDGE, Verb.TAKE),
    State.ACKNOWLEDGED: (Verb.TAKE, Verb.DECIDE),
    State.TAKEN: (Verb.DECIDE,),
    State.FINDING_OUT: (Verb.DECIDE,),
    State.RETURNED: (),
    State.DECIDED: (Verb.CLOSE,),
    State.ACTIVE: (Verb.REVIEW, Verb.CLOSE),
    State.CLOSED: (Verb.REOPEN,),
}
# In the order in which they are offered: verb, its page, its words.
OFFERED = (
    (Verb.ACKNOWLEDGE, "acknowledge", "Acknowledge"),
    (Verb.TAKE, "take", "Take it"),
    (Verb.DECIDE, "decide", "Decide"),
    (Verb.CLOSE, "close", "Close"),
    (Verb.REOPEN, "reopen", "Reopen"),
    (Verb.REVIEW, "review", "Still acting on it"),
    (Verb.FIND_OUT, "find-out", "Find out and get back"),
    (Verb.RETURN, "return", "Return for more information"),
    (Verb.REDIRECT, "redirect", "Redirect to the right team"),
    (Verb.ASSIGN, "assign", "Give it to a worker"),
    (Verb.MESSAGE, "message", "Write to the sender"),
    (Verb.PROPOSE_VISIT, "visit", "Propose a joint visit"),
    (Verb.MESSAGE, "note", "Write a note"),
)
BY_POST = {"acknowledge", "take"}
# What a masked desk can't do, as the sender must not learn who has it.
NOT_MASKED = {"message", "visit"}


def title(letter: Letter) -> str:
    """The kind and the reference: a title never names a person."""
    return f"{letters.kind_words(letter.kind)} {letter.reference}"


def flags(handling: Handling) -> list[dict[str, Any]]:
    """What must not be overlooked: urgent, masked, sent to the wrong team before."""
    found: list[dict[str, Any]] = []
    if handling.urgency != "routine":
        urgent = handling.urgency == "urgent"
        found.append({"text": letters.urgency_words(handling.urgency), "serious": urgent})
    if handling.masked:
        found.append({"text": "Masked", "serious": False})
    if handling.wrong_team_count:
        found.append({"text": "Redirected before", "serious": False})
    return found


def page(
    desk: DeskView,
    *,
    now: datetime,
    worker_id: int,
    person_href: str,
    sender: Colleague | None = None,
) -> dict[str, Any]:
    """Everything on the desk's page. `sender`: how to reach them, in an open request."""
    handling = desk.handling
    buttons, links = _offers(desk)
    return {
        "title": title(handling),
        "team_name": handling.team.name,
        "about_name": handling.about_name,
        "facts": letters.about_facts(handling),
        "flags": flags(handling),
        "masked": handling.masked,
        "version": handling.version,
        "person_href": person_href,
        "standing": _standing(handling, now),
        "letter_title": "What was sent",
        "letter_rows": letters.letter_rows(handling),
        "sender": {
            "words": handling.sender_words,
            "sent": handling.sent,
            "phone": sender.phone if sender else "",
            "email": sender.email if sender else "",
        },
        "thread": [message_card(m, worker_id) for m in desk.messages],
        "visits": [_visit(v, handling.reference, worker_id, now) for v in desk.visits],
        "steps": [step_card(s) for s in reversed(desk.steps)],
        "primary": buttons,
        "links": links,
    }


def _standing(handling: Handling, now: datetime) -> list[dict[str, Any]]:
    tag = words.state_tag(handling.state)
    clock = words.clock(handling.due, now, handling.state)
    who = handling.worker.name if handling.worker else "Nobody yet: anybody in the team can take it"
    rows: list[dict[str, Any]] = [
        {"key": "Status", "tag": tag},
        {"key": "Handled by", "text": who},
    ]
    if clock:
        rows.append({"key": clock["for"] or "Due", "clock": clock})
    own = words.own_clock(handling.kind, handling.extra, now, handling.state)
    if own:
        rows.append({"key": own["for"], "clock": own})
    if handling.climbed and handling.climbed_to:
        rows.append({"key": "Told because overdue", "text": handling.climbed_to.name})
    if handling.decision:
        rows.append({"key": "Decision", "text": words.decision_words(handling.decision)})
    told = {
        Decision.NOT_FOR_US: "Reason",
        Decision.ADVICE: "Advice",
        Decision.ACTING: "What will be done",
    }
    if handling.decision_words:
        label = told.get(Decision(handling.decision), "Why") if handling.decision else "Why"
        rows.append({"key": label, "text": handling.decision_words})
    if handling.better_route:
        passed = handling.decision == Decision.PASSED_ON
        rows.append(
            {"key": "Passed on to" if passed else "Better route", "text": handling.better_route}
        )
    if handling.route_words:
        rows.append({"key": "Why it came here", "text": handling.route_words})
    rows += [{"key": str(when), "text": str(who)} for when, who in handling.contacts]
    return rows


def _offers(desk: DeskView) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The buttons and the links of what this worker may do now."""
    handling = desk.handling
    first = PRIMARY.get(State(handling.state), ())
    buttons: dict[Verb, dict[str, Any]] = {}
    links: list[dict[str, Any]] = []
    own = rule_of(handling.kind).answer_page
    if own and handling.state in OPEN_STATES:
        # The kind's own page takes it, too, and is answered on again and again.
        answer = {"text": own[1], "href": reverse(own[0], args=[handling.reference]), "post": False}
        first = (Verb.DECIDE, *(verb for verb in first if verb is not Verb.DECIDE))
        buttons[Verb.DECIDE] = answer
    for verb, slug, text in OFFERED:
        if verb not in desk.verbs or (handling.masked and slug in NOT_MASKED):
            continue
        if own and verb is Verb.DECIDE:
            continue
        offer = {"text": text, "href": _href(handling.reference, slug), "post": slug in BY_POST}
        if verb in first:
            buttons[verb] = offer
        else:
            links.append(offer)
    return [buttons[verb] for verb in first if verb in buttons], links


def is_offered(desk: DeskView, slug: str) -> bool:
    """Whether this page's verb can be done by this worker, as it stands now."""
    if desk.handling.masked and slug in NOT_MASKED:
        return False
    if slug == "decide" and rule_of(desk.handling.kind).answer_page:
        return False
    return any(verb in desk.verbs for verb, offered, _ in OFFERED if offered == slug)


def _href(reference: str, slug: str) -> str:
    if slug in BY_POST:
        return reverse(f"requests:{slug}", args=[reference])
    return reverse("requests:act", args=[reference, slug])


def message_card(message: Message, worker_id: int) -> dict[str, Any]:
    """Something written, for the thread; a note says that it is one."""
    note = not message.to_other_side
    return {
        "text": message.words,
        "by": f"{message.by_words} (note for the team)" if note else message.by_words,
        "when": message.at,
        "mine": message.by_id == worker_id,
    }


def _visit(
    visit: JointVisit, reference: str, worker_id: int, now: datetime, *, sender: bool = False
) -> dict[str, Any]:
    """A joint visit as a card; with a way to answer it for the side that was asked."""
    rows = [{"key": "Where", "text": visit.where_words}]
    if visit.why_words:
        rows.append({"key": "What for", "text": visit.why_words})
    rows.append({"key": "Proposed by", "text": visit.proposed_by.name})
    answer = visit.get_answer_display() if visit.answer else "Not answered yet"
    rows.append({"key": "Answer", "text": answer})
    if visit.answer_words:
        rows.append({"key": "With the words", "text": visit.answer_words})
    own = visit.from_sender is sender
    page = "requests:sent-visit" if sender else "requests:desk-visit"
    actions = []
    if visit.when > now and visit.answer in ("", "agreed"):
        text = "Call it off" if own or visit.answer else "Answer"
        actions.append({"text": text, "href": reverse(page, args=[reference, visit.pk])})
    return {"title": datetime_words(visit.when, now=now), "rows": rows, "actions": actions}


def visit_card(visit: JointVisit, reference: str, worker_id: int, now: datetime) -> dict[str, Any]:
    """A joint visit as the sender sees it."""
    return _visit(visit, reference, worker_id, now, sender=True)


def step_card(step: Step) -> dict[str, Any]:
    """One step in the timeline."""
    by = f"{step.by.name}, {step.team.name}" if step.by else "Lintel"
    return {"title": words.step_words(step.verb), "by": by, "when": step.at, "text": step.words}


def act_page(
    handling: Handling,
    *,
    title_words: str,
    submit: str,
    explain: Iterable[str],
    warning: bool = False,
) -> dict[str, Any]:
    """The small page of one verb: whom it is about, what the letter says, the way back."""
    return {
        "title": title_words,
        "caption": title(handling),
        "submit": submit,
        "explain": list(explain),
        "warning": warning,
        "about_name": handling.about_name,
        "facts": letters.about_facts(handling),
        "reading": {"title": "What was sent", "rows": letters.letter_rows(handling)},
        "back": reverse("requests:desk", args=[handling.reference]),
        "back_text": "Back to the request",
    }
