"""The first page: who is around me, and how to reach them. And whose page it is."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lintel.people import queries as people
from lintel.plans import queries as plans
from lintel.portal import presenters
from lintel.portal.states import CHOSEN
from lintel.web.http import PersonRequest, for_person

NEWS_SHOWN = 5


@for_person
@require_safe
@never_cache
def start(request: PersonRequest) -> HttpResponse:
    """Who is around the person, and the way to everything else."""
    account = request.account
    return render(
        request,
        "portal/start.html",
        {
            "is_self": presenters.is_self(account),
            "person": people.own_person(account),
            "circle": plans.own_circle(account, now=request.now),
            "news": plans.told(account.person_id, limit=NEWS_SHOWN),
            "helpers": people.own_helpers(account, now=request.now),
        },
    )


@for_person
@require_http_methods(["GET", "POST"])
@never_cache
def whom(request: PersonRequest) -> HttpResponse:
    """Choose whose page to open, for who may look at several people's."""
    if request.method == "POST":
        number = request.POST.get("whose", "")
        allowed = {str(one.person_id): one.person_id for one in request.viewings}
        if number in allowed:
            request.session[CHOSEN] = allowed[number]
            return redirect("portal:start")
    return render(request, "portal/whom.html", {"viewings": request.viewings})
