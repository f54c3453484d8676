"""Puts entries of a feed into the directory, some hundreds in a transaction of their own.

What is written is decided by a digest of the document: the same feed again writes nothing. Run as
the system role, by the job or the command.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils.text import slugify

from lintel.directory.actions import rows
from lintel.directory.actions.publishing import put
from lintel.directory.entry import Inside
from lintel.directory.feeds.locating import locate
from lintel.directory.feeds.mending import made_id, read_id
from lintel.directory.feeds.rules import Fault
from lintel.directory.feeds.v3 import Mapped, Runner
from lintel.directory.models import Feed, Organisation, Service, Version
from lintel.directory.states import ServiceState, VersionState

NOTHING_INSIDE = Inside().model_dump(mode="json")
NOT_STATED = "Organisation not stated"
ORGANISATION_FIELDS = ("name", "description", "url", "email", "logo")
# What `put` saves of a service that is there, beside its public side.
KEPT_IN_STEP = ("organisation", "checked_on", "feed_digest")


@dataclass(slots=True)
class Outcome:
    """What a batch came to."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    # Entries of our own that the feed has from us; they were left out.
    own: list[Mapped] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Known:
    """A service of the feed as it stands here."""

    id: UUID
    digest: str
    state: str


@dataclass
class Merger:
    """Merges the batches of one run. Remembers which organisations it has dealt with."""

    feed: Feed
    now: datetime
    _organisations: dict[str, Organisation] = field(default_factory=dict)

    def merge(self, batch: Sequence[Mapped]) -> Outcome:
        """Put a batch into the directory, in the current transaction; no key stands in it twice."""
        locate(batch)
        organisations = self._runners(batch)
        known = self._known([one.key for one in batch])
        outcome = Outcome()
        new: list[tuple[Mapped, str]] = []
        changed: list[tuple[Mapped, str]] = []
        for one in batch:
            digest = digest_of(one)
            found = known.get(one.key)
            if found is None:
                new.append((one, digest))
            elif is_to_change(found, one, digest):
                changed.append((one, digest))
            else:
                outcome.unchanged += 1
        ids = self._ids([one for one, _ in new])
        outcome.own = [one for one, _ in new if one.key not in ids]
        new = [(one, digest) for one, digest in new if one.key in ids]
        self._put(new, ids, changed, known, organisations)
        outcome.added, outcome.changed = len(new), len(changed)
        return outcome

    def _known(self, keys: list[str]) -> dict[str, Known]:
        held = Service.objects.filter(feed=self.feed, feed_key__in=keys)
        return {
            key: Known(pk, digest, state)
            for key, pk, digest, state in held.values_list("feed_key", "pk", "feed_digest", "state")
        }

    def _put(
        self,
        new: list[tuple[Mapped, str]],
        ids: dict[str, UUID],
        changed: list[tuple[Mapped, str]],
        known: dict[str, Known],
        organisations: dict[str, Organisation],
    ) -> None:
        there = Service.objects.in_bulk([known[one.key].id for one, _ in changed])
        services = [(self._new(one, ids[one.key]), one, digest) for one, digest in new] + [
            (there[known[one.key].id], one, digest) for one, digest in changed
        ]
        if not services:
            return
        for service, one, digest in services:
            service.organisation = organisations[one.runner.key]
            service.feed_digest = digest
            service.checked_on = one.document.entry.assured_on
            for place in one.document.entry.locations:
                # One link for each service and location, whatever the feed calls it.
                place.at_id = made_id("at", service.pk, place.id)
        put(
            [(service, one.document) for service, one, _ in services],
            now=self.now,
            also=KEPT_IN_STEP,
        )
        self._keep_versions([(service, one) for service, one, _ in services], set(there))

    def _new(self, one: Mapped, pk: UUID) -> Service:
        return Service(
            id=pk,
            slug=slug_of(one.document.entry.name, pk),
            feed=self.feed,
            feed_key=one.key,
            modified=self.now,
        )

    def _ids(self, batch: list[Mapped]) -> dict[str, UUID]:
        """An id for each new service: the feed's own, unless it isn't one or is another's here.

        None for an entry that is our own: directories that read each other give it back.
        """
        wanted = {one.key: one.id or self._made(one.key) for one in batch}
        rows = Service.objects.filter(pk__in=wanted.values()).values_list("pk", "feed_id")
        taken = dict(rows)
        found = {}
        for one in batch:
            pk = wanted[one.key]
            if pk in taken and taken[pk] is None:
                continue
            if pk in taken:
                one.faults.append(Fault("id_taken", one.key[:80]))
                pk = self._made(one.key)
            found[one.key] = pk
            taken[pk] = self.feed.pk
        return found

    def _made(self, key: str) -> UUID:
        return made_id("service", self.feed.pk, key)

    def _keep_versions(
        self, services: Sequence[tuple[Service, Mapped]], changed: set[UUID]
    ) -> None:
        """A version for each document that is new, so that what stood there can be seen."""
        held = Version.objects.filter(service_id__in=changed).values("service_id")
        last = {row["service_id"]: row["most"] for row in held.annotate(most=Max("number"))}
        rows.insert(
            Version,
            [
                rows.of(
                    Version(
                        service_id=service.pk,
                        number=last.get(service.pk, 0) + 1,
                        state=VersionState.PUBLISHED,
                        audience=service.audience,
                        document={"entry": service.document, "inside": NOTHING_INSIDE},
                        made_at=self.now,
                        settled_at=self.now,
                        note="Read from the feed",
                    )
                )
                for service, _ in services
            ],
        )

    # Organisations

    def _runners(self, batch: Sequence[Mapped]) -> dict[str, Organisation]:
        """The organisation of each entry by its key; in one run the first words about it count."""
        wanted = {
            one.runner.key: one.runner
            for one in reversed(batch)
            if one.runner.key not in self._organisations
        }
        held = Organisation.objects.filter(feed=self.feed, feed_key__in=wanted)
        there = {row.feed_key: row for row in held}
        new, changed = [], []
        ids = self._organisation_ids([key for key in wanted if key not in there])
        for key, runner in wanted.items():
            values = values_of(runner)
            row = there.get(key)
            if row is None:
                row = Organisation(id=ids[key], feed=self.feed, feed_key=key, **values)
                new.append(row)
            elif any(getattr(row, name) != value for name, value in values.items()):
                for name, value in values.items():
                    setattr(row, name, value)
                changed.append(row)
            self._organisations[key] = row
        Organisation.objects.bulk_create(new)
        Organisation.objects.bulk_update(changed, ORGANISATION_FIELDS)
        return self._organisations

    def _organisation_ids(self, keys: list[str]) -> dict[str, UUID]:
        made = {key: made_id("organisation", self.feed.pk, key) for key in keys}
        wanted = {key: read_id(key) or made[key] for key in keys}
        taken = set(
            Organisation.objects.filter(pk__in=wanted.values()).values_list("pk", flat=True)
        )
        for key in keys:
            if wanted[key] in taken:
                wanted[key] = made[key]
            taken.add(wanted[key])
        return wanted


def is_to_change(found: Known, one: Mapped, digest: str) -> bool:
    """Whether a service that is there is written anew.

    One that a lead took out by hand stays out: when it was taken out because it was gone, its
    digest was emptied. A list's few words never take the place of a whole entry.
    """
    if found.state == ServiceState.WITHDRAWN:
        return not found.digest
    return found.digest != digest and not one.partial


def digest_of(one: Mapped) -> str:
    """The same for the same document under the same organisation."""
    entry = one.document.entry.model_dump_json(
        exclude_defaults=True, exclude={"locations": {"__all__": {"at_id"}}}
    )
    whole = json.dumps([entry, one.runner.key, one.runner.name])
    return hashlib.sha256(whole.encode()).hexdigest()


def values_of(runner: Runner) -> dict[str, Any]:
    """The fields of an organisation."""
    if not runner.key:
        return dict.fromkeys(ORGANISATION_FIELDS, "") | {"name": NOT_STATED}
    return {name: getattr(runner, name) for name in ORGANISATION_FIELDS}


def slug_of(name: str, pk: UUID) -> str:
    """Words for the address of its page: readable, and no other service's."""
    short = made_id("slug", pk).hex[:10]
    return f"{slugify(name)[:69].strip('-') or 'service'}-{short}"
