"""What a view is given, and how it says that it is for everybody."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.http import HttpRequest

from lintel.kernel.actor import Account, Actor

View = TypeVar("View", bound=Callable[..., Any])
MARK = "lintel_public"
MORE_MARK = "lintel_more_for_workers"
PERSON_MARK = "lintel_for_person"


class LintelRequest(HttpRequest):
    """A request of a signed-in worker, inside a transaction bound to that worker.

    `actor` and `now` are set by `lintel.config.middleware.SignedInActor`; a view marked with
    `public` can't count on either. `inbox_counts`: what a page has counted that its navigation
    shows, so that nobody counts it twice; `sees_figures` likewise.
    """

    actor: Actor
    now: datetime
    inbox_counts: Mapping[str, int]
    sees_figures: bool


class OpenRequest(HttpRequest):
    """A request of anybody's for a view marked with `for_everybody`.

    `actor` is the worker who is signed in in full, and then the view runs inside a transaction
    bound to that worker; None for everybody else.
    """

    actor: Actor | None
    now: datetime


class PersonRequest(HttpRequest):
    """A request of a person's (or their carer's) for a view marked with `for_person`.

    The view runs inside a transaction as the role `lintel_person`, bound to the account; `account`
    says whose view is open and as whom; `viewings` are all that the account may open. Set by
    `lintel.config.middleware.SignedInActor`.
    """

    account: Account
    viewings: list[Any]
    now: datetime


def public(view: View) -> View:
    """Mark a view as open to visitors who aren't signed in. All others are closed to them."""
    setattr(view, MARK, True)
    return view


def for_everybody(view: View) -> View:
    """Mark a view as public that shows a signed-in worker more (`OpenRequest`)."""
    setattr(view, MORE_MARK, True)
    return public(view)


def for_person(view: View) -> View:
    """Mark a view as one of the person's own (`PersonRequest`): no worker can open it."""
    setattr(view, PERSON_MARK, True)
    return view


def is_for_person(view: Callable[..., Any]) -> bool:
    """Whether the view, or what a decorator wrapped, is marked with `for_person`."""
    return _marked(view, PERSON_MARK)


def is_public(view: Callable[..., Any]) -> bool:
    """Whether the view, or what a decorator wrapped, is marked with `public`."""
    return _marked(view, MARK)


def has_more_for_workers(view: Callable[..., Any]) -> bool:
    """Whether the view, or what a decorator wrapped, is marked with `for_everybody`."""
    return _marked(view, MORE_MARK)


def _marked(view: Callable[..., Any], mark: str) -> bool:
    found: Any = view
    while found is not None:
        if getattr(found, mark, False):
            return True
        found = getattr(found, "__wrapped__", None)
    return False
