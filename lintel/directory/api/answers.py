"""How open data is answered: JSON, to anybody, from any site; errors as problem details.

No view here reads a cookie or a session: what is told is the same for everybody.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache, wraps
from hashlib import blake2b
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt

from lintel.directory.queries import open_terms
from lintel.kernel.errors import Invalid, NotFound
from lintel.web.http import public

PREFIX = "/oruk/"
METHODS = "GET, HEAD, OPTIONS"
PROBLEM = "application/problem+json"
# A minute, and then whoever kept it asks whether it is still so.
KEPT = "public, max-age=60"
NOT_KEPT = "no-store"
OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
PREFLIGHT = {
    "Allow": METHODS,
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
    "Cache-Control": NOT_KEPT,
}
View = Callable[..., HttpResponse]


def is_open_data(request: HttpRequest) -> bool:
    """Whether this asks for open data, known or not."""
    return request.path.startswith(PREFIX)


def open_data(view: View) -> Callable[..., HttpResponseBase]:
    """A view for everybody, by GET, HEAD and OPTIONS; what it raises becomes a problem."""

    @csrf_exempt
    @public
    @wraps(view)
    def answer(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if request.method == "OPTIONS":
            response = HttpResponse(status=204, headers=PREFLIGHT)
            del response["Content-Type"]
        elif request.method not in ("GET", "HEAD"):
            response = problem(405, "Open data is only read.", headers={"Allow": METHODS})
        else:
            try:
                response = view(request, **kwargs)
            except Invalid as error:
                response = invalid(error)
            except NotFound:
                response = problem(404, "There is nothing at this address that is open to all.")
        return _opened(_without_body(response) if request.method == "HEAD" else response)

    return answer


def told(
    request: HttpRequest,
    make: Callable[[str], Any],
    *,
    links: Callable[[Any], str] | None = None,
    kept: bool = True,
    fixed: bool = False,
) -> HttpResponse:
    """What `make` gives for the present edition, as JSON; 304 to whoever has it already.

    The edition is read first: at worst an old name is put on a newer answer, and asked for again.
    `links` makes the header of that name. `kept`: others may keep it. `fixed`: it changes with the
    code and settings alone, and the database isn't asked.
    """
    edition = "" if fixed else open_terms.edition()
    etag = _etag(request, edition)
    if kept and (same := get_conditional_response(request, etag=etag)) is not None:
        same["ETag"], same["Cache-Control"] = etag, KEPT
        return same
    found = make(edition)
    response = JsonResponse(found, safe=False, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = KEPT if kept else NOT_KEPT
    if kept:
        response["ETag"] = etag
    if links and (header := links(found)):
        response["Link"] = header
    return response


def problem(
    status: int,
    detail: str,
    *,
    errors: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """A problem (RFC 9457); `errors` says what is wrong with each parameter ("?": with others)."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = [{"parameter": name, "detail": words} for name, words in errors.items()]
    return HttpResponse(
        json.dumps(body, ensure_ascii=False),
        status=status,
        content_type=PROBLEM,
        headers={"Cache-Control": NOT_KEPT, **(headers or {})},
    )


def invalid(error: Invalid) -> HttpResponse:
    """400, with what was wrong."""
    detail = " ".join(
        words if name == "?" else f"{name}: {words}" for name, words in error.errors.items()
    )
    return problem(400, detail, errors=error.errors)


def failed() -> HttpResponse:
    """A fault of ours, for any site to read."""
    return _opened(problem(500, "It failed. Try again later."))


def unreadable() -> HttpResponse:
    """What can't be read at all."""
    return _opened(problem(400, "The request can’t be read."))


def _without_body(response: HttpResponse) -> HttpResponse:
    """The head alone, with the length that the body would have (RFC 9110)."""
    if response.content:
        response["Content-Length"] = str(len(response.content))
        response.content = b""
    return response


def _opened(response: HttpResponse) -> HttpResponse:
    for name, value in OPEN.items():
        response.headers.setdefault(name, value)
    return response


def _etag(request: HttpRequest, edition: str) -> str:
    """The name of an answer: what was asked, of which edition, told how, on which day.

    The day counts, as closures pass and areas begin and end.
    """
    day = timezone.localdate().isoformat()
    stated = (
        settings.LINTEL_PUBLIC_URL,
        settings.LINTEL_OPEN_DATA_LICENCE,
        settings.LINTEL_OPEN_DATA_LICENCE_URL,
    )
    asked = "\n".join([request.get_full_path(), edition, day, *stated, _code()])
    return f'"{blake2b(asked.encode(), digest_size=12).hexdigest()}"'


@cache
def _code() -> str:
    """A digest of the modules that shape an answer: after an upgrade nothing old is confirmed."""
    here = Path(__file__).resolve().parent
    digest = blake2b(digest_size=12)
    for folder in (here, here.parent / "oruk", here.parent / "queries"):
        for module in sorted(folder.glob("*.py")):
            digest.update(module.read_bytes())
    return digest.hexdigest()
