"""What the pages of a ward share."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lintel.hospital import queries
from lintel.hospital.queries import StayView
from lintel.kernel.errors import Conflict, Invalid, NotFound
from lintel.sharing.actions import open_record
from lintel.web.forms import Form
from lintel.web.http import LintelRequest


def opened(request: LintelRequest, stay_id: int, page: str) -> StayView:
    """The stay, with a row in the access record. Raises NotFound."""
    one = queries.stay(request.actor, stay_id, now=request.now)
    open_record(
        request.actor,
        person_id=one.person_id,
        purpose="the stay in hospital",
        page=page,
        now=request.now,
    )
    return one


def of_stay(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of a stay. Of one that was noted by mistake it says so, kindly, and nothing more."""

    @wraps(view)
    def page(request: LintelRequest, stay_id: int, **more: Any) -> HttpResponse:
        try:
            return view(request, stay_id=stay_id, **more)
        except NotFound:
            found = queries.taken_back(request.actor, stay_id)
            if found is None:
                raise
        return render(request, "hospital/taken_back.html", {"found": found}, status=410)

    return page


def form_page(
    request: LintelRequest,
    one: StayView,
    form: Form,
    act: Callable[[dict[str, Any]], Any],
    *,
    title: str,
    done: str,
    submit: str = "Save",
    note: str = "",
) -> HttpResponse:
    """A small form about a stay: do it and go back to the stay, or say what is wrong."""
    conflict = ""
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                act(form.cleaned_data)
        except Invalid as wrong:
            form.take(wrong.errors)
        except Conflict as moved_on:
            conflict = moved_on.words
            form.take({"": conflict})
        else:
            messages.success(request, done)
            return redirect("hospital:stay", one.id)
    return render(
        request,
        "hospital/form.html",
        {
            "stay": one,
            "form": form,
            "title": title,
            "submit": submit,
            "note": note,
            "back": reverse("hospital:stay", args=[one.id]),
        },
        status=409 if conflict else 200,
    )
