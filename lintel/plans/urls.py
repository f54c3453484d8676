"""The addresses of the circle, below the person's own."""

from django.urls import path

from lintel.plans import views

app_name = "plans"

urlpatterns = [
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
