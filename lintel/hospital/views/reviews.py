"""Housing at care reviews, and unmet need without a name."""

from typing import Any

from dateutil.relativedelta import relativedelta
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lintel.hospital.actions.reviewing import may_review, review
from lintel.hospital.forms_reviews import ReviewForm, initial
from lintel.hospital.queries import reviews as queries
from lintel.kernel.errors import Conflict, Invalid
from lintel.people.queries import person as person_of
from lintel.sharing.actions import open_record
from lintel.web import rescue
from lintel.web.http import LintelRequest
from lintel.web.spreadsheets import csv_answer
from lintel.web.words import date_words, listed

FEW = "Too few to show"
CSV = ("By", "What", "People (to the nearest 5)")


@require_safe
@never_cache
def of_person(request: LintelRequest, person_id: int) -> HttpResponse:
    """A person's reviews, with those that a newer one corrects."""
    who = person_of(request.actor, person_id)
    open_record(
        request.actor,
        person_id=person_id,
        purpose="housing at care reviews",
        page="hospital-waiting:reviews",
        now=request.now,
    )
    found = queries.of_person(request.actor, person_id)
    return render(
        request,
        "hospital/reviews.html",
        {
            "person": who,
            "cards": [
                (r, _rows(r), r.owner_id == request.actor.agency_id)
                for r in found
                if not r.corrected
            ],
            "corrected": [(r, _rows(r)) for r in found if r.corrected],
        },
    )


@never_cache
def add(request: LintelRequest, person_id: int) -> HttpResponse:
    """The four questions."""
    who = person_of(request.actor, person_id)
    may_review(request.actor, person_id)
    form = ReviewForm(
        request.POST or None,
        initial=rescue.initial(request) or {"on": timezone.localdate(request.now)},
    )
    return _page(request, person_id, who.name, form, None)


@never_cache
def correct(request: LintelRequest, person_id: int, care_review_id: int) -> HttpResponse:
    """The four questions again, in the place of an earlier answer."""
    who = person_of(request.actor, person_id)
    may_review(request.actor, person_id)
    earlier = queries.one(request.actor, person_id, care_review_id)
    form = ReviewForm(request.POST or None, initial=rescue.initial(request) or initial(earlier))
    return _page(request, person_id, who.name, form, care_review_id)


@require_safe
@never_cache
def unmet(request: LintelRequest) -> HttpResponse:
    """What people miss, counted without a name."""
    by_need, by_district = _unmet(request)
    return render(
        request,
        "hospital/reviews_unmet.html",
        {
            "since": _since(request),
            "by_need": [[u.words, _few(u.people)] for u in by_need],
            "by_district": [[u.words, _few(u.people)] for u in by_district],
        },
    )


@require_safe
@never_cache
def unmet_copy(request: LintelRequest) -> HttpResponse:
    """The counts as a file."""
    by_need, by_district = _unmet(request)
    lines = [("Need", u.words, _few(u.people)) for u in by_need]
    lines += [("District", u.words, _few(u.people)) for u in by_district]
    return csv_answer("unmet-need", CSV, lines)


def _page(
    request: LintelRequest, person_id: int, who: str, form: ReviewForm, corrects_id: int | None
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                review(
                    request.actor,
                    now=request.now,
                    person_id=person_id,
                    given=form.reviewed(),
                    corrects_id=corrects_id,
                    once=form.once_token,
                )
        except Invalid as wrong:
            form.take(wrong.errors)
        except Conflict as conflict:
            form.take({"": conflict.words})
        else:
            messages.success(request, "The review is written down")
            return redirect("hospital-waiting:reviews", person_id)
    heading = "Housing at the review" if corrects_id is None else "Correct the review"
    context: dict[str, Any] = {"form": form, "heading": heading, "who": who, "id": person_id}
    return render(request, "hospital/reviews_form.html", context)


def _rows(r: queries.ReviewView) -> list[dict[str, str]]:
    rows = [
        ("Lives", r.lives_words + (f" ({r.district})" if r.district else "")),
        ("Suits them", "Yes" if r.suits else "No"),
        ("Needs", listed(r.needs_words) or "Nothing was named"),
        ("Missing", listed(r.unmet_words) or "Nothing was named"),
        ("Anything else", r.words or "Nothing"),
        ("Written by", f"{r.by}, {r.owner}, {date_words(r.recorded)}"),
    ]
    return [{"key": key, "text": text} for key, text in rows]


def _unmet(request: LintelRequest) -> tuple[list[queries.Unmet], list[queries.Unmet]]:
    return queries.unmet(request.actor, since=_since(request))


def _since(request: LintelRequest) -> Any:
    return timezone.localdate(request.now).replace(day=1) - relativedelta(months=12)


def _few(people: int | None) -> str:
    return FEW if people is None else f"{people:,}"
