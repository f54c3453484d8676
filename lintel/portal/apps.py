"""Registers the domain with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "lintel.portal"
    label = "portal"
