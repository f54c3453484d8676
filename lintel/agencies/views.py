"""Pages of the agencies domain: teams, link workers, keys of other systems."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lintel.agencies import actions, policy, presenters, queries
from lintel.agencies.forms import AwayForm, KeyForm
from lintel.kernel import once
from lintel.kernel.errors import Denied, Invalid
from lintel.web import rescue
from lintel.web.http import LintelRequest
from lintel.web.lists import page_link, page_of

LONGEST_WORDS = 100


def _words(request: LintelRequest) -> str:
    return request.GET.get("q", "").strip()[:LONGEST_WORDS]


@require_GET
def teams(request: LintelRequest) -> HttpResponse:
    """All teams of the partnership, by name, searched by name, agency or area."""
    words = _words(request)
    page = page_of(request, queries.teams(request.actor, request.now, words=words))
    members = queries.people_of_teams([team.pk for team in page], request.now)
    context = {
        "words": words,
        "page": page,
        "page_link": page_link(request),
        "rows": [presenters.team_row(team, members.get(team.pk, [])) for team in page],
    }
    return render(request, "agencies/teams.html", context)


@require_GET
def team(request: LintelRequest, slug: str) -> HttpResponse:
    """One team: what it does, where, and who works in it."""
    found = queries.team_by_slug(request.actor, slug, request.now)
    members = queries.workers_of_team(found.pk, request.now)
    context = {
        "team": found,
        "areas": presenters.areas_words(queries.areas().words(found.pk, request.now)),
        "rows": [presenters.member_row(member) for member in members],
        "may_plan": policy.may_plan(request.actor, found),
        "keeps_members": policy.may_keep_members(request.actor, found),
        "leaving": found.pk in request.actor.lead_team_ids
        or (request.actor.has("manager") and found.agency_id == request.actor.agency_id),
    }
    return render(request, "agencies/team.html", context)


@require_GET
def link_workers(request: LintelRequest) -> HttpResponse:
    """The link workers of one's own teams and those on the other side, with today's cover."""
    words = _words(request)
    links = queries.my_links(request.actor, request.now, words=words)
    page = page_of(request, links.other_side, 20)
    context = {
        "words": words,
        "own": [presenters.link_shown(link) for link in links.own],
        "other_side": [presenters.link_shown(link) for link in page],
        "page": page,
        "page_link": page_link(request),
    }
    return render(request, "agencies/link_workers.html", context)


@require_http_methods(["GET", "POST"])
def away(request: LintelRequest, link_id: int) -> HttpResponse:
    """Say when a link worker is away, and who covers."""
    link = queries.link_of(request.actor, link_id, request.now)
    if not link.may_change:
        raise Denied(policy.AWAY_ONLY)
    covers = [
        (worker.pk, f"{worker.name}, {worker.job_title}")
        for worker in queries.colleagues(request.actor, request.now)
        if worker.pk != link.worker.worker_id
    ]
    form = AwayForm(request.POST or None, initial=rescue.initial(request), covers=covers)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_away(request.actor, link_id=link_id, now=request.now, **form.cleaned_data)
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            messages.success(request, "The cover is set. Everybody who looks sees who to ask.")
            return redirect("agencies:link-workers")
    return render(request, "agencies/away.html", {"form": form, "link": link})


@require_POST
def back(request: LintelRequest, link_id: int) -> HttpResponse:
    """Say that a link worker is back, or doesn't go away after all."""
    actions.clear_away(request.actor, link_id=link_id, now=request.now)
    messages.success(request, "No longer marked as away.")
    return redirect("agencies:link-workers")


@require_GET
def keys(request: LintelRequest) -> HttpResponse:
    """The keys of the agency's own systems."""
    page = page_of(request, queries.keys_of_agency(request.actor))
    context = {
        "page": page,
        "page_link": page_link(request),
        "rows": [presenters.key_row(token, request.now) for token in page],
    }
    return render(request, "agencies/keys.html", context)


@require_http_methods(["GET", "POST"])
def new_key(request: LintelRequest) -> HttpResponse:
    """Issue a key, and show it this once."""
    policy.manage_keys(request.actor)
    workers = [
        (worker.pk, f"{worker.name}, {worker.job_title}")
        for worker in queries.colleagues(request.actor, request.now)
    ]
    form = KeyForm(request.POST or None, initial=rescue.initial(request), workers=workers)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        expires = request.now + values.pop("lasts")
        shown: list[str] = []

        def issue() -> int:
            made = actions.issue_token(request.actor, now=request.now, expires=expires, **values)
            shown.append(made.raw)
            return made.token_id

        try:
            once.run(request.actor, "agencies.new_key", form.once_token, issue)
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            # Sent twice, it was issued once, and only the first answer could show it.
            return render(request, "agencies/key_shown.html", {"raw": shown[0] if shown else ""})
    return render(request, "agencies/new_key.html", {"form": form})


@require_http_methods(["GET", "POST"])
def end_key(request: LintelRequest, token_id: int) -> HttpResponse:
    """Ask whether a key is to end, and end it."""
    token = queries.key_of_agency(request.actor, token_id)
    if request.method == "POST":
        actions.revoke_token(request.actor, token_id=token_id, now=request.now)
        messages.success(request, "The key has ended. The system can’t sign in with it any more.")
        return redirect("agencies:keys")
    return render(request, "agencies/end_key.html", {"token": token})


@require_POST
def sign_out_everywhere(request: LintelRequest) -> HttpResponse:
    """End every session of the worker, this one too."""
    actions.sign_out_everywhere(request.actor, user_id=request.actor.user_id, now=request.now)
    logout(request)
    return redirect("account_login")
