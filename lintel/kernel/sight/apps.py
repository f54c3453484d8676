"""Registers the sight mechanism with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "lintel.kernel.sight"
    label = "sight"
