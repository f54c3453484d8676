"""A system with a key, as the tests call the API."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.test import Client
from django.utils import timezone

from lintel.agencies import actions
from lintel.agencies.models import Worker
from lintel.agencies.states import Role, Scope
from lintel.kernel.actor import Actor
from tests import factories

_keys = count(1)


def issue(who: Worker, *scopes: Scope, **changes: Any) -> actions.IssuedKey:
    """A key for the worker, from the information lead of the agency; all scopes for none."""
    lead = factories.worker(who.agency, roles=[Role.INFORMATION_LEAD])
    now = timezone.now()
    values = {
        "now": now,
        "integration": "Housing system",
        "worker_id": who.pk,
        "scopes": scopes or tuple(Scope),
        "expires": now + timedelta(days=30),
        **changes,
    }
    return actions.issue_token(factories.actor(lead), **values)


def lead_of(who: Worker) -> Actor:
    """An information lead of the worker's agency."""
    return factories.actor(factories.worker(who.agency, roles=[Role.INFORMATION_LEAD]))


@dataclass
class Caller:
    """Calls as a system would: a key, JSON, no cookies."""

    raw: str
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))

    @classmethod
    def of(cls, who: Worker, *scopes: Scope, **changes: Any) -> "Caller":
        """A caller with a new key for the worker."""
        return cls(issue(who, *scopes, **changes).raw)

    def get(self, path: str, **query: Any) -> Any:
        """GET under /api/v1/."""
        return self.client.get(f"/api/v1/{path}", query, headers=self.headers())

    def post(self, path: str, body: Any = None, *, key: str | None = "new", **headers: str) -> Any:
        """POST under /api/v1/; with a fresh idempotency key unless one is given, or None."""
        if key == "new":
            key = f"test-key-{next(_keys)}"
        if key is not None:
            headers["Idempotency-Key"] = key
        return self.client.post(
            f"/api/v1/{path}",
            json.dumps({} if body is None else body),
            content_type="application/json",
            headers=self.headers() | headers,
        )

    def headers(self) -> dict[str, str]:
        """What every call has."""
        return {"Authorization": f"Bearer {self.raw}"}


def concern(who: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The body of a concern."""
    return {
        "who": who,
        "signs": ["hoarding", "noise"],
        "seen": "Bin bags up to the window, and up all night.",
        "urgency": "routine",
        "person_knows": "not_asked",
        **changes,
    }


ADVICE = {
    "seen": "A tenant in their fifties has stopped opening the door.",
    "asked_for": "What would you try?",
    "urgency": "soon",
}
ABOUT = {
    "name": "Zoë O’Brien-Łuk 李",
    "born": "1972",
    "address": "1 High St",
    "postcode": "SY1 2AB",
}


def at(moment: datetime, monkeypatch: Any) -> None:
    """Hold the present still for what is called."""
    monkeypatch.setattr("lintel.config.middleware.present", lambda: moment)
