"""The words of the confidentiality loop: each condition, what to do next, and what is coming."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import NoReverseMatch, reverse

from lintel.kernel.sight.states import Category
from lintel.sharing.models import Training
from lintel.sharing.presenters_agreement import since
from lintel.sharing.queries import Cell, Lapse, LoopState, TrainingRow, Versions
from lintel.sharing.states import DUE_DAYS, OWN, Basis, Level, LoopCause, Use
from lintel.web.words import count_words, date_words, listed

WITHOUT = "you won’t see what other services share, or your team’s inbox"
WHY_THEY = {
    LoopCause.SIGNATURE: "The agency hasn’t signed the agreement",
    LoopCause.ACCEPTANCE: "Hasn’t accepted the agreement",
    LoopCause.TRAINING: "Training isn’t in date",
    LoopCause.POST: "Out of post",
}
STATE_WORDS = {
    "in_date": ("In date", "green"),
    "due": ("Due for renewal", "yellow"),
    "lapsed": ("Lapsed", "red"),
    "none": ("None recorded", "red"),
}
STATE_CHOICES = (
    ("", "All"),
    ("due", f"Due within {DUE_DAYS} days"),
    ("lapsed", "Lapsed"),
    ("none", "None recorded"),
    ("in_date", "In date"),
)
LEVEL_WORDS = {
    Level.ASSIGNED: "for the people on your patch or caseload, or where you are the named worker",
    Level.LINK: "for the people whom the link work is about",
    Level.DUTY: "while you are on duty for the team",
    Level.TEAM: "for the people whom your team works with",
    Level.MANAGER: "for the people whom the team that you lead works with",
    Level.INFORMATION_LEAD: "across your agency",
}
KINDS = {
    OWN: "Your own agency",
    "landlord": "Landlords",
    "trust": "Mental health trusts",
    "council": "Councils",
    "voluntary": "Voluntary organisations",
    "commissioner": "Commissioners",
    "private_landlord": "Private landlords",
}


def page_if(name: str) -> str:
    """The address of a page that another part of Lintel may bring; "" where it isn't there."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def conditions(
    state: LoopState, known: Versions, leads: Sequence[str], accept_href: str
) -> list[dict[str, Any]]:
    """The four conditions as a list of tasks: what holds, since and until when, what to do."""
    missing = set(state.missing)
    ask = listed(leads) or "your manager"
    number = f"version {known.current.number}" if known.current else "no version is in force yet"
    signed = f"{state.agency} signed on {date_words(state.signed)}" if state.signed else ""
    accepted = f"You accepted {number} on {date_words(state.accepted)}" if state.accepted else ""
    trained = ""
    if state.trained_until and state.trained_on:
        trained = f"{state.course}, done on {date_words(state.trained_on)}"
        ends = "in date until" if LoopCause.TRAINING not in missing else "out of date since"
        trained = f"{trained}, {ends} {date_words(state.trained_until)}"
    post = (
        f"Your last day is before {date_words(state.left_on)}" if state.left_on else "No end date"
    )
    rows = (
        (
            LoopCause.SIGNATURE,
            "Your agency signs the agreement"
            if LoopCause.SIGNATURE in missing
            else "Your agency has signed the agreement",
            signed or f"Not signed ({number}). Ask {ask}: an information lead signs for the agency",
            "",
        ),
        (
            LoopCause.ACCEPTANCE,
            "Read and accept the agreement"
            if LoopCause.ACCEPTANCE in missing
            else "You have read and accepted it",
            accepted or f"Not accepted yet ({number}). It takes a few minutes to read",
            accept_href,
        ),
        (
            LoopCause.TRAINING,
            "Your training in confidentiality is in date",
            f"{trained}. Ask {ask} when to renew it"
            if trained
            else f"None is recorded. Ask {ask} to book it. They record it when it is done",
            "",
        ),
        (LoopCause.POST, "You are in post", post, ""),
    )
    return [
        {
            "text": text,
            "hint": hint,
            "href": href if cause in missing else "",
            "status": "Done" if cause not in missing else "To do",
            "done": cause not in missing,
        }
        for cause, text, hint, href in rows
    ]


def coming(lapse: Lapse) -> str:
    """What will take the worker out of the loop, kindly, with what to do."""
    on = date_words(lapse.on)
    return {
        LoopCause.TRAINING: f"Your training ends on {on}. Until it is renewed, {WITHOUT}.",
        LoopCause.ACCEPTANCE: f"A new version of the agreement takes effect on {on}. "
        f"Read and accept it before then. Until you do, {WITHOUT}.",
        LoopCause.SIGNATURE: f"A new version of the agreement takes effect on {on}. Your agency "
        f"hasn’t signed it yet. Until it does, {WITHOUT}.",
        LoopCause.POST: f"Your post ends on {on}. From that day you can’t sign in. "
        "Hand over before then what is yours.",
    }[lapse.cause]


