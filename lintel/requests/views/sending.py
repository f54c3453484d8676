"""The sender's later acts, one small page each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from lintel.kernel.errors import NotFound
from lintel.requests import actions, queries
from lintel.requests.forms import sending as forms
from lintel.requests.presenters import sent_page as pages
from lintel.requests.views.common import attempt, form_page, once_only, show
from lintel.web import rescue
from lintel.web.forms import Form
from lintel.web.http import LintelRequest


@dataclass(frozen=True)
class Act:
    """One act of the sender's: its form, its action, its words."""

    title: str
    submit: str
    done: str
    form: type[Form]
    do: Callable[..., object]
    explain: str = ""
    warning: bool = False


ACTS: dict[str, Act] = {
    "add": Act(
        "Add information",
        "Add it",
        "Added. It is passed on.",
        forms.AddInformationForm,
        actions.add_information,
    ),
    "answer": Act(
        "Answer the questions",
        "Send the answer",
        "Answered. The clock runs again.",
        forms.AnswerForm,
        actions.answer_questions,
    ),
    "withdraw": Act(
        "Take it back",
        "Take it back",
        "Taken back. Whoever had it is told.",
        forms.WithdrawForm,
        actions.withdraw,
        "What was written stays in the record. Nobody works on it any more.",
        warning=True,
    ),
    "message": Act(
        "Write to them",
        "Send",
        "Sent.",
        forms.MessageForm,
        actions.add_information,
    ),
    "note": Act(
        "Write a note",
        "Save the note",
        "Noted.",
        forms.NoteForm,
        actions.note_for_own_side,
    ),
    "visit": Act(
        "Propose a joint visit",
        "Propose it",
        "Proposed. They have been told.",
        forms.VisitForm,
        actions.propose_visit,
        "Tell the person first, and ask whether they want both of you to come.",
    ),
}


@form_page
def act(request: LintelRequest, reference: str, act: str) -> HttpResponse:
    """The page of one act: its form; what the domain says is shown with what was typed."""
    if act not in ACTS:
        raise NotFound
    row = ACTS[act]
    view = queries.sent_one(request.actor, reference, now=request.now)
    form = row.form(request.POST or None, initial=rescue.initial(request))
    conflict = ""
    if request.method == "POST" and form.is_valid():
        do = once_only(
            request,
            lambda: row.do(
                request.actor, now=request.now, reference=reference, **form.cleaned_data
            ),
        )
        outcome = attempt(form, do)
        if outcome.done:
            messages.success(request, row.done)
            return redirect("requests:sent-one", reference)
        conflict = outcome.conflict
    return show(
        request,
        "act",
        {
            "form": form,
            **pages.act_page(
                view,
                title_words=row.title,
                submit=row.submit,
                explain=row.explain,
                warning=row.warning,
                questions=act == "answer",
            ),
        },
        conflict=conflict,
    )


@form_page
def answer_visit(request: LintelRequest, reference: str, visit_id: int) -> HttpResponse:
    """Answer the joint visit that the other side proposed, or call one off."""
    view = queries.sent_one(request.actor, reference, now=request.now)
    context = pages.act_page(view, title_words="Joint visit", submit="Save", explain="")
    back = reverse("requests:sent-one", args=[reference])
    visit = next((v for v in view.visits if v.pk == visit_id), None)
    cancel = visit is not None and (visit.from_sender or bool(visit.answer))
    return visit_page(request, reference, visit_id, back=back, cancel=cancel, context=context)


def visit_page(
    request: LintelRequest,
    reference: str,
    visit_id: int,
    *,
    back: str,
    cancel: bool,
    context: dict[str, Any],
) -> HttpResponse:
    """The form that answers a joint visit or calls it off, for either side."""
    kind: type[Form] = forms.CancelVisitForm if cancel else forms.AnswerVisitForm
    form = kind(request.POST or None, initial=rescue.initial(request))
    conflict = ""
    if request.method == "POST" and form.is_valid():
        answer = form.cleaned_data.get("answer", "cancelled")
        do = once_only(
            request,
            lambda: actions.answer_visit(
                request.actor,
                now=request.now,
                reference=reference,
                visit_id=visit_id,
                answer=answer,
                words=form.cleaned_data["words"],
            ),
        )
        outcome = attempt(form, do)
        if outcome.done:
            messages.success(request, "Saved. The other side is told.")
            return redirect(back)
        conflict = outcome.conflict
    return show(request, "act", {"form": form, **context}, conflict=conflict)


@form_page
def open_thread(request: LintelRequest, reference: str) -> HttpResponse:
    """Ask for the thread to be opened, now that the person agrees.

    What the page says is the same whether it can be opened or not: that could tell.
    """
    view = queries.sent_one(request.actor, reference, now=request.now)
    if request.method == "POST":
        actions.open_thread(request.actor, now=request.now, reference=reference)
        messages.success(
            request,
            "Asked. If the person’s consent covers it and a service works with them, it opens. "
            "If nothing changes here, that says nothing either way.",
        )
        return redirect("requests:sent-one", reference)
    return show(request, "open_thread", pages.open_page(view))
