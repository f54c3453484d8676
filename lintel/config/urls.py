"""All addresses. Only this module knows every domain."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("lintel.web.urls")),
]

handler400 = "lintel.web.views.bad_request"
handler403 = "lintel.web.views.permission_denied"
handler404 = "lintel.web.views.page_not_found"
handler500 = "lintel.web.views.server_error"
