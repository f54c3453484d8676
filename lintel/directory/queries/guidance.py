"""The partnership's guidance, as everybody reads it."""

from lintel.directory.models import Guidance
from lintel.directory.states import GuidanceKind
from lintel.kernel.errors import NotFound

# The page for a private landlord has this slug; the partnership writes it.
PRIVATE_LANDLORDS = "private-landlords"


def published(kind: GuidanceKind | None = None) -> list[Guidance]:
    """The pages that everybody reads, in their order; of one kind, or all."""
    found = Guidance.objects.filter(published=True)
    return list(found.filter(kind=kind) if kind else found)


def one(slug: str) -> Guidance:
    """A page that everybody reads. Raises NotFound."""
    found = Guidance.objects.filter(published=True, slug=slug).first()
    if found is None:
        raise NotFound
    return found
