"""Registers the domain with Django, and hears what it tells itself."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "lintel.sharing"
    label = "sharing"

    def ready(self) -> None:
        """Tell who confirms an answer, who lost sight of something, who authorises a basis."""
        from lintel.kernel import events

        events.subscribe("consent.recorded", "lintel.sharing.hear.tell_who_confirms")
        events.subscribe("sharing.overridden", "lintel.sharing.hear.tell_of_override")
        events.subscribe("consent.recorded", "lintel.sharing.consent_news.tell_who_lost")
        events.subscribe("consent.withdrawn", "lintel.sharing.consent_news.tell_who_lost")
        events.subscribe("basis.ended", "lintel.sharing.consent_news.tell_who_lost_basis")
        events.subscribe("basis.recorded", "lintel.sharing.consent_news.ask_to_authorise")
