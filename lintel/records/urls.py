"""The addresses of what an agency answers for."""

from django.urls import path

from lintel.records import views

app_name = "records"
urlpatterns = [
    path("", views.home, name="home"),
    path("late/", views.late, name="late"),
    path("questions/<int:question_id>/", views.answer, name="question"),
]
