"""What the worker and their teams have sent: the list, its spreadsheet, and one request."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from lintel.requests import actions, queries
from lintel.requests.forms import lists as forms
from lintel.requests.presenters import rows as words
from lintel.requests.presenters import sent_page
from lintel.requests.views import searching
from lintel.requests.views.common import chosen_tags, form_page, page_number, person_href, show
from lintel.web import lists
from lintel.web.http import LintelRequest
from lintel.web.spreadsheets import csv_answer

SEARCHED = "sent_searched"
SORTS = {"reference", "about", "sent"}
EXPORTED = 5000


@form_page
def listing(request: LintelRequest) -> HttpResponse:
    """The requests sent, newest first."""
    if request.method == "POST":
        return searching.keep(request, SEARCHED)
    looked_for = searching.words_for(request, SEARCHED)
    filter_form = forms.SentFilter(request.GET)
    sort = lists.Sort.of(request, SORTS, "-sent")
    page = queries.sent(
        request.actor,
        now=request.now,
        filters={**forms.chosen(filter_form), "words": looked_for},
        sort=sort.key,
        down=sort.down,
        page=page_number(request),
    )
    selected = chosen_tags(request, filter_form)
    query = request.GET.urlencode()
    export = reverse("requests:sent-export")
    context: dict[str, Any] = {
        "filter": filter_form,
        "looked_for": looked_for,
        "selected": selected,
        "clear": request.path,
        "columns": words.SENT_COLUMNS,
        "rows": [words.sent_row(row, request.now) for row in page],
        "sort": sort,
        "page": page,
        "page_link": lists.page_link(request),
        "export": f"{export}?{query}" if query else export,
    }
    return show(request, "sent_list", context)


@require_safe
def export(request: LintelRequest) -> HttpResponse:
    """The same list as a spreadsheet: what the sender typed and is shown, and nothing else."""
    filters = {
        **forms.chosen(forms.SentFilter(request.GET)),
        "words": searching.words_for(request, SEARCHED),
    }
    page = queries.sent(
        request.actor,
        now=request.now,
        filters=filters,
        sort="sent",
        down=True,
        page=1,
        per_page=EXPORTED,
    )
    return csv_answer("sent-requests", words.SENT_HEADINGS, map(words.sent_export, page))


@require_safe
def one(request: LintelRequest, reference: str) -> HttpResponse:
    """One request as its sender sees it: where it stands, and what may be done next."""
    view = queries.sent_one(request.actor, reference, now=request.now)
    context = sent_page.page(
        view,
        now=request.now,
        worker_id=request.actor.worker_id,
        person_href=person_href(request, view.request.person_id),
    )
    if view.request.sender_id == request.actor.worker_id:
        actions.mark_seen(request.actor, now=request.now, reference=reference)
    return show(request, "sent_one", context)
