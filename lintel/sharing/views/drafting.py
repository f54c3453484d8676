"""Writing a draft of the agreement, for a partnership lead."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lintel.kernel.errors import Conflict, Invalid, NotFound
from lintel.sharing import actions, changes, policy, sentences
from lintel.sharing import presenters_agreement as words
from lintel.sharing.actions import drafting
from lintel.sharing.forms_agreement import (
    FrontForm,
    SectionForm,
)
from lintel.sharing.queries import agreements as queries
from lintel.web import rescue
from lintel.web.forms import Form
from lintel.web.http import LintelRequest

FORM_METHODS = ["GET", "HEAD", "POST"]


def draft_of(request: LintelRequest, number: int) -> queries.Version:
    """The draft to write in. Raises Denied, and NotFound for a version that isn't a draft."""
    policy.draft(request.actor)
    one = queries.version(request.actor, number, request.now)
    if not one.is_draft:
        raise NotFound
    return one


@require_POST
def start(request: LintelRequest) -> HttpResponse:
    """Begin a draft from the newest version; a second press finds the one that exists."""
    try:
        with transaction.atomic():
            number = actions.start_draft(request.actor, now=request.now)
    except Conflict as conflict:
        existing = queries.draft(request.now)
        if existing is None:
            raise
        messages.info(request, conflict.words)
        number = existing.number
    return redirect("sharing:agreement-edit", number)


@require_safe
@never_cache
def overview(request: LintelRequest, number: int) -> HttpResponse:
    """All parts of the draft, each with the way to change it, and what it changes so far."""
    one = draft_of(request, number)
    base = queries.before(one, request.now)
    old_sections = base.sections if base else []
    moved = {c.key: c.verb for c in changes.sections(old_sections, one.sections)}
    here = {s["key"] for s in one.sections}
    found = queries.rules(one.id)
    differing = changes.rules(queries.rules(base.id), found) if base else []
    verbs = {c.after.id: c for c in differing if c.after}
    groups = words.by_use(found)
    for group in groups:
        for rule in group["rules"]:
            change = verbs.get(rule["id"])
            rule["verb"] = change.verb if change else ""
            rule["restore"] = change.before.id if change and change.before else None
    context = {
        "version": one,
        "base": base,
        "tabs": words.tabs(request.actor, one, "edit"),
        "sections": [{**s, "verb": moved.get(s["key"], "")} for s in one.sections],
        "sections_removed": [s for s in old_sections if s["key"] not in here],
        "groups": groups,
        "rules_removed": [
            {"id": c.before.id, "words": sentences.sentence(c.before)}
            for c in differing
            if c.before and not c.after
        ],
    }
    return render(request, "sharing/agreement_edit.html", context)


def saved_or_not(
    form: Form, save: Callable[[], None], now_stands: Callable[[], tuple[str, str]]
) -> tuple[bool, str]:
    """Save, or put what is wrong on the form: (saved, what stands now if somebody was quicker).

    After a conflict the form knows the new mark, so that saving again is a decision made seeing
    both texts.
    """
    try:
        with transaction.atomic():
            save()
    except Invalid as wrong:
        form.take(wrong.errors)
        return False, ""
    except Conflict as conflict:
        mark, stands = now_stands()
        posted = cast(QueryDict, form.data).copy()
        posted["seen"] = mark
        form.data = posted
        form.take({"": conflict.words})
        return False, stands
    return True, ""


@require_http_methods(FORM_METHODS)
@never_cache
def front(request: LintelRequest, number: int) -> HttpResponse:
    """The title, and what is different."""
    one = draft_of(request, number)
    first = {
        "title": one.title,
        "changes": one.changes,
        "seen": drafting.mark(drafting.front(one.title, one.changes)),
    }
    form = FrontForm(request.POST or None, initial=first | rescue.initial(request))
    stands = ""
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data

        def stands_now() -> tuple[str, str]:
            now_is = queries.version(request.actor, number, request.now)
            mark = drafting.mark(drafting.front(now_is.title, now_is.changes))
            return mark, f"{now_is.title}\n\n{now_is.changes}"

        saved, stands = saved_or_not(
            form,
            lambda: actions.edit_front(request.actor, now=request.now, number=number, **typed),
            stands_now,
        )
        if saved:
            messages.success(request, "Saved")
            return redirect("sharing:agreement-edit", number)
    return part_page(request, one, form, "Title, and what is different", stands)


