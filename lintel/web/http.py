"""What a view is given, and how it says that it is for everybody."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.http import HttpRequest

from lintel.kernel.actor import Actor

View = TypeVar("View", bound=Callable[..., Any])
MARK = "lintel_public"


class LintelRequest(HttpRequest):
    """A request of a signed-in worker, inside a transaction bound to that worker.

    `actor` and `now` are set by `lintel.config.middleware.SignedInActor`; a view marked with
    `public` can't count on either.
    """

    actor: Actor
    now: datetime


def public(view: View) -> View:
    """Mark a view as open to visitors who aren't signed in. All others are closed to them."""
    setattr(view, MARK, True)
    return view


def is_public(view: Callable[..., Any]) -> bool:
    """Whether the view, or what a decorator wrapped, is marked with `public`."""
    found: Any = view
    while found is not None:
        if getattr(found, MARK, False):
            return True
        found = getattr(found, "__wrapped__", None)
    return False
