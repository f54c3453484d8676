"""What the pages of requests share: doing a thing from a form, and saying what went wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from lintel.kernel import once as kernel_once
from lintel.kernel.errors import Conflict, Invalid
from lintel.people import queries as people
from lintel.web import lists, once
from lintel.web.forms import Form
from lintel.web.http import LintelRequest

T = TypeVar("T")
# For a page that shows a form and takes it.
form_page = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """What came of trying: an answer, or what somebody else did first (`conflict`), or neither."""

    answer: T | None = None
    conflict: str = ""
    done: bool = False


def attempt(form: Form, act: Callable[[], T], names: Mapping[str, str] | None = None) -> Outcome[T]:
    """Do `act`; what the domain finds wrong goes beside the fields and nothing is written.

    `names` maps the domain's names of fields to the form's where they differ.
    """
    try:
        # A savepoint: the view's transaction goes on after the domain turned this down.
        with transaction.atomic():
            return Outcome(answer=act(), done=True)
    except Invalid as wrong:
        form.take({(names or {}).get(name, name): words for name, words in wrong.errors.items()})
        return Outcome()
    except Conflict as moved_on:
        return Outcome(conflict=moved_on.words)


def once_only(request: LintelRequest, act: Callable[[], object]) -> Callable[[], None]:
    """`act`, done once for the form that was posted: a second click finds it done."""
    key = once.token_of(request.POST.get(once.FIELD)) or once.new_token()

    def work() -> None:
        act()

    def run() -> None:
        kernel_once.run(request.actor, request.path, key, work)

    return run


def show(
    request: HttpRequest, template: str, context: Mapping[str, object], *, conflict: str = ""
) -> HttpResponse:
    """The page; with status 409 and what happened on it when somebody acted first."""
    return render(
        request,
        f"requests/{template}.html",
        {"conflict": conflict, "typed": [], **context},
        status=409 if conflict else 200,
    )


def chosen_tags(request: HttpRequest, form: Any) -> list[dict[str, str]]:
    """What was chosen in a filter, each with the address of the list without it."""
    form.is_valid()
    tags: list[dict[str, str]] = []
    for name, field in form.fields.items():
        labels = {str(k): str(v) for k, v in getattr(field, "choices", ())}
        for value in request.GET.getlist(name):
            if value and name in form.cleaned_data and (not labels or value in labels):
                text = labels.get(value, f"“{value}”")
                tags.append({"text": text, "href": lists.without(request, name, value)})
    return tags


def person_href(request: LintelRequest, person_id: int | None) -> str:
    """The person's page, where the worker has sight of them; else an empty text."""
    if person_id is None or not people.names(request.actor, [person_id]):
        return ""
    return reverse("people:person", args=[person_id])


def page_number(request: HttpRequest) -> int:
    """The page of a list that is asked for; 1 for nonsense."""
    asked = request.GET.get("page", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1


def typed_in(form: Form) -> list[dict[str, str]]:
    """The texts that were typed into a form, with their labels, for their writer to copy."""
    return [
        {"label": str(bound.label), "value": str(bound.value())}
        for bound in form.visible_fields()
        if isinstance(bound.field.widget, forms.Textarea | forms.TextInput) and bound.value()
    ]
