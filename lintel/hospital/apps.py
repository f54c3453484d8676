"""Registers the domain with Django: its kind of request, and what it listens to."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "lintel.hospital"
    label = "hospital"

    def ready(self) -> None:
        """Add the advance notice to the kinds of request."""
        from lintel.hospital import notice_kind

        notice_kind.register()
