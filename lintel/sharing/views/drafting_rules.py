"""Writing the rules of a draft of the agreement, for a partnership lead."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lintel.kernel.errors import NotFound
from lintel.sharing import actions, sentences
from lintel.sharing.actions import drafting
from lintel.sharing.forms_agreement import RemoveForm, RuleForm, typed_from
from lintel.sharing.queries import agreements as queries
from lintel.sharing.views.drafting import FORM_METHODS, draft_of, ignore, part_page, saved_or_not
from lintel.web import rescue
from lintel.web.http import LintelRequest


@require_http_methods(FORM_METHODS)
@never_cache
def rule_new(request: LintelRequest, number: int) -> HttpResponse:
    """A new rule."""
    one = draft_of(request, number)
    form = RuleForm(request.POST or None, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        saved, _ = saved_or_not(
            form,
            lambda: ignore(
                actions.add_rule(request.actor, now=request.now, number=number, rule=form.rule())
            ),
            lambda: ("", ""),
        )
        if saved:
            messages.success(request, "Added")
            return redirect("sharing:agreement-edit", number)
    return part_page(request, one, form, "A new rule", "")


@require_http_methods(FORM_METHODS)
@never_cache
def rule(request: LintelRequest, number: int, rule_id: int) -> HttpResponse:
    """One rule."""
    one = draft_of(request, number)
    found = _rule_of(one, rule_id)
    first = typed_from(found) | {"seen": drafting.mark(found)}
    form = RuleForm(
        request.POST or None,
        ask_sure=request.method == "POST" and sentences.is_own(found),
        initial=first | rescue.initial(request),
    )
    stands = ""
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data

        def stands_now() -> tuple[str, str]:
            now_is = _rule_of(one, rule_id)
            return drafting.mark(now_is), sentences.sentence(now_is)

        saved, stands = saved_or_not(
            form,
            lambda: actions.change_rule(
                request.actor,
                now=request.now,
                number=number,
                rule_id=rule_id,
                rule=form.rule(),
                seen=typed["seen"],
                sure=bool(typed.get("sure")),
            ),
            stands_now,
        )
        if saved:
            messages.success(request, "Saved")
            return redirect("sharing:agreement-edit", number)
    return part_page(
        request, one, form, "Change a rule", stands, sentence=sentences.sentence(found)
    )


def _rule_of(one: queries.Version, rule_id: int) -> queries.RuleView:
    for found in queries.rules(one.id):
        if found.id == rule_id:
            return found
    raise NotFound


@require_http_methods(FORM_METHODS)
@never_cache
def rule_remove(request: LintelRequest, number: int, rule_id: int) -> HttpResponse:
    """Take a rule out; asked about where agencies' own workers rely on it."""
    one = draft_of(request, number)
    found = _rule_of(one, rule_id)
    form = RemoveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        saved, _ = saved_or_not(
            form,
            lambda: actions.remove_rule(
                request.actor,
                now=request.now,
                number=number,
                rule_id=rule_id,
                sure=form.cleaned_data["sure"],
            ),
            lambda: ("", ""),
        )
        if saved:
            messages.success(request, "Removed. You can put it back below")
            return redirect("sharing:agreement-edit", number)
    context = {
        "version": one,
        "form": form,
        "sentence": sentences.sentence(found),
        "own": sentences.is_own(found),
    }
    return render(request, "sharing/agreement_rule_remove.html", context)


@require_POST
def rule_restore(request: LintelRequest, number: int, rule_id: int) -> HttpResponse:
    """Put a rule of the version before back as it is there."""
    actions.restore_rule(request.actor, now=request.now, number=number, rule_id=rule_id)
    messages.success(request, "Put back as it was")
    return redirect("sharing:agreement-edit", number)
