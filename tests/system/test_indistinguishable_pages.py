"""Over the pages, too, the sender's side can't tell who is known to a service (docs/adr/0009).

The same person, known to a health team in one run and to nobody in the other; the same acts at
the same times. Every address is asked for, and what can be sent is sent: status, headers, cookies,
size, body, number of queries and e-mails must be the same but for the reference.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse

from lintel.agencies.states import TeamKind
from lintel.kernel.actor import Actor, as_system
from lintel.requests import notices, tell
from lintel.requests.models import Handling
from lintel.requests.presenters import sent_page
from lintel.requests.views import sent
from tests.requests.driver import Act, Run, Script, both_ways
from tests.requests.test_indistinguishable import ACTS, ASK, DECIDE, SCRIPTS, TAKE
from tests.system.looking import Looking, opened, told_apart

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

WHOLE_WAY = (
    TAKE,
    ASK,
    Act(2 * DAY, "officer", "answer_questions", {"words": "No"}),
    Act(3 * DAY, "desk", "decide", {"decision": "acting", "words": "I see him on Friday."}),
    Act(6 * DAY, "desk", "close", {"words": "Done"}),
)
LATER = Act(6 * HOUR, "desk", "take")
EVERYWHERE = 5 * DAY
# What shows requests at all: My day, the lists of requests and of people, and what is sent there.
ABOUT_REQUESTS = re.compile(r"/(requests/.*|people/(\?.*|search|\d+/)?)?$")
# Script and the moments at which those pages are looked at; every page, the sender's too, is at
# `EVERYWHERE` of the whole way.
LOOKS: list[tuple[Script, tuple[timedelta, ...]]] = [
    (
        Script("the whole way", WHOLE_WAY),
        (0 * HOUR, 16 * MINUTE, DAY + 6 * HOUR, 10 * DAY),
    ),
    (Script("nobody does anything", kind="message"), (40 * DAY,)),
    (
        Script("typed, urgent", (TAKE, DECIDE["not_for_us"]), listed=False, urgency="urgent"),
        (45 * MINUTE, DAY + 6 * HOUR),
    ),
    (
        Script("typed message withdrawn", ACTS["withdrawn while taken"], "message", listed=False),
        (5 * HOUR, 10 * DAY),
    ),
    (Script("redirected", (*ACTS["redirected twice"], LATER, DECIDE["advice"])), (10 * DAY,)),
    (Script("reopened", ACTS["decided, reopened, decided"]), (10 * DAY,)),
    (Script("passed on", (TAKE, DECIDE["passed_on"])), (2 * DAY,)),
    (Script("advised", (TAKE, DECIDE["advice"])), (2 * DAY,)),
    (Script("more after the decision", ACTS["more after the decision"]), (5 * DAY,)),
    (Script("asked to open", ACTS["asked to open"]), (DAY + 6 * HOUR,)),
]


def is_sender(actor: Actor) -> bool:
    """The one who sent it."""
    return actor.name == "Olu Officer"


def is_beside(actor: Actor) -> bool:
    """The team's lead, the agency's information lead."""
    return bool(actor.lead_team_ids or actor.roles)


def went_two_ways(runs: tuple[Run, Run]) -> bool:
    """Whether the two runs did differ, or the comparison says nothing."""
    return [run.team_kind for run in runs] == [TeamKind.CMHT, TeamKind.ONE_STOP_SHOP]


@pytest.mark.parametrize(("script", "when"), LOOKS, ids=lambda given: getattr(given, "name", ""))
def test_no_page_tells_the_sender(
    monkeypatch: pytest.MonkeyPatch, script: Script, when: tuple[timedelta, ...]
) -> None:
    looking = Looking(monkeypatch, is_sender, frozenset(when), only=ABOUT_REQUESTS)
    runs = both_ways(replace(script, looks=(0 * HOUR, *when)), looking)
    assert looking.asked > 100 * len(when)
    assert {"/", "/people/", "/requests/sent/LN/", "/requests/sent/export"} <= opened(runs[0])
    assert went_two_ways(runs) or "redirected" in script.name
    assert told_apart(*runs) == []


@pytest.mark.parametrize("who", [is_sender, is_beside], ids=lambda given: given.__name__)
def test_no_page_at_all_tells(
    monkeypatch: pytest.MonkeyPatch, who: Callable[[Actor], bool]
) -> None:
    """Every address there is, once decided: the sender's, the lead's, the information lead's."""
    looking = Looking(monkeypatch, who, frozenset({EVERYWHERE}))
    runs = both_ways(Script("the whole way", WHOLE_WAY, looks=(0 * HOUR, EVERYWHERE)), looking)
    assert looking.asked > 300
    # Pages were looked at, and not the way to sign-in.
    assert len(opened(runs[0])) > 60
    assert went_two_ways(runs)
    assert told_apart(*runs) == []


