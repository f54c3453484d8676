"""Signing in to one's own view."""

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lintel.web.http import public

# A page that anybody could have open.
ELSEWHERE = "https://www.bbc.co.uk/weather"


@public
@require_safe
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """The ways to sign in."""
    if request.user.is_authenticated:
        return redirect("portal:start")
    return render(request, "portal/sign_in.html")


@public
@require_safe
@never_cache
def leave(request: HttpRequest) -> HttpResponse:
    """Away at once: signed out, and on to a page that says nothing about anybody.

    A link and no form, so that it works before the page is whole and without a script. Signing
    out is all that a forged link could do.
    """
    logout(request)
    response = HttpResponseRedirect(ELSEWHERE)
    response["Referrer-Policy"] = "no-referrer"
    return response
