"""The pages of advance notices: the ward's, and the one on which a council's team answers."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from lintel.hospital import actions, notice_kind, queries
from lintel.hospital.forms_notices import AnswerForm, DateForm, SendForm, WithdrawForm
from lintel.hospital.presenters import notices as words
from lintel.hospital.presenters import stays
from lintel.hospital.queries import notices
from lintel.kernel.errors import NotFound
from lintel.requests import queries as requests
from lintel.requests.presenters import letters
from lintel.requests.presenters.desk_page import title as desk_title
from lintel.requests.views.common import attempt, form_page, once_only
from lintel.web import rescue
from lintel.web.forms import Form
from lintel.web.http import LintelRequest


def _show(
    request: LintelRequest, name: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    return render(request, f"hospital/{name}.html", {"conflict": "", **context}, status=status)


@require_safe
def listing(request: LintelRequest, stay_id: int) -> HttpResponse:
    """The notices of a stay, with what came back and the clocks."""
    stay = queries.find_whole(request.actor, stay_id)
    found = notices.of_stay(request.actor, stay_id, now=request.now)
    return _show(
        request,
        "notices",
        {
            "person": stay.person.name,
            "ward": stay.ward.name,
            "stay_id": stay.pk,
            "parts": stays.parts(stay.pk, "notices:list"),
            "going_on": stay.ended is None,
            "cards": [words.card(view, request.now) for view in found],
        },
    )


@form_page
def send(request: LintelRequest, stay_id: int) -> HttpResponse:
    """Send an advance notice to the council that the person chose."""
    stay = queries.find_whole(request.actor, stay_id)
    councils = notices.councils(request.actor, stay.person_id, now=request.now)
    today = timezone.localdate(request.now)
    expected = stay.expected if stay.expected and stay.expected >= today else None
    form = SendForm(
        request.POST or None,
        initial={"expected": expected, **rescue.initial(request)},
        councils=councils,
    )
    conflict = ""
    if request.method == "POST" and form.is_valid():
        outcome = attempt(
            form,
            lambda: actions.send_notice(
                request.actor,
                now=request.now,
                stay_id=stay_id,
                once=form.once_token,
                **form.sent(),
            ),
        )
        if outcome.done:
            messages.success(request, "Sent. You see here what the council answers.")
            return redirect("notices:one", outcome.answer)
        conflict = outcome.conflict
    return _show(
        request,
        "notice_send",
        {
            "form": form,
            "person": stay.person.name,
            "stay_id": stay.pk,
            "consent_href": reverse("sharing:consents", args=[stay.person_id]),
            "conflict": conflict,
        },
        status=409 if conflict else 200,
    )


@require_safe
def one(request: LintelRequest, reference: str) -> HttpResponse:
    """One notice as the ward sees it."""
    view = notices.one(request.actor, reference, now=request.now)
    return _show(request, "notice", words.page(view, request.now))


@form_page
def change_date(request: LintelRequest, reference: str) -> HttpResponse:
    """Send the council another date."""
    view = notices.one(request.actor, reference, now=request.now)
    initial = {"expected": view.stay_expected if view.date_moved else None}
    form = DateForm(request.POST or None, initial={**initial, **rescue.initial(request)})

    def act() -> None:
        values = form.cleaned_data
        actions.change_date(request.actor, now=request.now, reference=reference, **values)

    return _act(request, view, form, act, "Send the new date", "Sent. The council’s clock follows.")


@form_page
def withdraw(request: LintelRequest, reference: str) -> HttpResponse:
    """Take a notice back."""
    view = notices.one(request.actor, reference, now=request.now)
    form = WithdrawForm(request.POST or None, initial=rescue.initial(request))

    def act() -> None:
        values = form.cleaned_data
        actions.withdraw_notice(request.actor, now=request.now, reference=reference, **values)

    return _act(request, view, form, act, "Withdraw the notice", "Withdrawn. The council is told.")


def _act(
    request: LintelRequest,
    view: notices.NoticeView,
    form: Form,
    act: Any,
    title: str,
    done: str,
) -> HttpResponse:
    conflict = ""
    if request.method == "POST" and form.is_valid():
        outcome = attempt(form, once_only(request, act))
        if outcome.done:
            messages.success(request, done)
            return redirect("notices:one", view.reference)
        conflict = outcome.conflict
    context = {**words.page(view, request.now), "form": form, "title": title, "conflict": conflict}
    return _show(request, "notice_act", context, status=409 if conflict else 200)


@form_page
def answer(request: LintelRequest, reference: str) -> HttpResponse:
    """A council's team answers; the first answer decides the request, and more may follow."""
    desk = requests.desk_one(request.actor, reference, now=request.now).handling
    if desk.kind != notice_kind.NOTICE:
        raise NotFound
    form = AnswerForm(request.POST or None, initial=rescue.initial(request))
    conflict = ""
    if request.method == "POST" and form.is_valid():
        outcome = attempt(
            form,
            lambda: actions.answer_notice(
                request.actor,
                now=request.now,
                reference=reference,
                once=form.once_token,
                **form.answered(),
            ),
            form.names(),
        )
        if outcome.done:
            messages.success(request, "Sent. The ward is told.")
            return redirect("notices:answer", reference)
        conflict = outcome.conflict
    earlier = notices.answers([reference]).get(reference, ())
    expected = notice_kind.discharge(desk.extra)
    return _show(
        request,
        "notice_answer",
        {
            "form": form,
            "title": desk_title(desk),
            "person": desk.about_name,
            "clock": notice_kind.clock(
                expected,
                request.now,
                answered=bool(earlier),
                stopped=desk.state in notice_kind.OVER,
            )
            if expected
            else None,
            "over": desk.state in notice_kind.OVER,
            "rows": letters.letter_rows(desk),
            "answers": [words.answer_card(row, request.now) for row in earlier],
            "back": reverse("requests:desk", args=[reference]),
            "conflict": conflict,
        },
        status=409 if conflict else 200,
    )
