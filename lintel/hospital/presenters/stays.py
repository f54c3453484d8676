"""One stay in words."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse

from lintel.hospital.queries import Asked, StayView, StepView
from lintel.web.words import count_words, date_words, datetime_words, listed

STEP_COLOURS = {"open": "blue", "done": "green", "dropped": "grey"}
STATE_WORDS = {"open": "To do", "done": "Done", "dropped": "Not needed"}


def facts(one: StayView) -> list[dict[str, Any]]:
    """The rows of the summary."""
    rows = [
        {"key": "Ward", "text": f"{one.ward}, {one.owner}"},
        {"key": "Admitted", "text": datetime_words(one.admitted)},
        {"key": "Nights so far" if one.ended is None else "Nights", "text": str(one.nights)},
    ]
    if one.ended is None:
        rows.append({"key": "Expected to leave", "text": date_words(one.expected) or "Not known"})
    else:
        rows.append({"key": "Ended", "text": f"{datetime_words(one.ended)}. {one.ending}"})
        if one.ending_words:
            rows.append({"key": "More", "text": one.ending_words})
    rows.append({"key": "Works on their housing", "text": one.housing_worker or "Nobody"})
    return rows


def asked(one: Asked) -> list[dict[str, str]]:
    """The answers, as rows of a summary."""
    return [{"key": label, "text": text} for label, text in one.answers.items()]


def steps(one: StayView) -> list[dict[str, Any]]:
    """What is to be done: {"title", "href", "tag", "colour", "lines"}."""
    return [
        {
            "title": step.words,
            "href": reverse("hospital:step", args=[one.id, step.id]),
            "tag": "Late" if step.late else STATE_WORDS[step.state],
            "colour": "red" if step.late else STEP_COLOURS[step.state],
            "lines": _lines(step),
        }
        for step in one.steps
    ]


def _lines(step: StepView) -> str:
    said = f"{step.kind_words}. {step.who}{f', by {date_words(step.due)}' if step.due else ''}"
    if step.settled:
        said += f". {STATE_WORDS[step.state]} {date_words(step.settled)}, {step.settled_by}"
    return f"{said}. {step.outcome}" if step.outcome else said


def meetings(one: StayView, now: datetime) -> list[dict[str, Any]]:
    """The discharge meetings: {"title", "href", "text"}."""
    return [
        {
            "title": datetime_words(m.at) + (" (called off)" if m.cancelled else ""),
            "href": "" if m.cancelled else reverse("hospital:meeting", args=[one.id, m.id]),
            "text": f"{m.place}. {m.who}",
            "agreed": m.agreed,
            "past": m.at <= now,
        }
        for m in one.meetings
    ]


def times(one: StayView) -> list[list[str]]:
    """Wards and absences, newest first: what, from, until."""
    found = [(s.since, f"On {s.ward}", s.until) for s in one.spells]
    found += [
        (a.since, f"{a.kind_words}{f': {a.words}' if a.words else ''}", a.until)
        for a in one.absences
    ]
    return [
        [what, datetime_words(since), datetime_words(until) or "Still"]
        for since, what, until in sorted(found, key=lambda row: row[0], reverse=True)
    ]


def menu(one: StayView, *, on_ward: bool) -> list[dict[str, str]]:
    """What else can be done in the stay; `on_ward`: by somebody of the ward, and not beyond."""
    away = next((a for a in one.absences if a.until is None), None)
    going_on = [
        ("Expected to leave", "hospital:expected"),
        ("Give to somebody else", "hospital:give"),
        ("Move to another ward", "hospital:choose-ward"),
        ("Back on the ward", "hospital:back") if away else ("Off the ward", "hospital:away"),
        ("End the stay", "hospital:end"),
    ]
    found = [
        *(going_on if one.ended is None else []),
        ("Put the dates right", "hospital:dates"),
        *([("This person isn’t here", "hospital:mistake")] if on_ward else []),
    ]
    return [{"text": text, "href": reverse(name, args=[one.id])} for text, name in found]


def parts(stay_id: int, current: str) -> list[dict[str, Any]]:
    """The pages of a stay: itself, and those that other modules add."""
    found = []
    for text, name in (
        ("The stay", "hospital:stay"),
        ("Notices to councils", "notices:list"),
        ("Ready and waiting", "hospital-waiting:stay"),
    ):
        try:
            href = reverse(name, args=[stay_id])
        except NoReverseMatch:
            continue
        found.append({"text": text, "href": href, "current": name == current})
    return found


def taken_back(missed: Sequence[str]) -> str:
    """What is said once a stay was taken back; `missed`: councils whose part was closed."""
    done = "Taken back. You don’t see this person any more because of it"
    if not missed:
        return done
    return f"{done}. Ring {listed(missed)}: their part was closed already, and they were not told"


def before_the_end(waits: Sequence[StepView]) -> str:
    """What is still to do, said before the stay ends."""
    if not waits:
        return ""
    return f"Still to do: {count_words(len(waits), 'step')}. {listed(s.words for s in waits)}."
