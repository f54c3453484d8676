"""Middleware of all pages: security headers, and the domain's errors as pages."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from lintel.kernel.errors import Conflict, Denied, DomainError, Invalid, NotFound, TooMany
from lintel.web import views

Handler = Callable[[HttpRequest], HttpResponseBase]


def tiles_origin(url: str) -> str:
    """The origin of the map's pictures, for the policy; "" for none."""
    parts = urlsplit(url)
    return f" {parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else ""


CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        f"img-src 'self'{tiles_origin(settings.LINTEL_MAP_TILES)}",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    # The path of a page is told to our own pages only, so that an error page can lead back.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    # Nothing that names a person stays on a shared computer: after sign-out, "back" asks again.
    # Whitenoise sets its own on static files; a page that may be kept sets its own too.
    "Cache-Control": "no-store",
}


class SecurityHeaders:
    """Puts the headers above on every answer that doesn't set its own."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, with its headers."""
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class DomainErrors:
    """Turns what the domain raises into pages with the right status and words.

    A view that can say it better (an `Invalid` beside its fields) catches it first.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, unchanged."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page for a domain error; None leaves any other error to Django."""
        if not isinstance(error, DomainError):
            return None
        if isinstance(error, NotFound):
            return views.page_not_found(request, error)
        if isinstance(error, Denied):
            return views.denied(request, error.reason)
        if isinstance(error, Conflict):
            return views.conflict(request, error.words)
        if isinstance(error, Invalid):
            return views.invalid(request, error.errors)
        if isinstance(error, TooMany):
            return views.too_many(request, error.words)
        return None
