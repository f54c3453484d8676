"""The addresses of the pages about sharing."""

from django.urls import include, path

from lintel.sharing.views import (
    consent,
    held_back,
    loop,
    record,
    training,
)

app_name = "sharing"
urlpatterns = [
    path("", include("lintel.sharing.urls_safety")),
    path("", include("lintel.sharing.urls_consent")),
    path("", include("lintel.sharing.urls_agreement")),
    path("consent/waiting/", consent.waiting, name="waiting"),
    path("consent/ask-again/", loop.ask_again, name="ask-again"),
    path("loop/", loop.mine, name="loop"),
    path("loop/soon/", loop.soon, name="loop-soon"),
    path("loop/outside/", loop.outside, name="loop-outside"),
    path("training/", training.training, name="training"),
    path("training/copy", training.copy, name="training-copy"),
    path("training/record/", training.record, name="training-record"),
    path("training/import/", training.read_in, name="training-import"),
    path("training/workers/<int:worker_id>/", training.one, name="training-one"),
    path("training/workers/<int:worker_id>/<int:number>/end/", training.end, name="training-end"),
    path("people/<int:person_id>/notes/<int:note_id>/held-back", held_back.note, name="held-back"),
    path("held-back/", held_back.mine, name="held-back-mine"),
    path("access/", record.home, name="record"),
    path("access/people/<int:person_id>/", record.person, name="record-person"),
    path("access/people/<int:person_id>/copy", record.person_copy, name="record-person-copy"),
    path("access/workers/<int:worker_id>/", record.worker, name="record-worker"),
    path("access/workers/<int:worker_id>/copy", record.worker_copy, name="record-worker-copy"),
]
