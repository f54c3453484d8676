"""Sign-in settings (django-allauth), from the environment. Read by `lintel.config.settings`.

What they mean for a deployment: docs/how-to/sign-in.md. Why: docs/adr/0008-sign-in.md.
"""

import hashlib
import os


def _flag(name: str) -> bool:
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


def cache_key(key: str, prefix: str, version: int) -> str:
    """A key in the cache: hashed, as the counters' keys hold network addresses."""
    return hashlib.sha256(f"{prefix}:{version}:{key}".encode()).hexdigest()


# Obligatory, but for invented people: the demo, and tests (whose secret key is public anyhow).
LINTEL_SECOND_FACTOR = not (_flag("LINTEL_DEMO") or _flag("LINTEL_TEST"))
LINTEL_SESSION_HOURS = float(os.environ.get("LINTEL_SESSION_HOURS", "8"))
LINTEL_SESSION_IDLE_MINUTES = float(os.environ.get("LINTEL_SESSION_IDLE_MINUTES", "30"))

# The counters of the rate limits: one table for all processes and machines.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "config_cache",
        "KEY_FUNCTION": "lintel.config.signin.cache_key",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
ALLAUTH_TRUSTED_PROXY_COUNT = int(_flag("LINTEL_BEHIND_PROXY"))

# The e-mail is unique whatever its case, by a constraint that Django's check doesn't look at.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
