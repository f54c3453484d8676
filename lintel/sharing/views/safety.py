"""Opening what others hold about a person, for safety."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lintel.agencies import queries as agencies
from lintel.agencies.states import AgencyKind
from lintel.kernel.errors import Invalid
from lintel.kernel.sight.states import Category
from lintel.people import queries as people
from lintel.sharing import actions, presenters, queries
from lintel.sharing.forms import SafetyForm
from lintel.sharing.states import OverrideReason
from lintel.web import rescue
from lintel.web.http import LintelRequest

# Whoever may hold something that keeps somebody safe: the list is the same for every person.
HOLDERS = (AgencyKind.TRUST, AgencyKind.COUNCIL, AgencyKind.LANDLORD, AgencyKind.VOLUNTARY)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def override(request: LintelRequest, person_id: int) -> HttpResponse:
    """Say why it can't wait, and what is needed."""
    person = people.person(request.actor, person_id)
    form = SafetyForm(
        request.POST or None,
        holders=agencies.other_agencies(request.actor, HOLDERS),
        initial=rescue.initial(request),
    )
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            with transaction.atomic():
                actions.open_override(
                    request.actor,
                    now=request.now,
                    person_id=person_id,
                    holder_ids=[int(h) for h in typed["holders"]],
                    categories=[Category(int(c)) for c in typed["categories"]],
                    reason=OverrideReason(typed["reason"]),
                    words=typed["words"],
                    hours=int(typed["hours"]),
                )
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            messages.success(request, "Open for safety. It closes by itself")
            return redirect("people:person", person_id)
    context = {
        "person": presenters.about(person),
        "form": form,
        "overrides": queries.overrides_open(request.actor, now=request.now, person_id=person_id),
    }
    return render(request, "sharing/safety.html", context)


@require_POST
def end(request: LintelRequest, person_id: int, override_id: int) -> HttpResponse:
    """Close it before its time."""
    actions.end_override(request.actor, now=request.now, override_id=override_id)
    messages.success(request, "Closed")
    seen = people.names(request.actor, [person_id])
    return redirect("people:person", person_id) if seen else redirect("home")
