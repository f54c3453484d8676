"""Registers the domain with Django, and hears what it tells itself."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "lintel.sharing"
    label = "sharing"

    def ready(self) -> None:
        """Tell the giving agency that an answer waits for it."""
        from lintel.kernel import events

        events.subscribe("consent.recorded", "lintel.sharing.hear.tell_who_confirms")
        events.subscribe("sharing.overridden", "lintel.sharing.hear.tell_of_override")
