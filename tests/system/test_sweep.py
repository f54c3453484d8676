"""Every address x every role x every method, generated from the resolver.

A new address is in the sweep by being in the resolver; a new kind of parameter fails until it is
said here what it stands for. What must hold:
- signed out, nothing but what is public answers;
- nothing ever fails with a server error, whatever the method;
- an object outside the worker's sight answers as one that doesn't exist, to the letter.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from psycopg.errors import InsufficientPrivilege

from lintel.agencies.models import User
from lintel.config import middleware
from lintel.config.synth import Scale
from lintel.kernel.actor import bound_account
from lintel.web.http import is_public
from tests.support.area import put_area
from tests.support.db import as_role, rows

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

# Absent in any area.
NOWHERE_ID = 987_654_321
NOWHERE_REF = "LN-2222-2222"
NOWHERE_UUID = "00000000-0000-4000-8000-000000000002"
ROLES = (
    "amina-yusuf@shethernley-homes.example",  # housing officer
    "graham-pike@shethernley-homes.example",  # manager
    "daniel-okafor@shethern-valley-trust.example",  # nurse
    "joan-bright@the-door.example",  # one-stop shop
    "priya-nair@shethernley-homes.example",  # information lead
    "kwame-boateng@shethern-valley-trust.example",  # ward
    "leanne-carter@shethernley-council.example",  # homelessness
    "fiona-drake@shethernley-council.example",  # commissioner
    "stephen-lowe@commissioners.example",  # partnership lead
)
# Their own view, and that of somebody they let look: no worker's page opens for them.
OWN_VIEWS = (
    "john-tressell@person.invalid",  # tenant
    "alan-tressell@person.invalid",  # carer
)
# Parameter -> SQL for its values; each row one object. Ids are compared as text.
PERSONAL = {
    "person_id": "SELECT id FROM people_person",
    "reference": "SELECT reference FROM requests_request",
    "consent_id": "SELECT id FROM sharing_consent",
    "basis_id": "SELECT id FROM sharing_otherbasis",
    "paper_id": "SELECT id FROM sharing_consentpaper",
    "note_id": "SELECT id FROM people_note",
    "member_id": "SELECT id FROM plans_circlemember",
    "contact_id": "SELECT id FROM people_contactpoint",
    "visit_id": "SELECT id FROM requests_jointvisit",
    "override_id": "SELECT id FROM sharing_override",
    "second_id": "SELECT id FROM sharing_overrideask",
    "message_id": "SELECT id FROM kernel_message",
    "entry_id": "SELECT id FROM kernel_access",
    "question_id": "SELECT id FROM records_question",
    "viewer_id": "SELECT id FROM sharing_viewer",
    "invitation_id": "SELECT id FROM portal_invitation",
    "ask_id": "SELECT id FROM portal_ask",
    "remark_id": "SELECT id FROM portal_remark",
    "copy_request_id": "SELECT id FROM records_copyrequest",
    "hold_id": "SELECT id FROM records_hold",
    "erasure_id": "SELECT id FROM records_erasure",
    "stay_id": "SELECT id FROM hospital_stay",
    "step_id": "SELECT id FROM hospital_step",
    "meeting_id": "SELECT id FROM hospital_meeting",
    "waiting_id": "SELECT id FROM hospital_waiting",
    "placement_id": "SELECT id FROM hospital_placement",
    "care_review_id": "SELECT id FROM hospital_review",
}
# Where a worker may see the object in more than one table, it is unseen only if in none.
SEEN = {
    # An information lead looks up those about whom the agency holds something.
    "person_id": "SELECT id FROM people_person UNION "
    "SELECT id FROM sharing_people_for_lead(NULL, ARRAY(SELECT generate_series(1, 400)))",
    "reference": "SELECT reference FROM requests_request "
    "UNION SELECT reference FROM requests_handling",
}
# Not about a person: a value is enough.
PLAIN = {
    "team_id": "1",
    "ward_id": "1",
    "plan_id": "1",
    "worker_id": "1",
    "link_id": "1",
    "token_id": "1",
    "token": "x",
    "patch_id": "1",
    "agency_id": "1",
    "act": "decide",
    "slug": "x",
    "key": "x",
    "how": "email",
    "key_id": "1",
    "reach_id": "1",
    "uidb36": "1",
    "provider_id": "x",
    "process": "login",
    "rest": "x",
    "provider": "x",
    "pk": "1",
    "number": "1",
    "rule_id": "1",
    "review_id": "1",
    "report_id": "00000000-0000-4000-8000-000000000001",
    "feed_id": "1",
    "run_id": "1",
    # Entries are public: what of them isn't is answered as not there (test_owner_pages).
    "service_id": "00000000-0000-4000-8000-000000000000",
    "section": "when",
    "part": "hours",
    "code": "x",
    "by": "person",
    "oruk_id": "x",
    "tenancy": "T0000001",
}
ODD_METHODS = ("put", "patch", "delete")
OTHERS = ("head", "options", *ODD_METHODS)


@dataclass(frozen=True)
class Address:
    """One pattern of the resolver."""

    route: str
    names: tuple[str, ...]
    public: bool

    def at(self, values: dict[str, object]) -> str:
        """The path with these values."""
        path = self.route
        for name in self.names:
            path = re.sub(rf"<(?:\w+:)?{name}>", str(values[name]), path)
        return "/" + path


def addresses() -> Iterator[Address]:
    """Every pattern, with its parameters in order."""

    def walk(
        patterns: list[URLPattern | URLResolver], prefix: str, open_: bool
    ) -> Iterator[Address]:
        for pattern in patterns:
            route = prefix + str(pattern.pattern).lstrip("^").rstrip("$")
            if isinstance(pattern, URLResolver):
                inside = open_ or route.startswith("accounts/") or pattern.namespace == "api"
                yield from walk(pattern.url_patterns, route, inside)
                continue
            if "(?P" in route:
                continue  # The sign-in library's regular expressions: its own tests sweep them.
            names = tuple(re.findall(r"<(?:\w+:)?(\w+)>", route))
            yield Address(route, names, open_ or is_public(pattern.callback))

    yield from walk(get_resolver().url_patterns, "", False)


SCALE = Scale(people=400, tenancies=300, workers=60, agencies=25)
# One for all sweeps of a process.
MADE = datetime.now(UTC)


class Area:
    """A small area; time moves on by itself, so that noted guesses never add up to a stop."""

    def __init__(self) -> None:
        put_area(SCALE, MADE)
        self.begun = datetime.now(UTC)
        self.begin_anew()

    def begin_anew(self) -> None:
        """The clock starts again, as it may for another worker: guesses are each worker's own."""
        self._ticks = count()

    def now(self) -> datetime:
        """Within a session's life, and far enough that the clock never starts again by itself."""
        return self.begun + timedelta(seconds=15 * (next(self._ticks) % 1600))


