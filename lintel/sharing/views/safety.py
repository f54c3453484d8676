"""Opening what others hold about a person, for safety; agreeing to it; and what was opened."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lintel.kernel.errors import Invalid, NotFound
from lintel.kernel.sight.states import Category
from lintel.people import queries as people
from lintel.sharing import actions, presenters, queries
from lintel.sharing import presenters_safety as words
from lintel.sharing.forms_safety import AgreeForm, AskAnotherForm, SafetyForm
from lintel.sharing.policy import may_look_up
from lintel.sharing.states import OverrideReason
from lintel.sharing.words import tabs
from lintel.web import lists, rescue
from lintel.web.http import LintelRequest


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def override(request: LintelRequest, person_id: int) -> HttpResponse:
    """Say why it can't wait, and what is needed."""
    person = people.person(request.actor, person_id)
    holders = queries.emergency_holders(request.actor, now=request.now)
    form = SafetyForm(
        request.POST or None,
        holders=holders,
        seconds=queries.seconds(request.actor, now=request.now),
        initial=rescue.initial(request),
    )
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            with transaction.atomic():
                made = actions.open_override(
                    request.actor,
                    now=request.now,
                    person_id=person_id,
                    holder_ids=[int(h) for h in typed["holders"]],
                    categories=[Category(int(c)) for c in typed["categories"]],
                    reason=OverrideReason(typed["reason"]),
                    words=typed["words"],
                    hours=int(typed["hours"]),
                    second_id=int(typed["second"]) if typed.get("second") else None,
                    key=form.once_token,
                )
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            rows = [queries.override(request.actor, number) for number in made]
            waits = [row for row in rows if row.waits]
            said = "Open for safety. It closes by itself"
            if waits:
                said += ". What needs a second worker opens when they agree"
            messages.success(request, said)
            if waits:
                return redirect("sharing:safety-one", waits[0].id)
            return redirect("people:person", person_id)
    context = {"person": presenters.about(person), "form": form, "nobody": not holders}
    return render(request, "sharing/safety.html", context)


@require_POST
def end(request: LintelRequest, person_id: int, override_id: int) -> HttpResponse:
    """Close it before its time."""
    actions.end_override(request.actor, now=request.now, override_id=override_id)
    messages.success(request, "Closed")
    seen = people.names(request.actor, [person_id])
    return redirect("people:person", person_id) if seen else redirect("sharing:safety")


@require_safe
@never_cache
def home(request: LintelRequest) -> HttpResponse:
    """What the worker is asked to agree to, was told of, and opened themselves."""
    actor, now = request.actor, request.now
    told = lists.page_of(request, queries.told_of(actor))
    rows = queries.override_rows(actor, told.object_list)
    new = queries.unseen(actor)
    mine = queries.override_rows(actor, queries.mine(actor, now=now)[:25])
    return render(
        request,
        "sharing/safety_home.html",
        {
            "tabs": tabs(actor, "safety"),
            "asks": [words.ask_line(a) for a in queries.asks_open(actor, now)],
            "told": [words.line(row, now, new=row.id in new) for row in rows],
            "page": told,
            "page_link": lists.page_link(request),
            "mine": [words.line(row, now, by=False) for row in mine],
        },
    )


@require_safe
@never_cache
def one(request: LintelRequest, override_id: int) -> HttpResponse:
    """One override, for whoever opened it, was told of it, or answers for either agency."""
    actor, now = request.actor, request.now
    row = actions.read_override(actor, now=now, override_id=override_id)
    asks = queries.asks_of(actor, row.id) if row.second else []
    mine, over = row.worker_id == actor.worker_id, row.ends <= now
    leads = may_look_up(actor)
    holds = leads and actor.agency_id == row.holder_id
    refused = any(a.yes is False for a in asks)
    return render(
        request,
        "sharing/safety_one.html",
        {
            "row": row,
            "title": row.person or words.SOMEBODY,
            "tag": words.status(row, now),
            "facts": words.facts(row),
            "second": words.second(row, asks) if row.second else [],
            "found": words.found(row),
            "looked": words.looked(queries.looked_at(actor, row)) if leads else None,
            "in_sight": bool(people.names(actor, [row.person_id])),
            "may_close": mine and not over,
            "may_ask": mine and not over and row.waits and not refused,
            "may_review": holds and over and row.review is None and not mine,
            "may_tell": holds and row.review is not None and row.review.told is None,
            "waits_for_end": holds and not over,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask_another(request: LintelRequest, override_id: int) -> HttpResponse:
    """Ask somebody else, where who was asked does not answer."""
    row = queries.override(request.actor, override_id)
    if row.worker_id != request.actor.worker_id:
        raise NotFound
    form = AskAnotherForm(
        request.POST or None, seconds=queries.seconds(request.actor, now=request.now)
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_another(
                request.actor,
                now=request.now,
                override_id=row.id,
                second_id=int(form.cleaned_data["second"]),
            )
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            messages.success(request, "They have been told")
            return redirect("sharing:safety-one", row.id)
    return render(request, "sharing/safety_ask_another.html", {"form": form, "row": row})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask(request: LintelRequest, second_id: int) -> HttpResponse:
    """The second worker reads what is asked, and answers."""
    actor, now = request.actor, request.now
    found = queries.asks(actor, second_id)
    if not found:
        raise NotFound
    first = found[0]
    together = [a for a in queries.asks(actor) if (a.asked_by, a.at) == (first.asked_by, first.at)]
    waiting = [a for a in together if queries.can_answer(a, now)]
    form = AgreeForm(request.POST or None, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_asks(
                actor,
                now=now,
                ask_ids=[a.id for a in waiting] or [second_id],
                agree=form.cleaned_data["agree"] == "yes",
                words=form.cleaned_data.get("words") or "",
            )
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            messages.success(request, "Thank you. They have been told")
            return redirect("sharing:safety")
    return render(
        request,
        "sharing/safety_ask.html",
        {
            "form": form,
            "facts": words.asked_facts(together),
            "waiting": bool(waiting),
            "answer": first,
        },
    )
