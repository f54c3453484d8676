"""Addresses of the agencies domain."""

from django.urls import path

from lintel.agencies import views

app_name = "agencies"

urlpatterns = [
    path("teams/", views.teams, name="teams"),
    path("teams/<slug:slug>/", views.team, name="team"),
    path("link-workers/", views.link_workers, name="link-workers"),
    path("link-workers/<int:link_id>/away/", views.away, name="away"),
    path("link-workers/<int:link_id>/back/", views.back, name="back"),
    path("sign-out-everywhere/", views.sign_out_everywhere, name="sign-out-everywhere"),
    path("keys/", views.keys, name="keys"),
    path("keys/new/", views.new_key, name="key-new"),
    path("keys/<int:token_id>/end/", views.end_key, name="key-end"),
]