@require_http_methods(FORM_METHODS)
@never_cache
def section(request: LintelRequest, number: int, key: str) -> HttpResponse:
    """One section's prose."""
    one = draft_of(request, number)
    found = _section_of(one, key)
    first = {
        "heading": found["heading"],
        "words": found["words"],
        "public": "yes" if found["public"] else "no",
        "seen": drafting.mark(found),
    }
    form = SectionForm(request.POST or None, initial=first | rescue.initial(request))
    stands = ""
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data

        def stands_now() -> tuple[str, str]:
            now_is = _section_of(queries.version(request.actor, number, request.now), key)
            return drafting.mark(now_is), f"{now_is['heading']}\n\n{now_is['words']}"

        saved, stands = saved_or_not(
            form,
            lambda: actions.edit_section(
                request.actor,
                now=request.now,
                number=number,
                key=key,
                heading=typed["heading"],
                words=typed["words"],
                public=typed["public"] == "yes",
                seen=typed["seen"],
            ),
            stands_now,
        )
        if saved:
            messages.success(request, "Saved")
            return redirect("sharing:agreement-edit", number)
    return part_page(request, one, form, found["heading"], stands)


def _section_of(one: queries.Version, key: str) -> dict[str, Any]:
    for found in one.sections:
        if found["key"] == key:
            return dict(found)
    raise NotFound


@require_http_methods(FORM_METHODS)
@never_cache
def section_new(request: LintelRequest, number: int) -> HttpResponse:
    """A new section, at the end."""
    one = draft_of(request, number)
    form = SectionForm(request.POST or None, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        after = one.sections[-1]["key"] if one.sections else ""
        saved, _ = saved_or_not(
            form,
            lambda: ignore(
                actions.add_section(
                    request.actor,
                    now=request.now,
                    number=number,
                    after=after,
                    heading=typed["heading"],
                    words=typed["words"],
                    public=typed["public"] == "yes",
                )
            ),
            lambda: ("", ""),
        )
        if saved:
            messages.success(request, "Added")
            return redirect("sharing:agreement-edit", number)
    return part_page(request, one, form, "A new section", "")


def ignore(_: object) -> None:
    """For an action whose answer isn't needed."""


@require_POST
def section_remove(request: LintelRequest, number: int, key: str) -> HttpResponse:
    """Take a section out; the way to put it back stands below."""
    actions.remove_section(request.actor, now=request.now, number=number, key=key)
    messages.success(request, "Removed. You can put it back below")
    return redirect("sharing:agreement-edit", number)


@require_POST
def section_restore(request: LintelRequest, number: int, key: str) -> HttpResponse:
    """Put a section back as it was in the version before."""
    actions.restore_section(request.actor, now=request.now, number=number, key=key)
    messages.success(request, "Put back as it was")
    return redirect("sharing:agreement-edit", number)


@require_http_methods(FORM_METHODS)
@never_cache
def discard(request: LintelRequest, number: int) -> HttpResponse:
    """Throw the draft away: a page that asks, and the act."""
    one = draft_of(request, number)
    if request.method == "POST":
        actions.discard_draft(request.actor, now=request.now, number=number)
        messages.success(request, f"The draft of version {number} is thrown away")
        return redirect("sharing:agreement")
    return render(request, "sharing/agreement_discard.html", {"version": one})


def part_page(
    request: LintelRequest,
    one: queries.Version,
    form: Form,
    title: str,
    stands: str,
    sentence: str = "",
) -> HttpResponse:
    context = {
        "version": one,
        "form": form,
        "title": title,
        "stands": stands,
        "sentence": sentence,
    }
    return render(request, "sharing/agreement_part.html", context)
