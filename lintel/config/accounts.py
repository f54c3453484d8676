"""How django-allauth is bent to Lintel: no sign-up, trusted providers by domain, sealed secrets."""

import base64
import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from lintel.agencies.models import NO_ADDRESS, User
from lintel.config.middleware import SECOND_FACTOR_ELSEWHERE

# Said by the page that follows; a banner would say it twice.
UNSAID = frozenset({"account/messages/logged_in.txt", "account/messages/logged_out.txt"})


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are invited; nobody makes one for themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Where signing out leads: to where one signs in again, people to their own place."""
        if getattr(request.user, "email", "").endswith(NO_ADDRESS):
            return str(settings.LINTEL_PERSON_LOGIN_URL)
        return str(super().get_logout_redirect_url(request))

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """A banner on the next page, but for what that page says itself."""
        if message_template not in UNSAID:
            super().add_message(
                request, level, message_template, message_context, extra_tags, message
            )

    def post_login(
        self,
        request: HttpRequest,
        user: Any,
        *,
        signal_kwargs: dict[str, Any] | None = None,
        **rest: Any,
    ) -> HttpResponse:
        """Also note when a trusted provider has asked for the second factor."""
        login = (signal_kwargs or {}).get("sociallogin")
        request.session[SECOND_FACTOR_ELSEWHERE] = bool(
            login is not None and proved_second_factor(login)
        )
        answer: HttpResponse = super().post_login(
            request, user, signal_kwargs=signal_kwargs, **rest
        )
        return answer

    def is_reauthentication_required(self, *, app: str, **rest: Any) -> bool:
        """Before a change of the second factor: unless they signed in a few minutes ago.

        Who has just given a password to get in would otherwise give it twice at the first set-up.
        """
        request = context.request
        records = get_authentication_records(request, request.user)
        newest = max((float(record["at"]) for record in records), default=0.0)
        return time.time() - newest > float(app_settings.REAUTHENTICATION_TIMEOUT)


def proved_second_factor(login: SocialLogin) -> bool:
    """Whether the provider is trusted with it, and says that it asked for a second factor.

    The setting holds the values of the claims `acr` or `amr` that prove it; "always" trusts the
    provider to ask everybody.
    """
    wanted = set(login.provider.app.settings.get("second_factor") or ())
    if "always" in wanted:
        return True
    claims = (login.account.extra_data or {}).get("id_token") or {}
    said = claims.get("amr") or []
    return bool(wanted & {str(claims.get("acr", "")), *map(str, said)})


class SocialAdapter(DefaultSocialAccountAdapter):
    """Sign-in by an agency's identity provider: for workers that are here already."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never."""
        return False

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        """Whether the provider may speak for this address: only under its own domains.

        Without this, one agency's provider could sign in as another agency's worker.
        """
        domains = {domain.lower() for domain in login.provider.app.settings.get("domains", ())}
        return email.rpartition("@")[2].lower() in domains

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse anything but signing in, and a known account whose address has moved away."""
        if sociallogin.state.get("process") != "login":
            raise ImmediateHttpResponse(HttpResponseRedirect("/"))
        user = sociallogin.user
        if not isinstance(user, User) or not sociallogin.is_existing:
            return
        if not self.can_authenticate_by_email(sociallogin, user.email):
            # The worker has moved to another agency: their old provider signs them in no more.
            sociallogin.user = User()


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of second factors are kept encrypted, under a key made from the secret key."""

    def encrypt(self, text: str) -> str:
        """`text`, sealed."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What was sealed; also under a former secret key (SECRET_KEY_FALLBACKS)."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def _get_site_name(self) -> str:
        return "Lintel"


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(secret: str | bytes) -> bytes:
    made = HKDF(algorithm=hashes.SHA256(), length=32, salt=b"lintel.config.accounts", info=b"mfa")
    return base64.urlsafe_b64encode(
        made.derive(secret.encode() if isinstance(secret, str) else secret)
    )
