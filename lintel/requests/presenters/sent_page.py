"""The sender's page of one request, as what its template shows.

Reads only what the sender typed, the notices released to the sender, and the open thread.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from lintel.requests.presenters import desk as clocks
from lintel.requests.presenters import letters
from lintel.requests.presenters import sent as words
from lintel.requests.presenters.desk_page import (
    message_card,
    step_card,
    title,
    visit_card,
)
from lintel.requests.presenters.guidance import next_steps
from lintel.requests.presenters.referral import consent_href
from lintel.requests.queries import SentView
from lintel.requests.states import Decision, NoticeCode, Shown
from lintel.requests.words import QUESTIONS
from lintel.web.words import datetime_words

if TYPE_CHECKING:
    from lintel.requests.models import Handling, Notice

__all__ = ["page", "title"]

OVER = {Shown.CLOSED, Shown.WITHDRAWN}
NOTICE_TITLES = {
    NoticeCode.RECEIVED: "Received",
    NoticeCode.QUESTION: "Questions came back",
    NoticeCode.DECIDED: "Decided",
    NoticeCode.CLOSED: "Closed",
    NoticeCode.WRITTEN: "A message came",
    NoticeCode.OVERDUE: "Overdue: we have chased it",
    NoticeCode.REDIRECTED: "Passed to another team",
    NoticeCode.HANDED_OVER: "Now with somebody else",
    NoticeCode.REOPENED: "Opened again",
    NoticeCode.OPENED: "Open to both sides",
}


def page(view: SentView, *, now: datetime, worker_id: int, person_href: str) -> dict[str, Any]:
    """Everything on the sender's page."""
    request, shown = view.request, view.shown
    masked = request.masked and view.handling is None
    standing = words.standing(shown, masked=masked)
    buttons, links = _offers(view)
    return {
        "title": title(request),
        "sent": request.sent or request.created,
        "about_name": request.about_name,
        "facts": letters.about_facts(request),
        "flags": [{"text": "Masked", "serious": False}] if masked else [],
        "masked": masked,
        "person_href": person_href,
        "standing": standing,
        "next_lines": [line for line in (standing.next,) if line],
        "clock": _clock(view, now),
        "own_clock": _own_clock(view, now),
        "questions": _questions(view) if shown is Shown.RETURNED else [],
        "decision": _decision(view),
        "handling": _handling(view.handling) if view.handling else [],
        "contacts": _contacts(view.handling) if view.handling else [],
        "guidance": [] if shown in OVER else next_steps(request.signs, request.urgency),
        "visits": [visit_card(v, request.reference, worker_id, now) for v in view.visits],
        "thread": [message_card(m, worker_id) for m in view.messages],
        "letter_rows": letters.letter_rows(request),
        "steps": _steps(view),
        "primary": buttons,
        "links": links,
    }


def _clock(view: SentView, now: datetime) -> dict[str, str] | None:
    """The clock that the sender sees: from the time of sending and what was released alone."""
    clock = clocks.clock(view.due, now)
    if clock is None or view.due is None:
        return None
    if view.shown is Shown.RETURNED:
        text = "Please answer by"
    elif clock["state"] == "late":
        text = "We have chased it, and you need do nothing"
    else:
        text = "You will see a decision by"
    until = "" if clock["state"] == "late" else f"{datetime_words(view.due, now=now)}, "
    return {**clock, "text": text, "words": f"{until}{clock['words']}"}


def _own_clock(view: SentView, now: datetime) -> dict[str, str] | None:
    """The kind's own clock, where the sender sees the desk."""
    if view.handling is None:
        return None
    return clocks.own_clock(view.request.kind, view.request.extra, now, view.handling.state)


def _latest(view: SentView, code: NoticeCode) -> Notice | None:
    found = [n for n in view.notices if n.code == code]
    return max(found, key=lambda n: n.show_from) if found else None


def _questions(view: SentView) -> list[str]:
    notice = _latest(view, NoticeCode.QUESTION)
    if notice is None:
        return []
    asked = words.questions_asked(notice.questions, QUESTIONS)
    return [*asked, *([notice.words] if notice.words else [])]


def _decision(view: SentView) -> list[dict[str, Any]]:
    """What was decided, where the sender may know it."""
    handling = view.handling
    if handling is None or not handling.decision:
        return []
    rows = [{"key": "Decision", "text": words.decision_words(handling.decision)}]
    if handling.decision_words:
        rows.append({"key": "In their words", "text": handling.decision_words})
    if handling.better_route:
        passed = handling.decision == Decision.PASSED_ON
        rows.append(
            {"key": "Passed on to" if passed else "Better route", "text": handling.better_route}
        )
    return rows


