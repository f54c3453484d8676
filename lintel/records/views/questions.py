"""Questions of people about who has looked, and what waits for an information lead."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lintel.agencies.states import Role
from lintel.kernel.errors import Denied, Invalid
from lintel.records import actions, policy, presenters, queries
from lintel.records.forms import AnswerForm
from lintel.web import lists, rescue
from lintel.web.http import LintelRequest


@require_safe
@never_cache
def home(request: LintelRequest) -> HttpResponse:
    """What waits for an information lead."""
    policy.answer_for(request.actor)
    page = lists.page_of(request, queries.to_answer(request.actor))
    registers = queries.registers(request.actor)
    return render(
        request,
        "records/home.html",
        {
            "questions": [presenters.question_row(q, request.now) for q in page],
            "page": page,
            "page_link": lists.page_link(request),
            "answered": queries.answered(request.actor),
            "open_requests": presenters.open_requests(registers, request.now),
            "holds": presenters.holds(registers, request.now),
            "due_count": registers.due,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def answer(request: LintelRequest, question_id: int) -> HttpResponse:
    """One question, and the answer to it."""
    found = queries.question(request.actor, question_id)
    form = AnswerForm(request.POST or None, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer(
                request.actor,
                now=request.now,
                question_id=question_id,
                words=form.cleaned_data["words"],
            )
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            messages.success(request, "Answered. They read it on their own page")
            return redirect("records:home")
    return render(
        request,
        "records/question.html",
        {
            "form": form,
            "question": found,
            "clock": presenters.question_clock(found, request.now),
            "known": queries.may_look_up(request.actor, found.person_id),
        },
    )


@require_safe
@never_cache
def late(request: LintelRequest) -> HttpResponse:
    """Where questions are past their time: for the partnership lead, and about nobody."""
    if not request.actor.has(Role.PARTNERSHIP_LEAD):
        raise Denied("Only the partnership lead sees where questions are late.")
    return render(request, "records/late.html", {"late": queries.late_questions(request.actor)})