def why_they(state: LoopState) -> str:
    """Why a colleague is outside, for who looks after them."""
    return "; ".join(WHY_THEY[one] for one in state.missing) or "It is being worked out"


def coming_to(lapse: Lapse) -> str:
    """What will take a colleague out of the loop, for who looks after them."""
    on = date_words(lapse.on)
    return {
        LoopCause.TRAINING: f"Training ends on {on}",
        LoopCause.ACCEPTANCE: f"Hasn’t accepted the version that takes effect on {on}",
        LoopCause.SIGNATURE: f"The agency hasn’t signed the version that takes effect on {on}",
        LoopCause.POST: f"The post ends on {on}",
    }[lapse.cause]


def training_href(worker_id: int) -> str:
    """Where a worker's training is kept."""
    return reverse("sharing:training-one", args=[worker_id])


def training_line(row: Training, today: date) -> dict[str, Any]:
    """One training of a worker: what, when, by whom, and whether it can be ended."""
    by = row.recorded_by.name if row.recorded_by else "the operator of Lintel"
    counts = row.ended is None and row.done_on <= today < row.until
    ended = ""
    if row.ended:
        who = row.ended_by.name if row.ended_by else ""
        ended = f"Ended on {date_words(row.ended)} by {who}: {row.ended_words}"
    return {
        "course": row.course,
        "done_on": date_words(row.done_on),
        "until": date_words(row.until),
        "by": f"{by}, {date_words(row.recorded)}",
        "state": ended or ("Counts" if counts else "Out of date"),
        "href": reverse("sharing:training-end", args=[row.worker_id, row.pk]) if counts else "",
    }


def next_for(state: LoopState) -> str:
    """The next step for a colleague who is outside."""
    steps = {
        LoopCause.SIGNATURE: "An information lead signs for the agency",
        LoopCause.ACCEPTANCE: "They sign in, and read and accept the agreement",
        LoopCause.TRAINING: "They do the training, and you record it",
    }
    return ". ".join(steps[one] for one in state.missing if one in steps)


def version_title(known: Versions) -> str:
    """The version in force in a few words."""
    if known.current is None or known.current.effective is None:
        return "No version of the agreement is in force"
    return f"Version {known.current.number}, in force {since(known.current.effective)}"


def level_rows(cells: Iterable[Cell]) -> list[list[Any]]:
    """What one level is given, for a table: for what, what, from whom, and on what basis.

    Agencies that give the same are one row.
    """
    givers: dict[tuple[Any, ...], list[str]] = {}
    for cell in cells:
        key = (cell.use, cell.basis, cell.second, cell.full, cell.summary)
        givers.setdefault(key, []).append(cell.giver)
    rows = []
    for (use, basis, second, full, summary), kinds in givers.items():
        parts = [_categories(full)] if full else []
        if summary:
            parts.append(f"{_categories(summary)}: the facts only")
        law = str(Basis(basis).label)
        if second:
            law += ", once a second worker has authorised it"
        rows.append([_capital(str(Use(use).label)), ". ".join(parts), _givers(kinds), law])
    return rows


def _categories(held: Sequence[Category]) -> str:
    if len(held) == len(Category):
        return "Everything in the record"
    return _capital(listed(one.label for one in held))


def _givers(kinds: Sequence[str]) -> str:
    others = [kind for kind in kinds if kind != OWN]
    if len(others) == len(KINDS) - 1:
        return "Every agency that has signed"
    return listed(KINDS.get(kind, kind) for kind in kinds)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def training_cells(row: TrainingRow, today: date) -> Mapping[str, Any]:
    """A row of the list of training, in words."""
    text, colour = STATE_WORDS[row.state]
    until = date_words(row.until) if row.until else "Not trained"
    if row.state == "due" and row.until:
        until += f" ({count_words((row.until - today).days, 'day', 'days')})"
    return {
        "name": row.name,
        "href": training_href(row.worker_id),
        "job": row.job_title,
        "teams": row.teams or "No team",
        "course": row.course,
        "done_on": date_words(row.done_on) if row.done_on else "",
        "until": until,
        "state": {"text": text, "colour": colour},
    }


def training_copy(rows: Iterable[TrainingRow]) -> list[list[object]]:
    """The list as a file's rows; its columns can be read back in."""
    return [
        [
            r.name,
            r.email,
            r.job_title,
            r.teams,
            r.course,
            r.done_on,
            r.until,
            STATE_WORDS[r.state][0],
        ]
        for r in rows
    ]


COPY_HEADER = ("Name", "E-mail", "Job", "Teams", "Course", "Done on", "Until", "State")
