"""The pages about records opened for safety, beside each other; domains above add to them."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from lintel.kernel.actor import Actor
from lintel.sharing import policy

# Pages that domains above add for information leads: by name, in words, and for whom.
ADDED: dict[str, tuple[str, Callable[[Actor], bool]]] = {}


def tabs(actor: Actor, here: str, *, to_do: int = 0) -> list[dict[str, Any]]:
    """The pages of this section that are the actor's."""
    offered = [("safety", "Yours", 0)]
    if policy.may_look_up(actor):
        offered += [
            ("safety-reviews", "Reviews", to_do),
            ("safety-reviewed", "Reviewed", 0),
            ("safety-patterns", "Patterns", 0),
        ]
    if policy.may_draft(actor):
        offered += [("safety-overdue", "Overdue", 0), ("safety-counts", "How often", 0)]
    pages = [(f"sharing:{name}", text, count) for name, text, count in offered]
    if policy.may_look_up(actor):
        pages += [(name, text, 0) for name, (text, shown) in ADDED.items() if shown(actor)]
    if len(pages) == 1:
        return []
    return [
        {
            "text": text,
            "href": reverse(name),
            "current": name in {here, f"sharing:{here}"},
            "count": count,
        }
        for name, text, count in pages
    ]
