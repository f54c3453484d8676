"""A person's page for information leads: copies, holds and erasing; and the copy itself."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lintel.kernel.errors import Conflict, Invalid
from lintel.records import actions, forms, presenters, queries
from lintel.sharing.queries import known
from lintel.web import rescue
from lintel.web.forms import Form
from lintel.web.http import LintelRequest


@require_safe
@never_cache
def person(request: LintelRequest, person_id: int) -> HttpResponse:
    """What the agency answers for about one person."""
    actor = request.actor
    holds = list(queries.holds(actor).filter(person_id=person_id).order_by("-placed"))
    return render(
        request,
        "records/person.html",
        {
            "known": known(actor, person_id),
            "copies": [
                presenters.month_row(one, one.done_on is not None, request.now)
                for one in queries.copy_requests(actor)
                .filter(person_id=person_id)
                .order_by("-asked_on", "-pk")
            ],
            "hold": next((h for h in holds if h.lifted is None), None),
            "lifted": [h for h in holds if h.lifted is not None],
            "erasures": [
                presenters.month_row(one, one.state != "open", request.now)
                for one in queries.erasures(actor)
                .filter(person_id=person_id)
                .order_by("-asked_on", "-pk")
            ],
            "due": queries.due_rows(actor, list(queries.due(actor).filter(person_id=person_id))),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def copy(request: LintelRequest, person_id: int) -> HttpResponse:
    """Everything on one page; by POST, with more left out, or as a file."""
    given = request.POST if request.method == "POST" else None
    form = forms.AlsoForm(given)
    also = form.words() if given is not None and form.is_valid() else []
    made = actions.make_copy(request.actor, now=request.now, person_id=person_id, also=also)
    wanted = request.POST.get("as", "")
    if wanted == "json" and form.is_valid():
        return _file(made.as_json(), "application/json", "copy.json")
    context = {
        "copy": made,
        "sections": presenters.sections(made),
        "looked": presenters.looked_by_month(made),
        "form": form,
    }
    if wanted == "html" and form.is_valid():
        page = render_to_string("records/copy_file.html", context)
        return _file(page, "text/html", "copy.html")
    return render(request, "records/copy.html", context)


def _file(text: str, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _asked(
    request: LintelRequest,
    person_id: int,
    title: str,
    form_class: type[Form],
    act: Callable[..., Any],
    done: str,
    hint: str = "",
    submit: str = "Save",
) -> HttpResponse:
    """A form of one question about a person, and back to their page."""
    about = known(request.actor, person_id)
    given = request.POST if request.method == "POST" else None
    form = form_class(given, initial=rescue.initial(request))
    if given is not None and form.is_valid():
        try:
            act(**form.cleaned_data)
        except Invalid as wrong:
            form.take(wrong.errors)
        except Conflict as moved:
            form.take({"": moved.words})
        else:
            messages.success(request, done)
            return redirect("records:person", person_id)
    return render(
        request,
        "records/form.html",
        {"form": form, "title": title, "known": about, "hint": hint, "submit": submit},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask_copy(request: LintelRequest, person_id: int) -> HttpResponse:
    """They asked for a copy."""
    return _asked(
        request,
        person_id,
        "They ask for a copy",
        forms.AskedForm,
        lambda **typed: actions.record_copy_request(
            request.actor, now=request.now, person_id=person_id, **typed
        ),
        "Written down. The clock runs",
        "It is due within one calendar month.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def extend(request: LintelRequest, person_id: int, copy_request_id: int) -> HttpResponse:
    """It takes longer."""
    return _asked(
        request,
        person_id,
        "It takes longer",
        forms.ExtendForm,
        lambda months, words: actions.extend_copy_request(
            request.actor,
            now=request.now,
            copy_request_id=copy_request_id,
            months=int(months),
            words=words,
        ),
        "Extended",
        "Only where there is very much to read, or they asked for several things.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def given(request: LintelRequest, person_id: int, copy_request_id: int) -> HttpResponse:
    """The copy was given."""
    return _asked(
        request,
        person_id,
        "The copy was given",
        forms.GivenForm,
        lambda words: actions.finish_copy_request(
            request.actor, now=request.now, copy_request_id=copy_request_id, words=words
        ),
        "Written down",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def hold(request: LintelRequest, person_id: int) -> HttpResponse:
    """Put a hold on everything."""
    return _asked(
        request,
        person_id,
        "Put on legal hold",
        forms.HoldForm,
        lambda **typed: actions.place_hold(
            request.actor, now=request.now, person_id=person_id, **typed
        ),
        "On hold. Nothing is erased",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def review_hold(request: LintelRequest, person_id: int, hold_id: int) -> HttpResponse:
    """The hold goes on."""
    return _asked(
        request,
        person_id,
        "Keep the hold",
        forms.ReviewForm,
        lambda **typed: actions.review_hold(
            request.actor, now=request.now, hold_id=hold_id, **typed
        ),
        "The hold goes on",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def lift(request: LintelRequest, person_id: int, hold_id: int) -> HttpResponse:
    """Lift the hold."""
    return _asked(
        request,
        person_id,
        "Lift the hold",
        forms.WordsForm,
        lambda **typed: actions.lift_hold(request.actor, now=request.now, hold_id=hold_id, **typed),
        "The hold is lifted",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask_erasure(request: LintelRequest, person_id: int) -> HttpResponse:
    """They asked to be erased."""
    return _asked(
        request,
        person_id,
        "They ask you to erase it",
        forms.AskedForm,
        lambda **typed: actions.record_erasure_request(
            request.actor, now=request.now, person_id=person_id, **typed
        ),
        "Written down. The clock runs",
        "Answer them within one calendar month.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def refuse(request: LintelRequest, person_id: int, erasure_id: int) -> HttpResponse:
    """It is not erased, and why."""
    return _asked(
        request,
        person_id,
        "Why it is not erased",
        forms.WordsForm,
        lambda **typed: actions.refuse_erasure(
            request.actor, now=request.now, erasure_id=erasure_id, **typed
        ),
        "Written down",
        "Tell them this in words, and that they can complain to the Information Commissioner.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def erase(request: LintelRequest, person_id: int, erasure_id: int) -> HttpResponse:
    """Erase all that the agency holds about somebody who asked for it."""
    about = known(request.actor, person_id)
    asked = queries.open_erasure(request.actor, person_id, erasure_id)
    form = forms.EraseForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.erase_asked(
                request.actor, now=request.now, erasure_id=erasure_id, **form.cleaned_data
            )
        except Invalid as wrong:
            form.take(wrong.errors)
        except Conflict as moved:
            form.take({"": moved.words})
            status = 409
        else:
            messages.success(request, "Erased. The access record keeps numbers, and no name")
            return redirect("records:home")
    return render(
        request,
        "records/erase.html",
        {
            "known": about,
            "asked": asked,
            "form": form,
            "goes": queries.would_go(request.actor, person_id, now=request.now),
        },
        status=status,
    )
