"""A feed as a row of entries, over as many pages as it has, whatever it says of their number.

What a feed says of itself is never believed: pages are read until one is the last, empty, absent
or one that came before, and never more than `MOST_PAGES`. Only when as many entries came as the
feed says it has may anything be taken for gone.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from lintel.directory.feeds.addresses import CONNECTIONS, Fetched, Fetcher, Refused
from lintel.directory.feeds.reading import Reader, Stream, TooLarge
from lintel.directory.feeds.v3 import DETAIL, key_of

PER_PAGE = 100
MOST_PAGES = 5000
LONGEST_SECONDS = 2 * 3600
HEAD = 20
AT_ONCE = 40
FAILURES_IN_A_ROW = 20
ABSENT = {400, 404, 405, 410, 416, 422, 501}
NO_LIST = "There is no list of services in it."
ENDLESS = "It goes on for longer than any directory does."
TOO_LONG = "It is larger than it may be."


@dataclass(frozen=True, slots=True)
class Given:
    """An entry as it came. `partial`: its own page, which says more, could not be read."""

    raw: Any
    partial: bool = False


class Source(ABC):
    """Entries from somewhere, and at the end whether that was all.

    `cut`: why it ended early, "" when it didn't. `notes`: what it said of itself and isn't true.
    """

    def __init__(self) -> None:
        self.cut = ""
        self.notes: list[str] = []
        self.read = 0
        self.said: int | None = None

    @abstractmethod
    def entries(self) -> Iterator[Given]:
        """Each entry, in its order."""

    @property
    def enough(self) -> bool:
        """Whether as many entries came as the feed says it has (or it doesn't say)."""
        return self.said is None or self.read >= self.said

    @property
    def complete(self) -> bool:
        """Whether it was read to its end: then what isn't in it is gone."""
        return not self.cut and self.enough

    def _count_up(self) -> None:
        if self.said is not None and self.said != self.read and not self.cut:
            self.notes.append(f"The feed says that it has {self.said:,}; {self.read:,} came.")


class FileSource(Source):
    """A file, or any other stream."""

    def __init__(self, stream: Stream, *, most_bytes: int = 2**40) -> None:
        super().__init__()
        self._reader = Reader(stream, most_bytes=most_bytes)

    def entries(self) -> Iterator[Given]:
        """Each entry of the file."""
        try:
            for raw in self._reader.items():
                self.read += 1
                yield Given(raw)
        except TooLarge:
            self.cut = TOO_LONG
            return
        self.cut = self._reader.cut or ("" if self._reader.listed else NO_LIST)
        self.said = total(self._reader.meta, "total_items", "totalElements")
        self._count_up()


class PagedSource(Source):
    """The pages of an address, and the page of each service where the list says little."""

    def __init__(
        self, url: str, fetcher: Fetcher, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self._url = url
        self._fetcher = fetcher
        self._clock = clock
        self._ends = 0.0
        self._prints: set[int] = set()
        self._from_nothing = False
        # Whether services have pages of their own, None until one was asked for.
        self._has_details: bool | None = None
        self._failures = 0

    def entries(self) -> Iterator[Given]:
        """Each entry of every page."""
        self._ends = self._clock() + LONGEST_SECONDS
        number: int | None = 1
        while number is not None:
            if number > MOST_PAGES or self._clock() > self._ends:
                self.cut = ENDLESS
                break
            try:
                page = self._fetch(number)
            except Refused as refused:
                if number == 1 or refused.status not in ABSENT:
                    self.cut = refused.words
                break
            with page.file:
                reader, before = Reader(page.file), self.read
                yield from self._of_page(reader, page.cut)
                number = self._after(number, reader.meta, self.read - before)
        self._count_up()

    # Pages

    def _fetch(self, number: int) -> Fetched:
        """A page. The first one finds the list if it is given the root of an interface."""
        if number != 1:
            return self._fetcher.get(self._address(number))
        page = self._first()
        if not _is_root(page):
            return page
        page.file.close()
        parts = urlsplit(self._url)
        self._url = urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/services"))
        return self._first()

    def _first(self) -> Fetched:
        try:
            return self._fetcher.get(self._address(1))
        except Refused as refused:
            if refused.status not in ABSENT:
                raise
        # Some want no number of a page.
        return self._fetcher.get(self._url)

    def _address(self, number: int) -> str:
        parts = urlsplit(self._url)
        if parts.path.endswith(".json"):
            return self._url
        kept = [(k, v) for k, v in parse_qsl(parts.query) if k not in {"page", "per_page"}]
        query = urlencode([*kept, ("page", number), ("per_page", PER_PAGE)])
        return urlunsplit(parts._replace(query=query))

    def _of_page(self, reader: Reader, broken: str) -> Iterator[Given]:
        items = reader.items()
        head = list(islice(items, HEAD))
        mark = hash(frozenset(key_of(raw) for raw in head))
        if head and mark in self._prints:
            return
        self._prints.add(mark)
        while head:
            # Each may have a page of its own, and a page as many as it likes.
            if self._clock() > self._ends:
                self.cut = ENDLESS
                return
            self.read += len(head)
            yield from self._detailed(head)
            if self.cut:
                return
            head = list(islice(items, AT_ONCE))
        if not reader.listed and not reader.cut:
            self.cut = NO_LIST
        elif broken or reader.cut:
            self.cut = broken or reader.cut

    def _after(self, number: int, meta: dict[str, Any], came: int) -> int | None:
        """The number of the next page, None for no more.

        One more is asked for where the feed's words about itself differ.
        """
        said = total(meta, "total_items", "totalElements")
        self.said = said if said is not None else self.said
        if number == 1 and meta.get("first_page", meta.get("first")) is False:
            # It counts from nothing: this was its second page.
            self._from_nothing = True
            return 0
        if self.cut or not came:
            return None
        pages = total(meta, "total_pages", "totalPages")
        last = meta.get("last_page", meta.get("last"))
        if pages is None and last is None:
            # No pages at all, or none that it tells of.
            ended = not meta or self.said is not None
        else:
            ended = last is True or (pages is not None and number + self._from_nothing >= pages)
        onward = 2 if number == 0 else number + 1
        return None if ended and self.enough else onward

    # Pages of single services

    def _detailed(self, raws: list[Any]) -> Iterator[Given]:
        """The entries, each from its own page where the list leaves out what such a page has."""
        short = [
            raw
            for raw in raws
            if isinstance(raw, dict) and key_of(raw) and not any(key in raw for key in DETAIL)
        ]
        if self._has_details is None and short:
            self._has_details = self._detail(short[0]) is not None
        if not self._has_details or not short:
            yield from map(Given, raws)
            return
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            found = dict(zip(map(id, short), pool.map(self._detail, short), strict=True))
        for raw in raws:
            detail = found.get(id(raw))
            if id(raw) in found:
                self._failures = 0 if detail is not None else self._failures + 1
            if self._failures >= FAILURES_IN_A_ROW:
                self.cut = "The pages of single services no longer come."
                return
            yield Given(raw if detail is None else detail, id(raw) in found and detail is None)

    def _detail(self, raw: dict[str, Any]) -> dict[str, Any] | None:
        """What the service's own page says, None if it can't be read or is another's."""
        parts = urlsplit(self._url)
        path = f"{parts.path.rstrip('/')}/{quote(str(raw['id']), safe='')}"
        try:
            page = self._fetcher.get(urlunsplit(parts._replace(path=path, query="")))
        except Refused:
            return None
        with page.file:
            found = next(Reader(page.file).items(), None)
        if page.cut or not isinstance(found, dict) or key_of(found) != key_of(raw):
            return None
        return {**raw, **found}


def _is_root(page: Fetched) -> bool:
    """Whether it describes an interface instead of listing services."""
    reader = Reader(page.file)
    found = next(reader.items(), None)
    page.file.seek(0)
    return found is None and not reader.listed and "openapi_url" in reader.meta


def total(meta: dict[str, Any], *names: str) -> int | None:
    """A number that the feed says of itself."""
    for name in names:
        value = meta.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9:
            return value
    return None
