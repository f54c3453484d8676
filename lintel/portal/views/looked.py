"""Who has looked at my record, when and why; and asking about it."""

import datetime as dt

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lintel.kernel.errors import Conflict, Invalid
from lintel.portal.forms_looked import AskForm, MonthForm
from lintel.portal.presenters import is_self
from lintel.records import actions, queries, words
from lintel.web import rescue
from lintel.web.http import PersonRequest, for_person


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@for_person
@require_safe
@never_cache
def looked(request: PersonRequest) -> HttpResponse:
    """The weeks, newest first, or those of one month."""
    form = MonthForm(request.GET, months=queries.months(request.now))
    month = form.cleaned_data["month"] if form.is_valid() else ""
    page = queries.looked(
        request.account,
        before=_number(request.GET.get("before", "")),
        month=dt.date.fromisoformat(f"{month}-01") if month else None,
    )
    older = f"before={page.before}" if page.before else ""
    return render(
        request,
        "portal/looked.html",
        {
            "month_form": form,
            "is_self": is_self(request.account),
            "weeks": words.weeks(page.weeks),
            "cut": page.cut,
            "older": f"{older}&month={month}" if older and month else older,
            "newest": f"?month={month}" if month else "?",
            "further_back": "before" in request.GET,
            "narrowed": bool(month),
        },
    )


@for_person
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask(request: PersonRequest, entry_id: int) -> HttpResponse:
    """ "I don't understand this one": a question to the service of who looked."""
    one = queries.looks(request.account, entry_id)
    given = request.POST if request.method == "POST" else None
    form = AskForm(given, initial=rescue.initial(request))
    if given is not None and form.is_valid():
        try:
            actions.ask(
                request.account,
                now=request.now,
                about=one,
                shown=words.looks_words(one),
                words=form.cleaned_data["words"],
            )
        except Invalid as wrong:
            form.take(wrong.errors)
        except Conflict:
            return redirect("portal:looked-questions")
        else:
            messages.success(request, "We have sent your question")
            return redirect("portal:looked-questions")
    return render(
        request,
        "portal/looked_ask.html",
        {
            "form": form,
            "one": one,
            "who": words.who_words(one),
            "deeds": [(words.deed_words(d), words.because(d)) for d in one.deeds],
            "asked": one.question_id is not None,
        },
    )


@for_person
@require_safe
@never_cache
def questions(request: PersonRequest) -> HttpResponse:
    """What was asked, and the answers."""
    found = list(queries.own_questions(request.account)[:100])
    return render(request, "portal/looked_questions.html", {"questions": found})
