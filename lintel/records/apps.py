"""Registers the domain with Django, and hears what it tells itself."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "lintel.records"
    label = "records"

    def ready(self) -> None:
        """Tell the information leads that a question came."""
        from lintel.kernel import events

        events.subscribe("records.asked", "lintel.records.hear.tell_leads")
