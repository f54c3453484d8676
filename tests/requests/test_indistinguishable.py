"""The sender's side can't tell who is known to a service (docs/adr/0009).

Everything that they can read at each moment, in SQL, through the domain and by mail, is the same
for a person whom a health team works with and one whom nobody does.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from lintel.agencies.models import Team
from lintel.kernel.actor import Actor, as_system
from lintel.requests import notices, relay, tell
from lintel.requests.models import Handling, Notice, Request
from lintel.requests.states import Decision, Urgency
from tests.requests.driver import Act, Script, both_ways, differences
from tests.support.db import as_role, rows

pytestmark = pytest.mark.django_db

MINUTES = timedelta(minutes=1)
HOURS = timedelta(hours=1)
DAYS = timedelta(days=1)


def desk(at: timedelta, verb: str, **more: Any) -> Act:
    return Act(at, "desk", verb, more)


def sender(at: timedelta, verb: str, **more: Any) -> Act:
    return Act(at, "officer", verb, more)


TAKE = desk(2 * HOURS, "take")
ASK = desk(3 * HOURS, "return_for_information", questions=["danger"], words="Why now?")
DECIDE: dict[str, Act] = {
    decision: desk(
        26 * HOURS, "decide", decision=decision, words="Words", better_route="Route", advice="Do"
    )
    for decision in Decision.values
}
ACTS: dict[str, tuple[Act, ...]] = {
    "nobody does anything": (),
    "acknowledged": (desk(20 * MINUTES, "acknowledge"),),
    "taken": (TAKE,),
    "taken and noted": (
        TAKE,
        desk(4 * HOURS, "write_message", words="A note", to_other_side=False),
    ),
    "finding out": (desk(2 * HOURS, "find_out", words="I ask round"),),
    "returned": (TAKE, ASK),
    "returned and answered": (
        TAKE,
        ASK,
        sender(2 * DAYS, "answer_questions", words="No"),
    ),
    "answered before the question shows": (
        TAKE,
        ASK,
        sender(4 * HOURS, "add_information", words="By the way"),
        sender(5 * HOURS, "answer_questions", words="Nothing was asked"),
    ),
    "returned and decided": (TAKE, ASK, DECIDE["advice"]),
    "redirected": (desk(2 * HOURS, "redirect", to_team="other_cmht", words="Not us"),),
    "redirected twice": (
        desk(2 * HOURS, "redirect", to_team="other_cmht", words="Not us", reason="area"),
        desk(4 * HOURS, "redirect", to_team="shop", words="Nor us", reason="work"),
    ),
    **{f"decided {name}": (TAKE, act) for name, act in DECIDE.items()},
    "decided and closed": (
        TAKE,
        DECIDE["acting"],
        desk(30 * HOURS, "close", words="Done", contacts=[("Any worry", "The duty desk")]),
    ),
    "decided, reopened, decided": (
        TAKE,
        DECIDE["advice"],
        desk(30 * HOURS, "reopen", words="Wrong"),
        desk(50 * HOURS, "decide", decision="acting", words="Now we do"),
    ),
    "withdrawn at once": (sender(1 * MINUTES, "withdraw", words="A mistake"),),
    "withdrawn while taken": (TAKE, sender(5 * HOURS, "withdraw", words="He is well")),
    "withdrawn after the decision": (
        TAKE,
        DECIDE["acting"],
        sender(4 * DAYS, "withdraw", words="Too late"),
    ),
    "more after the decision": (
        TAKE,
        DECIDE["advice"],
        sender(4 * DAYS, "add_information", words="Worse"),
    ),
    "asked to open": (sender(3 * HOURS, "open_thread"),),
    "handed over": (TAKE, Act(4 * HOURS, "officer", "mark_seen", {})),
}
WAYS = (
    ("concern", False, "routine"),
    ("concern", True, "urgent"),
    ("concern", False, "soon"),
    ("message", True, "routine"),
    ("message", False, "urgent"),
)
ALSO = (
    "nobody does anything",
    "decided acting",
    "decided and closed",
    "returned and answered",
    "redirected",
)
# Each of these lives in each of these ways, in the long proofs; every day the diagonal of them, in
# which each life and each way is met once.
VARIED = {
    (life, way): Script(
        f"{name} ({kind}, {'listed' if listed else 'typed'}, {urgency})",
        ACTS[name],
        kind,
        listed,
        urgency,
    )
    for life, name in enumerate(ALSO)
    for way, (kind, listed, urgency) in enumerate(WAYS)
}
PLAIN = [Script(name, acts) for name, acts in ACTS.items()]
SCRIPTS = [*PLAIN, *VARIED.values()]
EVERY_DAY = [*PLAIN, *(script for (life, way), script in VARIED.items() if life == way)]


def cannot_tell(script: Script) -> None:
    """The two runs went different ways, and the sender's side saw no difference."""
    known, unknown = both_ways(script)
    # The two did go different ways, or the comparison says nothing.
    if "redirected" not in script.name and "at once" not in script.name:
        assert (known.team_kind, unknown.team_kind) == ("cmht", "one_stop_shop")
    assert differences(known, unknown) == []


@pytest.mark.parametrize("script", EVERY_DAY, ids=lambda script: script.name)
def test_the_sender_cannot_tell(script: Script) -> None:
    cannot_tell(script)


@pytest.mark.deep
@pytest.mark.parametrize(
    "script", [s for s in SCRIPTS if s not in EVERY_DAY], ids=lambda script: script.name
)
def test_the_sender_cannot_tell_in_any_way(script: Script) -> None:
    cannot_tell(script)


