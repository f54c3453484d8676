"""A version on its way: checked and sent by its maker, published or returned by somebody else."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from lintel.directory import policy
from lintel.directory.actions import reviewing
from lintel.directory.forms.entry_acts import ReviewForm, SendForm
from lintel.directory.presenters import versions
from lintel.directory.queries.own import Own
from lintel.directory.queries.responsibility import reviewers
from lintel.directory.queries.touching import touching
from lintel.directory.sections import TITLES, advice, missing, stamp_of
from lintel.directory.states import VersionState
from lintel.directory.views.owner_common import attempt, entry_of
from lintel.directory.views.owner_sections import writing
from lintel.kernel.errors import Conflict, NotFound
from lintel.web import rescue
from lintel.web.http import LintelRequest


@require_http_methods(["GET", "POST"])
def send(request: LintelRequest, service_id: UUID) -> HttpResponse:
    """Read the draft once more, with what is worth a second look, and send it for review."""
    found = writing(request, service_id)
    if found.open is None or found.draft is None:
        raise NotFound
    initial = rescue.initial(request) or {"note": found.open.note}
    form = SendForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: reviewing.send(
                request.actor,
                service_id=service_id,
                note=form.cleaned_data["note"],
                now=request.now,
            ),
        )
        if done:
            messages.success(request, "Sent for review. You are told what is decided")
            return redirect("directory:own-entry", service_id)
    asked = reviewers(
        found.service, {*policy.hands_of(found.open), request.actor.worker_id}, request.now
    )
    context = {
        "found": found,
        "form": form,
        "missing": list(missing(found.draft).values()),
        "reviewers": [f"{one.name}, {one.why}" for one in asked],
        **_compared(found),
    }
    return render(request, "directory/own/send.html", context)


def _compared(found: Own) -> dict[str, object]:
    """What both makers and reviewers look at."""
    if found.open is None or found.draft is None:
        return {}
    old = (found.published, found.service.audience) if found.published else None
    new = (found.draft, found.open.audience)
    said = versions.by_section(*new)
    return {
        "differences": versions.difference_rows(versions.differences(old, new)) if old else [],
        "is_new": old is None,
        "advice": advice(*new),
        "touching": touching(found.draft.entry, found.service.pk),
        "whole": [
            {
                "title": TITLES[section],
                "rows": [{"key": line.label, "text": line.words} for line in lines],
            }
            for section, lines in said.items()
            if lines
        ],
    }


@require_http_methods(["GET", "POST"])
def review(request: LintelRequest, service_id: UUID) -> HttpResponse:
    """The differences, old beside new; publish it, or return it with a comment."""
    found = entry_of(request, service_id)
    if found.open is None or found.draft is None or found.open.state != VersionState.IN_REVIEW:
        raise Conflict("No version of this entry is waiting for review.")
    policy.review(request.actor, found.service, found.open)
    stamp = stamp_of(found.draft, found.open.audience)
    form = ReviewForm(request.POST or None, initial={"stamp": stamp, **rescue.initial(request)})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        publishing = given["decision"] == "publish"

        def act() -> None:
            if publishing:
                reviewing.publish(
                    request.actor, service_id=service_id, stamp=given["stamp"], now=request.now
                )
            else:
                reviewing.give_back(
                    request.actor,
                    service_id=service_id,
                    comment=given["comment"],
                    now=request.now,
                )

        if attempt(form, act):
            said = "Published" if publishing else "Returned with your comment"
            messages.success(request, f"{said}. Whoever wrote it is told")
            return redirect("directory:own-entry", service_id)
        data = form.data.copy()  # type: ignore[attr-defined]
        data["stamp"] = stamp
        form.data = data
    context = {
        "found": found,
        "form": form,
        "is_opening": found.published is not None and found.service.audience != found.open.audience,
        **_compared(found),
    }
    return render(request, "directory/own/review.html", context)


@require_POST
def take_back(request: LintelRequest, service_id: UUID) -> HttpResponse:
    """Take the version back to write on."""
    reviewing.take_back(request.actor, service_id=service_id, now=request.now)
    messages.success(request, "Taken back: it is a draft again")
    return redirect("directory:own-entry", service_id)


@require_POST
def discard(request: LintelRequest, service_id: UUID) -> HttpResponse:
    """Give the draft up."""
    reviewing.discard(request.actor, service_id=service_id, now=request.now)
    messages.success(request, "The draft is discarded. It stays in the history")
    return redirect("directory:own-entry", service_id)
