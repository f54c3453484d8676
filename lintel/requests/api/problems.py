"""Problem details (RFC 9457): every error of the API is one of these, and nothing else.

None names a person, or repeats what was sent. "not-found" is to the byte the same for what is
absent and for what is outside the worker's sight.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpResponse
from ninja.errors import HttpError, ValidationError

from lintel.kernel.errors import Conflict, Denied, DomainError, Invalid, NotFound, TooMany

MEDIA_TYPE = "application/problem+json"
RETRY_GUESSES = 600
RETRY_LIMIT = 3600


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: its status, its title, and what it means to a system."""

    status: int
    title: str
    meaning: str


KINDS: dict[str, Kind] = {
    "malformed": Kind(
        400, "What was sent can't be read", "The body isn't JSON in UTF-8, or has a name twice."
    ),
    "unauthorised": Kind(
        401, "A key is needed", "No key was sent, or it is unknown, has expired or was ended."
    ),
    "out-of-scope": Kind(
        403, "The key doesn't open this", "Ask the information lead for a key with this scope."
    ),
    "denied": Kind(
        403, "This isn't yours to do", "The worker may see it and may not do it: `detail` says why."
    ),
    "not-found": Kind(
        404, "Not found", "Absent, or not within the worker's sight: the two look the same."
    ),
    "method": Kind(405, "This can't be done here", "The header `Allow` says what can."),
    "conflict": Kind(
        409,
        "It has moved on",
        "Somebody acted first, or the idempotency key was used for something else: `detail` says "
        "what happened. Nothing was done.",
    ),
    "too-large": Kind(413, "Too large", "No request needs so much."),
    "media-type": Kind(415, "Send JSON", "The body must be application/json, in UTF-8."),
    "invalid": Kind(
        422,
        "Something in it isn't right",
        "`errors` says what is wrong, and where. Nothing was done.",
    ),
    "too-many": Kind(
        429, "Too many", "Many requests about people, or many guesses. See `Retry-After`."
    ),
    "failed": Kind(500, "It failed", "A fault of ours; nothing was done. Try again later."),
}


class Unauthorised(Exception):
    """No key, or not a good one (`sent` says which of the two)."""

    def __init__(self, *, sent: bool) -> None:
        super().__init__()
        self.sent = sent


class OutOfScope(Exception):
    """The key is good and doesn't open this."""

    def __init__(self, scope: str) -> None:
        super().__init__(scope)
        self.scope = scope


class WrongMediaType(Exception):
    """The body isn't JSON."""


class TooLarge(Exception):
    """The body is larger than anything the API takes."""


class Guessing(Exception):
    """The worker asked for too much that isn't there."""


def type_of(code: str) -> str:
    """The address that names a kind of problem, and explains it."""
    return f"{settings.LINTEL_PUBLIC_URL}/api/problems/{code}"


def problem(
    code: str,
    *,
    detail: str = "",
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The answer with one problem."""
    kind = KINDS[code]
    body: dict[str, Any] = {"type": type_of(code), "title": kind.title, "status": kind.status}
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = list(errors)
    return HttpResponse(
        json.dumps(body, ensure_ascii=False),
        status=kind.status,
        content_type=MEDIA_TYPE,
        headers=headers,
    )


def not_allowed(allowed: str) -> HttpResponse:
    """405, with what is allowed in its fixed order."""
    methods = ", ".join(sorted(part.strip() for part in allowed.split(",") if part.strip()))
    return problem("method", headers={"Allow": methods})


def of(error: Exception) -> HttpResponse | None:
    """The problem of what was raised; None for a fault of ours."""
    if isinstance(error, DomainError):
        return _of_domain(error)
    if isinstance(error, Http404):
        return problem("not-found")
    if isinstance(error, ValidationError):
        return problem("invalid", errors=[_fault(found) for found in error.errors])
    if isinstance(error, Unauthorised):
        return _unauthorised(error)
    if isinstance(error, OutOfScope):
        challenge = f'Bearer realm="Lintel", error="insufficient_scope", scope="{error.scope}"'
        return problem(
            "out-of-scope",
            detail=f"The key needs the scope {error.scope}.",
            headers={"WWW-Authenticate": challenge},
        )
    if isinstance(error, WrongMediaType):
        return problem("media-type", headers={"Accept": "application/json"})
    if isinstance(error, TooLarge | RequestDataTooBig):
        return problem("too-large")
    if isinstance(error, Guessing):
        return problem(
            "too-many",
            detail="The key asked for too much that is not there. Try again in 10 minutes.",
            headers={"Retry-After": str(RETRY_GUESSES)},
        )
    if isinstance(error, BadRequest | SuspiciousOperation):
        return problem("malformed")
    if isinstance(error, HttpError) and error.status_code == 400:
        return problem("malformed")
    return None


def _of_domain(error: DomainError) -> HttpResponse | None:
    if isinstance(error, NotFound):
        return problem("not-found")
    if isinstance(error, Denied):
        return problem("denied", detail=error.reason)
    if isinstance(error, Conflict):
        return problem("conflict", detail=error.words)
    if isinstance(error, Invalid):
        return problem("invalid", errors=[_place_of(n, w) for n, w in error.errors.items()])
    if isinstance(error, TooMany):
        return problem("too-many", detail=error.words, headers={"Retry-After": str(RETRY_LIMIT)})
    return None


def _unauthorised(error: Unauthorised) -> HttpResponse:
    challenge = 'Bearer realm="Lintel"'
    if error.sent:
        challenge += ', error="invalid_token"'
    return problem("unauthorised", headers={"WWW-Authenticate": challenge})


# Where the domain's names of fields are in the body; others are called the same there.
PLACES = {
    "": "#",
    "about_name": "#/who/about/name",
    "about_born": "#/who/about/born",
    "about_address": "#/who/about/address",
    "about_postcode": "#/who/about/postcode",
    "consent": "#/to_team",
}


def _place_of(name: str, words: str) -> dict[str, str]:
    """Where the domain found a fault; a name with a question mark is a parameter's."""
    if name.startswith("?"):
        return {"parameter": name[1:], "detail": words}
    return {"pointer": PLACES.get(name, f"#/{name}"), "detail": words}


WORDS = {
    "missing": "This is needed",
    "extra_forbidden": "There is no such field here",
    "string_pattern_mismatch": "This is empty, or has a character or a form that isn't accepted",
}
TAGS = frozenset({"PersonId", "Tenancy", "Unlisted"})


def _fault(found: Mapping[str, Any]) -> dict[str, str]:
    """Pydantic's finding as a fault: where and what, never the value that was sent."""
    source, *path = found["loc"]
    words = WORDS.get(found["type"], str(found["msg"]))
    if source != "body":
        return {"parameter": str(path[-1]) if path else "", "detail": words}
    # The first part is the name of the argument, not of anything in the body.
    parts = [str(part) for part in path[1:] if part not in TAGS]
    return {"pointer": "#" + "".join(f"/{_escaped(part)}" for part in parts), "detail": words}


def _escaped(part: str) -> str:
    """A part of a JSON pointer (RFC 6901)."""
    return part.replace("~", "~0").replace("/", "~1")
