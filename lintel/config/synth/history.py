"""Six months of plausible requests: concerns, referrals, advice and messages, most of them over."""

import random
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lintel.agencies.states import TeamKind
from lintel.config.synth import words
from lintel.config.synth.area import Area, Patch, Team, person_name
from lintel.config.synth.copying import Progress, copy
from lintel.kernel import clock

Row = Sequence[Any]
Lets = Callable[[], Iterator[tuple[int, Patch, str, str]]]
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
DAYS = 182
LETTER = (
    "id, reference, kind, masked, urgency, about_name, about_born, about_address, about_postcode, "
    "signs, seen, done, asked_for, person_knows, extra"
)
# How far each request got; the last ones are still on a desk.
OVER = ("closed",) * 7 + ("decided",) * 2 + ("active",)
RUNNING = ("received", "acknowledged", "taken", "finding_out", "decided", "active")


@dataclass(frozen=True)
class Made:
    """One invented request with what became of it."""

    id: int
    reference: str
    kind: str
    masked: bool
    urgency: str
    person: int | None
    name: str
    address: str
    postcode: str
    signs: list[str]
    seen: str
    done: str
    asked: str
    sender: int
    patch: Patch
    team: Team
    worker: int | None
    state: str
    sent: datetime
    decided: datetime | None
    closed: datetime | None
    decision: str
    due: datetime | None
    reason: str

    def letter(self) -> Row:
        """The columns that both desks have."""
        knows = (
            "" if self.kind == "advice" else ("agrees" if self.kind == "referral" else "not_asked")
        )
        return (
            self.id,
            self.reference,
            self.kind,
            self.masked,
            self.urgency,
            self.name,
            "",
            self.address,
            self.postcode,
            self.signs,
            self.seen,
            self.done,
            self.asked,
            knows,
            "{}",
        )


def write(cursor: Any, area: Area, lets: Lets, progress: Progress) -> None:
    """COPY the history in, one table at a time, drawing the same requests again for each."""
    copy(
        cursor,
        "requests_request",
        f"{LETTER}, person_id, owner_id, sender_id, sender_team_id, to_team_id, state, created, "
        "sent, withdrawn_words, relayed",
        (
            (
                *m.letter(),
                m.person,
                m.patch.agency_id,
                m.sender,
                m.patch.team_id,
                m.team.id if m.kind == "referral" else None,
                "sent",
                m.sent,
                m.sent,
                "",
                True,
            )
            for m in _requests(area, lets)
        ),
        progress,
    )
    copy(
        cursor,
        "requests_handling",
        f"{LETTER}, request_id, person_id, sender_worker_id, sender_team_id, sender_agency_id, "
        "sender_words, team_id, worker_id, state, route_words, wrong_team_count, arrived, "
        "acknowledged, decided, closed, decision, decision_words, better_route, due, climb_at, "
        "climbed, open_to_team_id, open_to_worker_id, version, sent, opened, contacts",
        (_handling(area, m) for m in _requests(area, lets)),
        progress,
    )
    copy(
        cursor,
        "requests_notice",
        "id, request_id, sender_worker_id, sender_team_id, code, words, decision, questions, "
        "show_from, seen",
        (notice for m in _requests(area, lets) for notice in _notices(area, m)),
        progress,
    )
    copy(
        cursor,
        "requests_step",
        "request_id, verb, from_state, to_state, team_id, by_id, at, words",
        (step for m in _requests(area, lets) for step in _steps(m)),
        progress,
    )


def _requests(area: Area, lets: Lets) -> Iterator[Made]:
    rng = random.Random(area.scale.seed + 21)  # noqa: S311 - invented data
    health = [t for t in area.teams.values() if t.kind == TeamKind.CMHT and t.workers]
    shops = [t for t in area.teams.values() if t.kind == TeamKind.ONE_STOP_SHOP]
    by_district = {district: t for t in health for district in t.covers}
    number = 0
    for tenancy, patch, address, postcode in lets():
        if rng.random() > 0.2:
            continue
        number += 1
        health_team = by_district.get(postcode.split()[0], health[tenancy % len(health)])
        yield _made(area, rng, number, tenancy, patch, address, postcode, health_team, shops[0])


