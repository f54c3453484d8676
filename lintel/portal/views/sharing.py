"""What the person said yes and no to; changing it; and what was shared without asking."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lintel.kernel.actor import Account
from lintel.kernel.errors import Invalid
from lintel.kernel.sight.states import Category
from lintel.people import queries as people
from lintel.portal import policy, presenters
from lintel.portal.forms import AnswerForm, whole_day
from lintel.sharing import actions
from lintel.sharing import queries as consents
from lintel.sharing.states import Purpose
from lintel.web import rescue
from lintel.web.http import PersonRequest, for_person


@for_person
@require_safe
@never_cache
def sharing(request: PersonRequest) -> HttpResponse:
    """All that the person said yes and no to: what counts now, then what is over."""
    account, now = request.account, request.now
    refusal = consents.last_no_to_everything(account) if presenters.is_self(account) else []
    cards = [presenters.consent_card(one, now) for one in consents.own_consents(account)]
    return render(
        request,
        "portal/sharing.html",
        {
            "is_self": presenters.is_self(account),
            "may_refuse": any(card["counts"] for card in cards) or not refusal,
            "refused_on": refusal[0].given
            if refusal and consents.nothing_said_since(account, refusal[0])
            else None,
            "now_on": [card for card in cards if card["live"]],
            "over": [card for card in cards if not card["live"]],
            "told": [
                presenters.told_card(one, now) for one in consents.told_without_asking(account)
            ],
        },
    )


@for_person
@require_http_methods(["GET", "POST"])
@never_cache
def answer(request: PersonRequest) -> HttpResponse:
    """Say yes or no to somebody telling somebody."""
    account = request.account
    policy.only_self(account)
    givers = people.own_agencies(account)
    teams = people.own_teams(account, now=request.now)
    agencies = people.own_team_agencies(account, now=request.now)
    form = AnswerForm(
        request.POST or None,
        initial=rescue.initial(request),
        givers=givers.items(),
        teams=teams.items(),
        agencies=agencies.items(),
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        until = whole_day(values["until"])
        assert until is not None
        yes = values["answer"] == "yes"
        try:
            actions.say_own_answers(
                account,
                now=request.now,
                giver_id=values["giver"],
                **form.told(),
                purpose=Purpose(values["purpose"]),
                answers={Category(c): yes for c in values["categories"]},
                until=until,
            )
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            said = (
                "You said yes. It counts from now." if yes else "You said no. It counts from now."
            )
            messages.success(request, said)
            return redirect("portal:sharing")
    return render(request, "portal/answer.html", {"form": form, "possible": bool(givers and teams)})


@for_person
@require_http_methods(["GET", "POST"])
@never_cache
def take_back(request: PersonRequest, consent_id: int) -> HttpResponse:
    """Ask whether a yes is taken back, and take it back: at once."""
    account = request.account
    policy.only_self(account)
    one = consents.own_consent(account, consent_id)
    if request.method == "POST":
        actions.withdraw_own_consent(account, now=request.now, consent_id=consent_id)
        messages.success(request, "You took it back. They can’t see it any more.")
        return redirect("portal:sharing")
    return render(
        request, "portal/take_back.html", {"card": presenters.consent_card(one, request.now)}
    )


@for_person
@require_http_methods(["GET", "POST"])
@never_cache
def no_to_all(request: PersonRequest) -> HttpResponse:
    """Ask whether it is no to everything, and say so: at once."""
    account, now = request.account, request.now
    policy.only_self(account)
    if request.method == "POST":
        try:
            actions.say_no_to_everything(
                account,
                now=now,
                giver_ids=people.own_agencies(account),
                agency_ids=people.own_team_agencies(account, now=now),
            )
        except Invalid as wrong:
            messages.warning(request, wrong.errors[""])
        else:
            messages.success(request, "You said no to everything. It counts from now.")
        return redirect("portal:sharing")
    return render(request, "portal/no_to_all.html", {"yes": _that_count(account, now)})


@for_person
@require_http_methods(["GET", "POST"])
@never_cache
def undo_no(request: PersonRequest) -> HttpResponse:
    """Ask whether the no to everything is taken back, with each yes that comes back by it."""
    account, now = request.account, request.now
    policy.only_self(account)
    if request.method == "POST":
        again = actions.take_back_no(account, now=now)
        messages.success(
            request,
            "You took back your no. What you said yes to before counts again."
            if again
            else "You took back your no. You had not said yes to anything before.",
        )
        return redirect("portal:sharing")
    refusal = consents.last_no_to_everything(account)
    if not refusal or not consents.nothing_said_since(account, refusal[0]):
        return redirect("portal:sharing")
    cards = [
        presenters.consent_card(one, now) for one, _ in consents.ended_by_no(account, refusal, now)
    ]
    return render(request, "portal/undo_no.html", {"again": cards})


def _that_count(account: Account, now: datetime) -> list[dict[str, Any]]:
    cards = [presenters.consent_card(one, now) for one in consents.own_consents(account)]
    return [card for card in cards if card["counts"]]
