"""Addresses of the agencies domain."""

from django.urls import path

from lintel.agencies import views, views_members

app_name = "agencies"

urlpatterns = [
    path("teams/", views.teams, name="teams"),
    path("teams/<slug:slug>/", views.team, name="team"),
    path("teams/<slug:slug>/members/", views_members.members, name="members"),
    path("teams/<slug:slug>/members/add/", views_members.add, name="member-add"),
    path("teams/<slug:slug>/members/<int:worker_id>/end/", views_members.end, name="member-end"),
    path("link-workers/", views.link_workers, name="link-workers"),
    path("link-workers/<int:link_id>/away/", views.away, name="away"),
    path("link-workers/<int:link_id>/back/", views.back, name="back"),
    path("sign-out-everywhere/", views.sign_out_everywhere, name="sign-out-everywhere"),
    path("keys/", views.keys, name="keys"),
    path("keys/new/", views.new_key, name="key-new"),
    path("keys/<int:token_id>/end/", views.end_key, name="key-end"),
]
