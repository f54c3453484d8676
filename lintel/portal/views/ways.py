"""The ways to sign in to one's own view after the first time: a passkey, or codes.

Passkeys are kept by the sign-in library, whose tables are the application's: those pages look
themselves whose account it is, and are marked as public for the gate.
"""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, LoginWebAuthnForm
from allauth.mfa.webauthn.internal import auth
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lintel.agencies.queries import signed_in
from lintel.kernel.actor import Account, bound_account
from lintel.kernel.errors import Invalid, NotFound
from lintel.portal import queries
from lintel.portal.actions import codes
from lintel.portal.forms import CodeForm, EmailForm, TextForm
from lintel.portal.states import CHOSEN, CodeKind
from lintel.portal.views.signing_in import BACKEND, TOO_OFTEN
from lintel.web import rescue, views
from lintel.web.http import PersonRequest, for_person, public

if TYPE_CHECKING:
    from lintel.agencies.models import User

View = Callable[..., HttpResponse]
WAITS = "lintel_code"
FORMS = {CodeKind.EMAIL: EmailForm, CodeKind.SMS: TextForm}
UNKNOWN = "We do not know this passkey. Try another way."


def is_own(user: Any) -> bool:
    """Whether an account is a person's own (or who they let look), and no worker's."""
    now = timezone.now()
    return signed_in(user.pk, now) is None and queries.has_own_view(user.pk, now=now)


