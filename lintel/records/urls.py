"""The addresses of what an agency answers for."""

from django.urls import path

from lintel.records import views

app_name = "records"
ONE = "people/<int:person_id>/"
urlpatterns = [
    path("", views.home, name="home"),
    path("late/", views.late, name="late"),
    path("due/", views.due, name="due"),
    path("questions/<int:question_id>/", views.answer, name="question"),
    path(ONE, views.person, name="person"),
    path(f"{ONE}copy/", views.copy, name="copy"),
    path(f"{ONE}copies/new", views.ask_copy, name="copy-ask"),
    path(f"{ONE}copies/<int:copy_request_id>/extend", views.extend, name="copy-extend"),
    path(f"{ONE}copies/<int:copy_request_id>/given", views.given, name="copy-given"),
    path(f"{ONE}hold", views.hold, name="hold"),
    path(f"{ONE}holds/<int:hold_id>/review", views.review_hold, name="hold-review"),
    path(f"{ONE}holds/<int:hold_id>/lift", views.lift, name="hold-lift"),
    path(f"{ONE}erasures/new", views.ask_erasure, name="erasure-ask"),
    path(f"{ONE}erasures/<int:erasure_id>/refuse", views.refuse, name="erasure-refuse"),
    path(f"{ONE}erasures/<int:erasure_id>/erase", views.erase, name="erasure-do"),
]
