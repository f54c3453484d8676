"""Registers the kernel with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "lintel.kernel"
    label = "kernel"
