"""What about consent waits for a worker: to ask, to ask again, to confirm; and what ended."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lintel.kernel import access
from lintel.kernel.sight.states import Category
from lintel.sharing import actions, queries
from lintel.web import lists
from lintel.web.http import LintelRequest


@require_safe
@never_cache
def day(request: LintelRequest) -> HttpResponse:
    """Who has not been asked yet, and whose consent ends soon."""
    asking = lists.page_of(request, queries.to_ask(request.actor, now=request.now))
    ending = queries.ending_soon(request.actor, now=request.now)
    shown: list[Any] = [*asking, *ending]
    access.record_listed(
        request.actor,
        now=request.now,
        person_ids=[one.person_id for one in shown],
        categories=[Category.IDENTITY],
        why="the worker looks after the person, who is to be asked about sharing",
        page="consent to see to",
    )
    context = {
        "asking": asking,
        "link": lists.page_link(request),
        "ending": ending,
        "waiting": len(queries.waiting(request.actor, now=request.now)),
    }
    return render(request, "sharing/day.html", context)


@require_safe
@never_cache
def no_longer(request: LintelRequest) -> HttpResponse:
    """That something the worker saw is no longer shared with them: never what, or about whom."""
    return render(request, "sharing/no_longer.html", {"lost": queries.no_longer(request.actor)})


@require_POST
def read(request: LintelRequest) -> HttpResponse:
    """The worker has read it."""
    actions.read_no_longer(request.actor, now=request.now)
    messages.success(request, "You have read it")
    return redirect("home")