@pytest.fixture
def area(monkeypatch: pytest.MonkeyPatch) -> Area:
    """A small area, and its time."""
    made = Area()
    monkeypatch.setattr(middleware, "present", made.now)
    return made


def client_of(email: str) -> Client:
    """A browser in which this worker is signed in."""
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.using("owner").get(email=email))
    return client


@contextmanager
def as_seen_by(email: str) -> Iterator[Any]:
    """A cursor in a transaction that sees what this worker, person or carer sees."""
    user = User.objects.using("owner").get(email=email)
    if email in OWN_VIEWS:
        with bound_account(user.pk), connection.cursor() as cursor:
            yield cursor
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lintel.worker', %s, true)", [str(user.worker.pk)])
        yield cursor


def _column(cursor: object, sql: str) -> set[str]:
    cursor.execute(sql)  # type: ignore[attr-defined]
    return {str(row[0]) for row in cursor.fetchall()}  # type: ignore[attr-defined]


def unseen_by(email: str) -> dict[str, str]:
    """For each personal parameter, an object that exists and that this worker can't see."""
    chosen = {}
    with as_role("postgres"):
        all_of = {name: {str(row[0]) for row in rows(sql)} for name, sql in PERSONAL.items()}
    with as_seen_by(email) as cursor:
        for name, sql in PERSONAL.items():
            try:
                with transaction.atomic():
                    seen = _column(cursor, sql if email in OWN_VIEWS else SEEN.get(name, sql))
            except ProgrammingError as error:
                # A table that the application may not read shows nothing; any other fault is ours.
                if not isinstance(error.__cause__, InsufficientPrivilege):
                    raise
                seen = set()
            hidden = sorted(all_of[name] - seen)
            chosen[name] = hidden[0] if hidden else nowhere(name)
    return chosen


def nowhere(name: str) -> str:
    """A value of this parameter that no object has."""
    return {"reference": NOWHERE_REF, "message_id": NOWHERE_UUID}.get(name, str(NOWHERE_ID))


def normal(body: bytes, path: str) -> bytes:
    """The page without what differs between any two answers: tokens, and the path asked for."""
    body = re.sub(rb'name="(csrfmiddlewaretoken|_once|_who)"[^>]*', b"", body)
    return body.replace(path.encode(), b"?")


def test_every_parameter_is_known() -> None:
    """A new parameter must say what it stands for, or the sweep would pass it by."""
    known = PERSONAL.keys() | PLAIN.keys()
    unknown = {name for a in addresses() for name in a.names} - known
    assert not unknown, f"Say in PERSONAL or PLAIN what these stand for: {sorted(unknown)}"


