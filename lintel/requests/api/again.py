"""Doing it once: the header `Idempotency-Key`, and the places at which lists go on."""

import base64
import binascii
import json
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, TypeVar

from ninja import Header
from pydantic import BaseModel, Field

from lintel.kernel import once
from lintel.kernel.errors import Invalid
from lintel.requests.queries.parts import Place
from lintel.web.http import LintelRequest

A = TypeVar("A", bound=BaseModel)

KeyText = Annotated[str, Field(min_length=8, max_length=200, pattern=r"^[!-~]+$")]
WORDS = (
    "The same key with the same request gets the first answer again, for 7 days; with another "
    "request it is refused with 409."
)
NeededKey = Annotated[KeyText, Header(alias="Idempotency-Key", description=WORDS)]
MaybeKey = Annotated[KeyText | None, Header(alias="Idempotency-Key", description=WORDS)]


def once_only(
    request: LintelRequest,
    key: str | None,
    what: tuple[str, ...],
    body: BaseModel,
    work: Callable[[], A],
    answers: type[A],
) -> A:
    """What `work` answers; for a key used before with the same request, its first answer.

    `what` names the operation and what is in its path. The answer is kept: it must hold no
    information about a person. Raises Conflict for a key used with another request.
    """
    if key is None:
        return work()
    sent = json.dumps([what, body.model_dump(mode="json")], sort_keys=True)
    kept: Any = once.run(
        request.actor,
        f"api.{request.actor.integration_id}",
        key,
        lambda: work().model_dump(mode="json"),
        fingerprint=sha256(sent.encode()).hexdigest(),
    )
    return answers.model_validate(kept)


def cursor_of(place: Place | None) -> str | None:
    """A place in a list, as a text to be sent back."""
    if place is None:
        return None
    at, reference = place
    raw = json.dumps([at.isoformat(), reference]).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def place_of(cursor: str | None) -> Place | None:
    """The place that a text names. Raises Invalid for one that we never gave."""
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        at, reference = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or not isinstance(reference, str) or "\x00" in reference:
            raise ValueError
        return moment, reference
    except (binascii.Error, ValueError, TypeError, OverflowError) as wrong:
        raise Invalid({"?cursor": "Send a cursor that a list gave you"}) from wrong
