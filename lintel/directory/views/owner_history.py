"""Every version of an entry: read one, compare two, bring an old one back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from lintel.directory.actions import drafting
from lintel.directory.presenters import versions
from lintel.directory.queries import own
from lintel.directory.sections import TITLES
from lintel.directory.states import OPEN_VERSIONS, VersionState
from lintel.directory.views.owner_common import entry_of
from lintel.web import lists
from lintel.web.http import LintelRequest


@require_safe
def history(request: LintelRequest, service_id: UUID) -> HttpResponse:
    """The versions, newest first, and the differences between two of them if two are asked for."""
    found = entry_of(request, service_id)
    page = lists.page_of(request, own.versions(found.service))
    chosen = _chosen(request, found.service)
    context: dict[str, Any] = {
        "found": found,
        "page": page,
        "page_link": lists.page_link(request),
        "rows": [_row(found.service.pk, one) for one in page],
        "numbers": [{"value": str(one.number), "text": f"Version {one.number}"} for one in page],
        "chosen": chosen,
        "differences": None,
    }
    if chosen:
        old, new = chosen
        context["differences"] = versions.difference_rows(
            versions.differences(
                (own.document_of(old), old.audience), (own.document_of(new), new.audience)
            )
        )
    return render(request, "directory/own/history.html", context)


def _chosen(request: LintelRequest, service: Any) -> tuple[Any, Any] | None:
    """The two versions that are asked for, the older first; None unless both are there."""
    numbers = [request.GET.get(name, "") for name in ("old", "new")]
    if not all(number.isdigit() and len(number) < 7 for number in numbers):
        return None
    first, second = sorted(int(number) for number in numbers)
    return own.version(service, first), own.version(service, second)


def _row(service_id: UUID, one: Any) -> list[Any]:
    settled = one.settled_by.name if one.settled_by else ""
    return [
        {
            "text": f"Version {one.number}",
            "href": reverse("directory:own-version", args=[service_id, one.number]),
        },
        VersionState(one.state).label,
        one.made_by.name if one.made_by else "The directory",
        one.made_at,
        settled,
        one.note,
    ]


@require_safe
def version(request: LintelRequest, service_id: UUID, number: int) -> HttpResponse:
    """One version, whole and in words."""
    found = entry_of(request, service_id)
    one = own.version(found.service, number)
    said = versions.by_section(own.document_of(one), one.audience)
    context = {
        "found": found,
        "version": one,
        "state": VersionState(one.state).label,
        "may_restore": found.keeps
        and found.service.feed_id is None
        and found.open is None
        and one.state not in OPEN_VERSIONS,
        "is_busy": found.open is not None,
        "whole": [
            {
                "title": TITLES[section],
                "rows": [{"key": line.label, "text": line.words} for line in lines],
            }
            for section, lines in said.items()
            if lines
        ],
    }
    return render(request, "directory/own/version.html", context)


@require_POST
def restore(request: LintelRequest, service_id: UUID, number: int) -> HttpResponse:
    """Bring the version back as a draft."""
    drafting.restore(request.actor, service_id=service_id, number=number, now=request.now)
    messages.success(request, f"Here is a draft that brings back version {number}")
    return redirect("directory:own-entry", service_id)
