"""Addresses of the open data; each answers with and without a slash at its end."""

from django.urls import URLPattern, path, re_path

from lintel.directory.api import views

PAGES = {
    "": views.about,
    "openapi.json": views.description,
    "services": views.services,
    "services/<str:oruk_id>": views.service,
    "service_at_locations": views.at_locations,
    "service_at_locations/<str:oruk_id>": views.at_location,
    "organizations": views.organisations,
    "organizations/<str:oruk_id>": views.organisation,
    "taxonomies": views.taxonomies,
    "taxonomies/<str:oruk_id>": views.taxonomy,
    "taxonomy_terms": views.terms,
    "taxonomy_terms/<str:oruk_id>": views.term,
}

app_name = "oruk"
urlpatterns: list[URLPattern] = [
    *(
        path(at + slash, view, name=view.__name__)
        for at, view in PAGES.items()
        for slash in (("", "/") if at else ("",))
    ),
    re_path(r"^.*$", views.absent, name="absent"),
]
