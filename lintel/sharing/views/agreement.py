"""Reading the agreement: its versions, its rules, what changed, who has signed and accepted."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lintel.kernel.errors import Conflict, Invalid, NotFound
from lintel.sharing import actions, changes, policy, sentences
from lintel.sharing import presenters_agreement as words
from lintel.sharing import presenters_changes as differences
from lintel.sharing import presenters_matrix as tables
from lintel.sharing.forms_agreement import EndSignatureForm
from lintel.sharing.queries import agreement_signing as signing
from lintel.sharing.queries import agreements as queries
from lintel.sharing.views.common import number as number_of
from lintel.web import rescue
from lintel.web.http import LintelRequest, OpenRequest, for_everybody
from lintel.web.spreadsheets import csv_answer, xlsx_answer


@require_safe
@never_cache
def home(request: LintelRequest) -> HttpResponse:
    """The version in force, what waits for the worker, and all versions."""
    actor, now = request.actor, request.now
    found = queries.versions(actor, now)
    current = next((v for v in found if v.stage is queries.Stage.IN_FORCE), None)
    context = {
        "current": current,
        "since": words.since(current.effective) if current and current.effective else "",
        "tasks": words.tasks(actor, signing.waits(actor, now)),
        "versions": [
            [
                {"text": f"Version {v.number}", "href": words.href(v)},
                v.title,
                {"html": words.tag_html(v)},
                words.when(v),
            ]
            for v in found
        ],
        "may_draft": policy.may_draft(actor),
        "may_sign": policy.may_sign(actor),
        "draft": next((v for v in found if v.is_draft), None),
        "may_see_unready": policy.may_see_unready(actor),
    }
    return render(request, "sharing/agreement.html", context)


@require_safe
@never_cache
def version(request: LintelRequest, number: int) -> HttpResponse:
    """One version to read: its prose, then its rules as sentences."""
    one = queries.version(request.actor, number, request.now)
    context = _reading(request, one) | {"mine": signing.mine(request.actor, one.id)}
    return render(request, "sharing/agreement_version.html", context)


def _reading(request: LintelRequest, one: queries.Version) -> dict[str, Any]:
    return {
        "version": one,
        "tag": words.tag(one),
        "when": words.when(one),
        "prose": words.prose(one.sections, practice=True),
        "groups": words.by_use(queries.rules(one.id)),
        "tabs": words.tabs(request.actor, one, "read"),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def accept(request: LintelRequest) -> HttpResponse:
    """Read the version that waits for the worker, what it means in practice, and accept it."""
    actor, now = request.actor, request.now
    if request.method == "POST":
        chosen = number_of(request.POST.get("version", ""))
        if chosen is None:
            raise NotFound
        one = queries.version(actor, chosen, now)
        actions.accept_agreement(actor, now=now, agreement_id=one.id)
        messages.success(request, f"You have accepted version {one.number}")
        return redirect("sharing:agreement-accept")
    waiting = signing.to_accept(actor, now)
    if waiting is None:
        context = {"current": queries.in_force(now)}
        return render(request, "sharing/agreement_accepted.html", context)
    context = _reading(request, waiting) | {
        "prose": words.prose(waiting.sections),
        "practice": words.in_practice(waiting.sections),
        "effect": words.effect_words(waiting, now),
        "changes": waiting.changes,
    }
    return render(request, "sharing/agreement_accept.html", context)


@require_safe
@never_cache
def rules(request: LintelRequest, number: int) -> HttpResponse:
    """The rules as a matrix, for one kind of agency that tells."""
    one = queries.version(request.actor, number, request.now)
    found = queries.rules(one.id)
    kinds = tables.givers(found)
    asked = request.GET.get("giver", "")
    giver = asked if asked in kinds else (kinds[0] if kinds else "")
    context = {
        "version": one,
        "tabs": words.tabs(request.actor, one, "rules"),
        "kinds": [
            {
                "text": sentences.kind_words(k),
                "href": f"{request.path}?giver={k}",
                "current": k == giver,
            }
            for k in kinds
        ],
        "giver": sentences.kind_words(giver) if giver else "",
        "tables": tables.matrix(found, giver),
    }
    return render(request, "sharing/agreement_rules.html", context)


@require_safe
@never_cache
def rules_csv(request: LintelRequest, number: int) -> HttpResponse:
    """The rules as a table for any program."""
    one = queries.version(request.actor, number, request.now)
    found = tables.copied(queries.rules(one.id))
    return csv_answer(f"agreement-version-{one.number}", tables.COLUMNS, found)


@require_safe
@never_cache
def rules_xlsx(request: LintelRequest, number: int) -> HttpResponse:
    """The same as a spreadsheet."""
    one = queries.version(request.actor, number, request.now)
    found = tables.copied(queries.rules(one.id))
    title = f"{one.title}, version {one.number}"
    return xlsx_answer(
        f"agreement-version-{one.number}", tables.COLUMNS, found, sheet="Rules", title=title
    )


@require_safe
@never_cache
def compare(request: LintelRequest, number: int) -> HttpResponse:
    """What differs between this version and another: the one before it, unless asked."""
    actor, now = request.actor, request.now
    one = queries.version(actor, number, now)
    asked = number_of(request.GET.get("with", ""))
    other = queries.version(actor, asked, now) if asked else queries.before(one, now)
    context: dict[str, Any] = {
        "version": one,
        "other": other,
        "tabs": words.tabs(actor, one, "compare"),
        "others": [
            # The later one of two is what is new: what it adds is not called removed.
            {
                "text": f"Version {v.number}",
                "href": f"{request.path}?with={v.number}"
                if v.number < one.number
                else f"{reverse('sharing:agreement-compare', args=[v.number])}?with={one.number}",
            }
            for v in queries.versions(actor, now)
            if v.id not in {one.id, other.id if other else None}
        ],
    }
    if other is not None:
        between = queries.ancestry()
        found = changes.rules(queries.rules(other.id), queries.rules(one.id), between)
        context["rules"] = differences.rule_changes(found)
        context["sections"] = differences.section_changes(
            changes.sections(other.sections, one.sections)
        )
    return render(request, "sharing/agreement_compare.html", context)


@require_safe
@never_cache
def signatures(request: LintelRequest, number: int | None = None) -> HttpResponse:
    """Who has signed a version; with no number, the version that waits to be signed."""
    actor, now = request.actor, request.now
    if number is None:
        one = signing.to_sign(actor, now)
        if one is None:
            return redirect("sharing:agreement")
        return redirect("sharing:agreement-signatures-of", one.number)
    one = queries.version(actor, number, now)
    found = signing.signatures(one.id)
    accepted = signing.accepted_counts(one.id, [s.agency_id for s in found])
    mine = next((s for s in found if s.agency_id == actor.agency_id), None)
    context = {
        "version": one,
        "tag": words.tag(one),
        "tabs": words.tabs(actor, one, "signatures"),
        "rows": words.signature_rows(found, accepted),
        "signed": sum(1 for s in found if s.stands),
        "total": len(found),
        "mine": mine,
        "effect": words.effect_words(one, now),
        "may_sign": policy.may_sign(actor) and one.counts,
        "may_remind": policy.may_draft(actor) and one.counts,
    }
    return render(request, "sharing/agreement_signatures.html", context)


@require_POST
def sign(request: LintelRequest, number: int) -> HttpResponse:
    """Sign for the agency."""
    one = queries.version(request.actor, number, request.now)
    actions.sign_agreement(request.actor, now=request.now, agreement_id=one.id)
    messages.success(request, f"Your agency has signed version {number}")
    return redirect("sharing:agreement-signatures-of", number)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def withdraw(request: LintelRequest, number: int) -> HttpResponse:
    """Withdraw the agency's signature, with a reason."""
    policy.sign(request.actor)
    one = queries.version(request.actor, number, request.now)
    form = EndSignatureForm(request.POST or None, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                actions.withdraw_signature(
                    request.actor,
                    now=request.now,
                    agreement_id=one.id,
                    words=form.cleaned_data["words"],
                )
        except Invalid as wrong:
            form.take(wrong.errors)
        except Conflict as conflict:
            form.take({"": conflict.words})
        else:
            messages.success(request, "Your agency’s signature is withdrawn")
            return redirect("sharing:agreement-signatures-of", number)
    context = {"version": one, "form": form}
    return render(request, "sharing/agreement_withdraw.html", context)


@for_everybody
@require_safe
def public(request: OpenRequest) -> HttpResponseBase:
    """The agreement for everybody: what is public of its prose, and its rules in plain words."""
    one = queries.in_force(request.now)
    context: dict[str, Any] = {"version": one}
    if one is not None:
        context["since"] = words.since(one.effective) if one.effective else ""
        context["prose"] = words.prose(one.sections, public=True)
        context["groups"] = words.by_use(queries.rules(one.id))
        context["signed"] = [s.agency for s in signing.signatures(one.id) if s.stands]
        context["coming"] = queries.to_come(request.now)
    response = render(request, "sharing/agreement_public.html", context)
    if request.actor is None:
        response["Cache-Control"] = "no-cache"
    return response
