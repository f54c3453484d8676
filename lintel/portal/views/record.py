"""What was agreed; what is written about the person; and their own words beside it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lintel.hospital import queries as hospital
from lintel.kernel.errors import Invalid, NotFound
from lintel.kernel.sight.states import Category
from lintel.people import queries as people
from lintel.plans import queries as plans
from lintel.portal import actions, policy, presenters, queries
from lintel.portal.forms import FactForm, RemarkForm
from lintel.portal.states import RemarkKind
from lintel.web import rescue
from lintel.web.http import PersonRequest, for_person
from lintel.web.lists import page_link, page_of

NOTES_A_PAGE = 20


@for_person
@require_safe
@never_cache
def plan(request: PersonRequest) -> HttpResponse:
    """What was agreed, with whom, and whom to call when something goes wrong."""
    account = request.account
    return render(
        request,
        "portal/plan.html",
        {
            "is_self": presenters.is_self(account),
            "circle": plans.own_circle(account, now=request.now),
            "if_wrong": plans.own_if_wrong(account),
            "stays": hospital.own_stays(account),
        },
    )


@for_person
@require_safe
@never_cache
def record(request: PersonRequest) -> HttpResponse:
    """What services hold: home, rent, and notes with the person's words beside them."""
    account = request.account
    own = presenters.is_self(account)
    page = page_of(request, people.own_notes(account), NOTES_A_PAGE)
    remarks = queries.own_remarks(account) if own else {}
    return render(
        request,
        "portal/record.html",
        {
            "is_self": own,
            "person": people.own_person(account),
            "homes": [presenters.home(one) for one in people.own_tenancies(account)],
            "page": page,
            "page_link": page_link(request),
            "notes": [presenters.note(one, remarks.get(one.id, [])) for one in page],
            "facts": [presenters.fact_said(one) for one in remarks.get(None, [])],
        },
    )


@for_person
@require_http_methods(["GET", "POST"])
@never_cache
def say(request: PersonRequest, note_id: int) -> HttpResponse:
    """Say that an entry is wrong, or one's own side of it."""
    account = request.account
    policy.only_self(account)
    note = next((one for one in people.own_notes(account) if one.id == note_id), None)
    if note is None:
        raise NotFound
    form = RemarkForm(request.POST or None, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.say_about(
                account,
                now=request.now,
                note_id=note_id,
                kind=RemarkKind(form.cleaned_data["kind"]),
                words=form.cleaned_data["words"],
            )
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            messages.success(request, "We kept your words. They stand next to the note now.")
            return redirect("portal:record")
    return render(request, "portal/say.html", {"form": form, "note": note})


@for_person
@require_http_methods(["GET", "POST"])
@never_cache
def say_fact(request: PersonRequest) -> HttpResponse:
    """Say that a fact is wrong, or one's own side of it: a name, a home, how to be reached."""
    account = request.account
    policy.only_self(account)
    agencies = people.own_agencies(account)
    form = FactForm(request.POST or None, agencies=agencies, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.say_about_fact(
                account,
                now=request.now,
                agency_id=int(form.cleaned_data["agency"]),
                category=Category(int(form.cleaned_data["category"])),
                kind=RemarkKind(form.cleaned_data["kind"]),
                words=form.cleaned_data["words"],
            )
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            messages.success(request, "We kept your words. They must answer you.")
            return redirect("portal:record")
    return render(request, "portal/say_fact.html", {"form": form, "agencies": agencies})
