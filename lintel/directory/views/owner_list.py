"""The entries that a worker keeps or reviews, and the start of another."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from lintel.directory.actions import drafting
from lintel.directory.forms.entry_acts import StartForm
from lintel.directory.presenters import own as present
from lintel.directory.queries import own_choices, own_list
from lintel.directory.views.owner_common import attempt
from lintel.web import lists, rescue
from lintel.web.forms import Form
from lintel.web.http import LintelRequest


class StateForm(Form):
    """Narrows the list."""

    state = forms.ChoiceField(
        label="Show", required=False, choices=[("", "All of them"), *own_list.FILTERS]
    )


@require_safe
def mine(request: LintelRequest) -> HttpResponse:
    """The list: what needs doing first, unless another order is asked for."""
    now = request.now
    state = request.GET.get("state", "")
    state = state if state in dict(own_list.FILTERS) else ""
    words = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:100]
    sort = lists.Sort.of(request, {"first", *own_list.SORTS}, "first")
    found = own_list.mine(
        request.actor, now, state=state, words=words, sort=sort.key, down=sort.down
    )
    page = lists.page_of(request, found)
    today = timezone.localdate(now)
    context: dict[str, Any] = {
        "rows": [present.row(service, today) for service in page],
        "page": page,
        "page_link": lists.page_link(request),
        "sort": sort,
        "words": words,
        "filter": StateForm(initial={"state": state}),
        "selected": [
            {"text": dict(own_list.FILTERS)[state], "href": lists.without(request, "state", state)}
        ]
        if state
        else [],
        "clear": lists.address(request, state=None, page=None),
        "keep_state": {"state": state} if state else {},
        "keep_words": {"q": words} if words else {},
        "is_narrowed": bool(state or words),
    }
    return render(request, "directory/own/list.html", context)


@require_http_methods(["GET", "POST"])
def start(request: LintelRequest) -> HttpResponse:
    """Start an entry, for a team of one's own or for the agency."""
    teams = own_choices.own_teams(request.actor, request.now)
    initial = rescue.initial(request) or {"whose": str(teams[0][0]) if len(teams) == 1 else ""}
    form = StartForm(request.POST or None, teams=teams, initial=initial)
    if request.method == "POST" and form.is_valid():
        made: list[Any] = []

        def act() -> None:
            made.append(
                drafting.start(
                    request.actor,
                    name=form.cleaned_data["name"],
                    team_id=form.team_id(),
                    key=form.once_token,
                    now=request.now,
                )
            )

        if attempt(form, act):
            messages.success(request, "The draft is started. Nobody else reads it yet")
            return redirect("directory:own-entry", made[0])
    return render(request, "directory/own/start.html", {"form": form})
