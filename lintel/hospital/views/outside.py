"""A council without Lintel: the link's page, the code, the notice. Open to everybody.

What is wrong with a link is never told: one that never was and one that ended look the same.
"""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lintel.hospital import notice_kind
from lintel.hospital.actions import outside
from lintel.hospital.actions.outside_mail import digest_of
from lintel.hospital.forms_notices import CodeForm, OutsideAnswerForm
from lintel.hospital.presenters import notices as words
from lintel.kernel.errors import Invalid, NotFound, TooMany
from lintel.web import views
from lintel.web.http import public

OPENED = "lintel_outside"
LASTS_SECONDS = 30 * 60
reads = require_http_methods(["GET", "HEAD", "POST"])


@public
@reads
@never_cache
def start(request: HttpRequest, token: str) -> HttpResponse:
    """Says only that a notice waits, and has a code sent to the council's address."""
    now = timezone.now()
    if request.method == "POST":
        try:
            outside.ask_code(token, now=now)
        except NotFound:
            return _gone(request)
        except TooMany as often:
            return views.too_many(request, often.words)
        messages.success(request, "We sent a code. It can take a minute to arrive.")
        return redirect("notices:outside-code", token)
    if not outside.waits(token, now=now):
        return _gone(request)
    return render(request, "hospital/outside.html", {"token": token})


@public
@reads
@never_cache
def code(request: HttpRequest, token: str) -> HttpResponse:
    """Takes the code; then the notice is open for half an hour."""
    now = timezone.now()
    if not outside.waits(token, now=now):
        return _gone(request)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            digest = outside.enter(token, form.cleaned_data["code"], now=now)
        except NotFound:
            return _gone(request)
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            request.session.cycle_key()
            request.session[OPENED] = [digest, int(now.timestamp()) + LASTS_SECONDS]
            return redirect("notices:outside-notice", token)
    return render(request, "hospital/outside_code.html", {"form": form, "token": token})


@public
@reads
@never_cache
def notice(request: HttpRequest, token: str) -> HttpResponse:
    """The notice and its answers, to whoever typed the code within the last half hour."""
    now = timezone.now()
    digest = digest_of(token)
    if not _is_open(request, digest, now):
        # The link alone: it shows what it shows everybody.
        return redirect("notices:outside", token)
    form = OutsideAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answered = _answer(form, digest, now)
        if answered is None:
            return _gone(request)
        if answered:
            messages.success(request, "Sent. The ward is told.")
            return redirect("notices:outside-notice", token)
    try:
        view = outside.read(digest, now=now)
    except NotFound:
        return _gone(request)
    context = {
        "view": view,
        "form": form,
        "clock": notice_kind.clock(
            view.expected, now, answered=bool(view.answers), stopped=view.ended
        ),
        "rows": _rows(view),
        "answers": [words.answer_card(answer, now) for answer in view.answers],
        "leave": reverse("notices:outside-leave", args=[token]),
    }
    return render(request, "hospital/outside_notice.html", context)


@public
@require_http_methods(["POST"])
@never_cache
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Close the notice before the half hour is over."""
    request.session.pop(OPENED, None)
    return redirect("notices:outside", token)


def _answer(form: OutsideAnswerForm, digest: str, now: datetime) -> bool | None:
    """Whether it was answered; None when the link has ended meanwhile."""
    try:
        outside.answer_outside(
            digest, now=now, by_words=form.cleaned_data["by_words"], **form.answered()
        )
    except NotFound:
        return None
    except Invalid as wrong:
        form.take({form.names().get(name, name): said for name, said in wrong.errors.items()})
        return False
    return True


def _is_open(request: HttpRequest, digest: str, now: datetime) -> bool:
    kept = request.session.get(OPENED)
    return bool(kept and kept[0] == digest and now.timestamp() < kept[1])


def _rows(view: outside.OutsideView) -> list[dict[str, Any]]:
    ward = ", ".join(filter(None, [view.ward, view.trust, view.ward_phone]))
    rows = [
        ("Why they need your help", view.reason),
        ("How to reach them", view.contact),
        ("Who sent it", ward),
        ("Duty to refer", view.duty),
        ("Why they may be vulnerable", view.vulnerability),
        ("What would be suitable", view.suitable),
    ]
    return [{"key": key, "text": text} for key, text in rows if text]


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "hospital/outside_gone.html", status=404)
