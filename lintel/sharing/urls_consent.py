"""The addresses of the pages about consent, and about sharing on another basis."""

from django.urls import path

from lintel.sharing.views import asking, basis, consent, day, papers

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
        "people/<int:person_id>/consent/<int:consent_id>/summary",
        consent.summary,
        name="consent-summary",
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
    path("consent/", day.day, name="consent-day"),
    path("consent/what-we-ask/", consent.what_we_ask, name="what-we-ask"),
    path("consent/no-longer/", day.no_longer, name="no-longer"),
    path("consent/no-longer/read", day.read, name="no-longer-read"),
    path("people/<int:person_id>/other-basis/", basis.of_person, name="bases-of"),
    path("people/<int:person_id>/other-basis/new", basis.new, name="basis-new"),
    path("other-basis/", basis.mine, name="bases"),
    path("other-basis/<int:basis_id>/", basis.one, name="basis"),
    path("other-basis/<int:basis_id>/authorise", basis.authorise, name="basis-authorise"),
    path("other-basis/<int:basis_id>/decline", basis.decline, name="basis-decline"),
    path("other-basis/<int:basis_id>/told", basis.told, name="basis-told"),
    path("other-basis/<int:basis_id>/review", basis.review, name="basis-review"),
    path("other-basis/<int:basis_id>/end", basis.end, name="basis-end"),
]
