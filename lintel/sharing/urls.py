"""The addresses of the pages about sharing."""

from django.urls import include, path

from lintel.sharing.views import (
    asking,
    consent,
    loop,
    papers,
    record,
    training,
)

app_name = "sharing"
urlpatterns = [
    path("people/<int:person_id>/consent/", consent.history, name="consents"),
    path("people/<int:person_id>/consent/new", asking.ask, name="consent-new"),
    path("people/<int:person_id>/consent/refused", asking.refused, name="consent-refused"),
    path("people/<int:person_id>/consent/form", asking.paper_form, name="consent-form"),
    path("people/<int:person_id>/consent/<int:consent_id>/", consent.one, name="consent-one"),
    path(
        "people/<int:person_id>/consent/<int:consent_id>/withdraw",
        consent.withdraw,
        name="consent-withdraw",
    ),
    path(
        "people/<int:person_id>/consent/<int:consent_id>/confirm",
        consent.confirm,
        name="consent-confirm",
    ),
    path(
        "people/<int:person_id>/consent/<int:consent_id>/paper",
        papers.add,
        name="consent-paper-add",
    ),
    path(
        "people/<int:person_id>/consent/<int:consent_id>/paper/<int:paper_id>",
        papers.download,
        name="consent-paper",
    ),
    path(
        "people/<int:person_id>/consent/<int:consent_id>/paper/<int:paper_id>/out",
        papers.take_out,
        name="consent-paper-out",
    ),
    path(
        "people/<int:person_id>/consent/<int:consent_id>/summary",
        consent.summary,
        name="consent-summary",
    ),
    path("", include("lintel.sharing.urls_safety")),
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
    path("consent/what-we-ask/", consent.what_we_ask, name="what-we-ask"),
    path("access/", record.home, name="record"),
    path("access/people/<int:person_id>/", record.person, name="record-person"),
    path("access/people/<int:person_id>/copy", record.person_copy, name="record-person-copy"),
    path("access/workers/<int:worker_id>/", record.worker, name="record-worker"),
    path("access/workers/<int:worker_id>/copy", record.worker_copy, name="record-worker-copy"),
]