def test_who_is_told_of_a_wrong_team_learns_no_way_by_which_it_came() -> None:
    """The first team's redirecting is noted on neither way, the second's on both."""
    script = Script("wrong team", ACTS["redirected twice"])
    noted: list[list[tuple[Any, ...]]] = []

    def look(actor: Actor, reference: str, now: datetime) -> None:
        with as_role("postgres"):
            found = rows(
                "SELECT t.name, sector FROM directory_misroute m JOIN directory_service s"
                " ON s.id = m.service_id JOIN agencies_team t ON t.id = s.team_id"
            )
        noted.append(found)

    assert differences(*both_ways(script, look)) == []
    half = len(noted) // 2
    assert noted[:half] == noted[half:]
    assert len(noted[-1]) == 1


# Acts that mean the same wherever it is; what can't be done then is refused on both ways.
ANYTHING = [
    ("desk", "acknowledge", {}),
    ("desk", "take", {}),
    ("desk", "find_out", {"words": "Asking"}),
    ("desk", "return_for_information", {"questions": ["danger", "who"]}),
    ("desk", "redirect", {"to_team": "other_cmht", "words": "Not us"}),
    ("desk", "redirect", {"to_team": "other_cmht", "words": "Not us", "reason": "area"}),
    *(
        ("desk", "decide", {"decision": d, "words": "W", "better_route": "B", "advice": "A"})
        for d in ("acting", "not_for_us", "passed_on")
    ),
    ("desk", "close", {"words": "Done", "contacts": [("a", "b")]}),
    ("desk", "reopen", {"words": "Again"}),
    ("desk", "review", {}),
    ("desk", "write_message", {"words": "Note", "to_other_side": False}),
    ("officer", "withdraw", {"words": "No longer"}),
    ("officer", "answer_questions", {"words": "Yes"}),
    ("officer", "add_information", {"words": "More"}),
    ("officer", "open_thread", {}),
    ("officer", "mark_seen", {}),
]
LIVES = st.lists(
    st.tuples(st.sampled_from(ANYTHING), st.integers(min_value=1, max_value=60 * 80)), max_size=10
)


def _try_lives(examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(
        acts=LIVES,
        kind=st.sampled_from(["concern", "message"]),
        listed=st.booleans(),
        urgency=st.sampled_from(Urgency.values),
    )
    def live(acts: list[Any], kind: str, listed: bool, urgency: str) -> None:
        done, at = [], timedelta(minutes=1)
        for (who, verb, more), minutes in acts:
            at += minutes * MINUTES
            done.append(Act(at, who, verb, more))
        looks = (timedelta(minutes=1), at + HOURS, at + 2 * DAYS, at + 20 * DAYS)
        script = Script("random", tuple(done), kind, listed, urgency, strict=False, looks=looks)
        point = transaction.savepoint()
        try:
            assert differences(*both_ways(script)) == []
        finally:
            transaction.savepoint_rollback(point)

    live()


def test_random_lives_cannot_be_told_apart() -> None:
    _try_lives(10)


@pytest.mark.deep
@pytest.mark.timeout(7200)
def test_many_random_lives_cannot_be_told_apart() -> None:
    _try_lives(1500)


def leaky_time(original: Callable[..., Any]) -> Callable[..., Any]:
    """Shown five minutes later for a health team."""

    def shown_from(handling: Handling, code: str, now: Any) -> Any:
        later = timedelta(minutes=5 if handling.team.kind == "cmht" else 0)
        return original(handling, code, now) + later

    return shown_from


def leaky_mail(original: Callable[..., Any]) -> Callable[..., Any]:
    """Two e-mails from a health team."""

    def sender(handling: Handling, *args: Any, **more: Any) -> None:
        for _ in range(2 if handling.team.kind == "cmht" else 1):
            original(handling, *args, **more)

    return sender


def leaky_letter(original: Callable[..., Any]) -> Callable[..., Any]:
    """The letter is marked with the team that got it."""

    def deliver(request_id: int, **more: Any) -> None:
        original(request_id, **more)
        with as_system():
            team = Handling.objects.values_list("team_id", flat=True).get(request_id=request_id)
            Request.objects.filter(pk=request_id).update(to_team=Team.objects.get(pk=team))

    return deliver


def leaky_count(original: Callable[..., Any]) -> Callable[..., Any]:
    """A second notice when a health team has it."""

    def write(handling: Handling, *args: Any, **more: Any) -> Any:
        if handling.team.kind == "cmht":
            original(handling, *args, **{**more, "by_mail": False})
        return original(handling, *args, **more)

    return write


@pytest.mark.parametrize(
    ("where", "name", "leaky"),
    [
        (notices, "shown_from", leaky_time),
        (tell, "sender", leaky_mail),
        (notices, "write", leaky_count),
    ],
    ids=["time", "mail", "count"],
)
def test_a_planted_leak_is_found(
    monkeypatch: pytest.MonkeyPatch, where: Any, name: str, leaky: Callable[..., Any]
) -> None:
    monkeypatch.setattr(where, name, leaky(getattr(where, name)))
    assert differences(*both_ways(Script("leak", ACTS["decided acting"]))) != []


def test_a_leak_in_the_letter_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.requests import pump

    monkeypatch.setitem(pump.RELAY, "requests.deliver", leaky_letter(relay.deliver))
    found = differences(*both_ways(Script("leak", ACTS["decided acting"])))
    assert any("requests_request" in where for where in found)


def test_words_in_a_masked_notice_are_refused_by_the_database(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Even code that forgets cannot write them as the receiver."""
    original = Notice.save

    def save(self: Notice, **more: Any) -> None:
        if self.code == "decided":
            self.words = "The nurse sees him on Friday."
        original(self, **more)

    monkeypatch.setattr(Notice, "save", save)
    with pytest.raises(ProgrammingError, match="row-level security"):
        both_ways(Script("leak", ACTS["decided acting"]))
