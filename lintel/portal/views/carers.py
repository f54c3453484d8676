"""Who may look at one's own view: let somebody look, and stop it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lintel.kernel.errors import Invalid, NotFound
from lintel.portal import actions, policy, presenters, queries
from lintel.portal.forms import LookForm, whole_day
from lintel.sharing import actions as sharing
from lintel.sharing import queries as viewing
from lintel.sharing.states import ViewerKind
from lintel.web import rescue
from lintel.web.http import PersonRequest, for_person


@for_person
@require_safe
@never_cache
def carers(request: PersonRequest) -> HttpResponse:
    """Who may look now, codes that wait, and what was looked at."""
    account = request.account
    policy.only_self(account)
    return render(
        request,
        "portal/carers.html",
        {
            "viewers": [
                presenters.viewer(one) for one in viewing.own_viewers(account, now=request.now)
            ],
            "waiting": [
                presenters.viewer(one) for one in queries.own_invitations(account, now=request.now)
            ],
            "looks": presenters.looks_by_day(queries.looks(account)),
        },
    )


@for_person
@require_http_methods(["GET", "POST"])
@never_cache
def let_look(request: PersonRequest) -> HttpResponse:
    """Let somebody look: choose what they see, and get a code to give to them."""
    account = request.account
    policy.only_self(account)
    form = LookForm(request.POST or None, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            code = actions.let_look(
                account,
                now=request.now,
                kind=ViewerKind(values["kind"]),
                relation=values["relation"],
                categories=values["categories"],
                until=whole_day(values["until"]),
            )
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            return render(
                request,
                "portal/code.html",
                {
                    "code": code,
                    "relation": values["relation"],
                    "address": presenters.letter_address(),
                },
            )
    return render(request, "portal/let_look.html", {"form": form})


@for_person
@require_http_methods(["GET", "POST"])
@never_cache
def stop(request: PersonRequest, viewer_id: int) -> HttpResponse:
    """Ask whether somebody is to look no longer, and stop it: at once."""
    account = request.account
    policy.only_self(account)
    found = [one for one in viewing.own_viewers(account, now=request.now) if one.id == viewer_id]
    if not found:
        raise NotFound
    if request.method == "POST":
        sharing.end_own_viewer(account, now=request.now, viewer_id=viewer_id)
        messages.success(request, "They can’t look at your page any more.")
        return redirect("portal:carers")
    return render(request, "portal/stop.html", {"viewer": presenters.viewer(found[0])})


@for_person
@require_POST
@never_cache
def cancel(request: PersonRequest, invitation_id: int) -> HttpResponse:
    """A code that was given out works no longer."""
    actions.cancel_own_invitation(request.account, now=request.now, invitation_id=invitation_id)
    messages.success(request, "The code does not work any more.")
    return redirect("portal:carers")


@for_person
@require_POST
@never_cache
def look_no_more(request: PersonRequest) -> HttpResponse:
    """A carer or advocate gives their own permission back."""
    mine = [v for v in request.viewings if v.person_id == request.account.person_id]
    if not mine or mine[0].kind is ViewerKind.SELF:
        raise NotFound
    sharing.end_own_viewer(request.account, now=request.now, viewer_id=mine[0].id)
    return redirect("portal:start")
