"""What the agreement says is kept long enough: erased or kept, by an information lead."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lintel.kernel.errors import Invalid
from lintel.records import actions, forms, policy, queries
from lintel.web import lists
from lintel.web.http import LintelRequest


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def due(request: LintelRequest) -> HttpResponse:
    """The list; what is ticked is erased, or kept for now with a reason."""
    policy.answer_for(request.actor)
    keeping = request.POST.get("do") == "keep"
    form = forms.KeepForm(request.POST if keeping else None)
    nothing = False
    if request.method == "POST":
        chosen = [int(n) for n in request.POST.getlist("due") if n.isdigit() and len(n) < 19]
        nothing = not chosen
        if chosen and keeping and form.is_valid():
            try:
                kept = actions.keep_due(
                    request.actor, now=request.now, due_ids=chosen, **form.cleaned_data
                )
            except Invalid as wrong:
                form.take({"until": next(iter(wrong.errors.values()))})
            else:
                messages.success(request, f"Kept for now: {kept}")
                return redirect("records:due")
        elif chosen and request.POST.get("do") == "erase":
            erased, refused = actions.erase_due(request.actor, now=request.now, due_ids=chosen)
            if erased:
                messages.success(request, f"Erased: {erased}")
            for words in refused:
                messages.warning(request, words)
            return redirect("records:due")
    page = lists.page_of(request, queries.due(request.actor))
    return render(
        request,
        "records/due.html",
        {
            "rows": queries.due_rows(request.actor, list(page)),
            "page": page,
            "page_link": lists.page_link(request),
            "form": form,
            "nothing": nothing,
            "ticked": request.POST.getlist("due"),
        },
    )
