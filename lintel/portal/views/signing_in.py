"""Signing in to one's own view, and a way off it."""

from allauth.core import ratelimit
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lintel.kernel.errors import Invalid
from lintel.portal import actions
from lintel.portal.actions import codes
from lintel.portal.forms import LetterCodeForm
from lintel.portal.states import CHOSEN
from lintel.web import views
from lintel.web.http import public

# A page that anybody could have open.
ELSEWHERE = "https://www.bbc.co.uk/weather"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TOO_OFTEN = "You tried too often. Wait an hour, then try again."


@public
@require_safe
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """The ways to sign in."""
    if request.user.is_authenticated:
        return redirect("portal:start")
    return render(request, "portal/sign_in.html", {"codes": codes.offered()})


@public
@require_http_methods(["GET", "POST"])
@never_cache
def letter(request: HttpRequest) -> HttpResponse:
    """Open a view with the code of a letter.

    Whoever is signed in to a view already adds to what they may look at. Nothing here says
    whether anybody exists: every code that doesn't work is answered with the same words.
    """
    form = LetterCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="person_letter"):
            return views.too_many(request, TOO_OFTEN)
        user = request.user if request.user.is_authenticated else None
        try:
            found = actions.redeem(
                now=timezone.now(),
                code=form.cleaned_data["code"],
                user=user,
            )
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            if user is None:
                login(request, found, backend=BACKEND)
            request.session.pop(CHOSEN, None)
            return redirect("portal:start")
    return render(request, "portal/letter_code.html", {"form": form})


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
