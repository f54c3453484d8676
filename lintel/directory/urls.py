"""Addresses of the directory. `directory/` is for everybody unless a view says otherwise."""

from django.urls import URLPattern, URLResolver

app_name = "directory"

urlpatterns: list[URLPattern | URLResolver] = []
