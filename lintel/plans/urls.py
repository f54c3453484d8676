"""The addresses of the circle, below the person's own."""

from django.urls import path

from lintel.plans.views import circle as views
from lintel.plans.views import invited

app_name = "plans"

urlpatterns = [
    path("circle-invitations/", invited.invitations, name="invitations"),
    path("circle-invitations/<int:member_id>/accept", invited.accept, name="accept"),
    path("circle-invitations/<int:member_id>/decline", invited.decline, name="decline"),
    path("<int:person_id>/circle/<int:member_id>/take-back", invited.take_back, name="take-back"),
    path("<int:person_id>/circle/", views.circle, name="circle"),
    path("<int:person_id>/circle/add", views.add, name="add"),
    path("<int:person_id>/circle/<int:member_id>/leave", views.leave, name="leave"),
    path("<int:person_id>/circle/if-things-go-wrong", views.if_wrong, name="if-wrong"),
    path(
        "<int:person_id>/circle/if-things-go-wrong/<int:contact_id>/end",
        views.end_line,
        name="end-line",
    ),
]
