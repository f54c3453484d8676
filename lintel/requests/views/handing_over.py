"""Handing requests over when a worker leaves, is ill, or has too many."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from lintel.agencies import queries as agencies
from lintel.requests import actions
from lintel.requests.forms.desk import HandOverForm
from lintel.requests.views.common import attempt, form_page, show
from lintel.web import rescue
from lintel.web.http import LintelRequest
from lintel.web.words import count_words

NAMES = {"worker": "to_worker_id", "to_worker": "to_worker_id"}


@form_page
def hand_over(request: LintelRequest) -> HttpResponse:
    """One's own requests, or as team lead those of any worker of the team, to a colleague."""
    actor = request.actor
    teams = agencies.people_of_teams(actor.team_ids, request.now)
    everybody = {w.worker_id: w for team in teams.values() for w in team}
    led = {w.worker_id for key in actor.lead_team_ids for w in teams.get(key, [])}
    may_leave = led | {actor.worker_id}
    named = sorted((w.name, key, f"{w.name}, {w.job_title}") for key, w in everybody.items())
    form = HandOverForm(
        request.POST or None,
        leaving=[(key, words) for _, key, words in named if key in may_leave],
        taking=[(key, words) for _, key, words in named],
        initial={"from_worker_id": actor.worker_id, **rescue.initial(request)},
    )
    conflict = ""
    if request.method == "POST" and form.is_valid():
        outcome = attempt(form, lambda: _do(request, form), NAMES)
        if outcome.answer is not None:
            messages.success(request, f"{count_words(outcome.answer, 'request')} handed over.")
            return redirect("requests:hand-over")
        conflict = outcome.conflict
    return show(request, "hand_over", {"form": form}, conflict=conflict)


def _do(request: LintelRequest, form: HandOverForm) -> int:
    typed = form.cleaned_data
    from_, to = typed["from_worker_id"], typed["to_worker_id"]
    if typed["what"] == "sent":
        return actions.hand_over_sent(
            request.actor, now=request.now, from_worker_id=from_, to_worker_id=to
        )
    return actions.hand_over_desk(
        request.actor, now=request.now, from_worker_id=from_, to_worker_id=to
    )
