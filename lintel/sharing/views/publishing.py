"""Publishing a version: who gains and loses by it, its date, what follows; and its reviews."""

from datetime import timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lintel.kernel.errors import Denied, Invalid, NotFound
from lintel.sharing import actions, policy
from lintel.sharing import presenters_agreement as words
from lintel.sharing.actions import publishing
from lintel.sharing.forms_agreement import PublishForm, ReviewForm
from lintel.sharing.queries import agreement_signing as signing
from lintel.sharing.queries import agreements as queries
from lintel.sharing.views.common import number as number_of
from lintel.sharing.views.drafting import FORM_METHODS, draft_of
from lintel.web import lists, plain, rescue
from lintel.web.http import LintelRequest
from lintel.web.words import date_words

# What the page calls kind, and so begins with.
TIME_TO_SIGN = timedelta(days=14)


@require_http_methods(FORM_METHODS)
@never_cache
def publish(request: LintelRequest, number: int) -> HttpResponse:
    """From when it counts; the last page before it can't be changed any more."""
    one = draft_of(request, number)
    kind = timezone.localdate(request.now) + TIME_TO_SIGN
    day = max(kind, publishing.first_day(request.now))
    first = {"effective": day, "review_due": day + relativedelta(years=1)}
    form = PublishForm(
        request.POST or None,
        ask_sure=request.method == "POST",
        initial=first | rescue.initial(request),
    )
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            with transaction.atomic():
                actions.publish(
                    request.actor,
                    now=request.now,
                    number=number,
                    effective=publishing.midnight(typed["effective"]),
                    review_due=typed["review_due"],
                    sure=bool(typed.get("sure")),
                )
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            messages.success(request, f"Version {number} is published")
            return redirect("sharing:agreement-version", number)
    if "sure" in form.fields and "sure" not in form.errors:
        del form.fields["sure"]
    context = {
        "version": one,
        "form": form,
        "tabs": words.tabs(request.actor, one, "publish"),
        "unsigned": signing.without_signature(one.id).count(),
    }
    return render(request, "sharing/agreement_publish.html", context)


@require_safe
@never_cache
def waiting(request: LintelRequest, number: int) -> HttpResponse:
    """Who hasn't signed or accepted a version, by name, and what happens to them."""
    actor, now = request.actor, request.now
    policy.see_unready(actor)
    one = queries.version(actor, number, now)
    if not one.counts:
        raise NotFound
    leads = policy.may_draft(actor)
    workers = lists.page_of(request, signing.not_accepted(actor, one.id, now))
    unsigned = signing.without_signature(one.id)
    if not leads:
        unsigned = unsigned.filter(pk=actor.agency_id)
    context: dict[str, Any] = {
        "version": one,
        "tabs": words.tabs(actor, one, "waiting"),
        "effect": words.effect_words(one, now),
        "agencies": list(unsigned),
        "workers": workers,
        "worker_rows": [[w.name, w.job_title, w.agency.name] for w in workers],
        "page_link": lists.page_link(request),
        "leads": leads,
        "own_agency": actor.agency_id,
    }
    return render(request, "sharing/agreement_waiting.html", context)


@require_POST
def remind(request: LintelRequest, number: int) -> HttpResponse:
    """Send reminders: to everybody, or to one agency's."""
    agency_id = number_of(request.POST.get("agency", "")) if "agency" in request.POST else None
    if "agency" in request.POST and agency_id is None:
        raise NotFound
    actions.remind(request.actor, now=request.now, number=number, agency_id=agency_id)
    messages.success(
        request, "Reminders are on their way. Nobody gets a second one within six days"
    )
    return redirect("sharing:agreement-waiting", number)


@require_safe
@never_cache
def reviews(request: LintelRequest) -> HttpResponse:
    """The yearly reviews, and when the next one is due."""
    current = queries.in_force(request.now)
    due = current.review_due if current else None
    found = queries.reviews()
    context = {
        "current": current,
        "due": due,
        "late": due is not None and due < timezone.localdate(request.now),
        "may_write": policy.may_draft(request.actor) and current is not None,
        "rows": [
            [
                {"text": date_words(r.held_on), "href": words.review_href(r)},
                f"Version {r.number}",
                r.decision,
                date_words(r.next_due),
            ]
            for r in found
        ],
    }
    return render(request, "sharing/agreement_reviews.html", context)


@require_safe
@never_cache
def review(request: LintelRequest, review_id: int) -> HttpResponse:
    """The record of one review, to read and to print."""
    found = queries.review(review_id)
    return render(
        request,
        "sharing/agreement_review.html",
        {"review": found, "html": plain.blocks(found.found)},
    )


@require_http_methods(FORM_METHODS)
@never_cache
def review_new(request: LintelRequest) -> HttpResponse:
    """Write down a review of the version in force."""
    policy.draft(request.actor)
    current = queries.in_force(request.now)
    if current is None:
        raise Denied("There is no version in force to review.")
    today = timezone.localdate(request.now)
    first = {"held_on": today, "next_due": today + relativedelta(years=1)}
    form = ReviewForm(request.POST or None, initial=first | rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                made = actions.record_review(
                    request.actor, now=request.now, number=current.number, **form.cleaned_data
                )
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            messages.success(request, "The review is written down")
            return redirect("sharing:agreement-review", made)
    context = {"version": current, "form": form}
    return render(request, "sharing/agreement_review_new.html", context)
