"""All addresses. Only this module knows every domain."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from lintel.config import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.my_day, name="home"),
    path("", include("lintel.web.urls")),
    path("", include("lintel.agencies.urls")),
    path("accounts/", include("allauth.urls")),
]

if settings.LINTEL_DEMO:
    # Outside the demonstration these addresses do not exist.
    urlpatterns += [path("demo", include("lintel.config.demo"))]

handler400 = "lintel.web.views.bad_request"
handler403 = "lintel.web.views.permission_denied"
handler404 = "lintel.web.views.page_not_found"
handler500 = "lintel.web.views.server_error"
