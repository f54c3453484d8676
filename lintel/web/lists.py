"""Addresses of lists: pages, sorting, and what is chosen. All state is in the query string."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, QueryDict

PER_PAGE = 25


def address(request: HttpRequest, **changes: object) -> str:
    """This list's address with parameters set, or left out where the value is None."""
    query: QueryDict = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"{request.path}?{query.urlencode()}" if query else request.path


def without(request: HttpRequest, name: str, value: str) -> str:
    """This list's address less one chosen value of a filter, and back on its first page."""
    query: QueryDict = request.GET.copy()
    query.setlist(name, [v for v in query.getlist(name) if v != value])
    if not query.getlist(name):
        query.pop(name, None)
    query.pop("page", None)
    return f"{request.path}?{query.urlencode()}" if query else request.path


def page_link(request: HttpRequest) -> Callable[[int], str]:
    """The function from a page number to its address, for `ui.pagination`."""
    return lambda number: address(request, page=None if number == 1 else number)


def page_of(request: HttpRequest, items: Any, per_page: int = PER_PAGE) -> Page[Any]:
    """The page of a list (or queryset) that is asked for; a wrong number gives the nearest."""
    return Paginator(items, per_page).get_page(request.GET.get("page"))


@dataclass(frozen=True, slots=True)
class Sort:
    """How a list is sorted: `?sort=due` upwards, `?sort=-due` downwards.

    `keys` are the only ones obeyed, so that nothing typed in an address reaches the database.
    """

    request: HttpRequest
    key: str
    down: bool

    @classmethod
    def of(cls, request: HttpRequest, keys: Collection[str], default: str) -> "Sort":
        """The sort that is asked for, or `default` (a key, with - in front for downwards)."""
        asked = request.GET.get("sort", "")
        if asked.removeprefix("-") not in keys:
            asked = default
        return cls(request, asked.removeprefix("-"), asked.startswith("-"))

    def state(self, key: str) -> str:
        """The value of aria-sort for a column."""
        if key != self.key:
            return "none"
        return "descending" if self.down else "ascending"

    def mark(self, key: str) -> str:
        """The arrow beside a column's heading."""
        return {"none": "↕", "ascending": "▲", "descending": "▼"}[self.state(key)]

    def href(self, key: str) -> str:
        """Where pressing a column's heading leads: sorted by it, or the other way round."""
        down = key == self.key and not self.down
        return address(self.request, sort=f"-{key}" if down else key, page=None)
