"""The one-stop shop's own desk: what must not be dropped, in its parts."""

from django.http import HttpResponse

from lintel.agencies.states import TeamKind
from lintel.requests.presenters.rows import SHOP_VIEWS
from lintel.requests.views.common import form_page
from lintel.requests.views.inbox import listed
from lintel.web.http import LintelRequest


@form_page
def listing(request: LintelRequest) -> HttpResponse:
    """Unassigned, overdue, find out and get back, wrong-team returns, messages to pass on."""
    return listed(
        request,
        views=SHOP_VIEWS,
        first="unassigned",
        team_kind=TeamKind.ONE_STOP_SHOP,
        heading="One-stop shop",
    )
