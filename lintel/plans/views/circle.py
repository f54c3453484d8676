"""The pages of the circle: who is in it, and who to contact if things go wrong."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lintel.people import queries as people
from lintel.plans import actions, policy, queries
from lintel.plans.forms import IfWrongForm, JoinForm, LeaveForm, LeaveMyselfForm, WhoForm
from lintel.plans.views.common import attempt
from lintel.sharing.actions import open_record
from lintel.web import rescue
from lintel.web.http import LintelRequest


@require_safe
@never_cache
def circle(request: LintelRequest, person_id: int) -> HttpResponse:
    """Who is in the circle, and what was agreed if things go wrong."""
    actor, now = request.actor, request.now
    person = people.person(actor, person_id)
    open_record(actor, person_id=person_id, purpose="the circle", page="plans:circle", now=now)
    sources = people.sources(actor, now=now, person_id=person_id).get(person_id, ())
    seen = queries.circle(actor, person_id, now=now)
    works_with = bool(policy.MAY_ADD & set(sources))
    return render(
        request,
        "plans/circle.html",
        {
            "person": person,
            "circle": seen,
            "may_say": seen.me_in_it and queries.reads_plan(actor, person_id),
            "may_gather": works_with and not seen.joined_unread(actor.agency_id),
        },
    )


@never_cache
def add(request: LintelRequest, person_id: int) -> HttpResponse:
    """Put a worker into the circle: find them, then say what was agreed."""
    actor, now = request.actor, request.now
    person = people.person(actor, person_id)
    sources = people.sources(actor, now=now, person_id=person_id).get(person_id, ())
    me = queries.worker(actor.worker_id, now=now)
    if me is not None:
        policy.add(actor, sources, me, now)
    seen = queries.circle(actor, person_id, now=now)
    policy.join(seen.joined_unread(actor.agency_id))
    kept = rescue.initial(request)
    looking = request.method == "POST" and "look" in request.POST
    who = WhoForm(request.POST if looking else None)
    words = ""
    if looking and who.is_valid():
        words = who.cleaned_data["words"]
    elif request.method == "POST" and not looking:
        words = request.POST.get("looked_for", "")
    else:
        words = str(kept.get("looked_for", ""))
    found = queries.workers_to_ask(actor, words=words, now=now) if words else []
    form = JoinForm(
        request.POST if request.method == "POST" and not looking else None,
        workers=found,
        initial=kept or ({"worker": found[0][0]} if len(found) == 1 else {}),
    )
    if request.method == "POST" and not looking and form.is_valid():
        given = form.cleaned_data
        done = attempt(
            form,
            lambda: actions.add_to_circle(
                actor,
                now=now,
                person_id=person_id,
                worker_id=int(given["worker"]),
                role_words=given["role_words"],
                reach_words=given["reach_words"],
                agreed_words=given["agreed_words"],
                once=form.once_token,
            ),
        )
        if done:
            messages.success(request, _added(request, int(given["worker"])))
            return redirect("plans:circle", person_id)
    return render(
        request,
        "plans/add.html",
        {
            "person": person,
            "who": who,
            "form": who if looking and who.errors else form,
            "join": form if found else None,
            "looked_for": words,
            "me_in_it": seen.me_in_it,
        },
    )


def _added(request: LintelRequest, worker_id: int) -> str:
    """What adding did; told from whose worker it is, and from nothing else."""
    if worker_id == request.actor.worker_id:
        return "You are in the circle"
    who = queries.worker(worker_id, now=request.now)
    if who is not None and who.agency_id == request.actor.agency_id:
        return "They are in the circle, and are told by a message"
    return "They are asked to join the circle. You are told when they answer"


def leave(request: LintelRequest, person_id: int, member_id: int) -> HttpResponse:
    """Take somebody out of the circle, or leave it."""
    actor = request.actor
    person = people.person(actor, person_id)
    member = queries.member(actor, person_id, member_id)
    myself = member.worker_id == actor.worker_id
    kind = LeaveMyselfForm if myself else LeaveForm
    form = kind(request.POST or None, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: actions.leave_circle(
                actor,
                now=request.now,
                person_id=person_id,
                member_id=member_id,
                words=form.cleaned_data["words"],
                once=form.once_token,
            ),
        )
        if done:
            messages.success(request, "The circle is told")
            return redirect("people:list") if myself else redirect("plans:circle", person_id)
    return render(
        request,
        "plans/leave.html",
        {"form": form, "person": person, "member": member, "myself": myself},
    )


def if_wrong(request: LintelRequest, person_id: int) -> HttpResponse:
    """Say who to contact in which circumstances."""
    actor = request.actor
    person = people.person(actor, person_id)
    actions.may_write_contacts(actor, person_id, now=request.now)
    form = IfWrongForm(request.POST or None, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: actions.record_if_things_go_wrong(
                actor,
                now=request.now,
                person_id=person_id,
                contacts=form.contacts(),
                once=form.once_token,
            ),
        )
        if done:
            messages.success(request, "Everybody in the circle is told")
            return redirect("plans:circle", person_id)
    return render(request, "plans/if_wrong.html", {"form": form, "person": person})


@require_POST
def end_line(request: LintelRequest, person_id: int, contact_id: int) -> HttpResponse:
    """End a line that is no longer right."""
    actions.end_contact(request.actor, now=request.now, person_id=person_id, contact_id=contact_id)
    messages.success(request, "The line is ended, and everybody in the circle is told")
    return redirect("plans:circle", person_id)
