"""The desk: one request as its receivers see it, and the pages of what they can do."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from lintel.agencies import queries as agencies
from lintel.kernel.errors import Conflict, NotFound
from lintel.requests import actions, queries
from lintel.requests.presenters import desk_page as words
from lintel.requests.presenters import letters
from lintel.requests.states import Verb
from lintel.requests.views.acts import ACTS, Act
from lintel.requests.views.common import attempt, form_page, once_only, person_href, show, typed_in
from lintel.requests.views.sending import visit_page
from lintel.web import rescue
from lintel.web.http import LintelRequest


@require_safe
def one(request: LintelRequest, reference: str) -> HttpResponse:
    """One request on the desk: the letter, where it stands, what can be done, what happened."""
    desk = queries.desk_one(request.actor, reference, now=request.now)
    context = words.page(
        desk,
        now=request.now,
        worker_id=request.actor.worker_id,
        person_href=person_href(request, desk.handling.person_id),
        sender=_sender(request, desk),
    )
    return show(request, "desk", context)


def _sender(request: LintelRequest, desk: queries.DeskView) -> agencies.Colleague | None:
    """How to reach the sender, where the two sides may talk."""
    handling = desk.handling
    if handling.masked:
        return None
    team = agencies.workers_of_team(handling.sender_team_id, request.now)
    return next((w for w in team if w.worker_id == handling.sender_worker_id), None)


@require_POST
def acknowledge(request: LintelRequest, reference: str) -> HttpResponse:
    """Say that it was read; the clock for the decision starts."""
    version = _version(request)
    once_only(
        request,
        lambda: actions.acknowledge(
            request.actor, now=request.now, reference=reference, version=version
        ),
    )()
    messages.success(request, "Acknowledged.")
    return redirect("requests:desk", reference)


@require_POST
def take(request: LintelRequest, reference: str) -> HttpResponse:
    """Take it: it is the worker's own from now on."""
    version = _version(request)
    once_only(
        request,
        lambda: actions.take(request.actor, now=request.now, reference=reference, version=version),
    )()
    messages.success(request, "It is yours.")
    return redirect("requests:desk", reference)


def _version(request: LintelRequest) -> int | None:
    number = letters.number(request.POST.get("version", ""))
    return number if number >= 0 else None


@form_page
def act(request: LintelRequest, reference: str, act: str) -> HttpResponse:
    """The page of one verb: its form; what the domain says is shown with what was typed."""
    if act not in ACTS:
        raise NotFound
    row = ACTS[act]
    desk = queries.desk_one(request.actor, reference, now=request.now)
    if request.method != "POST" and not words.is_offered(desk, act):
        messages.info(request, f"{row.title}: this can’t be done as it stands now.")
        return redirect("requests:desk", reference)
    arguments: dict[str, Any] = {
        "data": request.POST or None,
        "initial": {"version": desk.handling.version, **rescue.initial(request)},
    }
    form = row.make(request, desk, arguments)
    conflict = ""
    if request.method == "POST" and form.is_valid():
        do = once_only(request, lambda: row.do(request, reference, form))
        outcome = attempt(form, do, row.names)
        if outcome.done:
            messages.success(request, row.done)
            return _after(row, reference)
        if conflict := outcome.conflict:
            desk = _look_again(request, reference, conflict)
            form.data = request.POST.copy()
            form.data["version"] = str(desk.handling.version)
    masked = desk.handling.masked
    context = words.act_page(
        desk.handling,
        title_words=row.title,
        submit=row.submit,
        explain=row.explain_masked if masked and row.explain_masked else row.explain,
        warning=row.warning,
    )
    # Where what somebody did leaves nothing to do, what was typed is shown to be copied.
    typed = typed_in(form) if conflict and not words.is_offered(desk, act) else []
    return show(request, "act", {"form": form, "typed": typed, **context}, conflict=conflict)


def _look_again(request: LintelRequest, reference: str, conflict: str) -> queries.DeskView:
    """The desk as it stands after somebody acted first; Conflict when it is gone from here."""
    try:
        return queries.desk_one(request.actor, reference, now=request.now)
    except NotFound:
        raise Conflict(conflict) from None


def _after(row: Act, reference: str) -> HttpResponse:
    """Back to the desk, or to the inbox when it is on another team's desk now."""
    if row.verb is Verb.REDIRECT:
        return redirect("requests:inbox")
    return redirect("requests:desk", reference)


@form_page
def answer_visit(request: LintelRequest, reference: str, visit_id: int) -> HttpResponse:
    """Answer the joint visit that the sender proposed, or call one off."""
    desk = queries.desk_one(request.actor, reference, now=request.now)
    context = words.act_page(desk.handling, title_words="Joint visit", submit="Save", explain=())
    back = reverse("requests:desk", args=[reference])
    visit = next((v for v in desk.visits if v.pk == visit_id), None)
    cancel = visit is not None and (not visit.from_sender or bool(visit.answer))
    return visit_page(request, reference, visit_id, back=back, cancel=cancel, context=context)
