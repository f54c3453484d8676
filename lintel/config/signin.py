"""Sign-in settings (django-allauth), from the environment. Read by `lintel.config.settings`.

What they mean for a deployment: docs/how-to/sign-in.md. Why: docs/adr/0008-sign-in.md.
"""

import hashlib
import os
from collections.abc import Mapping
from typing import Any


def _flag(name: str) -> bool:
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


def cache_key(key: str, prefix: str, version: int) -> str:
    """A key in the cache: hashed, as the counters' keys hold network addresses."""
    return hashlib.sha256(f"{prefix}:{version}:{key}".encode()).hexdigest()


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def oidc_apps(environ: Mapping[str, str]) -> list[dict[str, Any]]:
    """The OpenID Connect providers: `LINTEL_OIDC` names them, `LINTEL_OIDC_<NAME>_*` say the rest.

    Raises KeyError for a provider without its address, client, secret or domains: half a provider
    must not start.
    """
    apps = []
    for name in _words(environ.get("LINTEL_OIDC", "")):
        prefix = f"LINTEL_OIDC_{name.upper().replace('-', '_')}_"
        domains = _words(environ[prefix + "DOMAINS"])
        trusted = environ.get(prefix + "EMAIL_TRUSTED", "").lower() in {"1", "true", "yes", "on"}
        apps.append(
            {
                "provider_id": name,
                "name": environ.get(prefix + "LABEL", name),
                "client_id": environ[prefix + "CLIENT"],
                "secret": environ[prefix + "SECRET"],
                "settings": {
                    "server_url": environ[prefix + "URL"],
                    "domains": domains,
                    "second_factor": _words(environ.get(prefix + "SECOND_FACTOR", "")),
                    # Some providers never say email_verified, and are sure of their addresses.
                    **({"verified_email": domains} if trusted else {}),
                },
            }
        )
    return apps


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
_PLAIN_HTTP = _flag("LINTEL_DEMO") or _flag("LINTEL_TEST")

ACCOUNT_ADAPTER = "lintel.config.accounts.AccountAdapter"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if _PLAIN_HTTP else "https"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
# Nobody gives their own address: it comes with the invitation, which is answered from it.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False  # The cookie ends with the browser.
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # A changed password or second factor is told.
# A trust's thousands share one address, so the limits by address are wide; those by account
# ("key", "user") are what stops guessing.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "100/m/ip,5/5m/key",
    "reset_password": "60/m/ip,5/h/key",
    "reset_password_from_key": "60/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    # What anybody may say is wrong with an entry of the directory: each is a message to its owner.
    "directory_report": "30/h/ip,10/h/key",
    # Codes of letters: 58 random bits, so that only a script has use for more.
    "person_letter": "30/h/ip",
    "person_code": "60/h/ip,5/h/key",
}

MFA_ADAPTER = "lintel.config.accounts.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Lintel"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _PLAIN_HTTP

SOCIALACCOUNT_ADAPTER = "lintel.config.accounts.SocialAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": oidc_apps(os.environ)}
}
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True  # Known by its number from then on.
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_STORE_TOKENS = False
# By a link: a form would need every provider's address in the content policy's form-action.
SOCIALACCOUNT_LOGIN_ON_GET = True

# The e-mail is unique whatever its case, by a constraint that Django's check doesn't look at.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
