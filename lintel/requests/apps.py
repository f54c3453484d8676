"""Registers the domain with Django, and hears what other domains tell."""

from django.apps import AppConfig

CONSENT_EVENTS = ("consent.recorded", "consent.confirmed", "consent.withdrawn")


class Config(AppConfig):
    name = "lintel.requests"
    label = "requests"

    def ready(self) -> None:
        """Hear of consent: it opens masked threads, and its end masks them again."""
        from lintel.kernel import events

        for verb in CONSENT_EVENTS:
            events.subscribe(verb, "lintel.requests.jobs.hear_consent")
