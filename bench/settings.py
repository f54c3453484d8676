"""The product's settings, with one more address: a trivial signed-in page as the floor."""

from lintel.config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
INSTALLED_APPS = [*INSTALLED_APPS, "bench"]  # noqa: F405
