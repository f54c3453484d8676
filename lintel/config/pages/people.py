"""My people: those whom the worker may see, with what is new about them."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lintel.config.pages.links import optional
from lintel.kernel.actor import Actor
from lintel.kernel.sight.states import Source
from lintel.people import actions, presenters, queries
from lintel.people.forms import PeopleFilter, SearchForm
from lintel.people.queries import Filters
from lintel.requests import queries as requests
from lintel.web import lists
from lintel.web.http import LintelRequest

# A note is news for a week; what came back on a request, until it is read.
NEWS_LASTS = dt.timedelta(days=7)
SORTS = {"name", "address", "owed"}


def with_news(actor: Actor, now: dt.datetime) -> set[int]:
    """The people about whom there is something new: an answer not read, or a fresh note."""
    return requests.people_with_news(actor, now) | queries.newly_written(
        actor, since=now - NEWS_LASTS
    )


@require_safe
@never_cache
def people(request: LintelRequest) -> HttpResponse:
    """The list, searched, filtered and sorted. What is typed to search goes by POST."""
    actor, now = request.actor, request.now
    patches = queries.my_patches(actor, now=now)
    form = PeopleFilter(request.GET, patches=patches, auto_id="filter_%s")
    chosen = form.cleaned_data if form.is_valid() else {}
    news = with_news(actor, now)
    sort = lists.Sort.of(request, SORTS, "name")
    page = actions.look_through(
        actor,
        now=now,
        filters=Filters(
            patch_id=int(chosen["patch"]) if chosen.get("patch") else None,
            arrears=chosen.get("rent") == "arrears",
            source=Source(chosen["why"]) if chosen.get("why") else None,
            only=frozenset(news) if chosen.get("news") == "new" else None,
        ),
        sort=sort.key,
        down=sort.down,
        page=_number(request.GET.get("page", "")),
        new=news,
    )
    selected = _selected(request, form, chosen)
    return render(
        request,
        "config/people.html",
        {
            "search_form": SearchForm(),
            "title": "People on your patch" if patches else "Your people",
            "patches": [name for _, name in patches],
            "filter": form,
            "selected": selected,
            "page": page,
            "rows": [presenters.list_row(row, timezone.localdate(now)) for row in page],
            "columns": presenters.list_columns(page),
            "sort": sort,
            "page_link": lists.page_link(request),
            "hand_over_href": optional("people:hand-over", actor.worker_id),
        },
    )


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 6 else 1


def _selected(
    request: LintelRequest, form: PeopleFilter, chosen: dict[str, Any]
) -> list[dict[str, str]]:
    """The filters in force, each with the list's address without it."""
    found = []
    for name, value in chosen.items():
        if value:
            text = dict(form.fields[name].choices).get(value, value)  # type: ignore[attr-defined]
            found.append({"text": str(text), "href": lists.without(request, name, str(value))})
    return found
