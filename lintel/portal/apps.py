"""Registers the domain with Django, and what it listens to."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "lintel.portal"
    label = "portal"

    def ready(self) -> None:
        """Subscribe those who are told of what a person asked or said."""
        from lintel.kernel import events
        from lintel.portal.listening import SUBSCRIPTIONS

        for verb, handler in SUBSCRIPTIONS.items():
            events.subscribe(verb, f"lintel.portal.listening.{handler}")
