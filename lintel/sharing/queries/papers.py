"""Scans of signed forms. Row security: for the agency that heard the answers alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound
from lintel.sharing.models import ConsentPaper
from lintel.sharing.states import PaperKind

LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class PaperView:
    """A scan in a list, without its content."""

    id: int
    consent_id: int
    kind: str
    size: str
    added: datetime
    added_by: str
    removed: datetime | None
    removed_words: str


def papers(actor: Actor, consent_ids: Iterable[int]) -> list[PaperView]:
    """The scans beside these consents, the latest first; what was taken out too."""
    rows = (
        ConsentPaper.objects.filter(consent__in=list(consent_ids))
        .select_related("added_by")
        .defer("content")
        .order_by("-added", "-id")
    )
    return [
        PaperView(
            row.pk,
            row.consent_id,
            PaperKind(row.kind).name,
            f"{max(1, round(row.size / 1024))} KB",
            row.added,
            row.added_by.name,
            row.removed,
            row.removed_words,
        )
        for row in rows
    ]


def paper(actor: Actor, paper_id: int, *, person_id: int, consent_id: int) -> ConsentPaper:
    """One scan with its content. Raises NotFound, also for one that was taken out."""
    if max(paper_id, consent_id, person_id) > LARGEST_ID:
        raise NotFound
    found = ConsentPaper.objects.filter(
        pk=paper_id, person_id=person_id, consent_id=consent_id, removed__isnull=True
    ).first()
    if found is None:
        raise NotFound
    return found
