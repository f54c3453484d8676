"""The team inbox and the desk of the one-stop shop: lists of what is on the worker's desks."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse

from lintel.requests import queries
from lintel.requests.forms import lists as forms
from lintel.requests.presenters import rows as words
from lintel.requests.views import searching
from lintel.requests.views.common import chosen_tags, form_page, page_number, show
from lintel.web import lists
from lintel.web.http import LintelRequest

SEARCHED = "inbox_searched"
SORTS = {"reference", "about", "urgency", "state", "worker", "arrived", "due"}


@form_page
def listing(request: LintelRequest) -> HttpResponse:
    """What is on the desks of the worker's teams, most pressing first."""
    return listed(
        request, views=tuple(words.VIEWS), first="all", team_kind=None, heading="Team inbox"
    )


def listed(
    request: LintelRequest,
    *,
    views: Sequence[str],
    first: str,
    team_kind: str | None,
    heading: str,
) -> HttpResponse:
    """A list of desks, in parts with counts, searched, filtered, sorted and paged."""
    if request.method == "POST":
        return searching.keep(request, SEARCHED)
    asked = request.GET.get("view", first)
    view = asked if asked in views else first
    teams = queries.my_desks(request.actor, team_kind=team_kind)
    filter_form = forms.InboxFilter(request.GET, teams=[(t.id, t.name) for t in teams])
    filters = forms.chosen(filter_form)
    team_id = filters.pop("team", None)
    looked_for = searching.words_for(request, SEARCHED)
    sort = lists.Sort.of(request, SORTS, "-arrived" if view == "closed" else "due")
    page = queries.inbox(
        request.actor,
        now=request.now,
        team_id=int(team_id) if team_id else None,
        team_kind=team_kind,
        view=view,
        filters={**filters, "words": looked_for},
        sort=sort.key,
        down=sort.down,
        page=page_number(request),
    )
    desks = [team.name for team in teams]
    tab, hint, empty = words.VIEWS[view]
    selected = chosen_tags(request, filter_form)
    counts = queries.inbox_counts(request.actor, now=request.now, team_kind=team_kind)
    context: dict[str, Any] = {
        "heading": heading,
        "caption": ", ".join(desks),
        "view_title": tab,
        "hint": hint,
        "empty": "Nothing fits what you chose" if selected or looked_for else empty,
        "tabs": words.tabs(request.path, view, counts, views),
        "filter": filter_form,
        "looked_for": looked_for,
        "selected": selected,
        "clear": f"{request.path}?view={view}",
        "keep": {"view": view},
        "columns": words.INBOX_COLUMNS,
        "rows": [words.inbox_row(row, request.now, desks) for row in page],
        "sort": sort,
        "page": page,
        "page_link": lists.page_link(request),
    }
    return show(request, "inbox", context)
