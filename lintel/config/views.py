"""Pages that draw on several domains."""

from django.http import HttpResponse
from django.shortcuts import render

from lintel.web.http import LintelRequest


def my_day(request: LintelRequest) -> HttpResponse:
    """What waits for the worker today."""
    return render(request, "config/my_day.html")
