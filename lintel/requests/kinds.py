"""Kinds of request, declared as data: what is asked, where it goes, what may come back.

The workflow is the same for all. A domain above adds its kinds with `register` when Django
starts (`AppConfig.ready`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from lintel.directory.states import Need
from lintel.kernel.clock import Clock, due_at
from lintel.requests.clocks import CLOCKS, Heard, Timer, sender_due
from lintel.requests.states import Decision, Kind, NoticeCode, Urgency


class Routing(StrEnum):
    """Where a request of the kind goes."""

    INVOLVED = "involved"  # The team that works with the person, else the one-stop shop.
    CHOSEN = "chosen"  # The team that the sender chose.
    ONE_STOP_SHOP = "one_stop_shop"  # The one-stop shop that covers the address.


AN_HOUR = timedelta(hours=1)
# Timers that must be in time for the kind's `latest`.
HURRIED = frozenset({Timer.ACKNOWLEDGE, Timer.DECIDE, Timer.FIND_OUT, Timer.ANSWER})
# What a masked sender may ever learn, of any kind. Row security enforces it too.
MASKED_CODES = frozenset(
    {NoticeCode.RECEIVED, NoticeCode.QUESTION, NoticeCode.DECIDED, NoticeCode.OVERDUE}
)


@dataclass(frozen=True, slots=True)
class KindRule:
    """One kind. `required` and `optional` name fields of the letter, or keys of its `extra`.

    `raised_by` holds the kinds of team (`TeamKind`) whose workers may raise it; none means any.
    `need` is what services are looked for by (`lintel.directory.states.Need`), none for any.
    `clocks` replaces rows of the common table. `sender_learns` holds the codes of notices that
    may be written; a masked request learns no more than `MASKED_CODES`. `latest` answers, from
    the letter's `extra`, when a decision comes too late whatever the clocks allow: a discharge.
    `rows` words the letter's `extra` for both desks, as (label, text); then they are the letter.
    `answer_page` names the page, and the words of its button, that stands in place of deciding.
    `own_clock` answers, from `extra`, the time and the desk's state, a clock that the kind shows
    beside the desk's: {"for", "words", "short" (in lists), "state"} of `ui.clock`, or None.
    """

    kind: str
    label: str
    masked: bool
    routing: Routing
    required: frozenset[str]
    optional: frozenset[str] = frozenset()
    about_person: bool = True
    need: str = ""
    raised_by: frozenset[str] = frozenset()
    decisions: frozenset[Decision] = frozenset(Decision)
    clocks: Mapping[tuple[Timer, Urgency], Clock] = field(default_factory=dict)
    sender_learns: frozenset[NoticeCode] = frozenset(NoticeCode)
    latest: Callable[[Mapping[str, Any]], datetime | None] | None = None
    rows: Callable[[Mapping[str, Any]], list[tuple[str, str]]] | None = None
    answer_page: tuple[str, str] | None = None
    own_clock: Callable[[Mapping[str, Any], datetime, str], dict[str, str] | None] | None = None

    def clock(self, timer: Timer, urgency: Urgency) -> Clock:
        """The allowance of a timer at this urgency."""
        return self.clocks.get((timer, urgency)) or CLOCKS[timer, urgency]

    def due(
        self, timer: Timer, urgency: str, started: datetime, extra: Mapping[str, Any]
    ) -> datetime:
        """When a timer started then falls due on the desk; in time for what must be in time."""
        due = due_at(self.clock(timer, Urgency(urgency)), started)
        return self._in_time(due, started, extra) if timer in HURRIED else due

    def must_hurry(self, extra: Mapping[str, Any], now: datetime) -> bool:
        """Whether it is so late that everybody up the ladder must hear before it is too late."""
        latest = self.latest(extra) if self.latest else None
        return latest is not None and latest <= now

    def sender_due(
        self,
        urgency: str,
        sent: datetime,
        heard: Heard,
        *,
        masked: bool,
        extra: Mapping[str, Any],
    ) -> datetime | None:
        """As `clocks.sender_due`, with this kind's allowances."""
        how = Urgency(urgency)
        due = sender_due(
            (self.clock(Timer.DECIDE, how), self.clock(Timer.ANSWER, how)),
            sent,
            heard,
            at_set_times=masked and how is not Urgency.URGENT,
        )
        return due and self._in_time(due, sent, extra)

    def _in_time(self, due: datetime, started: datetime, extra: Mapping[str, Any]) -> datetime:
        latest = self.latest(extra) if self.latest else None
        # However late it was told, an hour is left to do something.
        return due if latest is None else min(due, max(latest, started + AN_HOUR))

    def learns(self, code: NoticeCode, *, masked: bool) -> bool:
        """Whether a sender may be told this."""
        return code in self.sender_learns and (not masked or code in MASKED_CODES)


_rules: dict[str, KindRule] = {}


def register(rule: KindRule) -> None:
    """Add a kind. Raises ValueError for another declaration under a name already taken."""
    if _rules.setdefault(rule.kind, rule) != rule:
        raise ValueError(f"There is a kind {rule.kind!r} already.")


def rule_of(kind: str) -> KindRule:
    """The declaration of a kind. Raises KeyError for one that nobody declared."""
    return _rules[kind]


def all_kinds() -> list[KindRule]:
    """Every kind, in the order of declaration."""
    return list(_rules.values())


WHAT = frozenset({"seen", "asked_for"})
register(
    KindRule(
        kind=Kind.CONCERN,
        label=Kind.CONCERN.label,
        masked=True,
        routing=Routing.INVOLVED,
        required=frozenset({"about_name", "signs", "seen", "urgency", "person_knows"}),
        optional=frozenset({"about_born", "about_address", "about_postcode", "done", "asked_for"}),
    )
)
register(
    KindRule(
        kind=Kind.REFERRAL,
        label=Kind.REFERRAL.label,
        masked=False,
        routing=Routing.CHOSEN,
        required=WHAT | {"to_team_id", "consent_id", "urgency"},
        optional=frozenset({"signs", "done", "follows"}),
    )
)
register(
    KindRule(
        kind=Kind.ADVICE,
        label=Kind.ADVICE.label,
        masked=False,
        routing=Routing.ONE_STOP_SHOP,
        required=WHAT | {"urgency"},
        optional=frozenset({"signs", "about_postcode"}),
        about_person=False,
        need=Need.ADVICE,
        decisions=frozenset({Decision.ADVICE, Decision.PASSED_ON, Decision.NOT_FOR_US}),
    )
)
register(
    KindRule(
        kind=Kind.MESSAGE,
        label=Kind.MESSAGE.label,
        masked=True,
        routing=Routing.INVOLVED,
        required=frozenset({"about_name", "seen"}),
        optional=frozenset({"about_born", "about_address", "about_postcode"}),
        decisions=frozenset({Decision.PASSED_ON, Decision.ACTING, Decision.NOT_FOR_US}),
        clocks={
            (Timer.DECIDE, urgency): CLOCKS[Timer.DECIDE, Urgency.SOON]
            for urgency in (Urgency.ROUTINE, Urgency.SOON)
        },
    )
)
