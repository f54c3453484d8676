"""Workers who visit the running product in real browsers, and pictures of what they saw.

Pictures go to `build/journey`. With LINTEL_SCREENSHOTS set to a folder, the telling ones go there
too: `LINTEL_SCREENSHOTS=docs/screenshots pytest tests/system/test_journey.py`.
"""

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import TimeoutError

from tests.support import browser
from tests.support.axe import WIDTHS, violations
from tests.system.pictures import reduced
from tests.system.running import ROOT, Product

FOLDER = ROOT / "build" / "journey"
KEPT = os.environ.get("LINTEL_SCREENSHOTS", "")
KEPT_HEIGHT = 1800
PATIENCE = 30.0
REFERENCE = re.compile(r"LN-[0-9A-Z]{4}-[0-9A-Z]{4}")
DESK, PHONE = WIDTHS


@dataclass
class Visitor:
    """One worker's browser."""

    name: str
    page: Any
    context: Any
    seen: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open an address, which must be there."""
        answer = self.page.goto(path)
        assert answer.status == 200, (self.name, path, answer.status)

    def look(self, name: str, *keep: int) -> None:
        """Check the page as it stands, at both widths; `keep`: the widths worth keeping."""
        wrong = []
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.screenshot(path=FOLDER / f"{name}-{width}.png", full_page=True)
            if KEPT and width in keep:
                self._keep(name if width == DESK else f"{name}-phone", width)
            wrong += [f"{width}px {line}" for line in violations(self.page)]
            if self.page.evaluate("document.documentElement.scrollWidth") > width:
                wrong.append(f"{width}px the page scrolls sideways")
        self.page.set_viewport_size({"width": DESK, "height": 900})
        assert not wrong, f"{name} {self.page.url}\n" + "\n".join(wrong)

    def first(self, what: str, text: str | re.Pattern[str]) -> Any:
        """The first of these with the text, once it is there."""
        found = self.page.locator(what, has_text=text).first
        self._wait(found, str(text))
        return found

    def _wait(self, locator: Any, text: str) -> None:
        try:
            locator.wait_for(state="attached")
        except TimeoutError:
            self.page.screenshot(path=FOLDER / "missed.png", full_page=True)
            pytest.fail(f"{self.name} misses “{text}” at {self.page.url}:\n{self.text()}")

    def _keep(self, name: str, width: int) -> None:
        """Keep the upper part of the page as a picture for the documents."""
        folder = ROOT / KEPT
        folder.mkdir(parents=True, exist_ok=True)
        height = min(KEPT_HEIGHT, self.page.evaluate("document.documentElement.scrollHeight"))
        clip = {"x": 0, "y": 0, "width": width, "height": height}
        picture = self.page.screenshot(full_page=True, clip=clip)
        (folder / f"{name}.png").write_bytes(reduced(browser.started(), picture))

    def press(self, text: str) -> None:
        """Press the button with this text and nothing more."""
        self.first("button:visible", re.compile(rf"^\s*{re.escape(text)}\s*$")).click()

    def follow(self, text: str | re.Pattern[str]) -> None:
        """Follow the first link with this in its text, also one dressed as a button."""
        self.first("a[href]:visible", text).click()

    def fill(self, label: str, words: str) -> None:
        """Type into the first field with this label."""
        field = self.page.get_by_label(label).first
        self._wait(field, label)
        field.fill(words)

    def tick(self, *labels: str) -> None:
        """Tick the boxes, or choose the options, with these labels."""
        for label in labels:
            box = self.page.get_by_label(label).first
            self._wait(box, label)
            box.check()

    def choose(self, label: str, option: str) -> None:
        """Choose from a list the option whose text has this in it."""
        field = self.page.get_by_label(label).first
        self._wait(field, label)
        text = field.locator("option", has_text=option).first.inner_text()
        field.select_option(label=text)

    def sees(self, *texts: str) -> None:
        """All of these are on the page, or come within a few seconds."""
        for text in texts:
            self._wait(self.page.get_by_text(text).first, text)

    def text(self) -> str:
        """All that can be read in the page's main part."""
        return str(self.page.locator("main").inner_text())

    def misses(self, *texts: str) -> None:
        """None of these is anywhere in the page."""
        whole = self.page.content()
        for text in texts:
            assert text not in whole, (self.name, self.page.url, text)

    def reference(self) -> str:
        """The reference of the request whose page is open."""
        found = REFERENCE.search(self.page.url)
        assert found, self.page.url
        return found[0]

    def find(self, words: str) -> None:
        """Look for a person."""
        self.go("/people/")
        self.fill("Find a person", words)
        self.press("Search")


