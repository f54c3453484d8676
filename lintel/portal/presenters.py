"""The words and links around the person's own pages. Reading age 9 to 11 (tests/portal)."""

from typing import Any

from django.urls import reverse

from lintel.kernel.actor import Account
from lintel.sharing.states import ViewerKind

# The pages in the menu: words, and the page's name.
ITEMS = (
    ("Home", "portal:start"),
    ("Who has looked", "portal:looked"),
)


def items(account: Account, path: str) -> list[dict[str, Any]]:
    """The menu of the own view; the current page is marked."""
    found = [{"text": text, "href": reverse(page)} for text, page in ITEMS]
    return [{**one, "current": one["href"] == path} for one in found]


def is_self(account: Account) -> bool:
    """Whether the person looks at their own view, and nobody else does."""
    return account.kind == ViewerKind.SELF
