"""Figures for commissioners, leads and managers, and reports of them."""

import datetime as dt
from typing import Any

from dateutil.relativedelta import relativedelta
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lintel.hospital import figures as statistics
from lintel.hospital.actions.reporting import make_report
from lintel.hospital.presenters import figures as words
from lintel.hospital.queries import figures as queries
from lintel.web.http import LintelRequest
from lintel.web.spreadsheets import csv_answer
from lintel.web.words import date_words, datetime_words

MONTHS = {"3": "3 months", "12": "12 months", "36": "3 years", "120": "10 years"}


@require_safe
@never_cache
def home(request: LintelRequest) -> HttpResponse:
    """Length of stay, days lost, time to an answer: sums of whole months."""
    months = _months(request)
    first, until = _span(request, months)
    found = queries.figures(request.actor, first=first, until=until)
    return render(
        request,
        "hospital/figures.html",
        {
            "f": _shown(found),
            "span": words.span_words(found),
            "months": months,
            "spans": [
                {"text": text, "href": f"?months={key}", "current": key == months}
                for key, text in MONTHS.items()
            ],
            "reports": [
                [
                    {
                        "text": f"Report {number}",
                        "href": reverse("hospital-waiting:report", args=[number]),
                    },
                    f"{date_words(begins)} to {date_words(ends - dt.timedelta(days=1))}",
                    datetime_words(made),
                    who,
                ]
                for number, made, begins, ends, who in queries.reports(request.actor)
            ],
        },
    )


@require_safe
@never_cache
def copy(request: LintelRequest) -> HttpResponse:
    """The figures as a file."""
    first, until = _span(request, _months(request))
    found = queries.figures(request.actor, first=first, until=until)
    return csv_answer("hospital-figures", words.CSV, words.lines(found))


@require_POST
def make(request: LintelRequest) -> HttpResponse:
    """Keep the figures as a report."""
    first, until = _span(request, _months(request))
    number = make_report(
        request.actor,
        now=request.now,
        first=first,
        until=until,
        once=request.POST.get("_once") or None,
    )
    messages.success(request, "The report is kept as it is now")
    return redirect("hospital-waiting:report", number)


@require_safe
@never_cache
def report(request: LintelRequest, number: int) -> HttpResponse:
    """A report as it was made, and what was corrected since."""
    one = queries.report(request.actor, number)
    return render(
        request,
        "hospital/figures_report.html",
        {
            "report": one,
            "f": _shown(one.figures),
            "span": words.span_words(one.figures),
            "since": words.since_words(one.corrected, one.late),
        },
    )


@require_safe
@never_cache
def report_copy(request: LintelRequest, number: int) -> HttpResponse:
    """A report as a file, with what was corrected since in its last line."""
    one = queries.report(request.actor, number)
    since = words.since_words(one.corrected, one.late)
    lines = [*words.lines(one.figures), *([("Corrected", since, "", "", "", "")] if since else [])]
    return csv_answer(f"hospital-report-{number}", words.CSV, lines)


def _shown(found: queries.Figures) -> dict[str, Any]:
    """What the template of figures takes."""
    return {
        "comparisons": words.comparisons(found),
        "can_show": statistics.CAN_SHOW,
        "not_randomised": statistics.NOT_RANDOMISED,
        "ended_only": statistics.ENDED_ONLY,
        "length_columns": words.LENGTH_COLUMNS,
        "length_rows": words.length_rows(found),
        "cost": words.cost_words(found),
        "tables": words.tables(found),
        "answers": words.answer_rows(found),
    }


def _months(request: LintelRequest) -> str:
    asked = request.GET.get("months", "")
    return asked if asked in MONTHS else "12"


def _span(request: LintelRequest, months: str) -> tuple[dt.date, dt.date]:
    """Whole months that are over."""
    until = timezone.localdate(request.now).replace(day=1)
    return until - relativedelta(months=int(months)), until
