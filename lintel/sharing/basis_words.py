"""Words and shapes for the pages about sharing on another basis."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from lintel.sharing.queries import BasisView
from lintel.web.words import date_words, datetime_words, listed


def status(view: BasisView, now: datetime) -> dict[str, str]:
    """The tag: what became of it."""
    if view.ended and view.authorised is None:
        return {"text": "Not authorised", "colour": "grey"}
    if view.waits:
        if view.until <= now:
            return {"text": "Never decided", "colour": "grey"}
        return {"text": "Waits to be authorised", "colour": "yellow"}
    if view.counts(now):
        return {"text": "Shared now", "colour": "green"}
    return {"text": "Ended", "colour": "grey"}


def age(view: BasisView, now: datetime) -> str:
    """For how long the person has not been told, and when that is looked at again; "" if told."""
    if not view.untold:
        return ""
    days = view.days_untold(now)
    since = "Since today" if not days else f"For {days} day{'' if days == 1 else 's'}"
    if view.tell_review is None:
        return since
    late = " (overdue)" if view.tell_review < timezone.localdate(now) else ""
    return f"{since}; to be looked at again on {date_words(view.tell_review)}{late}"


def person_href(view: BasisView) -> str:
    """The page about the person's other bases."""
    return reverse("sharing:bases-of", args=[view.person_id])


def row(view: BasisView, now: datetime) -> dict[str, Any]:
    """One in a list."""
    return {
        "href": reverse("sharing:basis", args=[view.id]),
        "person": view.person,
        "title": f"{view.owner} tells {view.recipient}",
        "basis": view.basis.label,
        "what": listed(str(c.label) for c in view.categories),
        "when": date_words(view.recorded),
        "by": view.recorded_by,
        "until": date_words(view.until),
        "status": status(view, now),
        "age": age(view, now),
    }


def rows(view: BasisView) -> list[dict[str, Any]]:
    """The facts, as rows of a summary."""
    found: list[tuple[str, str]] = [
        ("Who tells", view.owner),
        ("Who is told", f"{view.recipient}, {view.recipient_agency}"),
        ("What", listed(str(c.label) for c in view.categories)),
        ("What it is for", view.purpose_words),
        ("What allows it", view.basis.label),
        ("The law", view.statute),
        ("Why", view.words),
        ("Until", date_words(view.until)),
        ("Written down", f"{datetime_words(view.recorded)}, {view.recorded_by}"),
        ("Whom the agreement names to authorise it", view.authoriser),
    ]
    if view.authorised:
        found += [
            ("Authorised", f"{datetime_words(view.authorised)}, {view.authorised_by}"),
            ("Why it is right", view.authorised_words),
        ]
    if view.ended:
        title = "Ended" if view.authorised else "Not authorised"
        found += [
            (title, f"{datetime_words(view.ended)}, {view.ended_by}"),
            ("Why then", view.ended_words),
        ]
    if view.told:
        found.append(
            ("The person was told", f"{date_words(view.told)}, written down by {view.told_by}")
        )
        found.append(("How", view.told_words))
    found.append(
        (
            "Why they were not told then" if view.told else "Why they can’t be told yet",
            view.not_told_words,
        )
    )
    if not view.told and view.tell_review:
        found.append(("Looked at again on", date_words(view.tell_review)))
    return [{"key": key, "text": text} for key, text in found if text]
