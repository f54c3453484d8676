"""Pages about people that need no other domain. The list and the record are in `lintel.config`."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Page
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lintel.agencies.queries import colleagues
from lintel.kernel.errors import Invalid, NotFound
from lintel.kernel.sight.states import Category
from lintel.people import actions, policy, presenters, queries
from lintel.people.forms import (
    ContactForm,
    CorrectionForm,
    HandOverForm,
    LettersForm,
    NoteForm,
    SearchForm,
)
from lintel.people.states import ContactKind, Held
from lintel.web import lists, rescue
from lintel.web.forms import Form
from lintel.web.http import LintelRequest

# What was looked for is kept in the session, never in an address: addresses end up in histories
# and logs. It is dropped after half an hour, by the next search, and with the session.
SEARCHED = "people_searched"
KEPT_SECONDS = 1800


def attempt(form: Form, act: Callable[[], Any]) -> bool:
    """Do it; what the domain finds wrong goes beside the fields, and nothing is written."""
    try:
        with transaction.atomic():
            act()
    except Invalid as wrong:
        form.take(wrong.errors)
        return False
    return True


def searched(request: LintelRequest) -> str:
    """What the worker last looked for; empty when nothing, or when it is too long ago."""
    kept = request.session.get(SEARCHED) or {}
    if request.now.timestamp() - kept.get("at", 0) > KEPT_SECONDS:
        if kept:
            del request.session[SEARCHED]
        return ""
    return str(kept.get("words", ""))


@require_POST
def search(request: LintelRequest) -> HttpResponse:
    """Keep what was typed, and go to what it finds."""
    form = SearchForm(request.POST)
    if not form.is_valid():
        return render(request, "people/found.html", _found(request, form, None))
    request.session[SEARCHED] = {
        "words": form.cleaned_data["words"],
        "at": int(request.now.timestamp()),
    }
    return redirect("people:found")


@require_POST
def forget(request: LintelRequest) -> HttpResponse:
    """Drop what was typed."""
    request.session.pop(SEARCHED, None)
    return redirect("people:list")


@require_safe
@never_cache
def found(request: LintelRequest) -> HttpResponse:
    """The people whom the last search found."""
    words = searched(request)
    if not words:
        return redirect("people:list")
    page = actions.find(
        request.actor, words=words, now=request.now, page=_number(request.GET.get("page"))
    )
    return render(
        request, "people/found.html", _found(request, SearchForm(initial={"words": words}), page)
    )


def _found(
    request: LintelRequest, form: SearchForm, page: Page[queries.Row] | None
) -> dict[str, Any]:
    rows = list(page) if page else []
    return {
        "form": form,
        "search_form": form,
        "page": page,
        "results": presenters.results(rows, timezone.localdate(request.now)),
        "page_link": lists.page_link(request),
    }


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 6 else 1


def add_note(request: LintelRequest, person_id: int) -> HttpResponse:
    """Write a note about a person."""
    person = queries.person(request.actor, person_id)
    seen = queries.own_categories(request.actor, person_id, now=request.now)
    categories = policy.note_categories(seen)
    if not categories:
        policy.write_note(seen, Category.TENANCY)
    form = NoteForm(request.POST or None, categories=categories, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        done = attempt(
            form,
            lambda: actions.add_note(
                request.actor,
                now=request.now,
                person_id=person_id,
                category=Category(int(given["category"])),
                words=given["words"],
                once=form.once_token,
            ),
        )
        if done:
            messages.success(request, "The note is in the record")
            return redirect("people:person", person_id)
    return render(request, "people/note.html", {"form": form, "person": person})


def correct_note(request: LintelRequest, person_id: int, note_id: int) -> HttpResponse:
    """Put a note right."""
    person = queries.person(request.actor, person_id)
    note = actions.read_note(
        request.actor, now=request.now, person_id=person_id, note_id=note_id, page="people:correct"
    )
    policy.correct_note(request.actor, note.owner_id, note.corrected_by is not None)
    form = CorrectionForm(
        request.POST or None, initial={"words": note.words} | rescue.initial(request)
    )
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: actions.correct_note(
                request.actor,
                now=request.now,
                note_id=note_id,
                words=form.cleaned_data["words"],
                once=form.once_token,
            ),
        )
        if done:
            messages.success(request, "The note is corrected")
            return redirect("people:person", person_id)
    return render(request, "people/correct.html", {"form": form, "person": person, "note": note})


def add_contact(request: LintelRequest, person_id: int) -> HttpResponse:
    """Record a way to reach a person."""
    person = queries.person(request.actor, person_id)
    policy.write_contact(queries.own_categories(request.actor, person_id, now=request.now))
    form = ContactForm(request.POST or None, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        done = attempt(
            form,
            lambda: actions.record_contact(
                request.actor,
                now=request.now,
                person_id=person_id,
                kind=ContactKind(given["kind"]),
                value=given["value"],
                note=given["note"],
                once=form.once_token,
            ),
        )
        if done:
            messages.success(request, "The way to reach them is in the record")
            return redirect("people:person", person_id)
    return render(request, "people/contact.html", {"form": form, "person": person})


def letters(request: LintelRequest, person_id: int) -> HttpResponse:
    """Have letters held, as the person asked."""
    person = queries.person(request.actor, person_id)
    form = LettersForm(request.POST or None, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        again = given["asked"] == "again"
        done = attempt(
            form,
            lambda: actions.hold_letters(
                request.actor,
                now=request.now,
                person_id=person_id,
                until=None if again else given["until"],
                what=Held.LETTERS if again else Held(given["asked"]),
            ),
        )
        if done:
            messages.success(request, "Whoever lets their home reads it from now on")
            return redirect("people:person", person_id)
    return render(request, "people/letters.html", {"form": form, "person": person})


def hand_over(request: LintelRequest, worker_id: int) -> HttpResponse:
    """What relies on a worker, handed over to another before they leave."""
    in_agency = list(colleagues(request.actor, request.now))
    leaver = next((w for w in in_agency if w.pk == worker_id), None)
    if leaver is None:
        raise NotFound
    policy.see_what_relies(request.actor)
    relies = queries.reliant(request.actor, worker_id, now=request.now)
    form = HandOverForm(
        request.POST or None,
        colleagues=[(w.pk, f"{w.name}, {w.job_title}") for w in in_agency if w != leaver],
        patches=relies.patches,
        people=[(i, f"{name} ({team})") for i, _, name, team in relies.involvements],
        initial=rescue.initial(request),
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if attempt(form, lambda: _hand_over(request, worker_id, given)):
            messages.success(request, "Handed over")
            return redirect("people:hand-over", worker_id)
    return render(
        request, "people/hand_over.html", {"form": form, "leaver": leaver, "relies": relies}
    )


def _hand_over(request: LintelRequest, worker_id: int, given: dict[str, Any]) -> None:
    to = int(given["to"])
    for patch_id in given.get("patches") or ():
        actions.hand_over_patch(
            request.actor,
            now=request.now,
            patch_id=int(patch_id),
            from_worker_id=worker_id,
            to_worker_id=to,
            on=given["on"],
            tell=given["tell"] != "no",
        )
    if given.get("people"):
        actions.hand_over_involvements(
            request.actor,
            now=request.now,
            involvement_ids=[int(i) for i in given["people"]],
            from_worker_id=worker_id,
            to_worker_id=to,
            on=given["on"],
            tell=given["tell"] != "no",
        )
