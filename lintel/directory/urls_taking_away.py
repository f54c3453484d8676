"""Addresses of what can be taken away of the directory."""

from django.urls import URLPattern, URLResolver, path

from lintel.directory.views import taking_away

urlpatterns: list[URLPattern | URLResolver] = [
    path("map/", taking_away.on_a_map, name="map"),
    path("booklet/", taking_away.booklet, name="booklet"),
    path("directory.csv", taking_away.as_csv, name="csv"),
    path("directory.xlsx", taking_away.as_xlsx, name="xlsx"),
    path("opening-times.ics", taking_away.as_calendar, name="calendar"),
]