def _handling(handling: Handling) -> list[dict[str, Any]]:
    team = handling.team
    rows: list[dict[str, Any]] = [{"key": "Team", "text": f"{team.name}, {team.agency.name}"}]
    worker = handling.worker
    if worker:
        rows.append({"key": "Worker", "text": f"{worker.name}, {worker.job_title}"})
    phone = (worker.phone if worker else "") or team.phone
    if phone:
        rows.append({"key": "Telephone", "text": phone})
    return rows


def _contacts(handling: Handling) -> list[dict[str, Any]]:
    return [{"key": str(when), "text": str(who)} for when, who in handling.contacts]


def _steps(view: SentView) -> list[dict[str, Any]]:
    """What happened, newest first: the notices released, and the desk's own steps once open."""
    request = view.request
    steps = [step_card(step) for step in view.steps]
    opened = min((step.at for step in view.steps), default=None)
    steps += [
        {"title": NOTICE_TITLES[NoticeCode(n.code)], "by": "", "when": n.show_from, "text": n.words}
        for n in view.notices
        if opened is None or n.show_from < opened
    ]
    if request.sent:
        by = request.sender.name
        steps.append({"title": "Sent", "by": by, "when": request.sent, "text": ""})
    if request.withdrawn:
        words_said = request.withdrawn_words
        steps.append(
            {"title": "Taken back", "by": "", "when": request.withdrawn, "text": words_said}
        )
    return sorted(steps, key=lambda step: step["when"], reverse=True)


def _offers(view: SentView) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    request, shown = view.request, view.shown
    reference = request.reference

    def at(slug: str, text: str) -> dict[str, str]:
        return {"text": text, "href": reverse("requests:sent-act", args=[reference, slug])}

    buttons: list[dict[str, str]] = []
    links: list[dict[str, str]] = []
    if shown is Shown.RETURNED:
        buttons.append(at("answer", "Answer the questions"))
    if view.handling is not None and shown not in OVER:
        buttons.append(at("message", "Write to them"))
        links.append(at("visit", "Propose a joint visit"))
    elif words.may_add(shown):
        links.append(at("add", "Add information"))
    links.append(at("note", "Write a note"))
    links += _further(view)
    if words.may_withdraw(shown):
        links.append(at("withdraw", "Take it back"))
    return buttons, links


def _further(view: SentView) -> list[dict[str, str]]:
    """What this request can lead to: consent, and a referral that follows from it."""
    request = view.request
    found: list[dict[str, str]] = []
    if request.masked and view.handling is None and request.person_id:
        href = reverse("requests:sent-open", args=[request.reference])
        found.append({"text": "The person agrees to sharing: open it to both sides", "href": href})
    if request.kind in {"concern", "advice"}:
        name, args = "requests:referral", []
        if request.person_id:
            name, args = "requests:referral-about", [request.person_id]
        href = f"{reverse(name, args=args)}?follows={request.reference}"
        found.append({"text": "Turn it into a referral", "href": href})
    return found


def act_page(
    view: SentView,
    *,
    title_words: str,
    submit: str,
    explain: str,
    warning: bool = False,
    questions: bool = False,
) -> dict[str, Any]:
    """The small page of one act of the sender's."""
    request = view.request
    asked = _questions(view) if questions else []
    reading = {"title": "They ask", "rows": [{"key": "Questions", "listed": asked}]}
    return {
        "title": title_words,
        "caption": title(request),
        "submit": submit,
        "explain": [explain] if explain else [],
        "warning": warning,
        "about_name": request.about_name,
        "facts": letters.about_facts(request),
        "reading": reading if asked else None,
        "back": reverse("requests:sent-one", args=[request.reference]),
        "back_text": "Back to the request",
    }


def open_page(view: SentView) -> dict[str, Any]:
    """The page that asks for the thread to be opened."""
    request = view.request
    back = reverse("requests:sent-one", args=[request.reference])
    asked = consent_href(request.person_id, back=back) if request.person_id else ""
    return {
        "caption": title(request),
        "about_name": request.about_name,
        "facts": letters.about_facts(request),
        "back": back,
        "consent_href": asked,
    }
