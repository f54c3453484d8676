"""Words and shapes for the pages about sharing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.urls import reverse
from django.utils import timezone

from lintel.kernel.actor import Actor
from lintel.people.queries import PersonView
from lintel.sharing import queries
from lintel.sharing.queries import ConsentView, LineView, RecordRow
from lintel.sharing.states import YOURS, Capacity
from lintel.web.words import date_words, datetime_words, listed

# Without the rows' own numbers: the gaps between them count what others looked at meanwhile.
COPY_COLUMNS = (
    "When",
    "Worker",
    "Agency",
    "Through system",
    "What was done",
    "About",
    "Whose record",
    "What was seen",
    "Why the worker could",
    "Purpose",
    "Request",
    "Page",
)


def until_moment(lasts: str, until: date | None, given: date) -> datetime:
    """When consent ends: at the end of the day chosen, or so many months after it was given."""
    day = until if lasts == "date" and until else given + relativedelta(months=int(lasts))
    # A year to the day, at most.
    day = min(day, given + timedelta(days=365)) if lasts == "12" else day
    return datetime.combine(day, time(23, 59), tzinfo=timezone.get_current_timezone())


def given_moment(given: date, now: datetime) -> datetime:
    """When they spoke: now for today, midday for a day before."""
    if given >= timezone.localdate(now):
        return now
    return datetime.combine(given, time(12), tzinfo=timezone.get_current_timezone())


def from_before(views: Iterable[ConsentView]) -> dict[str, str]:
    """The answers of an earlier conversation, to be asked again."""
    found: dict[str, str] = {}
    for view in views:
        for line in view.lines:
            to = recipient_key(line)
            name = f"may-{view.purpose}-{line.giver_id}-{to}-{int(line.category)}"
            found[name] = "yes" if line.answer else "no"
            if line.recipient_worker_id is not None:
                found[f"who-{to}"] = str(line.recipient_worker_id)
    return found


def recipient_key(line: LineView) -> str:
    """Who is told, as a part of a field's name (`forms_consent.Recipient.key`)."""
    if line.recipient_id is None:
        return f"a{line.recipient_agency_id}"
    return f"t{line.recipient_id}"


def status(view: ConsentView, now: datetime) -> dict[str, str]:
    """The tag: what became of what was said about one purpose."""
    if view.withdrawn:
        return {"text": "Taken back", "colour": "orange"}
    if view.refused:
        return {"text": "Said no", "colour": "grey"}
    if view.until <= now:
        return {"text": "Ended", "colour": "grey"}
    if view.in_force:
        return {"text": "In force", "colour": "green"}
    if any(line.waits for line in view.lines):
        return {"text": "Waits to be confirmed", "colour": "yellow"}
    return {"text": "Changed since", "colour": "grey"}


def whole_status(views: Sequence[ConsentView], now: datetime) -> dict[str, str]:
    """The tag of a whole conversation."""
    each = [status(view, now) for view in views]
    if any(one != each[0] for one in each) and any(view.withdrawn for view in views):
        return {"text": "Taken back in part", "colour": "orange"}
    return next((one for one in each if one["text"] == "In force"), each[0])


def pairs(view: ConsentView, *, yours: bool = False) -> list[dict[str, Any]]:
    """The answers by who tells whom. `yours`: as the person reads them."""
    grouped: dict[tuple[str, str], list[LineView]] = {}
    for line in view.lines:
        whom = f"{line.recipient} ({line.worker} only)" if line.worker else line.recipient
        grouped.setdefault((line.giver, whom), []).append(line)
    return [
        {
            "giver": giver,
            "recipient": recipient,
            "yes": [line_words(line, yours) for line in lines if line.answer],
            "no": [line_words(line, yours) for line in lines if not line.answer],
        }
        for (giver, recipient), lines in grouped.items()
    ]


def by_purpose(
    views: Sequence[ConsentView], now: datetime, *, yours: bool = False
) -> list[dict[str, Any]]:
    """What was said about each purpose, with what became of it."""
    return [
        {
            "id": view.id,
            "purpose": view.purpose_words,
            "status": status(view, now),
            "withdrawn": view.withdrawn,
            "pairs": pairs(view, yours=yours),
        }
        for view in views
    ]


