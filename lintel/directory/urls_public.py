"""Addresses of the directory's pages for everybody. No place is ever part of one."""

from django.urls import path

from lintel.directory.views import entry, guidance, looking

urlpatterns = [
    path("", looking.start, name="start"),
    path("who-covers/", looking.who_covers, name="who-covers"),
    path("forget-place/", looking.forget_place, name="forget-place"),
    path("search/", looking.search, name="search"),
    path("entry/<slug:slug>/", entry.entry, name="entry"),
    path("entry/<slug:slug>/report/", entry.report, name="report"),
    path("reports/<uuid:report_id>/settle/", entry.settle, name="report-settle"),
    path("emergencies/", guidance.emergencies, name="emergencies"),
    path("private-landlords/", guidance.private_landlords, name="private-landlords"),
    path("guidance/", guidance.listing, name="guidance"),
    path("guidance/<slug:slug>/", guidance.page, name="guidance-page"),
]
