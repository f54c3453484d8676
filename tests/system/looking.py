"""All that one worker can get at over the pages, taken down so that two runs can be compared.

Every address of the resolver is asked for, so a new page is looked at by being there; what a
worker can send is sent, and undone. Given to `tests.requests.driver.both_ways` as its `look`.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lintel.agencies.models import Worker
from lintel.kernel import messages
from lintel.kernel.actor import Actor
from lintel.kernel.models import Message
from lintel.requests.states import Kind, Shown
from lintel.requests.views.acts import ACTS as DESK_ACTS
from lintel.requests.views.sending import ACTS as SENDER_ACTS
from tests.requests.driver import Run
from tests.requests.world import NOW
from tests.support.db import as_role, rows
from tests.system.test_sweep import NOWHERE_ID, PERSONAL, PLAIN, addresses

# Sign-in says nothing about anybody; the API has its own test (tests/api).
NOT_HERE = ("accounts/", "api/", "sign-out-everywhere/")
REFERENCE = re.compile(r"LN-[0-9A-Z]{4}-[0-9A-Z]{4}")
# What differs between any two answers. Each has a fixed length, so the page's size is compared.
TOKENS = re.compile(r'(name="(?:csrfmiddlewaretoken|_once|_who)" value=")[^"]*')
# Headers that say what time it is.
CLOCKS = ("Date", "Expires", "Last-Modified")
SECOND = timedelta(seconds=1)
VISIT = re.compile(r"/visits/\d+")
SENT_LISTS = (
    "",
    *(f"?shown={shown.value}" for shown in Shown if shown is not Shown.DRAFT),
    *(f"?kind={kind.value}" for kind in Kind),
    "?whose=mine",
    "?sort=reference",
    "?sort=-about",
    "?page=2",
)
PEOPLE_LISTS = ("?news=new", "?why=request", "?why=caseload", "?sort=news", "?sort=-name")
INBOX_VIEWS = ("unassigned", "mine", "overdue", "finding_out", "wrong_team", "messages", "closed")


@dataclass
class Looking:
    """Looks at the pages as some of the workers."""

    patch: pytest.MonkeyPatch
    # Who looks; and when, as time since the sending (always, if left out).
    by: Callable[[Actor], bool]
    when: frozenset[timedelta] = frozenset()
    # Only addresses that fit, for a quick look.
    only: re.Pattern[str] = re.compile("/")
    # How many answers were looked at.
    asked: int = 0
    _values: dict[str, list[object]] = field(default_factory=dict)

    def __call__(self, actor: Actor, reference: str, now: datetime) -> dict[str, Any]:
        """Every answer that this worker gets at this moment, by what was asked."""
        if not self.by(actor) or (self.when and now - NOW not in self.when):
            return {}
        worker = Worker.objects.get(pk=actor.worker_id)
        # A second later: what is sent now comes after what was done at this very moment.
        self.patch.setattr("lintel.config.middleware.present", lambda: now + SECOND)
        self._values = values(actor, reference)
        client = Client(raise_request_exception=False)
        client.force_login(get_user_model().objects.get(pk=worker.user_id))
        found: dict[str, Any] = {"mail": mail(worker.user_id, now)}
        for path in filter(self._wanted, self.paths()):
            found[REFERENCE.sub("LN", path)] = self.answer(client, "get", path)
        for path, fields in self.sendings(reference):
            if not self._wanted(path):
                continue
            found[f"sends {REFERENCE.sub('LN', path)}"] = self.answer(client, "post", path, fields)
        # Read for good: from now on it isn't new.
        client.get(f"/requests/sent/{reference}/")
        return found

    def paths(self) -> Iterator[str]:
        """Every address with every value that tells something, and the lists' filters."""
        for address in addresses():
            if address.public or address.route.startswith(NOT_HERE):
                continue
            for chosen in product(*(self._of(name, address.route) for name in address.names)):
                yield address.at(dict(zip(address.names, chosen, strict=True)))
        yield from (f"/requests/sent/{query}" for query in SENT_LISTS)
        yield from (f"/requests/sent/export{query}" for query in SENT_LISTS)
        yield from (f"/people/{query}" for query in PEOPLE_LISTS)
        yield from (f"/requests/inbox/?view={view}" for view in INBOX_VIEWS)

    def _wanted(self, path: str) -> bool:
        return self.only.match(path) is not None

    def _of(self, name: str, route: str) -> list[object]:
        if name == "act":
            return list(SENDER_ACTS if "/sent/" in route else DESK_ACTS)
        return self._values.get(name) or [NOWHERE_ID if name in PERSONAL else PLAIN[name]]

    def sendings(self, reference: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """What a sender, or somebody who tries what isn't theirs, can send."""
        person = self._values["person_id"][0]
        words = {"words": "Words"}
        visit = {"when_0": "1", "when": "1 December 2026 10am", "where": "Here", "why": "So"}
        for act in SENDER_ACTS:
            yield f"/requests/sent/{reference}/{act}", {**words, **visit}
        yield f"/requests/sent/{reference}/open", {}
        for act in ("acknowledge", "take", *DESK_ACTS):
            yield f"/requests/desk/{reference}/{act}", words
        letter = {
            "signs": ["noise"],
            "seen": "Again",
            "asked_for": "Look",
            "urgency": "routine",
            "person_knows": "not_asked",
        }
        yield f"/requests/concern/new/{person}", letter
        yield f"/requests/message/new/{person}", words
        about = {"about_name": "John Invented", "about_born": "3 April 1972"}
        yield "/requests/concern/new", {**letter, **about}
        yield "/people/search", {"words": "John"}
        yield "/requests/sent/", {"words": "John"}
        yield "/requests/inbox/", {"words": "John"}

    def answer(
        self, client: Client, method: str, path: str, fields: dict[str, Any] | None = None
    ) -> Any:
        """What comes back, and what is there to read after it; undone afterwards."""
        self.asked += 1
        cookies = client.cookies.output()
        with undone(), CaptureQueriesContext(connection) as captured:
            response = getattr(client, method)(path, fields or {})
            taken = [taken_down(response)]
            if response.status_code in {302, 303} and method == "post":
                taken.append(taken_down(client.get(response["Location"])))
        set_now = client.cookies.output()
        if set_now != cookies:
            # A message for the next page: it is the answer's, and not kept.
            session = client.cookies["sessionid"].value
            client.cookies.clear()
            client.cookies["sessionid"] = session
        return taken, len(captured)


def sheets(book: bytes) -> bytes:
    """What a spreadsheet says, without the times at which it was packed."""
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        names = sorted(n for n in packed.namelist() if not n.startswith("docProps"))
        return b"\n".join(packed.read(name) for name in names)


def taken_down(response: HttpResponseBase) -> dict[str, Any]:
    """Status, headers, cookies set and body; without what no two answers share."""
    body = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
    packed = body.startswith(b"PK")
    if packed:
        body = sheets(body)
    text = VISIT.sub("/visits/0", TOKENS.sub(r"\1", body.decode()))
    headers = {
        name: REFERENCE.sub("LN", value)
        for name, value in response.headers.items()
        # The size of a spreadsheet depends on the times at which it was packed.
        if name not in CLOCKS and not (packed and name == "Content-Length")
    }
    return {
        "status": response.status_code,
        "headers": headers,
        "cookies": sorted((name, len(made.value)) for name, made in response.cookies.items()),
        "size": len(body),
        "body": REFERENCE.sub("LN", text),
    }


def values(actor: Actor, reference: str) -> dict[str, list[object]]:
    """What stands for each parameter, beside what isn't there."""
    with as_role("postgres"):
        people = rows("SELECT id FROM people_person ORDER BY id")
        teams = rows("SELECT id, slug FROM agencies_team ORDER BY id")
        nurses = rows("SELECT id FROM agencies_worker WHERE name = 'Nia Nurse'")
    return {
        "person_id": [row[0] for row in people],
        "reference": [reference],
        "team_id": [row[0] for row in teams],
        "slug": [row[1] for row in teams],
        "worker_id": [actor.worker_id, *(row[0] for row in nurses)],
    }


def mail(user_id: int, now: datetime) -> list[tuple[datetime, str]]:
    """The e-mails that went to the worker by now: when, and the whole of it with its headers."""
    with as_role("postgres"):
        found = list(
            Message.objects.filter(to_user_id=user_id, next_attempt__lte=now).order_by(
                "next_attempt", "link", "template"
            )
        )
    composed = [(m, messages.compose(m, "worker@example.org").message()) for m in found]
    taken = []
    for message, made in composed:
        del made["Date"]
        text = made.as_string().replace(str(message.id), "MESSAGE")
        taken.append((message.next_attempt, REFERENCE.sub("LN", text)))
    return taken


def opened(run: Run) -> set[str]:
    """What was asked for and came as a page, at any moment."""
    return {
        what
        for _, seen in run.moments
        for who in seen
        if "looks" in who
        for what, answer in (seen[who] or {}).items()
        if what != "mail" and answer[0][0]["status"] == 200
    }


def told_apart(one: Run, other: Run) -> list[str]:
    """Where what was looked at differs, in words: when, who, what, and how."""
    found = []
    for (label, seen), (_, other_seen) in zip(one.moments, other.moments, strict=True):
        for who in sorted(key for key in seen.keys() | other_seen.keys() if "looks" in key):
            mine, theirs = seen.get(who) or {}, other_seen.get(who) or {}
            for what in sorted(mine.keys() | theirs.keys()):
                if mine.get(what) != theirs.get(what):
                    how = difference(str(mine.get(what)), str(theirs.get(what)))
                    found.append(f"{label}, {who} at {what}: {how}")
    return found


def difference(one: str, other: str) -> str:
    """The first place at which two texts differ."""
    pairs = zip(one, other, strict=False)
    at = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
    return f"{one[max(0, at - 60) : at + 60]!r} / {other[max(0, at - 60) : at + 60]!r}"


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is gone afterwards."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)
