"""Registers the domain with Django, and what it listens to."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "lintel.plans"
    label = "plans"

    def ready(self) -> None:
        """Subscribe to what the circle is told of."""
        from lintel.kernel import events
        from lintel.plans import handing_over, listening

        for module in (listening, handing_over):
            for verb, handler in module.SUBSCRIPTIONS.items():
                events.subscribe(verb, f"{module.__name__}.{handler}")
