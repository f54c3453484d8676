"""Reading what was sent: JSON, strictly, before any of it reaches the domain."""

import json
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

from lintel.requests.api.problems import TooLarge, WrongMediaType

# The longest request: five texts of 10,000 characters, each four bytes or escaped as twelve.
LARGEST = 600_000
UTF8 = frozenset({"", "utf-8", "utf8"})


def check(request: HttpRequest) -> None:
    """Look at the head of a request. Raises WrongMediaType, TooLarge."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > LARGEST:
        raise TooLarge
    charset = (request.content_params or {}).get("charset", "").strip('"').lower()
    is_json = request.content_type == "application/json" and charset in UTF8
    if length and not is_json:
        raise WrongMediaType


class StrictParser(Parser):
    """JSON as RFC 8259 has it: UTF-8, no name twice, no NaN, nothing that no text can hold."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body. Raises ValueError, which becomes a problem with status 400."""
        text = request.body.decode("utf-8")
        found = json.loads(text, object_pairs_hook=_once_each, parse_constant=_no_number)
        # Half of a surrogate pair is no character: the database would refuse it later.
        json.dumps(found, ensure_ascii=False).encode("utf-8")
        return found


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _no_number(name: str) -> float:
    raise ValueError("not a number")
