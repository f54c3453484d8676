"""Registers the domain with Django: its kind of request, and what it listens to."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "lintel.hospital"
    label = "hospital"

    def ready(self) -> None:
        """Add the advance notice to the kinds of request, and what information leads watch."""
        from lintel.hospital import notice_kind
        from lintel.hospital.queries import admissions
        from lintel.sharing import words

        notice_kind.register()
        words.ADDED["hospital:admissions"] = ("Admissions", admissions.watches)
