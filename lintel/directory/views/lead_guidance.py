"""The partnership lead keeps the guidance: list, write, preview, publish, bring back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lintel.directory import policy
from lintel.directory.actions import guidance as actions
from lintel.directory.forms.guidance import GuidanceForm
from lintel.directory.queries import guidance_kept as queries
from lintel.directory.states import CHECK_EVERY_DAYS
from lintel.kernel.errors import Conflict, Invalid
from lintel.web import plain, rescue
from lintel.web.http import LintelRequest
from lintel.web.words import date_words

if TYPE_CHECKING:
    from lintel.directory.models import Guidance

# The form's own names for what the action calls otherwise.
NAMES = {"summary": "in_short"}


@require_safe
def keep(request: LintelRequest) -> HttpResponse:
    """All pages, with when each was last checked."""
    policy.lead(request.actor)
    late = timezone.localdate(request.now) - timedelta(days=CHECK_EVERY_DAYS)
    rows = [
        [
            {"text": page.title, "href": reverse("directory:guidance-edit", args=[page.slug])},
            page.get_kind_display(),
            "Everybody reads it" if page.published else "Not shown",
            _checked(page, page.checked_on is None or page.checked_on <= late),
        ]
        for page in queries.pages()
    ]
    return render(request, "directory/lead/guidance.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
def new(request: LintelRequest) -> HttpResponse:
    """Write a new page."""
    return _write(request, None)


@require_http_methods(["GET", "POST"])
def edit(request: LintelRequest, slug: str) -> HttpResponse:
    """Write a page anew, look at it, publish it."""
    policy.lead(request.actor)
    return _write(request, queries.page(slug))


def _write(request: LintelRequest, page: Guidance | None) -> HttpResponse:
    policy.lead(request.actor)
    form = GuidanceForm(request.POST or None, initial={**_initial(page), **rescue.initial(request)})
    preview = ""
    if request.method == "POST" and form.is_valid():
        if request.POST.get("step") != "publish":
            preview = plain.blocks(form.cleaned_data["body"])
        elif (made := _publish(request, form, page)) is not None:
            messages.success(request, f"Published: {made.title}")
            return redirect("directory:guidance-edit", made.slug)
    history = [
        [
            {
                "text": f"Version {one.number}",
                "href": reverse("directory:guidance-version", args=[page.slug, one.number]),
            },
            one.title,
            one.made_by.name if one.made_by else "Came with Lintel",
            date_words(one.made_at),
        ]
        for one in (queries.versions(page) if page else ())
        if page
    ]
    context = {
        "form": form,
        "page": page,
        "preview": preview,
        "history": history,
        "checked": _checked(page, False) if page else "",
    }
    return render(request, "directory/lead/guidance_edit.html", context)


def _publish(request: LintelRequest, form: GuidanceForm, page: Guidance | None) -> Guidance | None:
    values = dict(form.cleaned_data)
    seen = values.pop("seen")
    published = values.pop("published") == "yes"
    try:
        return actions.write_guidance(
            request.actor,
            now=request.now,
            slug=page.slug if page else "",
            published=published,
            seen=seen,
            summary=values.pop("in_short"),
            **values,
        )
    except Invalid as wrong:
        form.take({NAMES.get(name, name): words for name, words in wrong.errors.items()})
    except Conflict as conflict:
        form.take({"": conflict.words})
    return None


@require_safe
def version(request: LintelRequest, slug: str, number: int) -> HttpResponse:
    """A text that was published once, to be read, and brought back."""
    policy.lead(request.actor)
    page = queries.page(slug)
    found = queries.version(page, number)
    context = {
        "page": page,
        "version": found,
        "body": plain.blocks(found.body),
        "is_present": number == getattr(page, "newest", None),
    }
    return render(request, "directory/lead/guidance_version.html", context)


@require_POST
def restore(request: LintelRequest, slug: str, number: int) -> HttpResponse:
    """Publish a former text again."""
    actions.restore_guidance(request.actor, slug=slug, number=number, now=request.now)
    messages.success(request, f"Version {number} is published again.")
    return redirect("directory:guidance-edit", slug)


@require_POST
def checked(request: LintelRequest, slug: str) -> HttpResponse:
    """Say that the page is still right."""
    actions.check_guidance(request.actor, slug=slug, now=request.now)
    messages.success(request, "Marked as checked today.")
    return redirect("directory:guidance-edit", slug)


def _initial(page: Guidance | None) -> dict[str, object]:
    if page is None:
        return {"position": 50, "published": "yes"}
    return {
        "kind": page.kind,
        "title": page.title,
        "in_short": page.summary,
        "body": page.body,
        "position": page.position,
        "published": "yes" if page.published else "no",
        "seen": getattr(page, "newest", None) or 0,
    }


def _checked(page: Guidance, late: bool) -> str:
    words = date_words(page.checked_on) or "Never"
    return f"{words}: check it" if late else words
