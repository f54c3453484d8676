"""The addresses of pages about people. The list and the record itself are in `lintel.config`."""

from django.urls import path

from lintel.people import views

urlpatterns = [
    path("search", views.search, name="search"),
    path("search/forget", views.forget, name="forget"),
    path("found", views.found, name="found"),
    path("hand-over/<int:worker_id>", views.hand_over, name="hand-over"),
    path("<int:person_id>/notes/new", views.add_note, name="note"),
    path("<int:person_id>/notes/<int:note_id>/correct", views.correct_note, name="correct"),
    path("<int:person_id>/letters", views.letters, name="letters"),
    path("<int:person_id>/contact/new", views.add_contact, name="contact"),
]
