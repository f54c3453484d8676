"""Pages of the partnership lead about feeds: other directories that are read into this one."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lintel.directory import policy
from lintel.directory.actions import feeds as actions
from lintel.directory.feeds import rounds
from lintel.directory.feeds.rules import GONE_HELD
from lintel.directory.forms.feeds import FaultFilter, FeedForm, StopForm
from lintel.directory.presenters import feeds as words
from lintel.directory.queries import feeds as queries
from lintel.directory.states import RunState
from lintel.kernel import once
from lintel.kernel.errors import Conflict, Invalid
from lintel.web import rescue
from lintel.web.http import LintelRequest
from lintel.web.lists import address, page_link, page_of
from lintel.web.spreadsheets import csv_answer

if TYPE_CHECKING:
    from lintel.directory.models import Feed

NOW_READ = "It is being read now. Look again in a moment."


@require_safe
def feeds(request: LintelRequest) -> HttpResponse:
    """All feeds, with how each was last read."""
    rows = [words.feed_row(row) for row in queries.feeds(request.actor)]
    return render(request, "directory/feeds/list.html", {"rows": rows, "columns": words.COLUMNS})


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: LintelRequest) -> HttpResponse:
    """Add a feed; its first reading begins at once."""
    policy.keep_feeds(request.actor)
    form = FeedForm(request.POST or None, initial={"every_hours": 24} | rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            feed_id = once.run(
                request.actor,
                "directory.add_feed",
                form.once_token,
                lambda: actions.add_feed(request.actor, now=request.now, **form.cleaned_data),
            )
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            messages.success(request, f"The feed is added. {NOW_READ}")
            return redirect("directory:feed", feed_id)
    return render(request, "directory/feeds/add.html", {"form": form})


@require_safe
def feed(request: LintelRequest, feed_id: int) -> HttpResponse:
    """One feed with its history."""
    found = queries.feed(request.actor, feed_id)
    page = page_of(request, queries.runs(request.actor, feed_id))
    context = {
        "feed": found,
        "facts": words.feed_facts(found),
        "page": page,
        "page_link": page_link(request),
        "columns": words.RUN_COLUMNS,
        "rows": [words.run_row(run) for run in page],
        "running": any(run.state == RunState.RUNNING for run in page),
        "held": rounds.held_run(feed_id),
    }
    return render(request, "directory/feeds/feed.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: LintelRequest, feed_id: int) -> HttpResponse:
    """Change what is known of a feed."""
    found = queries.feed(request.actor, feed_id)
    form = FeedForm(request.POST or None, initial=_values(found) | rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_feed(
                request.actor, feed_id=feed_id, now=request.now, **form.cleaned_data
            )
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            messages.success(request, "The feed is changed.")
            return redirect("directory:feed", feed_id)
    return render(request, "directory/feeds/change.html", {"form": form, "feed": found})


def _values(found: "Feed") -> dict[str, Any]:
    return {name: getattr(found, name) for name in FeedForm.base_fields}


@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: LintelRequest, feed_id: int) -> HttpResponse:
    """Ask what becomes of a feed's entries, and stop it."""
    found = queries.feed(request.actor, feed_id)
    if not found.active:
        raise Conflict("This feed was stopped before.")
    form = StopForm(request.POST or None, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        take_out = form.cleaned_data["entries"] == "take_out"
        actions.stop_feed(request.actor, feed_id=feed_id, take_out=take_out, now=request.now)
        messages.success(
            request,
            "The feed is stopped. Its entries are being taken out."
            if take_out
            else "The feed is stopped. Its entries stay as they are.",
        )
        return redirect("directory:feed", feed_id)
    return render(request, "directory/feeds/stop.html", {"form": form, "feed": found})


@require_POST
def restart(request: LintelRequest, feed_id: int) -> HttpResponse:
    """Read a stopped feed again."""
    actions.restart_feed(request.actor, feed_id=feed_id, now=request.now)
    messages.success(request, "The feed is started again.")
    return redirect("directory:feed", feed_id)


@require_POST
def read_now(request: LintelRequest, feed_id: int) -> HttpResponse:
    """Read a feed before its time."""
    run_id = actions.start_run(request.actor, feed_id=feed_id, now=request.now)
    messages.success(request, NOW_READ)
    return redirect("directory:feed-run", feed_id, run_id)


@require_safe
def run(request: LintelRequest, feed_id: int, run_id: int) -> HttpResponse:
    """One reading of a feed: how far it is, and its faults by entry."""
    found = queries.run(request.actor, feed_id, run_id)
    counts = dict(queries.counted(request.actor, run_id))
    form = FaultFilter(request.GET, counts=counts)
    code, kept_out = _chosen(form)
    page = page_of(request, queries.faults(request.actor, run_id, code=code, kept_out=kept_out))
    held = rounds.held_run(feed_id)
    context = {
        "run": found,
        "feed": found.feed,
        "running": found.state == RunState.RUNNING,
        "state": words.state_words(found),
        "colour": words.COLOURS[RunState(found.state)],
        "facts": words.run_facts(found),
        "form": form,
        "selected": _selected(request, form),
        "page": page,
        "page_link": page_link(request),
        "columns": words.FAULT_COLUMNS,
        "rows": [words.fault_row(fault) for fault in page],
        "any": sum(counts.values()),
        "query": request.GET.urlencode(),
        "held": counts.get(GONE_HELD, 0) if held and held.pk == run_id else 0,
    }
    return render(request, "directory/feeds/run.html", context)


@require_safe
def faults_file(request: LintelRequest, feed_id: int, run_id: int) -> HttpResponse:
    """The same list as a file."""
    queries.run(request.actor, feed_id, run_id)
    form = FaultFilter(request.GET, counts=dict(queries.counted(request.actor, run_id)))
    code, kept_out = _chosen(form)
    rows = queries.exported(request.actor, run_id, code=code, kept_out=kept_out)
    return csv_answer(f"feed-{feed_id}-reading-{run_id}", words.EXPORT_COLUMNS, rows)


@require_POST
def take_out(request: LintelRequest, feed_id: int, run_id: int) -> HttpResponse:
    """Take out what a reading found gone and held back."""
    actions.take_out_gone(request.actor, feed_id=feed_id, run_id=run_id, now=request.now)
    messages.success(request, "They are being taken out. Look again in a moment.")
    return redirect("directory:feed-run", feed_id, run_id)


def _chosen(form: FaultFilter) -> tuple[str, bool | None]:
    """The rule, and whether kept out; what can't be chosen is no choice."""
    form.is_valid()
    given = getattr(form, "cleaned_data", {})
    outcome = given.get("outcome", "")
    return given.get("code", ""), {"kept_out": True, "mended": False}.get(outcome)


def _selected(request: LintelRequest, form: FaultFilter) -> list[dict[str, str]]:
    given = getattr(form, "cleaned_data", {})
    found = []
    for name in ("outcome", "code"):
        if value := given.get(name):
            text = dict(form.fields[name].choices)[value]  # type: ignore[attr-defined]
            href = address(request, **{name: None, "page": None})
            found.append({"text": str(text), "href": href})
    return found
