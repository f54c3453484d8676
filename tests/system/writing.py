"""Workers who write into the running product while it is being killed, and what they were told."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import psycopg

from tests.system.running import Browser, Fields, Unknown

T = TypeVar("T")
# Once the product is back, an answer comes; this is how long a writer waits for it to be back.
BACK_WITHIN = 90.0
OFFICERS_SQL = """
SELECT w.id, u.email, array_agg(DISTINCT s.person_id)
FROM agencies_worker w
JOIN agencies_user u ON u.id = w.user_id
JOIN agencies_agency a ON a.id = w.agency_id
JOIN sight s ON s.worker_id = w.id
JOIN people_tenancy t ON t.person_id = s.person_id AND t.ended IS NULL
WHERE a.kind = 'landlord' AND u.is_active
GROUP BY w.id, u.email HAVING count(DISTINCT s.person_id) >= 20
ORDER BY w.id
"""
TEAMS_SQL = """
SELECT t.id FROM agencies_team t JOIN agencies_agency a ON a.id = t.agency_id
WHERE t.takes_requests AND t.closed_on IS NULL AND a.kind = 'trust'
"""
DESKS_SQL = """
SELECT h.reference, h.state, u.email
FROM requests_handling h
JOIN agencies_membership m ON m.team_id = h.team_id AND m.valid @> now()
JOIN agencies_worker w ON w.id = m.worker_id AND w.loop @> now()
JOIN agencies_user u ON u.id = w.user_id AND u.is_active
WHERE h.seen LIKE 'mark-%%' OR h.seen LIKE '%%mark-%%'
ORDER BY h.reference, u.email
"""


@dataclass
class Write:
    """One thing that was written, and what its writer knows of it."""

    mark: str
    what: str
    by: str
    reference: str = ""
    # "told": a page said that it was done. "refused": a page said that it wasn't. "unknown": none.
    outcome: str = "unknown"
    # How often it was sent: more than once after an answer that never came.
    tries: int = 0


@dataclass
class Ledger:
    """All that was written, by all writers."""

    writes: list[Write] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, what: str, by: str, reference: str = "") -> Write:
        """A new entry with a mark that no other has."""
        with self.lock:
            made = Write(f"mark-{len(self.writes):04d}-", what, by, reference)
            self.writes.append(made)
            return made

    def of(self, outcome: str, *whats: str) -> list[Write]:
        """The entries with this outcome, of these sorts if any are named."""
        return [w for w in self.writes if w.outcome == outcome and (not whats or w.what in whats)]


@dataclass
class Writer:
    """One who writes, as whichever worker fits."""

    port: int
    behind: Callable[[], psycopg.Connection]
    ledger: Ledger
    chance: random.Random
    officers: list[tuple[int, str, list[int]]]
    teams: list[int]
    browsers: dict[str, Browser] = field(default_factory=dict)

    def write(self) -> None:
        """Write one thing of a random sort."""
        sorts: list[tuple[int, Callable[[], None]]] = [
            (5, self.concern),
            (2, self.message),
            (3, self.advice),
            (2, self.added),
            (1, self.withdrawn),
            (8, self.desk),
            (3, self.note),
            (3, self.consent),
        ]
        weights = [weight for weight, _ in sorts]
        self.chance.choices([do for _, do in sorts], weights)[0]()

    # What officers write ---------------------------------------------------------------------

    def concern(self) -> None:
        """A concern about somebody on the officer's patch."""
        _, email, people = self.chance.choice(self.officers)
        write = self.ledger.add("concern", email)
        fields: Fields = {
            "signs": self.chance.sample(["hoarding", "noise", "arrears"], 2),
            "seen": [f"{write.mark} Bags up to the window."],
            "done": ["Knocked twice."],
            "asked_for": ["Somebody to visit."],
            "urgency": [self.chance.choice(["routine", "soon", "urgent"])],
            "person_knows": ["not_asked"],
        }
        path = f"/requests/concern/new/{self.chance.choice(people)}"
        self.sent(write, path, fields)

    def message(self) -> None:
        """A message to pass on."""
        _, email, people = self.chance.choice(self.officers)
        write = self.ledger.add("message", email)
        path = f"/requests/message/new/{self.chance.choice(people)}"
        self.sent(write, path, {"words": [f"{write.mark} Please ring."]})

    def advice(self) -> None:
        """A question with nobody in it."""
        _, email, _ = self.chance.choice(self.officers)
        write = self.ledger.add("advice", email)
        fields: Fields = {
            "seen": [f"{write.mark} Somebody who has stopped opening the door."],
            "asked_for": ["What could we try?"],
            "urgency": ["routine"],
        }
        self.sent(write, "/requests/advice/new", fields)

    def note(self) -> None:
        """A note in somebody's record."""
        _, email, people = self.chance.choice(self.officers)
        write = self.ledger.add("note", email)
        fields: Fields = {"words": [f"{write.mark} He said that he is well."], "category": ["3"]}
        self.sent(write, f"/people/{self.chance.choice(people)}/notes/new", fields)

    def consent(self) -> None:
        """What somebody agreed to and refused: it gives sight, and opens what was masked."""
        _, email, people = self.chance.choice(self.officers)
        write = self.ledger.add("consent", email)
        fields: Fields = {
            "lasts": ["6"],
            "said": ["aloud"],
            "capacity": ["presumed"],
            "capacity_words": ["He said in his own words what it means."],
            "explained": ["face_to_face"],
            "explained_words": [f"{write.mark} Who would see what."],
            "persons_words": ["Tell them about the kitchen."],
        }
        team = self.chance.choice(self.teams)
        about = f"team={team}&purpose=tenancy_support"
        path = f"/people/{self.chance.choice(people)}/consent/new?{about}"
        self.sent(write, path, fields, also=self._answers)

    def _answers(self, form: Fields) -> Fields:
        """Yes or no to each thing that is asked."""
        asked = [name for name in form if name.startswith("may-")]
        return {name: [self.chance.choice(["yes", "yes", "no"])] for name in asked}

    def added(self) -> None:
        """More about what was sent."""
        if (first := self._one_sent()) is None:
            self.advice()
            return
        write = self.ledger.add("added", first.by, first.reference)
        path = f"/requests/sent/{first.reference}/add"
        self.sent(write, path, {"words": [f"{write.mark} It is getting worse."]})

    def withdrawn(self) -> None:
        """Something taken back."""
        if (first := self._one_sent()) is None:
            self.advice()
            return
        write = self.ledger.add("withdrawn", first.by, first.reference)
        path = f"/requests/sent/{first.reference}/withdraw"
        self.sent(write, path, {"words": [f"{write.mark} Sent twice."]})

    def _one_sent(self) -> Write | None:
        found = self.ledger.of("told", "concern", "message", "advice")
        return self.chance.choice(found) if found else None

    # What teams write ------------------------------------------------------------------------

    def desk(self) -> None:
        """A move on the desk of something that was sent here."""
        try:
            with self.behind() as connection:
                found = connection.execute(DESKS_SQL).fetchall()
        except psycopg.Error:
            found = []
        if not found:
            self.advice()
            return
        reference, state, email = self.chance.choice(found)
        self._move(reference, state, email)

    def _move(self, reference: str, state: str, email: str) -> None:
        at = f"/requests/desk/{reference}/"
        if state == "received":
            verb = self.chance.choice(["acknowledge", "take"])
            self.sent(self.ledger.add(verb, email, reference), at + verb, {}, at=at)
            return
        verb = self.chance.choice(["decide", "find-out", "note", "note"])
        write = self.ledger.add(verb, email, reference)
        words = [f"{write.mark} I have rung."]
        fields: Fields = {"words": words}
        if verb == "decide":
            fields = {"decision": ["acting"], "acting_words": words}
        self.sent(write, at + verb, fields)

    # How -------------------------------------------------------------------------------------

    def sent(
        self,
        write: Write,
        path: str,
        fields: Fields,
        *,
        at: str = "",
        also: Callable[[Fields], Fields] = lambda form: {},
    ) -> None:
        """Open the form and send it; send it again, the very same, while no answer comes.

        `at`: the page with the form, where it isn't the form's own. `also`: what is filled in
        by what the form asks.
        """
        browser = self.browser(write.by)
        try:
            form = self.patiently(lambda: browser.form(path, at))
        except Unknown:
            return
        if form is None:
            write.outcome = "refused"
            return
        form |= fields | also(form)
        deadline = time.monotonic() + BACK_WITHIN
        while time.monotonic() < deadline:
            write.tries += 1
            try:
                answer = browser.ask("POST", path, form)
            except Unknown:
                time.sleep(0.2)
                continue
            write.outcome = "told" if answer.status in {302, 303} else "refused"
            if write.outcome == "told" and answer.location.startswith("/requests/sent/"):
                write.reference = answer.location.split("/")[3]
            if "/accounts/login" in answer.location:
                raise AssertionError(f"{write.by} was signed out by a kill")
            return

    def browser(self, email: str) -> Browser:
        """A browser in which this worker is signed in."""
        if email not in self.browsers:
            made = Browser(self.port)
            self.patiently(lambda: made.sign_in(email))
            self.browsers[email] = made
        return self.browsers[email]

    def patiently(self, ask: Callable[[], T]) -> T:
        """Ask until there is an answer. Raises Unknown when the product stays away."""
        deadline = time.monotonic() + BACK_WITHIN
        while True:
            try:
                return ask()
            except Unknown:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