def test_signed_out_only_the_public_answers(area: Area) -> None:
    """All else leads to sign-in, by any method, and says nothing."""
    client = Client(raise_request_exception=False)
    wrong = []
    for address in addresses():
        values = {name: PLAIN.get(name, NOWHERE_ID) for name in address.names}
        for method in ("get", "post", *ODD_METHODS):
            response = getattr(client, method)(address.at(values))
            allowed = (
                {302, 303, 401, 403, 404, 405}
                if not address.public
                else {200, 302, 303, 400, 401, 403, 404, 405, 415, 422}
            )
            if address.route.startswith("demo"):
                allowed = allowed | {200, 400, 404, 405}
            if response.status_code not in allowed:
                wrong.append(f"{method} /{address.route}: {response.status_code}")
            elif (
                not address.public
                and response.status_code == 302
                and not response["Location"].startswith(("/accounts/login", "/me/sign-in"))
            ):
                wrong.append(f"{method} /{address.route}: sent to {response['Location']}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("emails", [ROLES[:3], ROLES[3:6], ROLES[6:], OWN_VIEWS], ids=",".join)
def test_what_is_unseen_answers_as_what_is_not_there(area: Area, emails: tuple[str, ...]) -> None:
    """Another agency's person or request: not found, word for word as an id that nobody has."""
    wrong = []
    for email in emails:
        area.begin_anew()
        wrong += [f"{email}: {line}" for line in told_by_what_is_unseen(email)]
    assert not wrong, "\n".join(wrong)


def told_by_what_is_unseen(email: str) -> Iterator[str]:
    """Where the answer about something unseen is another than about what isn't there."""
    client = client_of(email)
    hidden = unseen_by(email)
    for address in addresses():
        personal = [name for name in address.names if name in PERSONAL]
        if not personal or address.route.startswith("api/"):
            continue
        plain = {name: PLAIN[name] for name in address.names if name in PLAIN}
        there = plain | {name: hidden[name] for name in personal}
        absent = plain | {name: nowhere(name) for name in personal}
        for method in ("get", "post"):
            one = getattr(client, method)(address.at(there))
            other = getattr(client, method)(address.at(absent))
            label = f"{method} /{address.route}"
            # 403: the role may never use the page, whoever it is about.
            away = email in OWN_VIEWS and one.status_code == 302 and one["Location"] == "/me/"
            if one.status_code not in {403, 404, 405} and not away:
                yield f"{label}: {one.status_code}"
            same = normal(one.content, address.at(there)) == normal(
                other.content, address.at(absent)
            )
            if one.status_code != other.status_code or not same:
                yield f"{label}: unseen {one.status_code}, absent {other.status_code}"


@pytest.mark.parametrize("email", ROLES + OWN_VIEWS)
def test_no_address_fails_for_any_role(area: Area, email: str) -> None:
    """Pages open, refuse or are not there; none breaks, and odd methods never do anything.

    Each address by GET, POST and one method more: over the roles each is met by each method.
    """
    shift = (ROLES + OWN_VIEWS).index(email)
    wrong = broken_for(email, lambda n: ("get", "post", OTHERS[(n + shift) % len(OTHERS)]))
    assert not wrong, "\n".join(wrong)


@pytest.mark.deep
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("email", ROLES + OWN_VIEWS)
def test_no_address_fails_for_any_role_and_method(area: Area, email: str) -> None:
    """As above, with every method for every role."""
    wrong = broken_for(email, lambda _: ("get", "post", *OTHERS))
    assert not wrong, "\n".join(wrong)


def broken_for(email: str, methods: Callable[[int], tuple[str, ...]]) -> list[str]:
    """What fails, and what an odd method seems to do; `methods` of the address of that number."""
    client = client_of(email)
    seen: dict[str, str] = {}
    with as_seen_by(email) as cursor:
        for name in ("person_id", "reference", "note_id", "consent_id"):
            try:
                with transaction.atomic():
                    sql = PERSONAL[name] if email in OWN_VIEWS else SEEN.get(name, PERSONAL[name])
                    found = sorted(_column(cursor, sql))
            except ProgrammingError:
                found = []
            seen[name] = found[0] if found else str(NOWHERE_ID)
    wrong = []
    for number, address in enumerate(addresses()):
        if "logout" in address.route or address.route.startswith(("demo", "me/leave")):
            continue
        values = {name: seen.get(name, PLAIN.get(name, NOWHERE_ID)) for name in address.names}
        for method in methods(number):
            response = getattr(client, method)(address.at(values))
            if response.status_code >= 500:
                wrong.append(f"{method} /{address.route}: {response.status_code}")
            elif method in ODD_METHODS and response.status_code < 400 and not address.public:
                wrong.append(f"{method} /{address.route}: {response.status_code} (does something?)")
    return wrong
