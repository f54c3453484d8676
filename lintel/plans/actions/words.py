"""How long words may be, and doing something once."""

from collections.abc import Callable
from typing import Any

from lintel.kernel import once
from lintel.kernel.actor import Actor

LONGEST_WORDS = 250
LONGEST_ROLE = 120
LONGEST_AGREED = 2000


def once_only(actor: Actor, scope: str, key: str | None, work: Callable[[], Any]) -> Any:
    """Do the work, or answer what it answered before under this key."""
    return once.run(actor, scope, key, work) if key else work()
