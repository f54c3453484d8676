"""Who the information leads of an agency are: a manager names and ends them, never themselves."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from lintel.agencies import actions, policy, queries
from lintel.kernel.errors import Conflict, Denied, Invalid
from lintel.web import rescue
from lintel.web.forms import Form, PlainDateField
from lintel.web.http import LintelRequest
from lintel.web.words import date_words


class NameForm(Form):
    """Who, and from when."""

    worker_id = forms.TypedChoiceField(label="Who?", coerce=int, widget=forms.Select)
    first = PlainDateField(label="First day", prefers="future", help_text="For example today.")

    def __init__(self, *args: Any, workers: list[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        choices = [("", "Choose a worker"), *workers]
        self.fields["worker_id"].choices = choices  # type: ignore[attr-defined]


class EndForm(Form):
    """From which day."""

    on = PlainDateField(
        label="First day no longer information lead",
        prefers="future",
        help_text="For example today.",
    )


@require_GET
def leads(request: LintelRequest) -> HttpResponse:
    """The information leads of the worker's agency, now and to come."""
    may_name = policy.may_name_information_lead(request.actor)
    rows = []
    for one in queries.information_lead_places(request.actor.agency_id, request.now):
        change: Any = ""
        if may_name and one.worker_id != request.actor.worker_id:
            change = {
                "text": f"End it for {one.worker.name}",
                "href": reverse("agencies:information-lead-end", args=[one.worker_id]),
            }
        since, until = date_words(one.valid.lower), date_words(one.valid.upper) or "No end"
        rows.append([one.worker.name, one.worker.job_title, since, until, change])
    context = {"rows": rows, "may_name": may_name}
    return render(request, "agencies/information_leads.html", context)


def _checked(request: LintelRequest) -> None:
    if not policy.may_name_information_lead(request.actor):
        raise Denied("Only a manager of your agency can say who its information lead is.")


@require_http_methods(["GET", "POST"])
def add(request: LintelRequest) -> HttpResponse:
    """Name an information lead."""
    _checked(request)
    workers = [
        (worker.pk, f"{worker.name}, {worker.job_title}")
        for worker in queries.colleagues(request.actor, request.now)
        if worker.pk != request.actor.worker_id
    ]
    form = NameForm(request.POST or None, workers=workers, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.name_information_lead(request.actor, now=request.now, **form.cleaned_data)
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            messages.success(request, "Named. They and the other information leads are told.")
            return redirect("agencies:information-leads")
    return _form(request, form, "Name an information lead", "Name them")


@require_http_methods(["GET", "POST"])
def end(request: LintelRequest, worker_id: int) -> HttpResponse:
    """A worker is no information lead any more from a day."""
    _checked(request)
    held = [
        one
        for one in queries.information_lead_places(request.actor.agency_id, request.now)
        if one.worker_id == worker_id
    ]
    if not held:
        return redirect("agencies:information-leads")
    form = EndForm(request.POST or None, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_information_lead(
                request.actor, worker_id=worker_id, now=request.now, **form.cleaned_data
            )
        except Invalid as wrong:
            form.take(wrong.errors)
        except Conflict as conflict:
            form.take({"": conflict.words})
        else:
            messages.success(request, "Ended. They and the other information leads are told.")
            return redirect("agencies:information-leads")
    return _form(request, form, f"{held[0].worker.name} is no longer information lead", "End it")


def _form(request: LintelRequest, form: Form, heading: str, submit: str) -> HttpResponse:
    context = {"form": form, "heading": heading, "submit": submit}
    return render(request, "agencies/information_lead_form.html", context)
