"""The page of one entry; saying what is wrong with it, and seeing to that."""

from hashlib import sha256
from uuid import UUID

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lintel.agencies import queries as agencies
from lintel.directory.actions import reporting
from lintel.directory.forms.finding import ReportForm
from lintel.directory.presenters import entry_page
from lintel.directory.queries import one
from lintel.directory.views.asked import kept_place
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Invalid, TooMany
from lintel.web.http import LintelRequest, OpenRequest, for_everybody

TOO_MANY = "Too much was sent from here. Try again in an hour, or ring the service."


@for_everybody
@require_safe
def entry(request: OpenRequest, slug: str) -> HttpResponseBase:
    """All about a service; for a worker, what is for partners too."""
    shown = one.shown(slug, request.actor, now=request.now)
    context = {
        **entry_page.page(shown, now=request.now),
        "place": kept_place(request),
        "partner": None,
        "reports": [],
    }
    if request.actor is not None:
        context["partner"] = _partner(request.actor, shown, request)
        if shown.keeps:
            context["reports"] = [
                entry_page.report(found)
                for found in one.reports_of(request.actor, shown.service_id)
            ]
    return may_be_kept(request, render(request, "directory/entry.html", context))


@for_everybody
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: OpenRequest, slug: str) -> HttpResponse:
    """Say what is wrong with an entry; no name is asked for."""
    shown = one.shown(slug, request.actor, now=request.now)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="directory_report", key=str(shown.service_id)):
            raise TooMany(TOO_MANY)
        try:
            reporting.report(
                service_id=shown.service_id, words=form.cleaned_data["words"], now=request.now
            )
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            messages.success(request, "Thank you. Whoever keeps this entry has been told.")
            return redirect("directory:entry", slug)
    return render(request, "directory/report.html", {"form": form, "shown": shown})


@require_POST
def settle(request: LintelRequest, report_id: UUID) -> HttpResponse:
    """Mark what was reported as seen to."""
    service = reporting.settle_report(request.actor, report_id=report_id, now=request.now)
    messages.success(request, "Marked as seen to.")
    return redirect("directory:entry", service.slug)


def _partner(actor: Actor, shown: one.Shown, request: OpenRequest) -> dict[str, object]:
    links = agencies.my_links(actor, request.now)
    every = [*links.other_side, *links.own]
    members = (
        agencies.people_of_teams([shown.team_id], request.now)[shown.team_id]
        if shown.team_id
        else []
    )
    theirs = [link for link in every if link.team_id == shown.team_id]
    ours = [link for link in links.own if link.team_id != shown.team_id]
    return entry_page.for_worker(shown, members, theirs, ours)


def may_be_kept(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """The answer with a tag of its content, for visitors without a session; else as it is.

    Caches ask each time whether it has changed. What is shown to somebody with a session may hold
    a place or partners' words, and is never kept.
    """
    # A visitor's session, or a message that waits for them: the page may say more than its own.
    if set(request.COOKIES) - {settings.CSRF_COOKIE_NAME} or response.cookies:
        return response
    tag = f'"{sha256(response.content).hexdigest()[:24]}"'
    response["ETag"] = tag
    response["Cache-Control"] = "public, no-cache"
    patch_vary_headers(response, ["Cookie"])
    return get_conditional_response(request, etag=tag, response=response) or response
