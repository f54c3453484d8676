"""Keys: who a system acts for, and what its key opens."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja.security.base import AuthBase

from lintel.agencies.actions import actor_for_token
from lintel.agencies.states import Scope
from lintel.kernel.actor import Actor
from lintel.requests.api.problems import OutOfScope, Unauthorised

SCHEME = "bearer"


def raw_key(request: HttpRequest) -> str | None:
    """What was sent as a key in `Authorization: Bearer ...`; None when nothing was."""
    header = request.headers.get("Authorization")
    if header is None:
        return None
    scheme, _, raw = header.partition(" ")
    return raw.strip() if scheme.lower() == SCHEME else ""


def actor_of(request: HttpRequest, now: datetime) -> Actor | None:
    """The worker for whom the system acts; None without a good key. No session counts here."""
    raw = raw_key(request)
    return actor_for_token(raw, now) if raw else None


class Key(AuthBase):
    """What an operation asks of the key: one scope, or any key at all."""

    openapi_type = "http"
    openapi_scheme = SCHEME
    openapi_description = "A key that the information lead of your agency issued."

    def __init__(self, scope: Scope | None = None) -> None:
        super().__init__()
        self.scope = scope

    @property
    def scopes(self) -> list[str]:
        """For the description of the API."""
        return [str(self.scope.value)] if self.scope else []

    def __call__(self, request: HttpRequest) -> Any:
        """The actor whom the middleware bound. Raises Unauthorised, OutOfScope."""
        actor: Actor | None = getattr(request, "actor", None)
        if actor is None or actor.integration_id is None:
            raise Unauthorised(sent=raw_key(request) is not None)
        if self.scope is not None and self.scope not in actor.integration_scopes:
            raise OutOfScope(self.scope.value)
        return actor


ANY = Key()
RAISE = Key(Scope.RAISE)
FOLLOW = Key(Scope.FOLLOW)
ANSWER = Key(Scope.ANSWER)
