"""Keys by which an agency's own systems act for a worker."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction

from lintel.agencies import policy, queries
from lintel.agencies.models import Integration, Token
from lintel.agencies.states import Scope
from lintel.kernel import events
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Invalid, NotFound

KEY_PREFIX = "lintel_"
KEY_BYTES = 32
KEY_LONGEST = timedelta(days=365)
USE_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key: `raw` is shown once and kept nowhere."""

    token_id: int
    raw: str


def digest_of(raw: str) -> str:
    """What is kept of a key. It has 256 random bits, so one plain hash is enough."""
    return hashlib.sha256(raw.encode()).hexdigest()


def issue_token(
    actor: Actor,
    *,
    now: datetime,
    integration: str,
    worker_id: int,
    scopes: Collection[str],
    expires: datetime,
) -> IssuedKey:
    """Give another system of the actor's agency a key, with which it acts for one worker.

    `integration` is the system's name (made if new). `scopes` are `states.Scope`; `expires` is
    at most a year away. Raises Denied, and Invalid for a worker of another agency or not in post.
    """
    policy.manage_keys(actor)
    errors = {}
    name = " ".join(integration.split())
    if not 0 < len(name) <= 120:
        errors["integration"] = "Enter the name of the system, in up to 120 characters"
    if not queries.colleagues(actor, now).filter(pk=worker_id).exists():
        errors["worker_id"] = "Select a worker of your agency"
    if not scopes or not set(scopes) <= set(Scope.values):
        errors["scopes"] = "Select what the key opens"
    if not now < expires <= now + KEY_LONGEST:
        errors["expires"] = "A key lasts for a year at most, and ends in the future"
    if errors:
        raise Invalid(errors)
    raw = KEY_PREFIX + secrets.token_urlsafe(KEY_BYTES)
    with transaction.atomic():
        system = Integration.objects.filter(agency_id=actor.agency_id, name=name).first()
        if system is None:
            system = Integration.objects.create(agency_id=actor.agency_id, name=name, created=now)
        token = Token.objects.create(
            integration=system,
            worker_id=worker_id,
            digest=digest_of(raw),
            scopes=sorted(set(scopes)),
            created=now,
            expires=expires,
        )
        events.record(
            actor,
            "agencies.key_issued",
            now=now,
            subject=("token", token.pk),
            data={
                "integration": system.pk,
                "worker": worker_id,
                "scopes": token.scopes,
                "expires": expires,
            },
        )
    return IssuedKey(token.pk, raw)


def revoke_token(actor: Actor, *, token_id: int, now: datetime) -> None:
    """End a key of the actor's agency at once. Raises NotFound, Denied, and Conflict if ended."""
    policy.manage_keys(actor)
    with transaction.atomic():
        token = (
            Token.objects.select_for_update()
            .filter(pk=token_id, integration__agency_id=actor.agency_id)
            .first()
        )
        if token is None:
            raise NotFound
        if token.revoked is not None:
            raise Conflict("This key has ended already.")
        token.revoked = now
        token.save(update_fields=["revoked"])
        events.record(actor, "agencies.key_revoked", now=now, subject=("token", token.pk))


def actor_for_token(raw: str, now: datetime) -> Actor | None:
    """The worker that a key acts for, with the integration and its scopes; None for a bad key.

    A key ends when it expires or is revoked, and when the worker leaves the post or the agency.
    Roles across the agency are left out: another system never acts as an information lead.
    """
    if not raw.startswith(KEY_PREFIX) or len(raw) > 100:
        return None
    token = (
        Token.objects.filter(digest=digest_of(raw), revoked=None, expires__gt=now)
        .select_related("integration")
        .first()
    )
    if token is None:
        return None
    actor = queries.actor_of_worker(token.worker_id, now)
    if actor is None or actor.agency_id != token.integration.agency_id:
        return None
    if token.last_used is None or token.last_used < now - USE_NOTED_EVERY:
        Token.objects.filter(pk=token.pk).update(last_used=now)
    return replace(
        actor,
        roles=frozenset(),
        integration_id=token.integration_id,
        integration_scopes=frozenset(token.scopes),
    )
