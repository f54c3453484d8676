"""Settings, all from the environment; every default is the safe one outside the demo.

`LINTEL_DEMO=1` turns on the demonstration area: sign-in buttons, no second factor, a banner.
"""

import os
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict

BASE_DIR = Path(__file__).resolve().parent.parent.parent


def env(name: str, default: str = "") -> str:
    """The environment variable, or the default."""
    return os.environ.get(name, default)


def flag(name: str) -> bool:
    """Whether the environment variable says yes."""
    return env(name).lower() in {"1", "true", "yes", "on"}


def database(url: str) -> dict[str, Any]:
    """Django's database settings from a libpq URL (TCP or socket folder as `host`)."""
    parts = conninfo_to_dict(url) if url else {}
    known = {"dbname", "user", "password", "host", "port"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.get("dbname", "lintel"),
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": str(parts.get("port", "")),
        "OPTIONS": {k: v for k, v in parts.items() if k not in known},
        # A new connection for each request costs five times the request (docs/performance.md).
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


LINTEL_DEMO = flag("LINTEL_DEMO")
DEBUG = False
SECRET_KEY = env("LINTEL_SECRET_KEY")
if not SECRET_KEY:
    if not (LINTEL_DEMO or flag("LINTEL_TEST")):
        # A guessable key would open every session: without one, nothing starts but tooling.
        SECRET_KEY = os.urandom(48).hex()
    else:
        SECRET_KEY = "demo-and-tests-only-this-key-protects-invented-people"  # noqa: S105
ALLOWED_HOSTS = [
    h for h in env("LINTEL_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",") if h
]
CSRF_TRUSTED_ORIGINS = [o for o in env("LINTEL_ORIGINS").split(",") if o]
LINTEL_PUBLIC_URL = env("LINTEL_PUBLIC_URL", "http://localhost:8000").rstrip("/")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "procrastinate.contrib.django",
    "lintel.kernel",
    "lintel.kernel.sight",
    "lintel.web",
    "lintel.agencies",
    "lintel.directory",
    "lintel.people",
    "lintel.sharing",
    "lintel.requests",
    "lintel.plans",
    "lintel.hospital",
    "lintel.records",
    "lintel.portal",
    "lintel.config",
]

MIDDLEWARE = [
    "lintel.web.middleware.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "lintel.config.middleware.EndingSessions",
    "lintel.web.rescue.Rescue",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lintel.web.middleware.DomainErrors",
    "lintel.config.middleware.SignedInActor",
]

ROOT_URLCONF = "lintel.config.urls"
WSGI_APPLICATION = "lintel.config.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "lintel.config.jinja.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "lintel.config.navigation.context",
            ],
        },
    },
    {
        # Third-party pages only (allauth ships Django templates); ours are all Jinja2.
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
FORM_RENDERER = "lintel.web.forms.LintelRenderer"

DATABASES = {
    "default": database(env("DATABASE_URL")),
    # Migrations and maintenance commands only; the web process never needs it.
    "owner": database(env("LINTEL_OWNER_DATABASE_URL", env("DATABASE_URL"))),
}
DATABASES["owner"]["TEST"] = {"MIRROR": "default"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "agencies.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/accounts/login/"
LINTEL_PERSON_LOGIN_URL = "/me/sign-in/"
LOGIN_REDIRECT_URL = "/"

SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = not (LINTEL_DEMO or flag("LINTEL_TEST"))
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
CSRF_FAILURE_VIEW = "lintel.web.views.csrf_failure"
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SESSION_COOKIE_SECURE else 0
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if flag("LINTEL_BEHIND_PROXY") else None
)

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "lintel" / "web" / "static"]
STATIC_ROOT = Path(env("LINTEL_STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = flag("LINTEL_TEST")

EMAIL_BACKEND = env("LINTEL_EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = env("LINTEL_SMTP_HOST", "localhost")
EMAIL_PORT = int(env("LINTEL_SMTP_PORT", "25"))
EMAIL_TIMEOUT = 10
EMAIL_FILE_PATH = env("LINTEL_EMAIL_FOLDER") or None  # Where the demo keeps what it would send.
DEFAULT_FROM_EMAIL = env("LINTEL_FROM", "Lintel <no-reply@lintel.invalid>")
LINTEL_ADDRESS_OF = "lintel.portal.queries.address_of"

# The licence of the partnership's own entries in the open data, such as "Open Government Licence
# v3.0"; without one, others may read but not know what they may do.
LINTEL_OPEN_DATA_LICENCE = env("LINTEL_OPEN_DATA_LICENCE")
LINTEL_OPEN_DATA_LICENCE_URL = env("LINTEL_OPEN_DATA_LICENCE_URL")
# A street map under the directory's own outlines, such as "https://tiles.example/{z}/{x}/{y}.png".
# Whoever runs it sees which squares are looked at: best a server of one's own.
LINTEL_MAP_TILES = env("LINTEL_MAP_TILES")
LINTEL_MAP_ATTRIBUTION = env("LINTEL_MAP_ATTRIBUTION")
# A function that is given an uploaded file's content and answers "" or why it is refused.
LINTEL_SCAN_UPLOAD = env("LINTEL_SCAN_UPLOAD")
LINTEL_REGION = env("LINTEL_REGION", "ENG")
# Feeds of other directories: read from private networks, too; and the most that one may hold.
LINTEL_FEEDS_PRIVATE = flag("LINTEL_FEEDS_PRIVATE")
LINTEL_FEEDS_MOST_MB = int(env("LINTEL_FEEDS_MOST_MB", "300"))
# How people get codes to sign in to their own view: "email", "sms", both, or neither; the function
# that sends a text message, as a dotted path (docs/how-to/own-view.md).
LINTEL_PERSON_CODES = [way for way in env("LINTEL_PERSON_CODES").split(",") if way]
LINTEL_SMS_SENDER = env("LINTEL_SMS_SENDER")
LINTEL_MASKED_RELEASE_TIMES = env("LINTEL_MASKED_RELEASE_TIMES", "10:00,13:00,16:00")

# Each domain's tasks are in its `jobs` module.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
# Succeeded jobs go at once; what failed stays a month (lintel.kernel.jobs).
PROCRASTINATE_WORKER_DEFAULTS = {"delete_jobs": "successful"}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "lintel": {"level": "INFO"},
        # What was not found is in the access record; a log is no place for a person's address.
        "django.request": {"level": "ERROR"},
    },
}

# The sign-in settings live beside what they configure.
from lintel.config.signin import *  # noqa: E402, F403
