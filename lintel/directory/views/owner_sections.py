"""The sections of a draft: a form each, and lists of places, hours, closures, rules, catchments."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from lintel.directory.actions import drafting
from lintel.directory.entry import Document
from lintel.directory.forms.entry import FORMS, WhenForm
from lintel.directory.forms.entry_catchment import CatchmentForm
from lintel.directory.forms.entry_fields import EntryForm, SectionForm
from lintel.directory.forms.entry_rows import (
    ClosureForm,
    HoursForm,
    LocationForm,
    RemoveForm,
    RowForm,
    RuleForm,
)
from lintel.directory.presenters import versions
from lintel.directory.queries.own import Own
from lintel.directory.queries.touching import touching
from lintel.directory.sections import TITLES, Section, advice, stamp_of
from lintel.directory.states import VersionState
from lintel.directory.views.owner_common import entry_of
from lintel.kernel.errors import Conflict, Denied, Invalid, NotFound
from lintel.web import rescue
from lintel.web.http import LintelRequest


@dataclass(frozen=True, slots=True)
class Part:
    """A list in an entry: where it stands, its form, and its words."""

    section: Section
    field: str
    form: type[RowForm]
    one: str
    many: str
    words: Callable[[Any, Document], str]
    empty: str


PARTS = {
    "places": Part(
        Section.WHERE,
        "locations",
        LocationForm,
        "a place",
        "Places",
        lambda item, _: versions.location_words(item),
        "No place yet. Leave it so if the service comes to people, or works by telephone.",
    ),
    "hours": Part(
        Section.WHEN,
        "hours",
        HoursForm,
        "opening times",
        "Opening times",
        lambda item, document: versions.hours_words(item, document.entry.locations),
        "No opening times yet: people are told to ring first.",
    ),
    "closures": Part(
        Section.WHEN,
        "closures",
        ClosureForm,
        "days shut",
        "Days on which it is shut",
        lambda item, _: versions.closure_words(item),
        "None.",
    ),
    "rules": Part(
        Section.WHO,
        "rules",
        RuleForm,
        "a rule",
        "Rules: for whom it is, and for whom not",
        lambda item, _: versions.rule_words(item),
        "No rules: it is for everybody.",
    ),
    "catchments": Part(
        Section.CATCHMENT,
        "catchments",
        CatchmentForm,
        "an area",
        "Areas that it covers",
        lambda item, _: versions.catchment_words(item),
        "No area yet. Nobody is shown the service until it covers somewhere.",
    ),
}


def writing(request: LintelRequest, service_id: UUID) -> Own:
    """The entry with its draft. NotFound without one, Conflict while it waits, Denied to others."""
    found = entry_of(request, service_id)
    if not found.keeps:
        raise Denied("You review this entry, and don’t write in it.")
    if found.open is None or found.draft is None:
        raise NotFound
    if found.open.state == VersionState.IN_REVIEW:
        raise Conflict(drafting.WAITING)
    return found


@require_http_methods(["GET", "POST"])
def section(request: LintelRequest, service_id: UUID, section: str) -> HttpResponse:
    """One section: its form, its lists, and what it comes to in words."""
    found = writing(request, service_id)
    if section not in list(Section):
        raise NotFound
    which = Section(section)
    form = _section_form(request, found, which)
    theirs: list[versions.Line] = []
    if form is not None and request.method == "POST" and form.is_valid():
        values = form.values(_draft(found))
        if _save(request, found, which, values, form):
            messages.success(request, f"Saved: {TITLES[which].lower()}")
            return redirect(_after(request, found, which))
        theirs = _now_says(request, service_id, which)
    return render(
        request,
        "directory/own/section.html",
        {
            "found": found,
            "form": form,
            "title": TITLES[which],
            "section": which,
            "lists": [
                _list(found, key, part) for key, part in PARTS.items() if part.section == which
            ],
            "advice": _advice(found, which),
            "touching": _touching(found) if which is Section.CATCHMENT else None,
            "theirs": theirs,
        },
    )


def _draft(found: Own) -> Document:
    if found.draft is None:
        raise NotFound
    return found.draft


def _section_form(request: LintelRequest, found: Own, which: Section) -> EntryForm | None:
    kind = FORMS.get(which)
    if kind is None:
        return None
    audience = found.open.audience if found.open else ""
    more = {"service_id": found.service.pk} if kind is WhenForm else {}
    initial = {
        "stamp": stamp_of(_draft(found), audience, which),
        **kind.initial_of(_draft(found), audience),
        **rescue.initial(request),
    }
    return kind(request.POST or None, initial=initial, **more)


def _save(
    request: LintelRequest, found: Own, which: Section, values: dict[str, Any], form: SectionForm
) -> bool:
    """Save; whoever lost the race keeps what they typed, is shown the other, and may go on."""
    try:
        drafting.save_section(
            request.actor,
            service_id=found.service.pk,
            section=which,
            values=values,
            stamp=form.cleaned_data["stamp"],
            now=request.now,
        )
    except Invalid as wrong:
        form.take(wrong.errors)
        return False
    except Conflict as conflict:
        if conflict.words != drafting.MEANWHILE:
            raise
        form.take({"": conflict.words})
        fresh = entry_of(request, found.service.pk)
        if fresh.draft is not None and fresh.open is not None:
            form.restamp(stamp_of(fresh.draft, fresh.open.audience, which))
        return False
    return True


def _now_says(request: LintelRequest, service_id: UUID, which: Section) -> list[versions.Line]:
    """What the section says by now, where somebody else has written in it."""
    fresh = entry_of(request, service_id)
    if fresh.draft is None or fresh.open is None:
        return []
    return versions.by_section(fresh.draft, fresh.open.audience)[which]


def _after(request: LintelRequest, found: Own, which: Section) -> str:
    """Where to go on: the same section where it has lists, else the entry."""
    has_lists = any(part.section == which for part in PARTS.values())
    names = ("directory:own-section", [found.service.pk, which])
    if not has_lists:
        names = ("directory:own-entry", [found.service.pk])
    return str(redirect(names[0], *names[1])["Location"])


def _list(found: Own, key: str, part: Part) -> dict[str, Any]:
    document = _draft(found)
    items = getattr(document.entry, part.field)
    return {
        "key": key,
        "title": part.many,
        "one": part.one,
        "empty": part.empty,
        "rows": [
            {"number": number, "words": part.words(item, document)}
            for number, item in enumerate(items, 1)
        ],
    }


def _advice(found: Own, which: Section) -> list[str]:
    if which is not Section.WHO or found.open is None:
        return []
    said = advice(_draft(found), found.open.audience)
    return [one for one in said if "diagnosis" in one]


def _touching(found: Own) -> list[Any]:
    return list(touching(_draft(found).entry, found.service.pk))


@require_http_methods(["GET", "POST"])
def row(
    request: LintelRequest, service_id: UUID, section: str, part: str, number: int
) -> HttpResponse:
    """One thing of a list: number 0 adds one."""
    found, kind, old = _row(request, service_id, section, part, number)
    document = _draft(found)
    audience = found.open.audience if found.open else ""
    stamp = stamp_of(document, audience, kind.section)
    form = kind.form(
        request.POST or None,
        request.FILES or None,
        document=document,
        old=old,
        initial={"stamp": stamp, **rescue.initial(request)},
    )
    theirs: list[versions.Line] = []
    if request.method == "POST" and form.is_valid():
        items = _items(document, kind)
        item = form.item()
        items = [*items, item] if number == 0 else [*items[: number - 1], item, *items[number:]]
        if _save(request, found, kind.section, {kind.field: items}, form):
            messages.success(request, f"Saved: {_said(request, service_id, kind, number)}")
            return redirect("directory:own-section", service_id, kind.section)
        theirs = _now_says(request, service_id, kind.section)
    context = {
        "found": found,
        "form": form,
        "kind": kind,
        "part": part,
        "number": number,
        "theirs": theirs,
        "is_multipart": form.is_multipart(),
    }
    return render(request, "directory/own/row.html", context)


def _said(request: LintelRequest, service_id: UUID, kind: Part, number: int) -> str:
    """The thing that was saved, said back in words."""
    fresh = _draft(entry_of(request, service_id))
    items = getattr(fresh.entry, kind.field)
    return kind.words(items[number - 1], fresh)


@require_http_methods(["GET", "POST"])
def remove(
    request: LintelRequest, service_id: UUID, section: str, part: str, number: int
) -> HttpResponse:
    """Take one thing out of its list."""
    found, kind, old = _row(request, service_id, section, part, number)
    if old is None:
        raise NotFound
    document = _draft(found)
    stamp = stamp_of(document, found.open.audience if found.open else "", kind.section)
    form = RemoveForm(request.POST or None, initial={"stamp": stamp})
    if request.method == "POST" and form.is_valid():
        items = _items(document, kind)
        del items[number - 1]
        if _save(request, found, kind.section, {kind.field: items}, form):
            messages.success(request, "Taken out")
            return redirect("directory:own-section", service_id, kind.section)
    words = kind.words(getattr(document.entry, kind.field)[number - 1], document)
    context = {"found": found, "form": form, "kind": kind, "words": words}
    return render(request, "directory/own/remove.html", context)


def _row(
    request: LintelRequest, service_id: UUID, section: str, part: str, number: int
) -> tuple[Own, Part, dict[str, Any] | None]:
    found = writing(request, service_id)
    kind = PARTS.get(part)
    if kind is None or kind.section != section:
        raise NotFound
    items = _items(_draft(found), kind)
    if number > len(items):
        raise NotFound
    return found, kind, items[number - 1] if number else None


def _items(document: Document, kind: Part) -> list[dict[str, Any]]:
    return list(document.stored()["entry"][kind.field])
