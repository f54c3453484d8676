"""Addresses of the pages about the service itself."""

from django.conf import settings
from django.urls import path

from lintel.web import views

app_name = "web"

urlpatterns = [
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("urgent-help/", views.urgent_help, name="urgent-help"),
]

if getattr(settings, "LINTEL_DEMO", False):
    urlpatterns.append(path("demo/components", views.components, name="components"))
