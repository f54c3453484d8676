"""Advance notices in words: the clock towards discharge, what was sent, what was answered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from lintel.hospital.notice_kind import clock
from lintel.hospital.queries.notices import AnswerView, NoticeView
from lintel.hospital.states import MailState
from lintel.web.words import date_words, datetime_words

RING = "Ring the council"
WRONG = "Withdraw it and send it to the right one, or ring the council"
# A message that nobody reads in so long may have gone astray where Lintel can't see it.
UNREAD = timedelta(days=2)


def answer_card(answer: AnswerView, now: datetime) -> dict[str, Any]:
    """One answer as a card: {"title", "rows"}."""
    rows = [
        ("When", datetime_words(answer.at, now=now)),
        ("Where", answer.place),
        ("In their words", answer.words),
        ("Answered by", answer.by),
        ("Answered", datetime_words(answer.answered, now=now)),
    ]
    return {
        "title": answer.kind_words,
        "rows": [{"key": key, "text": text} for key, text in rows if text],
    }


def letter(view: NoticeView) -> list[dict[str, Any]]:
    """What was sent, for the ward."""
    rows = [
        ("To", view.to),
        ("At the address", view.outside_email),
        ("Why they need the council’s help", view.reason),
        ("How to reach them", view.contact),
        ("Duty to refer", view.duty),
        ("Why they may be vulnerable", view.vulnerability),
        ("What would be suitable", view.suitable),
        ("How they agreed", view.agreed_words),
        ("Sent", f"{datetime_words(view.sent)}, by {view.sent_by}"),
    ]
    return [{"key": key, "text": text} for key, text in rows if text]


def standing(view: NoticeView, now: datetime) -> list[dict[str, Any]]:
    """Where it stands: the date that the council has, the clock, what was told."""
    rows: list[dict[str, Any]] = [
        {"key": "Expected to leave", "text": date_words(view.expected, weekday=True)},
        {
            "key": "Clock",
            "clock": clock(
                view.expected, now, answered=bool(view.answers), stopped=not view.stands
            ),
        },
    ]
    if view.outside_email:
        rows.append({"key": "The message to them", "text": mail_words(view, now)})
    if view.withdrawn:
        rows.append({"key": "Withdrawn", "text": datetime_words(view.withdrawn)})
    if view.stay_ended:
        rows.append({"key": "Left hospital", "text": datetime_words(view.stay_ended)})
    if view.escalated and not view.answers:
        words = f"{datetime_words(view.escalated)}: the leads were told that no answer has come"
        rows.append({"key": "Told further up", "text": words})
    if view.answers:
        rows.append({"key": "Latest answer", "text": view.answers[0].kind_words})
    return rows


def mail_words(view: NoticeView, now: datetime) -> str:
    """Whether the council outside has the notice, as far as it can be known from here."""
    at = datetime_words(view.mail_at)
    if view.mail == MailState.AGAIN:
        words = f"Their mail server did not take it, last tried {at}. It is tried again. {RING}"
    elif view.mail == MailState.REFUSED:
        words = f"Refused {at}: there is no such address, or it takes no messages. {WRONG}"
    elif view.mail == MailState.GIVEN_UP:
        words = f"Their mail server did not take it, last tried {at}. It is not tried again. {RING}"
    elif view.mail == MailState.SENT:
        words = f"Sent {at}"
    else:
        words = "On its way"
    if view.opened:
        return f"{words}. Read there first {datetime_words(view.opened)}"
    if view.mail != MailState.SENT or not view.stands:
        return words
    return f"{words}. Nobody has read it yet" + (f". {RING}" if now - view.sent > UNREAD else "")


def card(view: NoticeView, now: datetime) -> dict[str, Any]:
    """One notice in the stay's list."""
    return {
        "title": view.to,
        "rows": [
            {"key": "Sent", "text": f"{datetime_words(view.sent, now=now)}, by {view.sent_by}"},
            *standing(view, now),
        ],
        "actions": [{"text": "Open", "href": reverse("notices:one", args=[view.reference])}],
        "moved": _moved(view),
        "date_href": reverse("notices:date", args=[view.reference]),
    }


def page(view: NoticeView, now: datetime) -> dict[str, Any]:
    """The ward's page of one notice."""
    return {
        "reference": view.reference,
        "person": view.person,
        "to": view.to,
        "stands": view.stands,
        "moved": _moved(view),
        "standing": standing(view, now),
        "answers": [answer_card(answer, now) for answer in view.answers],
        "letter": letter(view),
        "back": reverse("notices:list", args=[view.stay_id]),
        "request_href": ""
        if view.outside_email
        else reverse("requests:sent-one", args=[view.reference]),
    }


def _moved(view: NoticeView) -> str:
    if not view.date_moved or view.stay_expected is None:
        return ""
    return (
        f"The ward now expects {date_words(view.stay_expected)}. "
        f"This council still has {date_words(view.expected)}."
    )
