"""When a record was opened in danger, without asking: by whom, why, and what was found."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lintel.portal import presenters, words
from lintel.sharing.queries import opened_for_safety
from lintel.web.http import PersonRequest, for_person
from lintel.web.lists import page_link, page_of
from lintel.web.words import listed


@for_person
@require_safe
@never_cache
def opened(request: PersonRequest) -> HttpResponse:
    """Each time, newest first."""
    page = page_of(request, opened_for_safety(request.account.person_id), 10)
    return render(
        request,
        "portal/opened.html",
        {
            "is_self": presenters.is_self(request.account),
            "page": page,
            "page_link": page_link(request),
            "rows": [
                (one, listed([words.MINE[c] for c in one.categories]), words.IN_DANGER[one.reason])
                for one in page.object_list
            ],
        },
    )
