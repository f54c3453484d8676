"""The scan of a signed form: adding, downloading, taking out."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lintel.kernel.errors import Invalid
from lintel.sharing import actions, queries
from lintel.sharing.forms_consent import PaperForm, PaperOutForm
from lintel.sharing.states import PaperKind
from lintel.sharing.views.consent import shown
from lintel.web.http import LintelRequest

ENDING = {PaperKind.PDF: "pdf", PaperKind.JPEG: "jpg", PaperKind.PNG: "png"}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def add(request: LintelRequest, person_id: int, consent_id: int) -> HttpResponse:
    """Keep a scan beside what it is the proof of."""
    context = shown(request, person_id, consent_id)
    form = PaperForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        # No more is read than may be kept, whatever the browser says of its size.
        content = form.cleaned_data["file"].read(actions.LARGEST_PAPER + 1)
        try:
            actions.add_paper(
                request.actor,
                now=request.now,
                person_id=person_id,
                consent_id=consent_id,
                content=content,
            )
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            messages.success(request, "The scan is kept")
            return redirect("sharing:consent-one", person_id, consent_id)
    return render(request, "sharing/paper_add.html", {**context, "form": form})


@require_safe
@never_cache
def download(
    request: LintelRequest, person_id: int, consent_id: int, paper_id: int
) -> HttpResponse:
    """The scan, to be kept and opened elsewhere: never shown inside a page of ours."""
    kind, content = actions.take_paper(
        request.actor,
        now=request.now,
        person_id=person_id,
        consent_id=consent_id,
        paper_id=paper_id,
    )
    answer = HttpResponse(content, content_type=kind.value)
    # The name says nothing about anybody.
    answer["Content-Disposition"] = f'attachment; filename="form-{paper_id}.{ENDING[kind]}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def take_out(
    request: LintelRequest, person_id: int, consent_id: int, paper_id: int
) -> HttpResponse:
    """Take a scan out for good."""
    context = shown(request, person_id, consent_id)
    queries.paper(request.actor, paper_id, person_id=person_id, consent_id=consent_id)
    form = PaperOutForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.remove_paper(
            request.actor,
            now=request.now,
            person_id=person_id,
            consent_id=consent_id,
            paper_id=paper_id,
            words=form.cleaned_data["words"],
        )
        messages.success(request, "The scan is taken out")
        return redirect("sharing:consent-one", person_id, consent_id)
    return render(request, "sharing/paper_out.html", {**context, "form": form})
