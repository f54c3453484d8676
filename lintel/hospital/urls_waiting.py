"""The addresses of waiting, figures, placements away and care reviews."""

from django.urls import path

from lintel.hospital.views import figures, placements, reviews, waiting
from lintel.hospital.views.common import of_stay

app_name = "hospital-waiting"

ONE = "people/<int:person_id>/"

urlpatterns = [
    path("delays/", waiting.board, name="board"),
    path("delays/copy", waiting.copy, name="board-copy"),
    path("stays/<int:stay_id>/waiting/", of_stay(waiting.stay), name="stay"),
    path("stays/<int:stay_id>/waiting/ready", of_stay(waiting.ready), name="ready"),
    path("stays/<int:stay_id>/waiting/change", of_stay(waiting.change), name="change"),
    path("stays/<int:stay_id>/waiting/end", of_stay(waiting.end), name="end"),
    path("delays/<int:waiting_id>/correct", waiting.correct, name="correct"),
    path("figures/", figures.home, name="figures"),
    path("figures/copy", figures.copy, name="figures-copy"),
    path("figures/reports/make", figures.make, name="report-make"),
    path("figures/reports/<int:number>/", figures.report, name="report"),
    path("figures/reports/<int:number>/copy", figures.report_copy, name="report-copy"),
    path("unmet/", reviews.unmet, name="unmet"),
    path("unmet/copy", reviews.unmet_copy, name="unmet-copy"),
    path("placements/", placements.board, name="placements"),
    path("placements/copy", placements.copy, name="placements-copy"),
    path("placements/<int:placement_id>/", placements.one, name="placement"),
    path("placements/<int:placement_id>/change", placements.change, name="placement-change"),
    path("placements/<int:placement_id>/end", placements.end, name="placement-end"),
    path(f"{ONE}placements/", placements.of_person, name="placements-person"),
    path(f"{ONE}placements/add", placements.add, name="placement-add"),
    path(f"{ONE}reviews/", reviews.of_person, name="reviews"),
    path(f"{ONE}reviews/add", reviews.add, name="review-add"),
    path(f"{ONE}reviews/<int:care_review_id>/correct", reviews.correct, name="review-correct"),
]
