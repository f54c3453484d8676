"""Holding one note back from the person: hold, look again, let go."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lintel.kernel.errors import Conflict, Invalid
from lintel.people import actions as people_actions
from lintel.people import queries as people
from lintel.sharing import actions, policy, queries
from lintel.sharing.forms_held_back import HoldBackForm
from lintel.web import rescue
from lintel.web.http import LintelRequest


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def note(request: LintelRequest, person_id: int, note_id: int) -> HttpResponse:
    """One note: held back or not, why, until when; by POST, hold it, keep it or let it go."""
    actor, now = request.actor, request.now
    found = people_actions.read_note(
        actor, now=now, person_id=person_id, note_id=note_id, page="sharing:held-back"
    )
    policy.hold_back(actor, found.owner_id, clinician=queries.is_clinician(actor))
    held = queries.held_back(actor, person_id).get(note_id)
    back = f"{reverse('people:person', args=[person_id])}#note-{note_id}"
    doing = request.POST.get("do", "") if request.method == "POST" else ""
    if doing == "release":
        actions.release_held_back(actor, now=now, person_id=person_id, note_id=note_id)
        messages.success(request, "They can read this note now")
        return redirect(back)
    form = HoldBackForm(
        request.POST if request.method == "POST" else None, initial=rescue.initial(request)
    )
    if request.method == "POST" and form.is_valid():
        act = actions.keep_held_back if held else actions.hold_back
        try:
            act(actor, now=now, person_id=person_id, note_id=note_id, **form.cleaned_data)
        except Invalid as wrong:
            form.take(wrong.errors)
        except Conflict as moved:
            form.take({"": moved.words})
        else:
            messages.success(request, "This note is held back. Nothing else is")
            return redirect(back)
    return render(
        request,
        "sharing/held_back.html",
        {
            "form": form,
            "note": found,
            "held": held,
            "person": people.person(actor, person_id),
            "back": back,
        },
    )


@require_safe
@never_cache
def mine(request: LintelRequest) -> HttpResponse:
    """What the worker holds back, the next to look at first."""
    held = queries.held_by_me(request.actor)
    names = people.names(request.actor, [one.person_id for one in held]) if held else {}
    return render(
        request,
        "sharing/held_back_mine.html",
        {"held": [(one, names.get(one.person_id, "")) for one in held], "today": request.now},
    )
