"""Pages of workers: what people asked and said in their own view, and letters for them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lintel.kernel.errors import Invalid
from lintel.people import queries as people
from lintel.portal import actions, policy, presenters, queries
from lintel.portal.forms import MakeLetterForm, ReplyForm
from lintel.web import rescue
from lintel.web.http import LintelRequest
from lintel.web.lists import page_link, page_of


@require_safe
@never_cache
def asked(request: LintelRequest) -> HttpResponse:
    """What people asked the worker's teams for, the soonest due first."""
    rows = [presenters.ask_row(one, request.now) for one in queries.asks_waiting(request.actor)]
    return render(request, "portal/asked.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@never_cache
def asked_one(request: LintelRequest, ask_id: int) -> HttpResponse:
    """One of them, and its answer."""
    one = queries.ask(request.actor, ask_id)
    form = ReplyForm(request.POST or None, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_ask(
                request.actor, now=request.now, ask_id=ask_id, answer=form.cleaned_data["answer"]
            )
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            messages.success(request, "The person can read your answer now")
            return redirect("portal-workers:asked")
    in_sight = people.names(request.actor, [one.person_id])
    return render(
        request,
        "portal/asked_one.html",
        {
            "form": form,
            "ask": presenters.ask_row(one, request.now),
            "record": reverse("people:person", args=[one.person_id]) if in_sight else "",
        },
    )


@require_POST
def take(request: LintelRequest, ask_id: int) -> HttpResponse:
    """See to what somebody asked for."""
    actions.take_ask(request.actor, now=request.now, ask_id=ask_id)
    messages.success(request, "You see to it. The person can see your name")
    return redirect("portal-workers:asked-one", ask_id)


@require_http_methods(["GET", "POST"])
@never_cache
def remark(request: LintelRequest, person_id: int, remark_id: int) -> HttpResponse:
    """Answer what the person says about an entry."""
    person = people.person(request.actor, person_id)
    one = queries.remark(request.actor, person_id, remark_id)
    policy.answer_remark(request.actor, one.owner_id)
    form = ReplyForm(request.POST or None, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_remark(
                request.actor,
                now=request.now,
                person_id=person_id,
                remark_id=remark_id,
                answer=form.cleaned_data["answer"],
            )
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            messages.success(request, "The person can read your answer now")
            return redirect("people:person", person_id)
    note = one.note_id and people.note(request.actor, one.note_id, person_id=person_id)
    return render(
        request,
        "portal/remark.html",
        {"form": form, "person": person, "remark": one, "note": note},
    )


@require_http_methods(["GET", "POST"])
@never_cache
def make_letter(request: LintelRequest, person_id: int) -> HttpResponse:
    """Make a letter with which the person opens their own view. Shown once, to be printed."""
    actor = request.actor
    person = people.person(actor, person_id)
    policy.make_letter(actor, people.own_categories(actor, person_id, now=request.now))
    form = MakeLetterForm(request.POST or None, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        code = actions.make_letter(
            actor, now=request.now, person_id=person_id, proved=form.cleaned_data["proved"]
        )
        return render(
            request,
            "portal/letter.html",
            {"person": person, "code": code, "address": presenters.letter_address()},
        )
    last = queries.last_letter(actor, person_id)
    return render(
        request,
        "portal/make_letter.html",
        {
            "form": form,
            "person": person,
            "last": last,
            "waits": last is not None and last.waits(request.now),
        },
    )


@require_POST
def cancel_letter(request: LintelRequest, person_id: int) -> HttpResponse:
    """The letter's code works no longer."""
    actions.cancel_letter(request.actor, now=request.now, person_id=person_id)
    messages.success(request, "The letter’s code does not work any more")
    return redirect("portal-workers:letter", person_id)


@require_safe
@never_cache
def feedback(request: LintelRequest) -> HttpResponse:
    """What people think of their own pages; nobody's name is kept with it."""
    policy.read_feedback(request.actor)
    page = page_of(request, queries.feedback(request.actor))
    context = {"page": page, "page_link": page_link(request)}
    return render(request, "portal/feedback_read.html", context)