def _made(
    area: Area,
    rng: random.Random,
    number: int,
    tenancy: int,
    patch: Patch,
    address: str,
    postcode: str,
    health_team: Team,
    shop: Team,
) -> Made:
    kind = ("concern", "concern", "concern", "referral", "advice", "message")[rng.randrange(6)]
    # Most are long over; one in ten was sent in the last few days.
    fresh = rng.random() < 0.1
    ago = rng.uniform(0.05, 6) if fresh else rng.uniform(8, DAYS)
    sent = area.now - timedelta(days=ago)
    state = RUNNING[rng.randrange(len(RUNNING))] if fresh else OVER[rng.randrange(len(OVER))]
    to_health = kind == "referral" or (kind == "concern" and rng.random() < 0.4)
    team = health_team if to_health else shop
    if state == "finding_out" and team is not shop:
        state = "taken"
    taken = state not in {"received", "acknowledged"}
    decided = (
        sent + timedelta(days=rng.uniform(0.02, 3))
        if state in {"decided", "active", "closed"}
        else None
    )
    if decided and decided > area.now:
        decided = area.now - timedelta(minutes=5)
    closed = None
    if state == "closed" and decided:
        closed = min(decided + timedelta(days=rng.uniform(1, 30)), area.now - timedelta(minutes=2))
    due = None
    if state in {"received", "acknowledged", "taken", "finding_out"}:
        due = clock.add_working_days(sent, 1 if state == "received" else 5)
    elif state in {"active", "decided"}:
        due = clock.add_working_days(max(decided or sent, area.now - timedelta(days=5)), 20)
    named = kind != "advice"
    name = ""
    if named:
        name = person_name(area.scale, tenancy)[0]
    sign = SIGNS[rng.randrange(len(SIGNS))]
    decision = ("acting", "advice", "passed_on", "not_for_us")[rng.randrange(4)] if decided else ""
    return Made(
        number,
        f"LN-{_four(rng)}-{_four(rng)}",
        kind,
        kind in {"concern", "message"},
        ("routine", "routine", "soon", "urgent")[rng.randrange(4)],
        tenancy if named else None,
        name,
        address if named else "",
        postcode if named else "",
        [sign],
        words.SEEN[rng.randrange(len(words.SEEN))],
        words.DONE[rng.randrange(len(words.DONE))],
        words.ASKED[rng.randrange(len(words.ASKED))],
        patch.officer_id,
        patch,
        team,
        team.workers[number % len(team.workers)] if taken else None,
        state,
        sent,
        decided,
        closed,
        "acting" if state == "active" else decision,
        due,
        words.REASONS[rng.randrange(len(words.REASONS))] if decided else "",
    )


SIGNS = (
    "hoarding",
    "noise",
    "self_neglect",
    "arrears",
    "complaint_by",
    "complaint_about",
    "no_access",
    "isolation",
)


def _four(rng: random.Random) -> str:
    return "".join(LETTERS[rng.randrange(30)] for _ in range(4))


def _handling(area: Area, m: Made) -> Row:
    name, title, _, _ = area.worker_names[m.sender]
    involved = m.person if not m.masked else None
    return (
        *m.letter(),
        m.id,
        involved,
        m.sender,
        m.patch.team_id,
        m.patch.agency_id,
        f"{name}, {title}",
        m.team.id,
        m.worker,
        m.state,
        "covers this address",
        0,
        m.sent + timedelta(minutes=1),
        m.sent + timedelta(hours=2) if m.state != "received" else None,
        m.decided,
        m.closed,
        m.decision,
        m.reason,
        "The one-stop shop can say which team is right." if m.decision == "not_for_us" else "",
        m.due,
        m.due,
        0,
        None if m.masked else m.patch.team_id,
        None if m.masked else m.sender,
        1,
        m.sent,
        None if m.masked else m.sent,
        "[]",
    )


def _notices(area: Area, m: Made) -> Iterator[Row]:
    seeded = random.Random(m.id)  # noqa: S311 - invented data
    newest = m.closed or m.decided or m.sent

    def notice(code: str, at: datetime, decision: str = "") -> Row:
        # What came in the last days has not been looked at yet.
        seen = None if area.now - newest < timedelta(days=6) else at
        key = uuid.UUID(int=seeded.getrandbits(128), version=4)
        text = "" if m.masked else m.reason
        return (key, m.id, m.sender, m.patch.team_id, code, text, decision, [], at, seen)

    yield notice("received", m.sent + timedelta(minutes=15))
    if m.decided:
        shown = clock.next_release(m.decided) if m.masked else m.decided
        yield notice("decided", shown, "" if m.masked else m.decision)
    if m.closed and not m.masked:
        yield notice("closed", m.closed)


def _steps(m: Made) -> Iterator[Row]:
    team = m.team.id
    arrived = m.sent + timedelta(minutes=1)
    yield (m.id, "arrive", "", "received", team, None, arrived, "")
    if m.worker:
        at = m.sent + timedelta(hours=2)
        yield (m.id, "take", "received", "taken", team, m.worker, at, "")
    if m.decided:
        after = "active" if m.decision == "acting" else "decided"
        yield (m.id, "decide", "taken", after, team, m.worker, m.decided, m.reason)
    if m.closed:
        before = "active" if m.decision == "acting" else "decided"
        yield (m.id, "close", before, "closed", team, m.worker, m.closed, "")
