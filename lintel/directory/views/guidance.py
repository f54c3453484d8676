"""Guidance that everybody reads, and the pages for emergencies and for private landlords."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from lintel.directory.forms.finding import LookUpForm
from lintel.directory.presenters import landlords, services
from lintel.directory.queries import guidance as queries
from lintel.directory.queries import one as entries
from lintel.directory.queries import route
from lintel.directory.states import GuidanceKind
from lintel.directory.views.asked import kept_place
from lintel.directory.views.entry import may_be_kept
from lintel.kernel.errors import NotFound
from lintel.web import plain
from lintel.web.http import OpenRequest, for_everybody


@for_everybody
@require_safe
def listing(request: OpenRequest) -> HttpResponseBase:
    """All pages of guidance, by kind."""
    pages = queries.published()
    groups = [
        {"title": kind.label, "anchor": kind.value, "pages": [p for p in pages if p.kind == kind]}
        for kind in (GuidanceKind.EMERGENCY, GuidanceKind.LANDLORDS, GuidanceKind.POLICY)
    ]
    context = {
        "groups": [group for group in groups if group["pages"]],
        "has_landlords_page": any(one.slug == queries.PRIVATE_LANDLORDS for one in pages),
    }
    return may_be_kept(request, render(request, "directory/guidance_list.html", context))


@for_everybody
@require_safe
def page(request: OpenRequest, slug: str) -> HttpResponseBase:
    """One page of guidance; the private landlord's has a page of its own, with more on it."""
    if slug == queries.PRIVATE_LANDLORDS:
        return redirect("directory:private-landlords")
    found = queries.one(slug)
    context = {"page": found, "kind": found.get_kind_display(), "body": plain.blocks(found.body)}
    return may_be_kept(request, render(request, "directory/guidance_page.html", context))


@for_everybody
@require_safe
def emergencies(request: OpenRequest) -> HttpResponse:
    """Whom to call now: national lines first, then what covers the place, then procedures."""
    place = kept_place(request)
    if place is None:
        cards = [services.entry_card(slug, entry) for slug, entry in entries.emergency_services()]
    else:
        workers = request.actor is not None
        answer = route(place, when=request.now, workers=workers, at_most=1)
        cards = [services.option_card(option) for option in answer.urgent]
    context = {
        "place": place,
        "cards": cards,
        "procedures": queries.published(GuidanceKind.EMERGENCY),
    }
    return render(request, "directory/emergencies.html", context)


@for_everybody
@require_safe
def private_landlords(request: OpenRequest) -> HttpResponse:
    """A private landlord with a worried tenant: tonight, tomorrow, and what never to do."""
    try:
        own = queries.one(queries.PRIVATE_LANDLORDS)
    except NotFound:
        own = None
    context = {
        "body": plain.blocks(own.body if own else landlords.BODY),
        "summary": (own.summary if own else "") or landlords.SUMMARY,
        "checked_on": own.checked_on if own else None,
        "others": [
            one
            for one in queries.published(GuidanceKind.LANDLORDS)
            if one.slug != queries.PRIVATE_LANDLORDS
        ],
        "crisis": [
            services.entry_card(slug, entry) for slug, entry in entries.emergency_services()
        ],
        "place": kept_place(request),
        "form": LookUpForm(),
    }
    return render(request, "directory/private_landlords.html", context)
