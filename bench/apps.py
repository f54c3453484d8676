"""Lets Django find the floor's template."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "bench"
