"""What can be done on the receiver's desk, as a table: one row a verb, one small page each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lintel.requests import actions, queries
from lintel.requests.forms import desk as forms
from lintel.requests.forms import sending
from lintel.requests.kinds import rule_of
from lintel.requests.presenters.referral import offer_words
from lintel.requests.states import Verb
from lintel.requests.words import QUESTIONS
from lintel.web.forms import Form
from lintel.web.http import LintelRequest

Make = Callable[[LintelRequest, queries.DeskView, dict[str, Any]], Form]
Do = Callable[[LintelRequest, str, Any], object]


@dataclass(frozen=True)
class Act:
    """One verb's page: its title, form, action, and the words around it."""

    verb: Verb
    title: str
    submit: str
    done: str
    make: Make
    do: Do
    explain: tuple[str, ...] = ()
    explain_masked: tuple[str, ...] = ()
    warning: bool = False
    names: dict[str, str] = field(default_factory=dict)


def plain(kind: type[Form]) -> Make:
    """A form that needs nothing but what was typed."""
    return lambda request, desk, arguments: kind(**arguments)


def _common(request: LintelRequest, reference: str, form: Form) -> dict[str, Any]:
    return {
        "now": request.now,
        "reference": reference,
        "version": form.cleaned_data.get("version"),
    }


def _assign(request: LintelRequest, reference: str, form: forms.AssignForm) -> object:
    worker = form.cleaned_data["worker_id"]
    return actions.assign(request.actor, worker_id=worker, **_common(request, reference, form))


def _find_out(request: LintelRequest, reference: str, form: forms.FindOutForm) -> object:
    words = form.cleaned_data["words"]
    return actions.find_out(request.actor, words=words, **_common(request, reference, form))


def _return(request: LintelRequest, reference: str, form: forms.ReturnForm) -> object:
    return actions.return_for_information(
        request.actor,
        questions=form.cleaned_data["questions"],
        words=form.cleaned_data["words"],
        **_common(request, reference, form),
    )


def _redirect(request: LintelRequest, reference: str, form: forms.RedirectForm) -> object:
    return actions.redirect(
        request.actor,
        to_team_id=form.cleaned_data["to_team_id"],
        words=form.cleaned_data["words"],
        reason=form.cleaned_data["reason"],
        **_common(request, reference, form),
    )


def _decide(request: LintelRequest, reference: str, form: forms.DecideForm) -> object:
    return actions.decide(request.actor, **form.decided(), **_common(request, reference, form))


def _close(request: LintelRequest, reference: str, form: forms.CloseForm) -> object:
    return actions.close(
        request.actor,
        words=form.cleaned_data["words"],
        contacts=form.contacts(),
        **_common(request, reference, form),
    )


def _reopen(request: LintelRequest, reference: str, form: forms.ReopenForm) -> object:
    words = form.cleaned_data["words"]
    return actions.reopen(request.actor, words=words, **_common(request, reference, form))


def _write(to_other_side: bool) -> Do:
    def write(request: LintelRequest, reference: str, form: Form) -> object:
        return actions.write_message(
            request.actor,
            now=request.now,
            reference=reference,
            words=form.cleaned_data["words"],
            to_other_side=to_other_side,
        )

    return write


def _visit(request: LintelRequest, reference: str, form: sending.VisitForm) -> object:
    return actions.propose_visit(
        request.actor, now=request.now, reference=reference, **form.cleaned_data
    )


def _review(request: LintelRequest, reference: str, form: forms.ReviewForm) -> object:
    words = form.cleaned_data["words"]
    return actions.review(request.actor, words=words, **_common(request, reference, form))


def _colleagues(
    request: LintelRequest, desk: queries.DeskView, arguments: dict[str, Any]
) -> forms.AssignForm:
    workers = queries.team_workers(desk.handling.team_id, request.now)
    choices = [(w.pk, f"{w.name}, {w.job_title}") for w in workers]
    return forms.AssignForm(workers=choices, **arguments)