@dataclass
class House:
    """The running product, the browsers in it, and its clocks moved on by hand."""

    product: Product
    visitors: list[Visitor] = field(default_factory=list)

    def sign_in(self, name: str, *, script: bool = True) -> Visitor:
        """A browser of its own, signed in by the button with the worker's name."""
        visitor = self.stranger(name, script=script)
        self.enter(visitor)
        return visitor

    def stranger(self, name: str = "", *, script: bool = True) -> Visitor:
        """A browser of its own, with nobody signed in."""
        context = browser.started().new_context(
            base_url=f"http://127.0.0.1:{self.product.port}", java_script_enabled=script
        )
        context.set_default_timeout(PATIENCE * 1000)
        visitor = Visitor(name, context.new_page(), context)
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        self.visitors.append(visitor)
        return visitor

    def enter(self, visitor: Visitor) -> None:
        """Press the worker's button on the demonstration's page."""
        visitor.go("/demo")
        visitor.press(visitor.name)
        visitor.sees("My day")

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """What is really there."""
        with self.product.behind() as connection:
            return connection.execute(sql, values).fetchall()

    def work_done(self) -> None:
        """Wait until no job that is due waits or runs."""
        until(
            lambda: (
                not self.query(
                    "SELECT 1 FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
                    " AND coalesce(scheduled_at, now()) <= now() LIMIT 1"
                )
            ),
            "The jobs were not done",
        )

    def set_time_comes(self) -> None:
        """What is held back until a set time of day is shown now: that time is moved to here.

        A masked "received" waits for the quarter of an hour and "decided" for 10am, 1pm or 4pm; a
        test can't. What is moved is the time alone, past the rules of the application's role.
        """
        self.work_done()
        with self.product.behind() as connection:
            connection.execute("SET session_replication_role = replica")
            for table, column, state in (
                ("requests_notice", "show_from", ""),
                ("kernel_message", "next_attempt", " AND state = 'queued'"),
                ("procrastinate_jobs", "scheduled_at", " AND status = 'todo'"),
            ):
                connection.execute(
                    f"UPDATE {table} SET {column} = now() - interval '1 second'"
                    f" WHERE {column} > now(){state}"
                )
        self.work_done()

    def mails(self, name: str) -> int:
        """How many messages this worker has been sent."""
        self.work_done()
        return int(
            self.query(
                "SELECT count(*) FROM kernel_message m JOIN agencies_worker w"
                " ON w.user_id = m.to_user_id WHERE w.name = %s AND m.state = 'sent'",
                name,
            )[0][0]
        )

    def person(self, name: str) -> int:
        """A person's number."""
        return int(self.query("SELECT id FROM people_person WHERE name = %s", name)[0][0])

    def close(self) -> None:
        """Close all browsers; none of their pages may have failed in script."""
        for visitor in self.visitors:
            visitor.context.close()
        assert [v.complaints for v in self.visitors if v.complaints] == []


@contextmanager
def open_house(data: Path) -> Iterator[House]:
    """The product with the demonstration area, started on a folder of its own."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    product = Product(data)
    house = House(product)
    product.start()
    try:
        yield house
        house.close()
    finally:
        product.stop()


def write_concern(visitor: Visitor, what: str) -> None:
    """Fill in the form of a concern, with this for what happened."""
    visitor.tick("Things piling up", "Fire risk")
    visitor.fill("What happened?", what)
    visitor.tick("Soon: it is getting worse")
    visitor.fill("What have you or others done so far?", "Two visits and a letter. He was polite.")
    visitor.fill("What would you like to happen?", "Somebody to visit together with me.")
    visitor.tick("I have not asked them yet")


def until(holds: Callable[[], bool], otherwise: str) -> None:
    """Wait until it holds; fail with `otherwise` when it doesn't within `PATIENCE` seconds."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.1)