def line_words(line: LineView, yours: bool = False) -> str:
    """The category, and what is odd about the answer."""
    words = YOURS[line.category] if yours else str(line.category.label)
    if line.waits:
        return f"{words} (waits until {line.giver} confirms it)"
    return words


def capacity_words(view: ConsentView) -> str:
    """Whether they could decide it, and how that was considered."""
    if view.capacity is None:
        return ""
    if view.capacity is Capacity.ASSESSED:
        return (
            f"Assessed for this decision by {view.capacity_by}"
            f" on {date_words(view.capacity_on)}. They could make it."
        )
    return f"{view.capacity.label}. {view.capacity_words}".strip()


def conversation(views: Sequence[ConsentView]) -> list[dict[str, Any]]:
    """The facts of a conversation, as rows of a summary."""
    view = views[0]
    rows: list[tuple[str, Any]] = [
        ("Spoken on", date_words(view.given)),
        ("Counts until", date_words(view.until)),
        ("What it is for", listed(one.purpose_words for one in views)),
        ("How they said it", view.said.label if view.said else ""),
        ("What they said", view.persons_words),
        ("How it was explained", view.explained.label),
        ("What they were told", view.explained_words),
        ("Language", view.language),
        ("Interpreter", view.interpreter),
        ("Who else was there", view.others_present),
        ("Whether they could decide", capacity_words(view)),
        ("Written down by", f"{view.recorded_by}, {view.owner}"),
    ]
    for one in views:
        if one.withdrawn:
            which = f" ({one.purpose_words})" if len(views) > 1 else ""
            heard = f"{datetime_words(one.withdrawn)}, heard by {one.withdrawn_by}"
            rows.append((f"Taken back{which}", heard))
            rows.append(("What they said then", one.withdrawn_words))
    return [{"key": key, "text": str(text)} for key, text in rows if text]


def history(actor: Actor, views: Iterable[ConsentView], now: datetime) -> list[dict[str, Any]]:
    """The conversations, each with where it leads."""
    return [
        {
            "id": group[0].id,
            "href": reverse("sharing:consent-one", args=[group[0].person_id, group[0].id]),
            "title": f"{date_words(group[0].given)},"
            f" {listed(view.purpose_words for view in group)}",
            "status": whole_status(group, now),
            "to": listed(sorted({line.recipient for view in group for line in view.lines})),
            "until": group[0].until,
            "waits": any(queries.waits_for_me(actor, v) and not v.withdrawn for v in group),
        }
        for group in queries.conversations(views)
    ]


def about(person: PersonView) -> dict[str, Any]:
    """The person for the top of a page."""
    return {
        "id": person.id,
        "name": person.name,
        "href": reverse("people:person", args=[person.id]),
    }


# The access record ----------------------------------------------------------------------------


def record_cells(row: RecordRow, *, by_worker: bool) -> list[Any]:
    """A row of the access record on a page."""
    who = listed(row.people) if by_worker else f"{row.worker} ({row.agency})"
    through = f", through {row.system}" if row.system else ""
    what = listed(row.categories) or "nothing"
    whose = f"{row.owner}: {what}" if row.owner else what
    purpose = f" For: {row.purpose}." if row.purpose else ""
    return [
        datetime_words(row.at),
        who,
        f"{row.verb.label}{through}.{purpose}",
        whose,
        "; ".join(row.why),
    ]


def copied(rows: Iterable[RecordRow], *, cut: bool) -> Iterator[Sequence[object]]:
    """The rows for a spreadsheet. `cut`: more rows exist than were taken."""
    yield from map(_values, rows)
    if cut:
        yield ("There is more: choose fewer days and take a second copy",)


def _values(row: RecordRow) -> tuple[object, ...]:
    return (
        timezone.localtime(row.at).isoformat(timespec="seconds"),
        row.worker,
        row.agency,
        row.system,
        row.verb.label,
        "; ".join(row.people),
        row.owner,
        "; ".join(row.categories),
        "; ".join(row.why),
        row.purpose,
        row.request_ref,
        row.page,
    )


def query_of(narrow: Mapping[str, str], before: int | None) -> str:
    """The address's query for the next page with the same narrowing."""
    from urllib.parse import urlencode

    kept = {key: value for key, value in narrow.items() if value}
    return urlencode({**kept, **({"before": before} if before else {})})
