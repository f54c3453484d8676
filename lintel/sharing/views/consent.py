"""Consent: what was agreed, confirming it for one's own agency, taking it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lintel.people import queries as people
from lintel.sharing import actions, presenters, queries
from lintel.sharing.forms_consent import WithdrawForm
from lintel.web import rescue
from lintel.web.http import LintelRequest, public


@require_safe
@never_cache
def history(request: LintelRequest, person_id: int) -> HttpResponse:
    """What the person said about sharing, the latest first."""
    person = people.person(request.actor, person_id)
    views = queries.consents_for(request.actor, person_id, now=request.now)
    context = {
        "person": presenters.about(person),
        "consents": presenters.history(request.actor, views, request.now),
    }
    return render(request, "sharing/consents.html", context)


@require_safe
@never_cache
def waiting(request: LintelRequest) -> HttpResponse:
    """What waits for the worker's agency to confirm it."""
    found = queries.waiting(request.actor, now=request.now)
    return render(request, "sharing/waiting.html", {"waiting": found})


@public
@require_safe
def what_we_ask(request: LintelRequest) -> HttpResponse:
    """What is asked about sharing, in plain words, to read together or to hand over."""
    return render(request, "sharing/what_we_ask.html", {"large": "large" in request.GET})


@require_safe
@never_cache
def one(request: LintelRequest, person_id: int, consent_id: int) -> HttpResponse:
    """One conversation and its answers, and the scans of the form that was signed."""
    context = shown(request, person_id, consent_id)
    kept = queries.papers(request.actor, [one["id"] for one in context["purposes"]])
    return render(request, "sharing/consent.html", {**context, "papers": kept})


@require_safe
@never_cache
def summary(request: LintelRequest, person_id: int, consent_id: int) -> HttpResponse:
    """The same in plain words, to print and give to the person."""
    context = shown(request, person_id, consent_id, yours=True)
    return render(request, "sharing/summary.html", context | {"large": "large" in request.GET})


def shown(
    request: LintelRequest, person_id: int, consent_id: int, *, yours: bool = False
) -> dict[str, Any]:
    """What the pages about one conversation show; `yours`: to the person. Raises NotFound."""
    person = people.person(request.actor, person_id)
    views = queries.conversation(request.actor, consent_id, person_id=person_id, now=request.now)
    open_ = [v for v in views if v.withdrawn is None and v.until > request.now and not v.refused]
    to_confirm = [v for v in open_ if queries.waits_for_me(request.actor, v)]
    return {
        "person": presenters.about(person),
        "consent": next(v for v in views if v.id == consent_id),
        "purposes": presenters.by_purpose(views, request.now, yours=yours),
        "status": presenters.whole_status(views, request.now),
        "rows": presenters.conversation(views),
        "confirms": [{"id": v.id, "purpose": v.purpose_words} for v in to_confirm],
        "open": [(str(v.id), v.purpose_words) for v in open_],
        "over": not open_,
        "refused": all(v.refused for v in views),
        "withdrawn": all(v.withdrawn for v in views),
        "mine": views[0].owner_id == request.actor.agency_id,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def withdraw(request: LintelRequest, person_id: int, consent_id: int) -> HttpResponse:
    """The person takes it back: all of it, or for some purposes."""
    context = shown(request, person_id, consent_id)
    open_ = context["open"]
    form = WithdrawForm(request.POST or None, purposes=open_, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data.get("purposes") or [number for number, _ in open_]
        actions.withdraw_conversation(
            request.actor,
            now=request.now,
            person_id=person_id,
            consent_ids=[int(number) for number in chosen] or [consent_id],
            words=form.cleaned_data["words"],
        )
        rest = len(open_) > len(chosen) > 0
        what = "what they took back" if rest else "this consent"
        messages.success(request, f"Taken back. Nobody sees anything by {what} any more")
        # The worker may have seen the person by this consent alone.
        seen = people.names(request.actor, [person_id])
        return redirect("sharing:consents", person_id) if seen else redirect("home")
    return render(request, "sharing/withdraw.html", {**context, "form": form})


@require_POST
def confirm(request: LintelRequest, person_id: int, consent_id: int) -> HttpResponse:
    """Confirm what another agency wrote down about one's own agency's record."""
    actions.confirm_answers(
        request.actor, now=request.now, person_id=person_id, consent_id=consent_id
    )
    messages.success(request, "Confirmed. The team can see what the person agreed to")
    return redirect("sharing:consent-one", person_id, consent_id)
