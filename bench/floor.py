"""A trivial signed-in page: session, worker, the layout, no query of its own."""

from django.http import HttpResponse
from django.shortcuts import render

from lintel.web.http import LintelRequest


def trivial(request: LintelRequest) -> HttpResponse:
    """A heading in the layout."""
    return render(request, "web/floor.html")
