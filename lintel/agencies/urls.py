"""Addresses of the agencies domain."""

from django.urls import path

from lintel.agencies import views, views_members, views_roles

app_name = "agencies"

urlpatterns = [
    path("teams/", views.teams, name="teams"),
    path("teams/<slug:slug>/", views.team, name="team"),
    path("teams/<slug:slug>/members/", views_members.members, name="members"),
    path("teams/<slug:slug>/members/add/", views_members.add, name="member-add"),
    path("teams/<slug:slug>/members/<int:worker_id>/end/", views_members.end, name="member-end"),
    path("teams/<slug:slug>/members/link/", views_members.link, name="link-add"),
    path(
        "teams/<slug:slug>/members/link/<int:link_id>/end/",
        views_members.link_end,
        name="link-end",
    ),
    path("information-leads/", views_roles.leads, name="information-leads"),
    path("information-leads/add/", views_roles.add, name="information-lead-add"),
    path("information-leads/<int:worker_id>/end/", views_roles.end, name="information-lead-end"),
    path("link-workers/", views.link_workers, name="link-workers"),
    path("link-workers/<int:link_id>/away/", views.away, name="away"),
    path("link-workers/<int:link_id>/back/", views.back, name="back"),
    path("sign-out-everywhere/", views.sign_out_everywhere, name="sign-out-everywhere"),
    path("keys/", views.keys, name="keys"),
    path("keys/new/", views.new_key, name="key-new"),
    path("keys/<int:token_id>/end/", views.end_key, name="key-end"),
]
