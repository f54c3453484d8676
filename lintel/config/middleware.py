"""Who asks, on every request: sessions that end, and the signed-in worker bound to the view.

`SignedInActor` denies by default. A view is for signed-in workers unless it is marked with
`lintel.web.http.public`, or with `for_person` for the person's own view, which no worker opens.
The API's callers are bound in the same way as workers, by their keys.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from lintel.agencies import actions, queries
from lintel.config import api
from lintel.directory.api.answers import is_open_data
from lintel.kernel.actor import bound, bound_account
from lintel.kernel.errors import Denied, NotFound
from lintel.portal import actions as own_view
from lintel.portal import queries as portal
from lintel.portal.states import CHOSEN
from lintel.requests.api import auth, problems, reading
from lintel.sharing.states import ViewerKind
from lintel.web import rescue, views
from lintel.web.http import (
    LintelRequest,
    PersonRequest,
    has_more_for_workers,
    is_for_person,
    is_public,
)
from lintel.web.middleware import DomainErrors

Handler = Callable[[HttpRequest], HttpResponseBase]
View = Callable[..., HttpResponseBase]

# A page is read or sent; any other method would only be a way round a check on POST.
METHODS = ("GET", "HEAD", "POST")
SIGN_IN_PATHS = "/accounts/"
# Where a worker without a second factor may still go.
SET_UP_PATHS = ("/accounts/2fa/", "/accounts/logout/", "/accounts/reauthenticate/")
SECOND_FACTOR_ELSEWHERE = "lintel_second_factor_elsewhere"
REFERENCE = re.compile(r"[A-Z0-9-]{4,40}")
LARGEST_ID = 2**63 - 1


def present() -> datetime:
    """The present moment (apart, so that a test can hold it still)."""
    return timezone.now()


class EndingSessions:
    """Ends a session after a time without a request, and after its longest time.

    Stands straight after authentication, before anything looks at who is signed in.
    """

    BEGAN = "lintel_began"
    SEEN = "lintel_seen"
    NOTED_EVERY = 60  # A write a minute, not a write a request.

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer; the visitor is nobody if the session was over."""
        if is_open_data(request):
            return self.get_response(request)  # The same for everybody: no session is looked at.
        # Without a session there is nobody, and no query to find that out.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            now = int(present().timestamp())
            began = request.session.get(self.BEGAN)
            seen = request.session.get(self.SEEN)
            if began is None or seen is None:
                request.session[self.BEGAN] = request.session[self.SEEN] = now
            elif (
                now - began > settings.LINTEL_SESSION_HOURS * 3600
                or now - seen > settings.LINTEL_SESSION_IDLE_MINUTES * 60
            ):
                logout(request)
            elif now - seen >= self.NOTED_EVERY:
                request.session[self.SEEN] = now
        return self.get_response(request)


def who_asks(request: HttpRequest) -> queries.SignedIn | None:
    """The worker who is signed in, looked up once a request; None for nobody."""
    if not hasattr(request, "lintel_signed_in"):
        found = None
        if request.user.is_authenticated:
            found = queries.signed_in(request.user.pk, getattr(request, "now", None) or present())
        request.lintel_signed_in = found  # type: ignore[attr-defined]
        if found:
            request.signed_in_as = {  # type: ignore[attr-defined]
                "name": found.actor.name,
                "detail": found.agency_name,
                "href": reverse("mfa_index"),
                "more": {"text": "Am I in the loop?", "href": reverse("sharing:loop")},
            }
    return request.lintel_signed_in  # type: ignore[attr-defined,no-any-return]


