"""Whether requests are decided: for the clocks of domains above, under the system role."""

from django.db.models import Exists, F, OuterRef

from lintel.requests.models import Handling


def decided(reference: OuterRef | F) -> Exists:
    """A condition: the request of this reference is decided on its desk."""
    return Exists(Handling.objects.filter(reference=reference, decided__isnull=False))
