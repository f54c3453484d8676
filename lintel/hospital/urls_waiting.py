"""The addresses of waiting."""

from django.urls import path

from lintel.hospital.views import waiting

app_name = "hospital-waiting"

urlpatterns = [
    path("delays/", waiting.board, name="board"),
    path("delays/copy", waiting.copy, name="board-copy"),
    path("stays/<int:stay_id>/waiting/", waiting.stay, name="stay"),
    path("stays/<int:stay_id>/waiting/ready", waiting.ready, name="ready"),
    path("stays/<int:stay_id>/waiting/change", waiting.change, name="change"),
    path("stays/<int:stay_id>/waiting/end", waiting.end, name="end"),
    path("delays/<int:waiting_id>/correct", waiting.correct, name="correct"),
]
