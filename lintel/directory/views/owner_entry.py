"""An entry's own page, and keeping it true: checks, quick facts, who keeps it, in and out."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lintel.directory.actions import drafting, reviewing, upkeep
from lintel.directory.entry import Capacity, Closure, Waiting
from lintel.directory.forms.entry_acts import HandOverForm, QuickClosureForm, WithdrawForm
from lintel.directory.forms.entry_offer import WaitingForm
from lintel.directory.presenters import entry_page, versions
from lintel.directory.presenters import own as present
from lintel.directory.queries import own, own_choices
from lintel.directory.queries.one import reports_of
from lintel.directory.states import ServiceState, VersionState
from lintel.directory.views.owner_common import attempt, entry_of
from lintel.kernel.errors import NotFound
from lintel.web import rescue
from lintel.web.http import LintelRequest
from lintel.web.words import date_words


@require_safe
def entry(request: LintelRequest, service_id: UUID) -> HttpResponse:
    """Where the entry stands, what needs doing, and every way on."""
    found = entry_of(request, service_id)
    today = timezone.localdate(request.now)
    state = found.open.state if found.open else None
    service = found.service
    context = {
        "found": found,
        "service": service,
        "tags": present.tags(service.state, state),
        "alerts": present.to_do(found, today),
        "tasks": present.tasks(found),
        "reports": [
            entry_page.report(one)
            for one in (reports_of(request.actor, service_id) if found.keeps else [])
        ],
        "misrouted": present.misrouted(own.misrouted(service)) if found.misroutes else [],
        "facts": present.facts(found, today),
        "quick_facts": present.quick_facts(found, today),
        "is_published": service.state == ServiceState.PUBLISHED,
        "is_withdrawn": service.state == ServiceState.WITHDRAWN,
        "is_writing": state in {VersionState.DRAFT, VersionState.RETURNED},
        "is_in_review": state == VersionState.IN_REVIEW,
        "may_write": found.keeps and service.feed_id is None,
        "public_page": present.public_page(service.pk, service.slug),
        "restores": found.open.restores if found.open else None,
    }
    return render(request, "directory/own/entry.html", context)


@require_POST
def draft(request: LintelRequest, service_id: UUID) -> HttpResponse:
    """Open a draft of what is published, to write in."""
    drafting.open_draft(request.actor, service_id=service_id, now=request.now)
    messages.success(
        request, "Here is a draft. The directory shows the old text until it is published"
    )
    return redirect("directory:own-entry", service_id)


@require_POST
def check(request: LintelRequest, service_id: UUID) -> HttpResponse:
    """I have checked this: nothing has changed."""
    upkeep.check(request.actor, service_id=service_id, now=request.now)
    day = date_words(timezone.localdate(request.now))
    messages.success(request, f"Checked on {day}. Thank you")
    return redirect("directory:own-entry", service_id)


@require_http_methods(["GET", "POST"])
def waiting(request: LintelRequest, service_id: UUID) -> HttpResponse:
    """Say how long people wait and how many places there are: published at once."""
    found = entry_of(request, service_id)
    if found.published is None:
        raise NotFound
    shown = found.published
    initial = rescue.initial(request) or WaitingForm.initial_of(shown, found.service.audience)
    form = WaitingForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.values(shown)
        wait, places = values["waiting"], values["capacity"]
        done = attempt(
            form,
            lambda: upkeep.say_waiting(
                request.actor,
                service_id=service_id,
                waiting=Waiting.model_validate(wait) if wait else None,
                capacity=Capacity.model_validate(places) if places else None,
                now=request.now,
            ),
        )
        if done:
            messages.success(request, "Published: waiting and places")
            return redirect("directory:own-entry", service_id)
    return render(request, "directory/own/waiting.html", {"form": form, "found": found})


@require_http_methods(["GET", "POST"])
def closed(request: LintelRequest, service_id: UUID) -> HttpResponse:
    """Say on which days it is shut: published at once."""
    found = entry_of(request, service_id)
    if found.published is None:
        raise NotFound
    form = QuickClosureForm(request.POST or None, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        closure = Closure(first=given["first"], last=given["last"], why=given["why"])
        done = attempt(
            form,
            lambda: upkeep.close_for(
                request.actor, service_id=service_id, closure=closure, now=request.now
            ),
        )
        if done:
            messages.success(request, f"Published: closed {versions.closure_words(closure)}")
            return redirect("directory:own-entry", service_id)
    closures = [
        {
            "words": versions.closure_words(one),
            "first": one.first.isoformat(),
            "last": one.last.isoformat(),
        }
        for one in found.published.entry.closures
        if one.last >= timezone.localdate(request.now)
    ]
    context = {"form": form, "found": found, "closures": closures}
    return render(request, "directory/own/closed.html", context)


@require_POST
def reopen(request: LintelRequest, service_id: UUID) -> HttpResponse:
    """Take a closure back."""
    first = _day(request.POST.get("first", ""))
    last = _day(request.POST.get("last", ""))
    if first is None or last is None:
        raise NotFound
    upkeep.reopen(request.actor, service_id=service_id, first=first, last=last, now=request.now)
    messages.success(request, "The closure is taken back: it opens by its hours")
    return redirect("directory:own-entry", service_id)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


@require_http_methods(["GET", "POST"])
def hand_over(request: LintelRequest, service_id: UUID) -> HttpResponse:
    """Give the entry to another owner, or another deputy."""
    found = entry_of(request, service_id)
    able = own_choices.successors(request.actor, found.service, request.now)
    initial = rescue.initial(request) or {
        "owner": str(found.service.owner_id or ""),
        "deputy": str(found.service.deputy_id or ""),
    }
    form = HandOverForm(request.POST or None, workers=able, initial=initial)
    if request.method == "POST" and form.is_valid():
        deputy = form.cleaned_data["deputy"]
        done = attempt(
            form,
            lambda: upkeep.hand_over(
                request.actor,
                service_id=service_id,
                owner_id=int(form.cleaned_data["owner"]),
                deputy_id=int(deputy) if deputy else None,
                now=request.now,
            ),
        )
        if done:
            messages.success(request, "Handed over. The new owner is told")
            still = own.still_sees(request.actor, service_id, today=timezone.localdate(request.now))
            return (
                redirect("directory:own-entry", service_id) if still else redirect("directory:own")
            )
    return render(request, "directory/own/hand_over.html", {"form": form, "found": found})


@require_http_methods(["GET", "POST"])
def withdraw(request: LintelRequest, service_id: UUID) -> HttpResponse:
    """Take the entry out of the directory."""
    found = entry_of(request, service_id)
    form = WithdrawForm(request.POST or None, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: reviewing.withdraw(
                request.actor,
                service_id=service_id,
                why=form.cleaned_data["why"],
                now=request.now,
            ),
        )
        if done:
            messages.success(request, "The entry is out of the directory. You can bring it back")
            return redirect("directory:own-entry", service_id)
    return render(request, "directory/own/withdraw.html", {"form": form, "found": found})


@require_POST
def bring_back(request: LintelRequest, service_id: UUID) -> HttpResponse:
    """Put the entry back as it was published last."""
    reviewing.bring_back(request.actor, service_id=service_id, now=request.now)
    messages.success(request, "The entry is back in the directory. Check that it is still true")
    return redirect("directory:own-entry", service_id)
