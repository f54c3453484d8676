"""The product's addresses and the floor."""

from django.urls import include, path

from bench.floor import trivial

urlpatterns = [path("bench/floor", trivial), path("", include("lintel.config.urls"))]
