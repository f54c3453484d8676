"""Sign-in without a password, for the demonstration's invented workers and people only.

The addresses exist only where `settings.LINTEL_DEMO` is on (`lintel.config.urls`).
"""

from typing import TypedDict

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from lintel.agencies import queries
from lintel.agencies.models import User
from lintel.config.middleware import present
from lintel.config.synth import own_view, story
from lintel.web import rescue
from lintel.web.http import public

ACCOUNT_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class Shown(TypedDict):
    """An account on the page: who it is, and what one may try as them."""

    name: str
    role: str
    agency: str
    team: str
    email: str
    to_try: str


class AgencyGroup(TypedDict):
    """The accounts of one agency."""

    agency: str
    accounts: list[Shown]


def _story() -> dict[str, str]:
    """The accounts of the stories by e-mail, each with what to try, in the stories' order."""
    found = {story.email_of(w.name, story.AGENCY_OF_TEAM[w.team]): w.hint for w in story.WORKERS}
    return {email: found[email] for email in story.KEY_ACCOUNTS}


def accounts() -> list[Shown]:
    """All accounts of the demo: those of the stories first, then by agency and name."""
    story = _story()
    order = {email: place for place, email in enumerate(story)}
    found = [
        Shown(
            name=account.name,
            role=account.role,
            agency=account.agency,
            team=account.team,
            email=account.email,
            to_try=story.get(account.email, ""),
        )
        for account in queries.demo_accounts(present())
    ]
    return sorted(found, key=lambda account: order.get(account["email"], len(order)))


def own_views() -> list[Shown]:
    """The accounts of invented people themselves, and of whoever they let look."""
    here = set(
        User.objects.filter(email__in=[one.email for one in own_view.ACCOUNTS]).values_list(
            "email", flat=True
        )
    )
    return [
        Shown(name=one.name, role=one.role, agency="", team="", email=one.email, to_try=one.hint)
        for one in own_view.ACCOUNTS
        if one.email in here
    ]


def _only_in_demo() -> None:
    if not settings.LINTEL_DEMO:
        raise Http404


@public
@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """The page with a button for each account."""
    _only_in_demo()
    shown = accounts()
    key = [account for account in shown if account["email"] in _story()]
    groups: dict[str, AgencyGroup] = {}
    for account in shown:
        if account not in key:
            group = AgencyGroup(agency=account["agency"], accounts=[])
            groups.setdefault(account["agency"], group)["accounts"].append(account)
    context = {
        "key": key,
        "groups": sorted(groups.values(), key=lambda g: g["agency"]),
        "own": own_views(),
    }
    return render(request, "config/demo.html", context)


@public
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The same accounts as JSON: a list of name, role, agency and e-mail."""
    _only_in_demo()
    wanted = ("name", "role", "agency", "email")
    return JsonResponse([{k: account[k] for k in wanted} for account in accounts()], safe=False)  # type: ignore[literal-required]


@csrf_exempt  # A script signs in with one plain POST. There is nothing here to forge for.
@public
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as the account whose e-mail is in the field `email`; then My day.

    Or the form in the middle of which their session had ended.
    400 without an e-mail, 404 for one that is not an account of the demo.
    """
    _only_in_demo()
    email = request.POST.get("email", "").strip().lower()
    if not email:
        return _wrong(request, 400, "Choose an account, or send its e-mail in the field email.")
    if not any(one["email"].lower() == email for one in [*accounts(), *own_views()]):
        return _wrong(request, 404, "No account of the demonstration has this e-mail.")
    login(request, User.objects.get(email__iexact=email), backend=ACCOUNT_BACKEND)
    response = HttpResponseRedirect(rescue.way_back(request) or "/")
    response.status_code = 303
    return response


def _wrong(request: HttpRequest, status: int, words: str) -> HttpResponse:
    if "text/html" in request.headers.get("Accept", ""):
        context = {"key": accounts(), "groups": [], "own": own_views(), "words": words}
        return render(request, "config/demo.html", context, status=status)
    return HttpResponse(words, status=status, content_type="text/plain")


urlpatterns = [
    path("", choose, name="demo"),
    path("/accounts.json", listing, name="demo-accounts"),
    path("/sign-in", sign_in, name="demo-sign-in"),
]
