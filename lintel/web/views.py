"""Error pages, pages about the service, and the component page of the demo.

No error page names a person, an address or what was looked for.
"""

import datetime as dt
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils import timezone

from lintel.web import once, who
from lintel.web.http import public

log = logging.getLogger("lintel.web")
UNTOLD = {"csrfmiddlewaretoken", once.FIELD, who.FIELD}


def _back(request: HttpRequest) -> str:
    """The path of our own page that led here, if any; never another site's."""
    referer = urlsplit(request.headers.get("Referer", ""))
    return referer.path if referer.netloc == request.get_host() else ""


def _typed(request: HttpRequest) -> list[dict[str, str]]:
    """What was typed in the posted form, for its writer to copy: {"label", "value"}.

    Only texts long enough to be worth keeping; choices are made again in a moment.
    """
    found = []
    for name, values in request.POST.lists():
        text = "\n".join(v.strip() for v in values).strip()
        if name in UNTOLD or "password" in name.lower() or (len(text) < 20 and " " not in text):
            continue
        label = name.split("-")[-1].replace("_", " ").strip().capitalize()
        found.append({"label": label, "value": text})
    return found


def _problem(request: HttpRequest, status: int, page: str, **context: Any) -> HttpResponse:
    """An error page with its status."""
    context.setdefault("back", _back(request))
    return render(request, f"web/errors/{page}.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the address or what was sent makes no sense."""
    return _problem(request, 400, "400", words="")


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 from Django itself, which gives no reason."""
    return denied(request, "")


def denied(request: HttpRequest, reason: str) -> HttpResponse:
    """403: may see it, may not do it; `reason` says why."""
    return _problem(request, 403, "403", reason=reason)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: absent, or outside the visitor's sight. One page for both, to the byte.

    So nothing of the request is in it: no path, no way back that differs.
    """
    return _problem(request, 404, "404", back="")


def conflict(request: HttpRequest, words: str) -> HttpResponse:
    """409: somebody acted first. Shows what happened and keeps what was typed."""
    return _problem(request, 409, "409", words=words, typed=_typed(request))


def invalid(request: HttpRequest, errors: Mapping[str, str]) -> HttpResponse:
    """400 for input that broke a rule, where the view had no form to say it beside."""
    return _problem(request, 400, "400", words=list(errors.values()), typed=_typed(request))


def too_many(request: HttpRequest, words: str = "") -> HttpResponse:
    """429: too often; `words` says when to try again."""
    return _problem(request, 429, "429", words=words, typed=_typed(request))


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault. Asks nothing of the database or the session, as either may be the cause."""
    return render(None, "web/errors/500.html", status=500)


def somebody_else(request: HttpRequest) -> HttpResponse:
    """409: the form was opened by another user than the one now signed in; nothing was done."""
    return _problem(request, 409, "somebody_else")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form's check failed: signed in anew since, cookies off, or another site's doing.

    Where the form itself proves who opened it, what was typed is kept for that user.
    """
    from lintel.web import rescue

    log.info("csrf check failed")
    opened_by = who.who_opened(request)
    if opened_by is not None and hasattr(request, "session"):
        user = getattr(request, "user", None)
        signed_in = user is not None and user.is_authenticated
        if not signed_in and rescue.keep(request, opened_by):
            return rescue.sign_in_again(request)
        if signed_in and str(user.pk) == opened_by and rescue.keep(request, opened_by):  # type: ignore[union-attr]
            return _problem(request, 403, "csrf", again=_shown_by_get(request))
    return _problem(request, 403, "csrf", again="")


def _shown_by_get(request: HttpRequest) -> str:
    """This address, where it leads to a page of ours."""
    try:
        resolve(request.path)
    except Resolver404:
        return ""
    return request.get_full_path()


@public
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "web/pages/accessibility.html")


@public
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about whom, in plain words."""
    return render(request, "web/pages/privacy.html")


@public
def urgent_help(request: HttpRequest) -> HttpResponse:
    """Whom to call, day and night. Never asks anybody to sign in."""
    return render(request, "web/pages/urgent_help.html")


@public
def components(request: HttpRequest) -> HttpResponse:
    """Each component, once, with invented content. Exists only in the demo."""
    if not getattr(settings, "LINTEL_DEMO", False):
        raise Http404
    from lintel.web.specimens import specimens

    return render(request, "web/pages/components.html", specimens(request, _now()))


def _now() -> dt.datetime:
    """The present moment (apart, so that a test can hold it still)."""
    return timezone.now()
