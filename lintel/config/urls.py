"""All addresses. Only this module knows every domain."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path

from lintel.config import views, views_leaving, views_reorganising
from lintel.config.api import api
from lintel.directory.api.views import about as open_data
from lintel.people.urls import urlpatterns as people_pages

# Parts of the sign-in library that Lintel does without: accounts are invited, addresses are the
# agency's to change, and a provider is joined to an account by signing in with it.
UNUSED = (
    "signup/",
    "email/",
    "confirm-email/",
    "confirm-email/<str:key>/",
    "login/code/confirm/",
    "2fa/webauthn/login/",
    "2fa/trust/",
    "3rdparty/",
    "3rdparty/signup/",
    "social/<path:rest>",
)


def absent(request: HttpRequest, **_: str) -> HttpResponse:
    """An address that doesn't exist here."""
    raise Http404


# The list and the record draw on domains above people, so their views are here.
PEOPLE: list[URLPattern | URLResolver] = [
    path("", views.people, name="list"),
    path("<int:person_id>/", views.person, name="person"),
    *people_pages,
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.my_day, name="home"),
    path("messages/<uuid:message_id>/send-again", views.send_again, name="send-again"),
    path("people/", include((PEOPLE, "people"))),
    path("people/", include("lintel.plans.urls")),
    path("hospital/", include("lintel.hospital.urls")),
    path("hospital/", include("lintel.hospital.urls_waiting")),
    path("leaving/", views_leaving.choose, name="leaving-choose"),
    path("leaving/<int:worker_id>/", views_leaving.leave, name="leaving"),
    path("leaving/<int:worker_id>/sent", views_leaving.sent, name="leaving-sent"),
    path("leaving/<int:worker_id>/desk", views_leaving.desk, name="leaving-desk"),
    path("leaving/<int:worker_id>/circles", views_leaving.circles, name="leaving-circles"),
    path("leaving/<int:worker_id>/consents", views_leaving.consents, name="leaving-consents"),
    path("leaving/<int:worker_id>/entries", views_leaving.entries, name="leaving-entries"),
    path("reorganising/", views_reorganising.choose, name="reorganising"),
    path("reorganising/<int:team_id>/", views_reorganising.team, name="reorganising-team"),
    path(
        "reorganising/<int:team_id>/change/", views_reorganising.change, name="reorganising-change"
    ),
    path("reorganising/<int:team_id>/merge/", views_reorganising.merge, name="reorganising-merge"),
    path("reorganising/<int:team_id>/split/", views_reorganising.split, name="reorganising-split"),
    path("reorganising/plans/<int:plan_id>/", views_reorganising.plan, name="reorganising-plan"),
    path(
        "reorganising/plans/<int:plan_id>/hand-over/",
        views_reorganising.carry_out,
        name="reorganising-do",
    ),
    path(
        "reorganising/plans/<int:plan_id>/call-off/",
        views_reorganising.call_off,
        name="reorganising-call-off",
    ),
    # Before the team's own page: a closed team's address leads to the one in its place.
    path("teams/<slug:slug>/", views_reorganising.team_or_successor),
    path("", include("lintel.web.urls")),
    path("", include("lintel.agencies.urls")),
    path("directory/", include("lintel.directory.urls")),
    path("oruk/v3", open_data),
    path("oruk/v3/", include("lintel.directory.api.urls")),
    path("me/", include("lintel.portal.urls")),
    path("", include("lintel.portal.urls_workers")),
    path("", include("lintel.sharing.urls")),
    path("hospital/", include("lintel.hospital.urls_notices")),
    path("records/", include("lintel.records.urls")),
    path("requests/", include("lintel.requests.urls")),
    path("api/", api.urls),
    *(path(f"accounts/{unused}", absent) for unused in UNUSED),
    path("accounts/", include("allauth.urls")),
]

if settings.LINTEL_DEMO:
    # Outside the demonstration these addresses do not exist.
    urlpatterns += [path("demo", include("lintel.config.demo"))]

handler400 = "lintel.config.api.unreadable"
handler403 = "lintel.web.views.permission_denied"
handler404 = "lintel.web.views.page_not_found"
handler500 = "lintel.config.api.failed"
