"""The addresses of the person's own view. No address says who anybody is."""

from django.urls import path

from lintel.portal import views

app_name = "portal"

urlpatterns = [
    path("", views.start, name="start"),
    path("whom/", views.whom, name="whom"),
    path("leave/", views.leave, name="leave"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("looked/", views.looked, name="looked"),
    path("looked/questions/", views.looked_questions, name="looked-questions"),
    path("looked/<int:entry_id>/", views.looked_ask, name="looked-ask"),
]
