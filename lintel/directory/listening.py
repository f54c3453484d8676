"""What the directory does when something happened elsewhere. Handlers are safe to repeat."""

from lintel.directory.models import Misroute, Service
from lintel.kernel.actor import as_system
from lintel.kernel.events import Happened

SUBSCRIPTIONS = {"requests.misrouted": "misrouted"}


def misrouted(event: Happened) -> None:
    """Note that a catchment brought a request to the wrong team; once an event.

    Holds the postcode's sector and the teams, and nothing by which the request could be found.
    """
    with as_system():
        service = Service.objects.filter(pk=event.data["service"]).first()
        if service is None:
            return
        Misroute.objects.get_or_create(
            event_id=event.id,
            defaults={
                "service": service,
                "sector": event.data["sector"],
                "right_team_id": event.data["right_team"],
                "at": event.at,
            },
        )