@pytest.mark.deep
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_no_page_tells_anybody_at_any_moment(
    monkeypatch: pytest.MonkeyPatch, script: Script
) -> None:
    runs = both_ways(script, Looking(monkeypatch, lambda _: True))
    assert told_apart(*runs) == []


# Planted leaks --------------------------------------------------------------------------------


def is_known(reference: str) -> bool:
    """What a leak lets out: whether a health team has it."""
    with as_system():
        desk = Handling.objects.select_related("team").filter(reference=reference).first()
        return desk is not None and desk.team.kind == TeamKind.CMHT


def a_word(original: Callable[..., Any]) -> Callable[..., Any]:
    """A word more on the page."""

    def page(view: Any, **more: Any) -> Any:
        context = original(view, **more)
        if is_known(view.request.reference):
            context["title"] = f"{context['title']} "
        return context

    return page


def a_header(original: Callable[..., Any]) -> Callable[..., Any]:
    """A header more on the answer."""

    def one(request: Any, template: str, context: Any, **more: Any) -> HttpResponse:
        answer: HttpResponse = original(request, template, context, **more)
        if is_known(request.path.split("/")[3]):
            answer["X-Desk"] = "1"
        return answer

    return one


def a_query(original: Callable[..., Any]) -> Callable[..., Any]:
    """A query more, and nothing else."""

    def page(view: Any, **more: Any) -> Any:
        if is_known(view.request.reference):
            Handling.objects.filter(pk=0).exists()
        return original(view, **more)

    return page


def a_time(original: Callable[..., Any]) -> Callable[..., Any]:
    """The decision shown one release earlier."""

    def shown_from(handling: Handling, code: str, now: datetime) -> datetime:
        shown: datetime = original(handling, code, now)
        return shown - 3 * HOUR if handling.team.kind == TeamKind.CMHT else shown

    return shown_from


def a_mail(original: Callable[..., Any]) -> Callable[..., Any]:
    """An e-mail more."""

    def sender(handling: Handling, *args: Any, **more: Any) -> None:
        original(handling, *args, **more)
        if handling.team.kind == TeamKind.CMHT:
            original(handling, *args, **more)

    return sender


def a_notice(original: Callable[..., Any]) -> Callable[..., Any]:
    """A line more of what happened: a count."""

    def write(handling: Handling, *args: Any, **more: Any) -> Any:
        if handling.team.kind == TeamKind.CMHT:
            original(handling, *args, **{**more, "by_mail": False})
        return original(handling, *args, **more)

    return write


@pytest.mark.parametrize(
    ("where", "name", "leak"),
    [
        (sent_page, "page", a_word),
        (sent, "show", a_header),
        (sent_page, "page", a_query),
        (notices, "shown_from", a_time),
        (tell, "sender", a_mail),
        (notices, "write", a_notice),
    ],
    ids=lambda given: getattr(given, "__name__", "").split(".")[-1],
)
def test_a_planted_leak_is_found(
    monkeypatch: pytest.MonkeyPatch, where: Any, name: str, leak: Callable[..., Any]
) -> None:
    monkeypatch.setattr(where, name, leak(getattr(where, name)))
    looking = Looking(
        monkeypatch, is_sender, frozenset({5 * DAY}), only=re.compile("/requests/sent/")
    )
    script = Script("leak", (TAKE, DECIDE["acting"]), looks=(0 * HOUR, 5 * DAY))
    found = told_apart(*both_ways(script, looking))
    assert any("/requests/sent/LN/" in where or "at mail" in where for where in found)
