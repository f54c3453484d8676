"""Registers the domain with Django, and what it tells and listens to."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "lintel.directory"
    label = "directory"

    def ready(self) -> None:
        """Tell the agencies which areas their teams cover, and listen."""
        from lintel.agencies.queries import set_areas
        from lintel.directory.listening import SUBSCRIPTIONS
        from lintel.directory.queries.teams import Areas
        from lintel.kernel import events

        set_areas(Areas())
        for verb, handler in SUBSCRIPTIONS.items():
            events.subscribe(verb, f"lintel.directory.listening.{handler}")
