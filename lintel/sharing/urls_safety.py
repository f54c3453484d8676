"""The addresses of the pages about records opened for safety."""

from django.urls import path

from lintel.sharing.views import patterns, reviews, safety

urlpatterns = [
    path("people/<int:person_id>/safety/", safety.override, name="override"),
    path("people/<int:person_id>/safety/<int:override_id>/end", safety.end, name="override-end"),
    path("safety/", safety.home, name="safety"),
    path("safety/<int:override_id>/", safety.one, name="safety-one"),
    path("safety/<int:override_id>/ask", safety.ask_another, name="safety-ask-another"),
    path("safety/asks/<int:second_id>/", safety.ask, name="safety-ask"),
    path("safety/<int:override_id>/review", reviews.review, name="safety-review"),
    path("safety/<int:override_id>/told", reviews.told, name="safety-told"),
    path("safety/reviews/", reviews.todo, name="safety-reviews"),
    path("safety/reviewed/", reviews.done, name="safety-reviewed"),
    path("safety/overdue/", reviews.overdue, name="safety-overdue"),
    path("safety/patterns/", patterns.home, name="safety-patterns"),
    path("safety/patterns/copy", patterns.copy, name="safety-patterns-copy"),
    path("safety/counts/", patterns.counts, name="safety-counts"),
    path("safety/counts/copy", patterns.counts_copy, name="safety-counts-copy"),
]