def own_account(view: View) -> View:
    """A page of the signed-in account itself, for people alone; run as the application."""

    @wraps(view)
    def check(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated or not is_own(request.user):
            return redirect("portal:sign-in")
        # As on all pages of the own view: a way off it, and its menu.
        now = timezone.now()
        with bound_account(request.user.pk):
            found = queries.viewings(request.user.pk, now=now)
        one = queries.chosen(found, request.session.get(CHOSEN)) or found[0]
        request.viewings = found  # type: ignore[attr-defined]
        request.account = queries.account(request.user.pk, one)  # type: ignore[attr-defined]
        request.signed_in_as = queries.header(request.account)  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return public(check)


def _kind(how: str) -> CodeKind:
    """The way that an address names; not found where it isn't offered here."""
    kind = next((k for k in codes.offered() if k == how), None)
    if kind is None:
        raise Http404
    return kind


def _waiting(request: HttpRequest) -> UUID:
    """The code that this browser asked for; one that never was for none."""
    return UUID(request.session.get(WAITS) or "00000000-0000-4000-8000-000000000000")


def _come_in(request: HttpRequest, user: Any) -> HttpResponse:
    login(request, user, backend=BACKEND)
    request.session.pop(CHOSEN, None)
    return redirect(rescue.way_back(request) or "portal:start")


@own_account
@require_safe
@never_cache
def ways(request: PersonRequest) -> HttpResponse:
    """How one signs in, and what can be added."""
    account: Account = request.account
    with bound_account(account.user_id):
        reaches = queries.own_reaches(account)
    keys = Authenticator.objects.filter(
        user_id=account.user_id, type=Authenticator.Type.WEBAUTHN
    ).order_by("pk")
    context = {
        "keys": [{"id": key.pk, "name": key.wrap().name} for key in keys],
        "reaches": reaches,
        "offered": [str(kind) for kind in codes.offered()],
    }
    return render(request, "portal/ways.html", context)


@own_account
@require_http_methods(["GET", "POST"])
@never_cache
def passkey_add(request: PersonRequest) -> HttpResponse:
    """Add a passkey: the phone's own lock opens the view from then on."""
    user = cast("User", request.user)
    form = AddWebAuthnForm(request.POST or None, user=user, initial={"name": "My phone"})
    if request.method == "POST" and form.is_valid():
        auth.WebAuthn.add(user, form.cleaned_data["name"], form.cleaned_data["credential"])
        messages.success(request, "You can use your passkey next time.")
        return redirect("portal:ways")
    options = auth.begin_registration(user, True)
    return render(request, "portal/passkey_add.html", {"form": form, "options": options})


@own_account
@require_POST
def passkey_remove(request: PersonRequest, key_id: int) -> HttpResponse:
    """The passkey opens nothing any more."""
    mine = Authenticator.objects.filter(
        pk=key_id, user_id=request.user.pk, type=Authenticator.Type.WEBAUTHN
    )
    if not mine.delete()[0]:
        raise NotFound
    messages.success(request, "The passkey does not work any more.")
    return redirect("portal:ways")


@public
@require_http_methods(["GET", "POST"])
@never_cache
def passkey_in(request: HttpRequest) -> HttpResponse:
    """Sign in with a passkey. A worker's opens nothing here."""
    form = LoginWebAuthnForm(request.POST or None)
    wrong = ""
    if request.method == "POST":
        if not ratelimit.consume(request, action="person_letter"):
            return views.too_many(request, TOO_OFTEN)
        if form.is_valid() and is_own(form.cleaned_data["credential"].user):
            key = form.cleaned_data["credential"]
            key.record_usage()
            return _come_in(request, key.user)
        wrong = UNKNOWN
        form = LoginWebAuthnForm()
    options = auth.begin_authentication(user=None)
    context = {"form": form, "options": options, "wrong": wrong}
    return render(request, "portal/passkey_in.html", context)


@public
@require_http_methods(["GET", "POST"])
@never_cache
def code_ask(request: HttpRequest, how: str) -> HttpResponse:
    """Ask for a code to sign in with. The answer is the same whether or not anybody is known."""
    kind = _kind(how)
    form = FORMS[kind](request.POST or None)
    if request.method == "POST" and form.is_valid():
        value = form.cleaned_data["value"]
        if not ratelimit.consume(request, action="person_code", key=codes.tidy(kind, value)):
            return views.too_many(request, TOO_OFTEN)
        made = codes.start_sign_in(now=timezone.now(), kind=kind, value=value)
        request.session[WAITS] = str(made)
        return redirect("portal:code-in")
    return render(request, "portal/code_ask.html", {"form": form})


@public
@require_http_methods(["GET", "POST"])
@never_cache
def code_in(request: HttpRequest) -> HttpResponse:
    """Type the code that came, and be in."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = codes.finish_sign_in(
                now=timezone.now(), code_id=_waiting(request), typed=form.cleaned_data["code"]
            )
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            request.session.pop(WAITS, None)
            return _come_in(request, user)
    return render(request, "portal/code_type.html", {"form": form})


@own_account
@require_http_methods(["GET", "POST"])
@never_cache
def reach_add(request: PersonRequest, how: str) -> HttpResponse:
    """Say where codes are to be sent; a first one goes there at once."""
    kind = _kind(how)
    form = FORMS[kind](request.POST or None, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        value = form.cleaned_data["value"]
        if not ratelimit.consume(request, action="person_code", key=codes.tidy(kind, value)):
            return views.too_many(request, TOO_OFTEN)
        with bound_account(request.account.user_id):
            made = codes.add_reach(request.account, now=request.now, kind=kind, value=value)
        request.session[WAITS] = str(made)
        return redirect("portal:reach-confirm")
    return render(request, "portal/reach_add.html", {"form": form})


@for_person
@require_http_methods(["GET", "POST"])
@never_cache
def reach_confirm(request: PersonRequest) -> HttpResponse:
    """Type the code that came there: from now on codes go there."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes.confirm_reach(
                request.account,
                now=request.now,
                code_id=_waiting(request),
                typed=form.cleaned_data["code"],
            )
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            request.session.pop(WAITS, None)
            messages.success(request, "We can send you a code next time.")
            return redirect("portal:ways")
    return render(request, "portal/code_type.html", {"form": form})


@for_person
@require_POST
@never_cache
def reach_end(request: PersonRequest, reach_id: int) -> HttpResponse:
    """No code is sent there any more."""
    codes.end_reach(request.account, now=request.now, reach_id=reach_id)
    messages.success(request, "We will not send codes there any more.")
    return redirect("portal:ways")


@for_person
@require_POST
@never_cache
def reach_news(request: PersonRequest, reach_id: int) -> HttpResponse:
    """An e-mail comes when there is an answer to read."""
    codes.tell_news(request.account, now=request.now, reach_id=reach_id, wanted=True)
    messages.success(request, "We will send an e-mail when there is an answer for you.")
    return redirect("portal:ways")


@for_person
@require_POST
@never_cache
def reach_quiet(request: PersonRequest, reach_id: int) -> HttpResponse:
    """No such e-mail comes any more."""
    codes.tell_news(request.account, now=request.now, reach_id=reach_id, wanted=False)
    messages.success(request, "We will not send an e-mail about answers.")
    return redirect("portal:ways")
