"""How far back a page of counts looks: whole months, this one included."""

from datetime import date

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from lintel.web.http import LintelRequest

SPANS = {"3": "Last 3 months", "12": "Last 12 months", "36": "Last 3 years"}
_USUAL = "12"


def chosen(request: LintelRequest) -> str:
    """The key of the span that `?months=` names; a year where it names none."""
    asked = request.GET.get("months", "")
    return asked if asked in SPANS else _USUAL


def first_day(request: LintelRequest, span: str) -> date:
    """The first day of the span, in London."""
    this = timezone.localdate(request.now).replace(day=1)
    return this - relativedelta(months=int(span) - 1)
