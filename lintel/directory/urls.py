"""Addresses of the directory. `directory/` is for everybody unless a view says otherwise."""

from django.urls import URLPattern, URLResolver

from lintel.directory import urls_feeds, urls_lead, urls_own, urls_public, urls_taking_away

app_name = "directory"

urlpatterns: list[URLPattern | URLResolver] = [
    *urls_public.urlpatterns,
    *urls_lead.urlpatterns,
    *urls_feeds.urlpatterns,
    *urls_own.urlpatterns,
    *urls_taking_away.urlpatterns,
]
