"""The pages of who is asked into a circle: what it is about, and the answer."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lintel.kernel import access
from lintel.kernel.sight.states import Category
from lintel.plans import actions, queries
from lintel.plans.forms import DeclineForm
from lintel.plans.views.common import attempt
from lintel.web import rescue
from lintel.web.http import LintelRequest

WHY = "another worker asked the worker to join the circle, as the person agreed"


@require_safe
@never_cache
def invitations(request: LintelRequest) -> HttpResponse:
    """The circles that the worker is asked into."""
    waiting = queries.invitations(request.actor)
    _written_down(request, waiting)
    return render(request, "plans/invitations.html", {"waiting": waiting})


@require_POST
def accept(request: LintelRequest, member_id: int) -> HttpResponse:
    """Join."""
    person_id = actions.accept_circle(request.actor, now=request.now, member_id=member_id)
    messages.success(request, "You are in the circle, and everybody in it is told")
    return redirect("plans:circle", person_id)


@never_cache
def decline(request: LintelRequest, member_id: int) -> HttpResponse:
    """Say no, with a word to whoever asked."""
    asked = queries.invitation(request.actor, member_id)
    form = DeclineForm(request.POST or None, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: actions.decline_circle(
                request.actor,
                now=request.now,
                member_id=member_id,
                words=form.cleaned_data["words"],
            ),
        )
        if done:
            messages.success(request, "You said no. The worker who asked is told")
            return redirect("plans:invitations")
    _written_down(request, [asked])
    return render(request, "plans/decline.html", {"form": form, "asked": asked})


@require_POST
def take_back(request: LintelRequest, person_id: int, member_id: int) -> HttpResponse:
    """Ask no longer."""
    actions.withdraw_circle(
        request.actor, now=request.now, person_id=person_id, member_id=member_id
    )
    messages.success(request, "They are no longer asked")
    return redirect("plans:circle", person_id)


def _written_down(request: LintelRequest, shown: list[queries.InvitationView]) -> None:
    """Who is named on the page is in the access record."""
    access.record_listed(
        request.actor,
        now=request.now,
        person_ids=[one.person_id for one in shown],
        categories=[Category.IDENTITY],
        why=WHY,
        page="plans:invitations",
    )
