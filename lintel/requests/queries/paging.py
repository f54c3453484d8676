"""A page of a list: two queries, however long the list is."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)
R = TypeVar("R")


def page_of(
    found: QuerySet[M], number: int, per_page: int, show: Callable[[list[M]], list[R]]
) -> Page[R]:
    """The page as what `show` makes of its rows; a wrong number gives the nearest page."""
    made = Paginator(found, per_page).get_page(number)
    return Page(show(list(made.object_list)), made.number, cast(Any, made.paginator))