class SignedInActor:
    """Calls the view for a signed-in worker, in one transaction bound to that worker.

    Must be the last to look at the view: it calls it. What the view raises rolls all back and
    becomes a page; asking for what isn't there is then noted, outside what was rolled back.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.errors = DomainErrors(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, unchanged."""
        return self.get_response(request)

    def process_view(
        self, request: LintelRequest, view: View, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """The view's answer, the way to sign in, or None for a view that is open to all."""
        request.now = present()
        if is_open_data(request):
            return None  # Refuses other methods itself, in its own words.
        match = request.resolver_match
        if match is not None and api.NAMESPACE in match.namespaces:
            return self._answer_system(request, view, args, kwargs)
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if request.path.startswith(SIGN_IN_PATHS):
            return self._set_up_first(request)
        if is_public(view):
            return self._answer_everybody(request, view, args, kwargs)
        if not request.user.is_authenticated:
            return rescue.sign_in_again(request)
        asks = who_asks(request)
        if is_for_person(view):
            if asks is not None:
                return render(request, "portal/not_for_workers.html", status=403)
            return self._answer_person(request, view, args, kwargs)  # type: ignore[arg-type]
        if asks is None:
            if portal.has_own_view(request.user.pk, now=request.now):
                return HttpResponseRedirect(reverse("portal:start"))
            return no_worker(request)
        if needs_second_factor(request, asks):
            return to_set_up()
        request.actor = asks.actor
        if kwargs and asks.guesses >= actions.GUESSES_STOPPED:
            return views.too_many(
                request, "You asked for too many pages that are not there. Try again in 10 minutes."
            )
        return self._call(request, view, args, kwargs)

    def _answer_everybody(
        self, request: LintelRequest, view: View, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """None: the view answers as to anybody. Bound to the worker where it has more for one.

        Only for a worker who could open any other page now: in post, with the second factor, the
        session alive. Everybody else, and whoever's session is over, gets what the public gets.
        """
        if not has_more_for_workers(view):
            return None
        request.actor = None  # type: ignore[assignment]
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        asks = who_asks(request)
        if asks is None or needs_second_factor(request, asks):
            return None
        request.actor = asks.actor
        # Nothing here is about a person: a mistyped address is no guess.
        return self._call(request, view, args, kwargs, noted=False)

    def _answer_person(
        self, request: PersonRequest, view: View, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponseBase:
        """The answer to a person, or to whoever they let look, with what the permission shows.

        Whoever may look at several people chooses one first. The permission is read in the very
        transaction of the page: one that has ended shows nothing, whatever was open before.
        """
        user_id = int(request.user.pk or 0)
        try:
            with bound_account(user_id):
                found = portal.viewings(user_id, now=request.now)
                one = portal.chosen(found, request.session.get(CHOSEN))
                if one is None and found and not portal.is_choosing(request.resolver_match):
                    return HttpResponseRedirect(reverse("portal:whom"))
                if found:
                    request.viewings = found
                    request.account = portal.account(user_id, one or found[0])
                    request.signed_in_as = portal.header(request.account)  # type: ignore[attr-defined]
                    answer = self._rendered(request, view, args, kwargs)
                    self._looked(request, one or found[0])
                    return answer
        except Exception as error:
            page = self._page_of(request, error)
            if page is None:
                raise
            return page
        return no_worker(request)

    def _looked(self, request: PersonRequest, viewing: Any) -> None:
        """Write down what somebody else looks at of a person's own view: the person sees it."""
        match = request.resolver_match
        if viewing.kind != ViewerKind.SELF and match and not portal.is_choosing(match):
            own_view.note_look(
                request.account, now=request.now, page=match.view_name, relation=viewing.relation
            )

    def _answer_system(
        self, request: LintelRequest, view: View, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponseBase:
        """The API's answer to a system that acts for a worker, by its key; no session counts.

        Without a good key the operation itself refuses, unless it is open to all.
        """
        try:
            reading.check(request)
            actor = auth.actor_of(request, request.now)
            if actor is None:
                return api.tidied(view(request, *args, **kwargs))
            request.actor = actor
            api.check(request)
            asks = queries.signed_in(actor.user_id, request.now)
            guessing = asks is not None and asks.guesses >= actions.GUESSES_STOPPED
            if guessing and (kwargs or request.method == "POST"):
                raise problems.Guessing
        except Exception as error:
            answer = problems.of(error)
            if answer is None:
                raise
            return answer
        return api.tidied(self._call(request, view, args, kwargs))

    def _set_up_first(self, request: HttpRequest) -> HttpResponseBase | None:
        """Of the sign-in pages, a worker without a second factor sees those that set one up."""
        if request.path.startswith("/accounts/logout/") or not request.user.is_authenticated:
            return None
        asks = who_asks(request)
        if asks is None and portal.has_own_view(int(request.user.pk or 0), now=present()):
            # What is set up there is for workers; a person's own ways are in their own view.
            return HttpResponseRedirect(reverse("portal:ways"))
        if request.path.startswith(SET_UP_PATHS):
            return None
        return to_set_up() if asks and needs_second_factor(request, asks) else None

    def _call(
        self,
        request: LintelRequest,
        view: View,
        args: list[Any],
        kwargs: dict[str, Any],
        *,
        noted: bool = True,
    ) -> HttpResponseBase:
        try:
            with bound(request.actor):
                return self._rendered(request, view, args, kwargs)
        except Exception as error:
            if api.is_api(request):
                # What a system asks about is in what it sent, too, not in the address alone.
                if isinstance(error, NotFound | Denied):
                    asked = {"person_id": getattr(request, "asked_about", None)}
                    self._note(request, kwargs | asked)
            elif noted and kwargs and isinstance(error, Http404 | NotFound | Denied):
                self._note(request, kwargs)
            page = self._page_of(request, error)
            if page is None:
                raise
            return page

    def _rendered(
        self, request: HttpRequest, view: View, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponseBase:
        """The view's answer, whole: nothing of it is made after the binding has ended."""
        request.lintel_bound = True  # type: ignore[attr-defined]
        try:
            response = view(request, *args, **kwargs)
            if hasattr(response, "render") and callable(response.render):
                response = response.render()
            return response
        finally:
            request.lintel_bound = False  # type: ignore[attr-defined]

    def _page_of(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if api.is_api(request):
            return problems.of(error)
        if isinstance(error, Http404):
            return views.page_not_found(request, error)
        return self.errors.process_exception(request, error)

    def _note(self, request: LintelRequest, kwargs: dict[str, Any]) -> None:
        """Note a guess: which page, and whom or what it would have shown. Never a typed word."""
        person_id = kwargs.get("person_id")
        reference = str(kwargs.get("reference", ""))
        match = request.resolver_match
        with bound(request.actor):
            actions.note_guess(
                request.actor,
                now=request.now,
                page=match.view_name if match else "",
                person_id=(
                    person_id if isinstance(person_id, int) and person_id <= LARGEST_ID else None
                ),
                request_ref=reference if REFERENCE.fullmatch(reference) else "",
            )


def no_worker(request: HttpRequest) -> HttpResponse:
    """Signs out an account that is nobody's now: no worker's in post, and no person's."""
    logout(request)
    request.lintel_signed_in = None  # type: ignore[attr-defined]
    return render(request, "agencies/no_worker.html", status=403)


def needs_second_factor(request: HttpRequest, asks: queries.SignedIn) -> bool:
    """Whether the worker must set up a second factor before anything else.

    Not in the demo, and not when the agency's own identity provider is trusted to have asked for
    one and it was what signed them in.
    """
    if asks.has_second_factor or not settings.LINTEL_SECOND_FACTOR:
        return False
    return not request.session.get(SECOND_FACTOR_ELSEWHERE)


def to_set_up() -> HttpResponse:
    """The way to the page where a second factor is set up."""
    return HttpResponseRedirect(reverse("mfa_index"))