def _questions(
    request: LintelRequest, desk: queries.DeskView, arguments: dict[str, Any]
) -> forms.ReturnForm:
    return forms.ReturnForm(questions=QUESTIONS.items(), masked=desk.handling.masked, **arguments)


def _teams(
    request: LintelRequest, desk: queries.DeskView, arguments: dict[str, Any]
) -> forms.RedirectForm:
    offers = queries.redirect_offers(request.actor, desk.handling, now=request.now)
    choices = [(o.team.pk, offer_words(o)) for o in (*offers.covering, *offers.others)]
    return forms.RedirectForm(teams=choices, **arguments)


def _decisions(
    request: LintelRequest, desk: queries.DeskView, arguments: dict[str, Any]
) -> forms.DecideForm:
    return forms.DecideForm(decisions=rule_of(desk.handling.kind).decisions, **arguments)


def _contacts(
    request: LintelRequest, desk: queries.DeskView, arguments: dict[str, Any]
) -> forms.CloseForm:
    return forms.CloseForm(masked=desk.handling.masked, **arguments)


ACTS: dict[str, Act] = {
    "assign": Act(
        Verb.ASSIGN,
        "Give it to a worker",
        "Give it",
        "Given. The worker has been told.",
        _colleagues,
        _assign,
        names={"worker": "worker_id"},
    ),
    "find-out": Act(
        Verb.FIND_OUT,
        "Find out and get back",
        "Start finding out",
        "Noted. The clock for getting back runs.",
        plain(forms.FindOutForm),
        _find_out,
        ("Use this when you do not know yet. It stays yours until you have an answer.",),
    ),
    "return": Act(
        Verb.RETURN,
        "Return for more information",
        "Ask the sender",
        "The questions are on their way.",
        _questions,
        _return,
        ("The clock waits for the sender, for up to 5 working days.",),
        (
            "The sender can’t see who asks. So the questions are standard ones, and they arrive "
            "at a set time.",
        ),
    ),
    "redirect": Act(
        Verb.REDIRECT,
        "Redirect to the right team",
        "Redirect",
        "Redirected. The other team has it now.",
        _teams,
        _redirect,
        ("It leaves your inbox at once, and the other team’s clock starts.",),
        names={"to_team": "to_team_id"},
    ),
    "decide": Act(
        Verb.DECIDE,
        "Decide",
        "Save the decision",
        "Decided. The sender is told at the right time.",
        _decisions,
        _decide,
        (),
        ("The sender sees only that it was decided. Your words are for your own records.",),
    ),
    "close": Act(
        Verb.CLOSE,
        "Close",
        "Close it",
        "Closed. Everyone relying on it is told.",
        _contacts,
        _close,
        ("Say below whom to contact in which circumstances. Leave out what you do not need.",),
        ("The sender is told nothing more: they have seen that it was decided.",),
        names={"contacts": "when_1"},
    ),
    "review": Act(
        Verb.REVIEW,
        "Still acting on it",
        "Save",
        "Noted. You will be asked again in 20 working days.",
        plain(forms.ReviewForm),
        _review,
    ),
    "reopen": Act(
        Verb.REOPEN,
        "Reopen",
        "Reopen it",
        "Reopened. It is yours.",
        plain(forms.ReopenForm),
        _reopen,
    ),
    "note": Act(
        Verb.MESSAGE,
        "Write a note",
        "Save the note",
        "Noted.",
        plain(forms.NoteForm),
        _write(to_other_side=False),
    ),
    "message": Act(
        Verb.MESSAGE,
        "Write to the sender",
        "Send",
        "Sent.",
        plain(sending.MessageForm),
        _write(to_other_side=True),
    ),
    "visit": Act(
        Verb.PROPOSE_VISIT,
        "Propose a joint visit",
        "Propose it",
        "Proposed. The sender has been told.",
        plain(sending.VisitForm),
        _visit,
        ("Tell the person first, and ask whether they want both of you to come.",),
    ),
}
