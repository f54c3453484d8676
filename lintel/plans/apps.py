"""Registers the domain with Django, and what it listens to."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "lintel.plans"
    label = "plans"

    def ready(self) -> None:
        """Subscribe to what the circle is told of."""
        from lintel.kernel import events
        from lintel.plans.listening import SUBSCRIPTIONS

        for verb, handler in SUBSCRIPTIONS.items():
            events.subscribe(verb, f"lintel.plans.listening.{handler}")
