"""Who looks at whose own view."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from lintel.agencies import queries as agencies
from lintel.kernel.actor import Account, as_system, bound_account
from lintel.portal.models import Reach
from lintel.portal.states import CodeKind
from lintel.sharing.queries import Viewing, viewings
from lintel.sharing.states import ViewerKind

__all__ = [
    "account",
    "address_of",
    "chosen",
    "has_own_view",
    "header",
    "is_choosing",
    "news_address",
    "viewings",
]


def has_own_view(user_id: int, *, now: dt.datetime) -> bool:
    """Whether an account may open anybody's own view at `now`."""
    with bound_account(user_id):
        return bool(viewings(user_id, now=now))


def news_address(user_id: int) -> str | None:
    """The e-mail address to which a person wants news sent; None for none. As the system."""
    found = Reach.objects.filter(
        user_id=user_id,
        kind=CodeKind.EMAIL,
        news=True,
        confirmed__isnull=False,
        ended__isnull=True,
    )
    return found.values_list("value", flat=True).first()


def address_of(user_id: int) -> str | None:
    """Where to write to a user: a worker in post, or a person who asked for it; else None.

    The setting LINTEL_ADDRESS_OF.
    """
    found = agencies.address_of(user_id)
    if found is None:
        with as_system():
            found = news_address(user_id)
    return found


def chosen(found: Sequence[Viewing], person_id: object) -> Viewing | None:
    """The permission that is looked with: the only one, or the chosen one of several."""
    if len(found) == 1:
        return found[0]
    return next((v for v in found if v.person_id == person_id), None)


def account(user_id: int, viewing: Viewing) -> Account:
    """The account, looking at that person's view."""
    return Account(user_id, viewing.person_id, viewing.kind, viewing.person)


def header(account: Account) -> dict[str, str]:
    """Who the page's header says is signed in."""
    own = account.kind == ViewerKind.SELF
    return {"name": account.name if own else "Signed in", "detail": "", "href": ""}


def is_choosing(match: Any) -> bool:
    """Whether the page is the one on which somebody chooses whose view to open."""
    return match is not None and match.view_name == "portal:whom"
