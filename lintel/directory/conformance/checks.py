"""The checks: what is told at each address, whether its pages add up, whether filters narrow."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ParamSpec
from urllib.parse import quote
from uuid import uuid4

from lintel.directory.conformance.asking import Answer, Asker, Enough, Unanswered
from lintel.directory.conformance.report import Mark, Report
from lintel.directory.conformance.schemas import NAMES, Schemas

LEVELS = {"services": 1, "taxonomies": 2, "taxonomy_terms": 2, "service_at_locations": 2}
PER_PAGE = 100
KEYS: dict[str, type] = {
    "total_items": int,
    "total_pages": int,
    "page_number": int,
    "size": int,
    "first_page": bool,
    "last_page": bool,
    "empty": bool,
    "contents": list,
}
NONSENSE = "zzqxjvkwy"
Page = Mapping[str, Any]
P = ParamSpec("P")


class Wrong(Exception):
    """The answer is of no use; the words say why."""


@dataclass(slots=True)
class Walked:
    """All that a list gave: things by id, in order; `whole` if the last page was seen."""

    things: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    total: int = 0
    whole: bool = False


@dataclass(slots=True)
class Run:
    """One run. `pages`: so many of each list at most; `samples`: so many things of each."""

    ask: Asker
    schemas: Schemas
    pages: int = 20
    samples: int = 5
    report: Report = field(default_factory=Report)

    def all(self) -> Report:
        """Check everything that may be asked."""
        self._part(1, self._about)
        walked: dict[str, Walked] = {}
        for name, level in LEVELS.items():
            self._part(level, self._list, name, walked)
            if name in walked:
                self._part(level, self._things, name, walked[name])
        if "services" in walked:
            self._part(1, self._past_the_end, "services", walked["services"])
            self._part(0, self._filters, "services", walked["services"])
        if "service_at_locations" in walked:
            self._part(0, self._nearness, walked["service_at_locations"])
        return self.report

    def _part(
        self, level: int, check: Callable[P, object], *args: P.args, **more: P.kwargs
    ) -> None:
        try:
            check(*args, **more)
        except (Wrong, Unanswered) as error:
            self.report.add(level, Mark.FAULT, str(error))
        except Enough:
            self.report.add(level, Mark.UNKNOWN, f"stopped after {self.ask.most} questions")

    def _about(self) -> None:
        answer = self.ask.get("/")
        told = _json(answer)
        missing = [name for name in ("version", "profile", "openapi_url") if not told.get(name)]
        self.report.check(
            1, f"/: no {', '.join(missing)}" if missing else None, "/: says what it is"
        )
        version = str(told.get("version", ""))
        if "3.0" not in version:
            self.report.add(1, Mark.FAULT, f"/: the version is {version!r}, not HSDS-UK-3.0")
        origin = answer.headers.get("access-control-allow-origin")
        fault = "no Access-Control-Allow-Origin: *, so that pages of other sites can’t read it"
        self.report.check(1, None if origin == "*" else fault, "any site may read it (CORS)")
        if not self.ask.base.startswith("https:"):
            self.report.add(0, Mark.NOTE, "asked without HTTPS: others should be served with it")

    def _list(self, name: str, kept: dict[str, Walked]) -> None:
        """Walk the pages and keep what they hold; what they say of themselves must be so."""
        level, walked = LEVELS[name], Walked()
        faults: list[str] = []
        per_page = PER_PAGE
        for number, page in self._walk(name):
            held = len(page["contents"])
            if number == 1 and 0 < held < PER_PAGE and held < page["total_items"]:
                per_page = held
                self.report.add(0, Mark.NOTE, f"/{name}: gives {held} a page, not {PER_PAGE}")
            faults += [f"page {number}: {fault}" for fault in page_faults(page, number, per_page)]
            walked.total = page["total_items"]
            for one in page["contents"]:
                if not isinstance(one, dict):
                    faults.append(f"page {number}: it holds something that isn’t an object")
                    continue
                key = str(one.get("id"))
                if key in walked.things:
                    faults.append(f"page {number}: {key} was on a page before")
                walked.things[key] = one
            walked.whole = bool(page["last_page"])
        if walked.whole and len(walked.things) != walked.total:
            faults.append(f"total_items is {walked.total}, and the pages hold {len(walked.things)}")
        seen = f"{len(walked.things)} of {walked.total} seen"
        self.report.faults(level, f"/{name} pages", faults, f"they add up ({seen})")
        listed = NAMES[name][0]
        against = [
            f"{key}: {fault}"
            for key, one in walked.things.items()
            for fault in self.schemas.faults(listed, one)
        ]
        self.report.faults(level, f"/{name}", against, f"all keep to {listed}.json")
        kept[name] = walked

    def _walk(self, name: str) -> Iterator[tuple[int, Page]]:
        for number in range(1, self.pages + 1):
            page = _page(self.ask.get(f"/{name}", page=number, per_page=PER_PAGE))
            yield number, page
            if page["last_page"] or not page["contents"]:
                return
        self.report.add(0, Mark.NOTE, f"/{name}: only the first {self.pages} pages were looked at")

    def _things(self, name: str, walked: Walked) -> None:
        """Some of the things by themselves, spread over the list."""
        level, whole = LEVELS[name], NAMES[name][1]
        keys = list(walked.things)
        if not keys:
            self.report.add(level, Mark.UNKNOWN, f"/{name}/{{id}}: there is nothing to look at")
            return
        step = max(1, len(keys) // self.samples)
        faults = []
        for key in keys[::step][: self.samples]:
            told = _json(self.ask.get(f"/{name}/{quote(key, safe='')}"))
            if told.get("id") != key:
                faults.append(f"{key}: it has the id {told.get('id')!r}")
            faults += [f"{key}: {fault}" for fault in self.schemas.faults(whole, told)]
        self.report.faults(level, f"/{name}/{{id}}", faults, f"keeps to {whole}.json")
        absent = self.ask.get(f"/{name}/{uuid4()}").status
        if absent != 404:
            self.report.add(
                0, Mark.NOTE, f"/{name}: an id that isn’t there answers {absent}, not 404"
            )

    def _past_the_end(self, name: str, walked: Walked) -> None:
        number = -(-walked.total // PER_PAGE) + 7
        answer = self.ask.get(f"/{name}", page=number, per_page=PER_PAGE)
        if answer.status in (400, 404):
            self.report.add(0, Mark.NOTE, f"/{name}: a page past the last answers {answer.status}")
            return
        held = len(_page(answer)["contents"])
        fault = f"/{name}: page {number}, past the last, holds {held} things" if held else None
        self.report.check(1, fault, f"/{name}: a page past the last is empty")

    def _filters(self, name: str, walked: Walked) -> None:
        """What narrows must narrow: a filter that is ignored answers another question."""
        if not walked.things:
            return
        first = next(iter(walked.things.values()))
        word = max(str(first.get("name", "")).split() or [NONSENSE], key=len)
        asked: list[tuple[dict[str, object], str]] = [
            ({"search": word}, "some"),
            ({"search": NONSENSE}, "none"),
            ({"taxonomy_term_id": uuid4()}, "none"),
            ({"taxonomy_id": uuid4()}, "none"),
            ({"minimum_age": 18}, "some"),
            ({"maximum_age": 25}, "some"),
            ({"day": "SU"}, "some"),
            ({"start_time": "09:00", "end_time": "17:00"}, "some"),
        ]
        for query, expected in asked:
            self._filter(name, walked, query, expected)

    def _filter(self, name: str, walked: Walked, query: dict[str, object], expected: str) -> None:
        about = f"/{name}?" + "&".join(f"{key}={value}" for key, value in query.items())
        answer = self.ask.get(f"/{name}", **query, per_page=PER_PAGE)
        if answer.status != 200:
            self.report.add(0, Mark.FAULT, f"{about}: answers {answer.status}")
            return
        page = _page(answer)
        fault = None
        if page["total_items"] > walked.total:
            fault = f"{page['total_items']} of {walked.total}: more than there are"
        elif expected == "none" and page["total_items"]:
            fault = f"finds {page['total_items']}: the parameter seems to be ignored"
        elif walked.whole:
            strange = [one for one in page["contents"] if str(one.get("id")) not in walked.things]
            fault = f"finds {len(strange)} that the whole list doesn’t hold" if strange else None
        good = f"{about}: {page['total_items']} of {walked.total}"
        self.report.check(0, fault and f"{about}: {fault}", good)

    def _nearness(self, walked: Walked) -> None:
        """The nearer, the fewer; around a postcode that one of the services is at."""
        name = "service_at_locations"
        postcode = self._a_postcode(walked)
        if postcode is None:
            self.report.add(0, Mark.NOTE, f"/{name}: no postcode among the samples to ask around")
            return
        found = {}
        for metres in (500, 20_000):
            answer = self.ask.get(f"/{name}", postcode=postcode, proximity=metres)
            if answer.status != 200:
                words = f"/{name}?postcode&proximity: answers {answer.status}"
                self.report.add(0, Mark.FAULT, words)
                return
            found[metres] = _page(answer)["total_items"]
        near, far = found[500], found[20_000]
        fault = None if near <= far <= walked.total else "more are found near by than far away"
        good = f"{near} within 500 metres, {far} within 20 km, {walked.total} in all"
        self.report.check(0, fault and f"/{name}: {fault}", f"/{name}: {good}")

    def _a_postcode(self, walked: Walked) -> str | None:
        for key in list(walked.things)[: self.samples]:
            told = _json(self.ask.get(f"/service_at_locations/{quote(key, safe='')}"))
            for address in (told.get("location") or {}).get("addresses") or []:
                if address.get("postal_code"):
                    return str(address["postal_code"])
        return None


def page_faults(page: Page, number: int, per_page: int) -> list[str]:
    """What a page says of itself that isn't so. Its keys are there (`_page`)."""
    held, total = len(page["contents"]), page["total_items"]
    pages = -(-total // per_page)
    last = number >= pages
    rules = {
        f"page_number is {page['page_number']}": page["page_number"] == number,
        f"size is {page['size']}, and it holds {held}": page["size"] == held,
        f"it holds {held}, more than the {per_page} asked for": held <= per_page,
        f"empty is {page['empty']}, and it holds {held}": page["empty"] is (held == 0),
        f"first_page is {page['first_page']}": page["first_page"] is (number == 1),
        # For nothing at all, no page and one empty page are both in use.
        f"total_pages is {page['total_pages']} for {total} items": page["total_pages"]
        in {pages, max(pages, 1)},
        f"last_page is {page['last_page']}": page["last_page"] is last,
        f"it holds {held}, and isn’t the last": last or held == per_page,
    }
    return [fault for fault, good in rules.items() if not good]


def _json(answer: Answer) -> dict[str, Any]:
    """An object. Raises Wrong."""
    if answer.status != 200:
        raise Wrong(f"{answer.url}: answers {answer.status}")
    try:
        told = answer.json()
    except (ValueError, RecursionError):
        raise Wrong(f"{answer.url}: isn’t JSON") from None
    if not isinstance(told, dict):
        raise Wrong(f"{answer.url}: isn’t an object")
    return told


def _page(answer: Answer) -> Page:
    """A page with all its keys. Raises Wrong: the published schemas don't ask for them."""
    told = _json(answer)
    bad = [name for name, kind in KEYS.items() if type(told.get(name)) is not kind]
    if bad:
        raise Wrong(f"{answer.url}: {', '.join(bad)} missing, or of the wrong type")
    return told
