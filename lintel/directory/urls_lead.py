"""Addresses of the partnership lead's pages of the directory."""

from django.urls import path

from lintel.directory.views import lead, lead_guidance

urlpatterns = [
    path("gaps/", lead.overview, name="gaps"),
    path("gaps/wards/", lead.wards, name="gaps-wards"),
    path("gaps/overlaps/", lead.overlaps, name="gaps-overlaps"),
    path("gaps/entries/", lead.entries, name="gaps-entries"),
    path("gaps/misroutes/", lead.misroutes, name="gaps-misroutes"),
    path("gaps/misroutes/settle/", lead.settle, name="gaps-settle"),
    path("gaps/feeds/", lead.feeds, name="gaps-feeds"),
    path("keep-guidance/", lead_guidance.keep, name="guidance-keep"),
    path("keep-guidance/new/", lead_guidance.new, name="guidance-new"),
    path("keep-guidance/<slug:slug>/", lead_guidance.edit, name="guidance-edit"),
    path("keep-guidance/<slug:slug>/checked/", lead_guidance.checked, name="guidance-checked"),
    path(
        "keep-guidance/<slug:slug>/versions/<int:number>/",
        lead_guidance.version,
        name="guidance-version",
    ),
    path(
        "keep-guidance/<slug:slug>/versions/<int:number>/restore/",
        lead_guidance.restore,
        name="guidance-restore",
    ),
]
