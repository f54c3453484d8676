"""Before publishing: who would gain and lose sight of what. After: how far the work has come."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lintel.sharing import actions, changes, policy, previewing
from lintel.sharing import presenters_agreement as words
from lintel.sharing import presenters_changes as differences
from lintel.sharing.queries import agreements as queries
from lintel.sharing.views.drafting import FORM_METHODS, draft_of
from lintel.web.http import LintelRequest


@require_http_methods(FORM_METHODS)
@never_cache
def preview(request: LintelRequest, number: int) -> HttpResponse:
    """What the draft changes, rule by rule and at once; and counts of people, once counted."""
    one = draft_of(request, number)
    if request.method == "POST":
        actions.ask_preview(request.actor, now=request.now, number=number)
        messages.success(request, "It is being counted")
        return redirect("sharing:agreement-preview", number)
    base = queries.in_force(request.now)
    old, new = queries.rules(base.id) if base else [], queries.rules(one.id)
    found = previewing.latest(one.id)
    mark = previewing.fingerprint(one.id, base.id if base else None)
    counted = found.rows if found and found.finished else []
    context = {
        "version": one,
        "base": base,
        "tabs": words.tabs(request.actor, one, "preview"),
        "changes": differences.rule_changes(changes.rules(old, new, queries.ancestry())),
        "preview": found,
        "out_of_date": found is not None and found.fingerprint != mark,
        "percent": differences.percent(found.done, found.total) if found else 0,
        "by_rule": differences.preview_rows(counted, by_rule=True),
        "altogether": differences.preview_rows(counted, by_rule=False),
    }
    return render(request, "sharing/agreement_preview.html", context)


@require_safe
@never_cache
def progress(request: LintelRequest) -> HttpResponse:
    """How far the background work of published versions and signatures has come."""
    policy.see_unready(request.actor)
    found = queries.spreads()
    context = {
        "rows": [differences.spread_row(one) for one in found],
        "running": any(one.finished is None for one in found),
    }
    return render(request, "sharing/agreement_progress.html", context)
