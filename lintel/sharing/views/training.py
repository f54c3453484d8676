"""Training: who has it, who is due; recorded, read in from a list, ended with a reason."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lintel.kernel import once
from lintel.kernel.errors import Conflict, Invalid
from lintel.sharing import actions, policy, queries, training_file
from lintel.sharing import loop_words as words
from lintel.sharing.forms_training import (
    EndTrainingForm,
    ImportForm,
    RecordForm,
    TrainingFilter,
)
from lintel.sharing.views.common import number
from lintel.web import rescue
from lintel.web.http import LintelRequest
from lintel.web.lists import Sort, address, page_link, page_of, without
from lintel.web.spreadsheets import csv_answer
from lintel.web.words import count_words, listed

TICKS = 100
COPIED = 20_000
FAULTS_SHOWN = 20
LARGEST_FILE = 1_000_000


def _asked(request: LintelRequest) -> dict[str, Any]:
    """How the list is narrowed and sorted; what makes no sense narrows nothing."""
    sort = Sort.of(request, {"name", "until"}, "until")
    return {
        "words": request.GET.get("q", "").strip()[:100],
        "team_id": number(request.GET.get("team", "")),
        "state": request.GET.get("state", ""),
        "sort": sort.key,
        "down": sort.down,
    }


@require_safe
@never_cache
def training(request: LintelRequest) -> HttpResponse:
    """Who has which training, who is due within 60 days, who has lapsed."""
    policy.keep_training(request.actor)
    asked = _asked(request)
    page = page_of(
        request,
        queries.trained(request.actor, request.now, **asked).select_related("user", "agency"),
    )
    today = timezone.localdate(request.now)
    teams = [(str(t.pk), t.name) for t in queries.teams_kept(request.actor, request.now)]
    form = TrainingFilter(
        {"state": asked["state"], "team": request.GET.get("team", "")}, teams=teams
    )
    labels = {"state": dict(words.STATE_CHOICES), "team": dict(teams)}
    selected = [
        {"text": labels[name][value], "href": without(request, name, value)}
        for name in ("state", "team")
        if (value := request.GET.get(name, "")) and value in labels[name]
    ]
    context = {
        "rows": [
            words.training_cells(row, today)
            for row in queries.training_rows(request.actor, list(page), request.now)
        ],
        "page": page,
        "page_link": page_link(request),
        "sort": Sort.of(request, {"name", "until"}, "until"),
        "words": asked["words"],
        "filter": form,
        "selected": selected,
        "clear": reverse("sharing:training"),
        "counts": queries.training_counts(request.actor, request.now),
        "copy": _with_query(request, "sharing:training-copy"),
        "record": _with_query(request, "sharing:training-record"),
    }
    return render(request, "sharing/training.html", context)


def _with_query(request: LintelRequest, page: str) -> str:
    """Another page of the same list: narrowed and sorted as this one."""
    return reverse(page) + address(request, page=None).removeprefix(request.path)


@require_safe
@never_cache
def copy(request: LintelRequest) -> HttpResponse:
    """The list, narrowed as on the page, as a file."""
    policy.keep_training(request.actor)
    found = queries.trained(request.actor, request.now, **_asked(request)).select_related(
        "user", "agency"
    )
    rows = queries.training_rows(request.actor, list(found[:COPIED]), request.now)
    return csv_answer("training", words.COPY_HEADER, words.training_copy(rows))


@require_http_methods(["GET", "POST"])
@never_cache
def record(request: LintelRequest) -> HttpResponse:
    """Record one course for those who are ticked."""
    policy.keep_training(request.actor)
    asked = _asked(request) | {"sort": "name", "down": False}
    found = queries.trained(request.actor, request.now, **asked)
    shown = list(found[:TICKS])
    choices = [(one.pk, f"{one.name}, {one.job_title}") for one in shown]
    chosen = number(request.GET.get("worker", ""))
    if chosen is not None:
        one = queries.training_of(request.actor, chosen, request.now)[0]
        choices = [(one.pk, f"{one.name}, {one.job_title}")]
    initial = rescue.initial(request) or {"worker_ids": [chosen] if chosen else []}
    form = RecordForm(request.POST or None, workers=choices, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            done = once.run(
                request.actor,
                "sharing.training_record",
                form.once_token,
                lambda: actions.record_training(
                    request.actor, now=request.now, **form.cleaned_data
                ),
            )
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            messages.success(request, f"Recorded for {count_words(done, 'worker', 'workers')}.")
            return redirect("sharing:training")
    context = {
        "form": form,
        "words": asked["words"],
        "more": chosen is None and found.count() > TICKS,
        "ticks": TICKS,
        "is_one": chosen is not None,
        "is_empty": not choices,
    }
    return render(request, "sharing/training_record.html", context)


@require_safe
@never_cache
def one(request: LintelRequest, worker_id: int) -> HttpResponse:
    """All the training of one worker, with what can be corrected."""
    policy.keep_training(request.actor)
    worker, rows = queries.training_of(request.actor, worker_id, request.now)
    (state,) = queries.loop_states(type(worker).objects.filter(pk=worker.pk), request.now)
    today = timezone.localdate(request.now)
    context = {
        "worker": worker,
        "state": state,
        "why": words.why_they(state),
        "rows": [words.training_line(row, today) for row in rows],
        "coming": [words.coming_to(one) for one in state.lapses],
    }
    return render(request, "sharing/training_one.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def end(request: LintelRequest, worker_id: int, number: int) -> HttpResponse:
    """Say that a training doesn't count, and why."""
    policy.keep_training(request.actor)
    worker, rows = queries.training_of(request.actor, worker_id, request.now)
    chosen = next((row for row in rows if row.pk == number), None)
    if chosen is None:
        return redirect("sharing:training-one", worker.pk)
    form = EndTrainingForm(request.POST or None, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_training(
                request.actor, training_id=chosen.pk, now=request.now, **form.cleaned_data
            )
        except Invalid as wrong:
            form.take(wrong.errors)
        except Conflict as conflict:
            form.take({"": conflict.words})
        else:
            messages.success(request, f"It no longer counts. {worker.name} is told.")
            return redirect("sharing:training-one", worker.pk)
    context = {"form": form, "worker": worker, "training": chosen}
    return render(request, "sharing/training_end.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def read_in(request: LintelRequest) -> HttpResponse:
    """Record a whole list: all of it, or nothing, with what is wrong by row."""
    policy.keep_training(request.actor)
    form = ImportForm(request.POST or None, request.FILES or None, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        text, fault = _text(form)
        if not fault:
            form = ImportForm({**request.POST.dict(), "rows": text})
            form.is_valid()
            allowed = queries.training_kept(request.actor, request.now).values_list(
                "user__email", "pk"
            )
            workers = {email.lower(): pk for email, pk in allowed}
            found = training_file.read(text, workers, request.now)
            for words_of in found.faults[:FAULTS_SHOWN]:
                form.add_error("rows", words_of)
            if len(found.faults) > FAULTS_SHOWN:
                form.add_error("rows", f"And {len(found.faults) - FAULTS_SHOWN} more")
            if not found.faults:
                return _recorded(request, form, found.done)
        else:
            form.add_error("file", fault)
    return render(request, "sharing/training_import.html", {"form": form})


def _text(form: ImportForm) -> tuple[str, str]:
    """What the list says, and what is wrong with the file."""
    file = form.cleaned_data.get("file")
    if file is None:
        return form.cleaned_data["rows"], ""
    if file.size > LARGEST_FILE:
        return "", "The file is larger than 1 MB"
    try:
        return file.read().decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return "", "The file isn’t plain text. Save it as CSV (UTF-8) and choose it again"


def _recorded(request: LintelRequest, form: ImportForm, done: list[actions.Done]) -> HttpResponse:
    try:
        count = once.run(
            request.actor,
            "sharing.training_import",
            form.once_token,
            lambda: actions.record_trainings(request.actor, done=done, now=request.now),
        )
    except Invalid as wrong:
        form.take({"rows": listed(wrong.errors.values())})
        return render(request, "sharing/training_import.html", {"form": form})
    messages.success(request, f"{count_words(count, 'row', 'rows')} recorded.")
    return redirect("sharing:training")
