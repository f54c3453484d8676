"""The pages of guidance and their versions, as the partnership lead keeps them."""

from django.db.models import Max, QuerySet

from lintel.directory.models import Guidance, GuidanceVersion
from lintel.kernel.errors import NotFound


def pages() -> QuerySet[Guidance]:
    """Every page, shown or not, in its order, with the number of its newest version."""
    return Guidance.objects.annotate(newest=Max("versions__number")).order_by(
        "kind", "position", "title"
    )


def page(slug: str) -> Guidance:
    """One page. Raises NotFound."""
    found = pages().filter(slug=slug).first()
    if found is None:
        raise NotFound
    return found


def versions(of: Guidance) -> QuerySet[GuidanceVersion]:
    """Its published texts, the newest first."""
    return GuidanceVersion.objects.filter(guidance=of).select_related("made_by").order_by("-number")


def version(of: Guidance, number: int) -> GuidanceVersion:
    """One published text. Raises NotFound."""
    found = versions(of).filter(number=number).first()
    if found is None:
        raise NotFound
    return found
