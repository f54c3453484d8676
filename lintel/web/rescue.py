"""Keeps what was typed when a session ends in the middle of a form.

Each form says, signed, who opened it (`lintel.web.who`). When it arrives from somebody who is no
longer signed in, what was typed is encrypted for that user alone, kept for an hour in the
anonymous session, and the visitor is asked to sign in. The same user then finds the form filled
in; anybody else who signs in finds nothing, and what was kept is dropped. Files are not kept.
"""

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url

from lintel.web import once, views, who
from lintel.web.http import has_more_for_workers, is_for_person

SESSION_KEY = "_typed"
KEPT_SECONDS = 3600
# A session row is no place for a book; longer texts are turned away by every form's own limits.
LARGEST = 200_000
NEVER_KEPT = {"csrfmiddlewaretoken", once.FIELD, who.FIELD}


def _cipher(user_id: str) -> Fernet:
    """The cipher for one user's typing: derived from the secret key, different for each user."""
    key = HKDF(
        algorithm=hashes.SHA256(), length=32, salt=b"lintel.web.rescue", info=user_id.encode()
    ).derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def keep(request: HttpRequest, user_id: str) -> bool:
    """Keep what was posted for `user_id`, encrypted, in the session; whether it was kept."""
    fields = {
        name: values
        for name, values in request.POST.lists()
        if name not in NEVER_KEPT and "password" not in name.lower()
    }
    kept = {"path": request.path, "fields": fields, "files": bool(request.FILES)}
    plain = json.dumps(kept).encode()
    if len(plain) > LARGEST:
        return False
    request.session[SESSION_KEY] = _cipher(user_id).encrypt(plain).decode()
    return True


def _kept(request: HttpRequest) -> dict[str, Any] | None:
    """What is kept for the user who is signed in; what was kept for another is dropped."""
    token = request.session.get(SESSION_KEY)
    if not token or not request.user.is_authenticated:
        return None
    try:
        plain = _cipher(str(request.user.pk)).decrypt(token.encode(), ttl=KEPT_SECONDS)
    except InvalidToken:
        request.session.pop(SESSION_KEY, None)
        return None
    found: dict[str, Any] = json.loads(plain)
    return found


def initial(request: HttpRequest) -> dict[str, Any]:
    """What was typed on this page before the session ended, as a form's `initial`; {} if nothing.

    Also makes the page say so. Use: `Form(initial=defaults | rescue.initial(request))`.
    """
    kept = _kept(request)
    if kept is None or kept["path"] != request.path:
        return {}
    request.lintel_rescued = {"files": kept["files"]}  # type: ignore[attr-defined]
    return {name: v[0] if len(v) == 1 else v for name, v in kept["fields"].items()}


def way_back(request: HttpRequest) -> str:
    """The page on which what the signed-in user typed waits; "" if nothing waits."""
    kept = _kept(request)
    return str(kept["path"]) if kept else ""


def is_waiting(request: HttpRequest) -> bool:
    """Whether something typed here waits for its writer to sign in again."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not hasattr(request, "session"):
        return False
    return SESSION_KEY in request.session and not request.user.is_authenticated


def sign_in_again(request: HttpRequest) -> HttpResponse:
    """The way to the sign-in page, and from there back to this one."""
    match = request.resolver_match
    own_view = match is not None and is_for_person(match.func)
    url = resolve_url(settings.LINTEL_PERSON_LOGIN_URL if own_view else settings.LOGIN_URL)
    back = quote(request.get_full_path())
    return HttpResponseRedirect(f"{url}{'&' if '?' in url else '?'}next={back}")


class Rescue:
    """Looks at every posted form that says who opened it. Stands after authentication."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer; what was kept is dropped once the form has been sent again."""
        response = self.get_response(request)
        if (
            request.method == "POST"
            and response.status_code in {302, 303}
            and getattr(request, "lintel_posted_by_owner", False)
            and (kept := _kept(request))
            and kept["path"] == request.path
        ):
            request.session.pop(SESSION_KEY, None)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], *_: Any
    ) -> HttpResponseBase | None:
        """Rescue the form of somebody signed out; refuse one that somebody else opened.

        A form that is for everybody needs neither: it goes on without its opener.
        """
        if request.method != "POST" or has_more_for_workers(view):
            return None
        if (opened_by := who.who_opened(request)) is None:
            return None
        if not request.user.is_authenticated:
            keep(request, opened_by)
            return sign_in_again(request)
        if str(request.user.pk) != opened_by:
            return views.somebody_else(request)
        request.lintel_posted_by_owner = True  # type: ignore[attr-defined]
        return None
