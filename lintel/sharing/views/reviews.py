"""Looking at overrides afterwards, for information leads; and what is late, for the partnership."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lintel.kernel import clock
from lintel.kernel.errors import Invalid
from lintel.sharing import actions, policy, policy_safety, queries
from lintel.sharing import presenters_safety as words
from lintel.sharing.forms_safety import ReviewForm, ToldForm
from lintel.sharing.states import Consequence
from lintel.sharing.words import tabs
from lintel.web import lists, rescue
from lintel.web.http import LintelRequest

# An override lasts a day at most: more at once than this is for the patterns to show.
OPEN_AT_MOST = 50


@require_safe
@never_cache
def todo(request: LintelRequest) -> HttpResponse:
    """What the agency's information leads must look at, the longest due first."""
    actor, now = request.actor, request.now
    policy.look_up(actor)
    waiting = lists.page_of(request, queries.to_review(actor, now=now))
    open_now = queries.override_rows(actor, queries.still_open(actor, now=now)[:OPEN_AT_MOST])
    return render(
        request,
        "sharing/safety_reviews.html",
        {
            "tabs": tabs(actor, "safety-reviews"),
            "waiting": [
                {**words.line(row, now), "clock": _clock(row.review_due, now)}
                for row in queries.override_rows(actor, waiting.object_list)
            ],
            "page": waiting,
            "page_link": lists.page_link(request),
            "open_now": [words.line(row, now) for row in open_now],
        },
    )


@require_safe
@never_cache
def done(request: LintelRequest) -> HttpResponse:
    """What the agency has reviewed, newest first."""
    policy.look_up(request.actor)
    page = lists.page_of(request, queries.reviewed(request.actor))
    rows = queries.override_rows(request.actor, page.object_list)
    return render(
        request,
        "sharing/safety_reviewed.html",
        {
            "tabs": tabs(request.actor, "safety-reviewed"),
            "rows": [words.line(row, request.now) for row in rows],
            "page": page,
            "page_link": lists.page_link(request),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def review(request: LintelRequest, override_id: int) -> HttpResponse:
    """Close it as justified or not."""
    actor, now = request.actor, request.now
    row = queries.override(actor, override_id)
    policy_safety.review_override(actor, row)
    form = ReviewForm(request.POST or None, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        told = typed["told"] == "yes"
        try:
            actions.review_override(
                actor,
                now=now,
                override_id=row.id,
                justified=typed["justified"] == "yes",
                findings=typed["findings"],
                consequences=[Consequence(c) for c in typed["consequences"]],
                told=told,
                told_words=typed["told_words" if told else "not_told_words"],
                tell_by=typed.get("tell_by"),
            )
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            messages.success(request, "Reviewed. The worker has been told")
            return redirect("sharing:safety-one", row.id)
    context = {
        "form": form,
        "row": row,
        "facts": words.facts(row),
        "second": words.second(row, queries.asks_of(actor, row.id)) if row.second else [],
        "looked": words.looked(queries.looked_at(actor, row)),
    }
    return render(request, "sharing/safety_review.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def told(request: LintelRequest, override_id: int) -> HttpResponse:
    """The person has now been told."""
    row = queries.override(request.actor, override_id)
    policy_safety.lead_of(request.actor, row.holder_id)
    form = ToldForm(request.POST or None, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        actions.tell_person(
            request.actor,
            now=request.now,
            override_id=row.id,
            words=form.cleaned_data["words"],
        )
        messages.success(request, "Written down")
        return redirect("sharing:safety-one", row.id)
    return render(request, "sharing/safety_told.html", {"form": form, "row": row})


@require_safe
@never_cache
def overdue(request: LintelRequest) -> HttpResponse:
    """For the partnership lead: whose reviews are late, and whom to ask. Nobody is named."""
    policy.draft(request.actor)
    late = [
        [agency, words.overdue_words(count), _clock(since, request.now)["words"], ", ".join(leads)]
        for agency, count, since, leads in queries.reviews_overdue(request.actor)
    ]
    return render(
        request,
        "sharing/safety_overdue.html",
        {"tabs": tabs(request.actor, "safety-overdue"), "late": late},
    )


def _clock(due: datetime | None, now: datetime) -> dict[str, str]:
    if due is None:
        return {"words": "", "state": "running"}
    state = "late" if due <= now else "soon" if due <= clock.add_working_days(now, 1) else "running"
    return {"words": clock.words_for_due(now, due), "state": state}
