"""A person's record: all that the worker may see of it, from whichever service holds it."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lintel.agencies.states import HEALTH_TEAMS
from lintel.config.middleware import who_asks
from lintel.config.pages import record
from lintel.kernel.actor import Actor, focus
from lintel.kernel.errors import NotFound
from lintel.kernel.sight.states import Category, Source
from lintel.people import presenters as people_words
from lintel.people import queries as people
from lintel.people.policy import note_categories
from lintel.plans import queries as plans
from lintel.plans.policy import MAY_ADD
from lintel.portal import queries as own_view
from lintel.requests import queries as requests
from lintel.sharing.actions import Opened, open_record
from lintel.sharing.queries import asked, held_back
from lintel.web.http import LintelRequest

# The room that a held key has for people (kernel.sight.states.held_key).
MOST_PEOPLE = 2**43
# Why a record is opened, where the worker need not say more: it is what gives them sight.
PURPOSES = {
    Source.OVERRIDE: "safety",
    Source.PATCH: "looking after the tenancy",
    Source.CASELOAD: "working with the person",
    Source.REQUEST: "handling a request",
    Source.CIRCLE: "being in the person’s circle",
    Source.CONSENT: "what the person consented to",
}


@dataclass(frozen=True, slots=True)
class Record:
    """What the worker sees of one person, each part as its own domain gives it."""

    person: people.PersonView
    opened: Opened
    sources: tuple[Source, ...]
    tenancies: list[people.TenancyView]
    contacts: list[people.ContactView]
    involvements: list[people.InvolvementView]
    notes: list[people.NoteView]
    circle: plans.CircleView
    about: requests.About
    agencies: dict[int, str]


def read(actor: Actor, person_id: int, *, now: dt.datetime) -> Record:
    """Open the record (that is written down) and read it. Raises NotFound."""
    if not 0 < person_id < MOST_PEOPLE:
        raise NotFound
    # Narrowed to the one person, the page costs the same whatever else the worker sees. An error
    # rolls the narrowing back with the rest.
    focus(person_id)
    person = people.person(actor, person_id)
    sources = people.sources(actor, now=now, person_id=person_id).get(person_id, ())
    opened = open_record(
        actor, person_id=person_id, purpose=purpose(sources), page="people:person", now=now
    )
    found = Record(
        person=person,
        opened=opened,
        sources=sources,
        tenancies=people.tenancies(actor, person_id),
        contacts=people.contacts(actor, person_id),
        involvements=people.involvements(actor, person_id, now=now),
        notes=people.notes(actor, person_id),
        circle=plans.circle(actor, person_id, now=now),
        about=requests.about(actor, person_id, now),
        agencies=people.agency_names(owner for owner, _ in opened.reasons),
    )
    focus(None)
    return found


def purpose(sources: Collection[Source]) -> str:
    """What the record is opened for, in words."""
    return "; ".join(words for source, words in PURPOSES.items() if source in sources)


def in_health_team(request: LintelRequest) -> bool:
    """Whether the worker is in a health team: known already, so that the page asks nothing more."""
    asks = who_asks(request)
    return asks is not None and bool(HEALTH_TEAMS & set(asks.team_kinds))


@require_safe
@never_cache
def person(request: LintelRequest, person_id: int) -> HttpResponse:
    """The record of one person."""
    found = read(request.actor, person_id, now=request.now)
    own = {c for owner, c in found.opened.reasons if owner == request.actor.agency_id}
    today = timezone.localdate(request.now)
    lines = record.timeline(found.tenancies, found.involvements, found.notes, found.about)
    return render(
        request,
        "config/person.html",
        {
            "person": found.person,
            "identity": people_words.identity(found.person, found.tenancies, today),
            "actions": record.actions(person_id, own, health=in_health_team(request)),
            "homes": record.homes(found.tenancies, today),
            "contacts": record.by_owner(found.contacts),
            "involvements": record.by_owner(found.involvements),
            "circle": found.circle,
            "may_gather": bool(MAY_ADD & set(found.sources)),
            "notes": people_words.notes_by_category(found.notes),
            "notes_shown": record.NOTES_SHOWN,
            "may_note": own,
            "may_add_note": bool(note_categories(own)),
            "may_add_contact": Category.CONTACT in own,
            "agency_id": request.actor.agency_id,
            "sent": [record.sent_row(row, request.now) for row in found.about.sent],
            "desk": [record.desk_row(row, request.now) for row in found.about.desk],
            "wish": own_view.wish_of(request.actor, person_id),
            "held_back": held_back(request.actor, person_id),
            "may_hold_back": in_health_team(request),
            "remarks": own_view.remarks_about(request.actor, person_id),
            "may_make_letter": {Category.IDENTITY, Category.CONTACT} <= own,
            "why": record.why(found.opened.reasons, found.agencies),
            "not_shown": record.not_shown(found.opened.categories),
            "links": record.links(person_id),
            "asked": asked(request.actor, person_id),
            "timeline": lines[: record.TIMELINE_SHOWN],
            "earlier": lines[record.TIMELINE_SHOWN :],
        },
    )
