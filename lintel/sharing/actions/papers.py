"""The scan of a signed form: kept, read and taken out; each time it is written down.

What a file is follows from its content, never from its name or from what the browser says.
"""

import hashlib
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from lintel.kernel import access, events
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Invalid, NotFound
from lintel.kernel.sight.states import Category
from lintel.kernel.states import AccessVerb
from lintel.sharing import policy, queries
from lintel.sharing.models import ConsentPaper
from lintel.sharing.states import PaperKind

LARGEST_PAPER = 5 * 1024 * 1024
BEGINS = {
    PaperKind.PDF: b"%PDF-",
    PaperKind.PNG: b"\x89PNG\r\n\x1a\n",
    PaperKind.JPEG: b"\xff\xd8\xff",
}
ENDS = {
    PaperKind.PDF: b"%%EOF",
    PaperKind.PNG: b"IEND\xaeB`\x82",
    PaperKind.JPEG: b"\xff\xd9",
}
# How far from its end a file may be cut or carry on: scanners add a few bytes.
TAIL = 1024


def kind_of(content: bytes) -> PaperKind | None:
    """What the file is, by how it begins and ends; None for anything else, or a part of one."""
    for kind, begins in BEGINS.items():
        if content.startswith(begins) and ENDS[kind] in content[-TAIL:]:
            return kind
    return None


def add_paper(
    actor: Actor, *, now: datetime, person_id: int, consent_id: int, content: bytes
) -> int:
    """Keep a scan beside a conversation that the actor's agency recorded; answers its number.

    With `settings.LINTEL_SCAN_UPLOAD` (a dotted path) set, that function is given the content
    and answers "" or why it is refused. Raises NotFound, Denied, and Invalid (file).
    """
    policy.in_person(actor)
    view = queries.consent(actor, consent_id, person_id=person_id, now=now)
    policy.heard(actor, view.owner_id)
    kind = _checked(content)
    with transaction.atomic():
        made = ConsentPaper.objects.create(
            person_id=person_id,
            owner_id=actor.agency_id,
            consent_id=consent_id,
            content=content,
            kind=kind,
            size=len(content),
            digest=hashlib.sha256(content).hexdigest(),
            added=now,
            added_by_id=actor.worker_id,
        )
        _event(actor, "consent.paper_added", now, person_id, consent_id)
    return made.pk


def take_paper(
    actor: Actor, *, now: datetime, person_id: int, consent_id: int, paper_id: int
) -> tuple[PaperKind, bytes]:
    """The scan, to be downloaded: that it was is in the access record. Raises NotFound."""
    policy.in_person(actor)
    found = queries.paper(actor, paper_id, person_id=person_id, consent_id=consent_id)
    access.record(
        actor,
        AccessVerb.EXPORTED,
        now=now,
        person_id=person_id,
        owner_id=found.owner_id,
        categories=[Category.IDENTITY],
        why="the worker’s agency heard what the person said about sharing",
        purpose="the scan of a signed consent form",
        page="consent paper",
    )
    return PaperKind(found.kind), bytes(found.content)


def remove_paper(
    actor: Actor, *, now: datetime, person_id: int, consent_id: int, paper_id: int, words: str
) -> None:
    """Take a scan out for good: somebody else's, say. Raises NotFound and Invalid (words)."""
    policy.in_person(actor)
    if not words.strip():
        raise Invalid({"words": "Say why it is taken out"})
    queries.paper(actor, paper_id, person_id=person_id, consent_id=consent_id)
    with transaction.atomic():
        done = ConsentPaper.objects.filter(pk=paper_id, removed__isnull=True).update(
            content=b"", size=0, removed=now, removed_by=actor.worker_id, removed_words=words
        )
        if not done:
            raise NotFound
        _event(actor, "consent.paper_removed", now, person_id, consent_id)


def _checked(content: bytes) -> PaperKind:
    if not content:
        raise Invalid({"file": "The file is empty. Choose another"})
    if len(content) > LARGEST_PAPER:
        raise Invalid({"file": "The file is larger than 5 MB. Scan it again in black and white"})
    kind = kind_of(content)
    if kind is None:
        raise Invalid({"file": "The file is no PDF, JPEG or PNG, or it is damaged"})
    if settings.LINTEL_SCAN_UPLOAD:
        wrong = import_string(settings.LINTEL_SCAN_UPLOAD)(content)
        if wrong:
            raise Invalid({"file": "The file may do harm, so it was not kept. Tell your IT team"})
    return kind


def _event(actor: Actor, verb: str, now: datetime, person_id: int, consent_id: int) -> None:
    events.record(
        actor,
        verb,
        now=now,
        subject=("consent", consent_id),
        person_id=person_id,
        owner_id=actor.agency_id,
    )
