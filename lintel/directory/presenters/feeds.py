"""Words and rows for the feeds' pages."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from lintel.directory.feeds.rules import GONE, GONE_HELD
from lintel.directory.queries.feeds import FeedRow
from lintel.directory.states import FeedVersion, RunState
from lintel.web.words import datetime_words

if TYPE_CHECKING:
    from lintel.directory.models import Feed, FeedFault, FeedRun

COLOURS = {RunState.RUNNING: "blue", RunState.DONE: "green", RunState.STOPPED: "red"}
COLUMNS = [
    {"text": "Directory"},
    {"text": "Entries here", "numeric": True},
    {"text": "State"},
    {"text": "Last read"},
    {"text": "Kept out", "numeric": True},
]
RUN_COLUMNS = [
    {"text": "Began"},
    {"text": "State"},
    *({"text": word, "numeric": True} for word in ("Read", "New", "Changed", "Same")),
    *({"text": word, "numeric": True} for word in ("Kept out", "Mended", "Gone")),
]
FAULT_COLUMNS = [{"text": "Entry"}, {"text": "What was wrong"}, {"text": "What was done"}]
EXPORT_COLUMNS = ["Id in the feed", "Name", "Rule", "What was wrong", "What was done"]


def state_words(run: "FeedRun | None") -> str:
    """How a run stands."""
    if run is None:
        return "Not read yet"
    return {
        RunState.RUNNING: "Being read",
        RunState.DONE: "Read",
        RunState.STOPPED: "Broke off",
    }[RunState(run.state)]


def feed_row(row: FeedRow) -> list[Any]:
    """A feed in the list."""
    run = row.run
    return [
        {"text": row.feed.name, "href": reverse("directory:feed", args=[row.feed.pk])},
        f"{row.entries:,}",
        "Stopped" if not row.feed.active else "Waits for you" if row.waits else state_words(run),
        datetime_words(run.started) if run else "",
        f"{run.kept_out:,}" if run else "",
    ]


def run_row(run: "FeedRun") -> list[Any]:
    """A run in the history of its feed."""
    counts = (run.read, run.added, run.changed, run.unchanged, run.kept_out, run.mended, run.gone)
    return [
        {
            "text": datetime_words(run.started),
            "href": reverse("directory:feed-run", args=[run.feed_id, run.pk]),
        },
        state_words(run),
        *(f"{count:,}" for count in counts),
    ]


def feed_facts(feed: "Feed") -> list[dict[str, Any]]:
    """What is known of a feed, as rows of a summary."""
    days, hours = divmod(feed.every_hours, 24)
    often = f"Every {feed.every_hours} hours" if hours else "Every day"
    if not hours and days > 1:
        often = "Every week" if days == 7 else f"Every {days} days"
    return [
        {"key": "Address", "text": feed.url or "Comes as a file"},
        {"key": "Shape", "text": FeedVersion(feed.version).label},
        {"key": "Licence", "text": feed.licence or "Not stated"},
        {"key": "Read", "text": often if feed.active else "No longer: it was stopped"},
    ]


def run_facts(run: "FeedRun") -> list[dict[str, Any]]:
    """The counts of a run, as rows of a summary."""
    counts = (
        ("Read so far" if run.state == RunState.RUNNING else "Read", run.read),
        ("New", run.added),
        ("Changed", run.changed),
        ("Same as before", run.unchanged),
        ("Kept out", run.kept_out),
        ("Mended", run.mended),
        ("Gone, and taken out", run.gone),
    )
    return [
        {"key": "Began", "text": datetime_words(run.started)},
        {"key": "Ended", "text": _ended(run.ended)},
        *({"key": key, "text": f"{count:,}"} for key, count in counts),
    ]


def _ended(at: datetime | None) -> str:
    return datetime_words(at) if at else "Not yet"


def fault_row(fault: "FeedFault") -> list[Any]:
    """One fault of one entry."""
    done = "Kept out" if fault.kept_out else "Mended"
    if fault.code in {GONE, GONE_HELD}:
        done = "Taken out" if fault.code == GONE else "Waits for you"
    return [fault.name or fault.key or "No name", fault.words, done]
