"""Asking for help, saying how to be reached, and what one thinks of these pages."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lintel.kernel.errors import Invalid
from lintel.people import queries as people
from lintel.portal import actions, policy, presenters, queries
from lintel.portal.forms import FeedbackForm, HelpForm, WishForm
from lintel.portal.states import Day, Useful, Way
from lintel.web import rescue
from lintel.web.http import PersonRequest, for_person


@for_person
@require_http_methods(["GET", "POST"])
@never_cache
def help_(request: PersonRequest) -> HttpResponse:
    """Ask for help, and see what became of it."""
    account = request.account
    policy.only_self(account)
    teams = queries.helpers_to_ask(account, now=request.now)
    form = HelpForm(
        request.POST or None,
        initial=rescue.initial(request),
        teams=[(one.id, one.name) for one in teams],
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            actions.ask_for_help(
                account,
                now=request.now,
                team_id=values["team"],
                words=values["words"],
                reach_words=values["reach_words"],
            )
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            messages.success(request, "We sent it. You will see the answer on this page.")
            return redirect("portal:help")
    return render(
        request,
        "portal/help.html",
        {"form": form, "teams": teams, "asks": queries.own_asks(account)},
    )


@for_person
@require_http_methods(["GET", "POST"])
@never_cache
def contact(request: PersonRequest) -> HttpResponse:
    """How the person wants to be reached; a carer reads it, and changes nothing."""
    account = request.account
    own = presenters.is_self(account)
    wish = queries.own_wish(account)
    if request.method == "POST":
        policy.only_self(account)
    start = {} if wish is None else presenters.wish_initial(wish)
    form = WishForm(request.POST or None, initial=start | rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            actions.say_wish(
                account,
                now=request.now,
                ways=[Way(way) for way in values["ways"]],
                by_whom=values["by_whom"],
                language=values["language"],
                large_print=values["large_print"],
                never_on=[Day(day) for day in values["never_on"]],
                words=values["words"],
            )
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            messages.success(request, "We kept it. Workers who may reach you see it now.")
            return redirect("portal:contact")
    return render(
        request,
        "portal/contact.html",
        {
            "is_self": own,
            "form": form,
            "wish": wish,
            "contacts": people.own_contacts(account),
        },
    )


@for_person
@require_http_methods(["GET", "POST"])
@never_cache
def feedback(request: PersonRequest) -> HttpResponse:
    """Say what one thinks of these pages."""
    form = FeedbackForm(request.POST or None, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        actions.give_feedback(
            request.account,
            now=request.now,
            useful=Useful(form.cleaned_data["useful"]),
            words=form.cleaned_data["words"],
        )
        messages.success(request, "Thank you. We read all of this.")
        return redirect("portal:start")
    return render(request, "portal/feedback.html", {"form": form})
