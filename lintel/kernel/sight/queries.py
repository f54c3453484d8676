"""What the bound worker may see, asked before something is written. The rows' policies decide."""

from django.db.models.functions import Now

from lintel.kernel.actor import Actor
from lintel.kernel.sight.models import Sight
from lintel.kernel.sight.states import ALL_OF_IT, Category


def reads_all(actor: Actor, person_id: int, owner_id: int, category: Category) -> bool:
    """Whether the actor may read all that an agency holds of a category, and not a summary.

    By the database's clock, as the policies are.
    """
    return Sight.objects.filter(
        worker_id=actor.worker_id,
        category=category,
        person_id=person_id,
        owner_id=owner_id,
        detail=ALL_OF_IT,
        valid__contains=Now(),
    ).exists()
