"""Addresses of the tests of the middleware: one view for each thing that can happen."""

from django.db import connection
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.urls import include, path

from lintel.agencies.models import Agency
from lintel.config.urls import *  # noqa: F403
from lintel.config.urls import urlpatterns as ours
from lintel.kernel.errors import Conflict, Denied, NotFound
from lintel.web.http import for_everybody, public


def bound_worker(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lintel.worker', true)")
        return HttpResponse(cursor.fetchone()[0] or "nobody")


@public
def open_to_all(request):
    return HttpResponse("open")


@for_everybody
def more_for_workers(request):
    if request.method == "POST":
        raise NotFound
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lintel.worker', true)")
        bound = cursor.fetchone()[0] or "nobody"
    return HttpResponse(f"{bound} {request.actor.worker_id if request.actor else None}")


def writes_then(request, thing_id, how):
    Agency.objects.filter(pk=request.actor.agency_id).update(name="Changed")
    if how == "answers":
        return HttpResponse("done")
    raise {
        "404": Http404(),
        "not-found": NotFound(),
        "denied": Denied("Only the lead may."),
        "conflict": Conflict("Somebody was first."),
        "bug": RuntimeError("bug"),
    }[how]


def lazy(request):
    return TemplateResponse(request, "agencies/no_worker.html", {})


urlpatterns = [
    path("t/bound", bound_worker),
    path("t/open", open_to_all),
    path("t/more", more_for_workers),
    path("t/lazy", lazy),
    path("t/<int:thing_id>/<str:how>", writes_then),
    path("demo", include("lintel.config.demo")),
    *ours,
]
