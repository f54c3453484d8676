"""A referral in three small pages: who, to which service, and what to say.

Before anything is sent the sender sees what was referred earlier to the same service, and exactly
what the receiving team will see; without the person's consent nothing can be sent.
"""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from lintel.agencies import queries as agencies
from lintel.directory.states import Need
from lintel.kernel.errors import NotFound
from lintel.people import actions as people_actions
from lintel.people.queries import Row
from lintel.requests import actions, queries
from lintel.requests.forms import raising as forms
from lintel.requests.presenters import raising as words
from lintel.requests.presenters import referral as pages
from lintel.requests.views import searching
from lintel.requests.views.common import attempt, form_page, show
from lintel.requests.views.raising import NAMES, my_teams, person_seen, sent, with_person
from lintel.sharing import queries as sharing
from lintel.web import rescue
from lintel.web.http import LintelRequest

SEARCHED = "referral_searched"
NEEDED = "referral_need"


@form_page
@with_person("requests:referral-about")
def whom(request: LintelRequest, person_id: int | None) -> HttpResponse:
    """Who is to be referred: found among the people in the worker's sight."""
    if request.method == "POST":
        return searching.keep(request, SEARCHED)
    asked = searching.words_for(request, SEARCHED)
    found: list[Row] = []
    if asked:
        found = list(people_actions.find(request.actor, words=asked, now=request.now))
    names = ("follows", "to_team")
    carried = {name: value for name in names if (value := request.GET.get(name, ""))}
    to_team = agencies.team_names([words.number(carried.get("to_team", ""))])
    return show(
        request,
        "referral_whom",
        pages.whom(asked, found, carried, next(iter(to_team.values()), "")),
    )


@form_page
def service(request: LintelRequest, person_id: int) -> HttpResponse:
    """Which service: those that cover the person's address come first, with the reasons.

    What the directory knows may be wrong, so that all others can be chosen too. What help it is
    about says something of the person, and is kept out of the address.
    """
    person = person_seen(request, person_id)
    kept = f"{NEEDED}_{person_id}"
    if request.method == "POST":
        return searching.keep(request, kept)
    need = searching.words_for(request, kept)
    need = need if need in Need.values else ""
    offers = queries.services_for(
        request.actor,
        postcode=person.postcode,
        now=request.now,
        need=need,
        age=pages.age_on(person.person.born, timezone.localdate(request.now)),
    )
    follows = request.GET.get("follows", "")
    given = request.GET if "to_team" in request.GET else None
    shown = pages.offered(offers)
    form = forms.ServiceForm(given, services=shown.covering)
    other = forms.OtherServiceForm(given, services=shown.others)
    for chosen in (form, other):
        if given is not None and chosen.is_valid():
            team_id = int(chosen.cleaned_data["to_team"])
            return redirect(pages.write_href(person_id, team_id, follows))
    if shown.covering:
        other = forms.OtherServiceForm(services=shown.others)
    context = {
        "form": form if shown.covering else None,
        "other": other if shown.others else None,
        "need_form": forms.NeedForm(initial={"words": need}),
        "need_words": Need(need).label if need else "",
        "postcode": person.postcode,
        "follows": follows,
        **words.about_context(person),
    }
    return show(request, "referral_service", context)


@form_page
def write(request: LintelRequest, person_id: int, team_id: int) -> HttpResponse:
    """What to say; earlier referrals and what the team will see stand above the form."""
    person = person_seen(request, person_id)
    team = queries.service(request.actor, team_id, now=request.now)
    if team is None:
        raise NotFound
    follows = request.GET.get("follows", "")
    before = queries.letter_to_follow(request.actor, follows) if follows else None
    consent = sharing.standing(request.actor, person_id=person_id, team_id=team_id, now=request.now)
    initial = pages.filled_from(before) | rescue.initial(request)
    form = forms.ReferralForm(request.POST or None, initial=initial, teams=my_teams(request))
    conflict = ""
    if request.method == "POST" and form.is_valid() and consent is not None:
        typed = form.cleaned_data
        outcome = attempt(
            form,
            lambda: actions.refer(
                request.actor,
                now=request.now,
                person_id=person_id,
                to_team_id=team_id,
                consent_id=consent.consent_id,
                follows=follows or None,
                signs=typed["signs"],
                seen=typed["seen"],
                done=typed["done"],
                asked_for=typed["asked_for"],
                urgency=typed["urgency"],
                once=form.once_token,
                team_id=form.team(),
            ),
            NAMES,
        )
        if outcome.answer is not None:
            return sent(request, outcome.answer.reference)
        conflict = outcome.conflict
    context = {
        **words.about_context(person),
        **pages.writing(request.get_full_path(), person_id, team, consent),
        "earlier": pages.earlier(
            queries.earlier_referrals(
                request.actor, person_id=person_id, team_id=team_id, now=request.now
            )
        ),
        "asked": sharing.asked(request.actor, person_id),
        "form": form,
    }
    return show(request, "referral_write", context, conflict=conflict)
