"""May this be done in the own view, or about it? Each rule answers nothing, or raises Denied."""

from collections.abc import Collection

from lintel.agencies.states import Role
from lintel.kernel.actor import Account, Actor
from lintel.kernel.errors import Denied
from lintel.kernel.sight.states import Category
from lintel.sharing.states import ViewerKind


def only_self(account: Account) -> None:
    """Only the person says for the person. Raises Denied."""
    if account.kind != ViewerKind.SELF:
        raise Denied("Only the person themselves can do this.")


def make_letter(actor: Actor, own: Collection[Category]) -> None:
    """Only somebody whose own agency works with the person, and knows how to reach them.

    `own`: what the actor sees of their own agency's record. Raises Denied.
    """
    if not {Category.IDENTITY, Category.CONTACT} <= set(own):
        raise Denied("Only somebody who works with this person can make a letter for them.")


def answer_remark(actor: Actor, owner_id: int) -> None:
    """Whoever wrote the entry answers for it: a worker of the same agency. Raises Denied."""
    if owner_id != actor.agency_id:
        raise Denied("This is another agency’s. They answer for it.")


def read_feedback(actor: Actor) -> None:
    """The partnership's lead alone. Raises Denied."""
    if not actor.has(Role.PARTNERSHIP_LEAD):
        raise Denied("Only the lead of the partnership reads what people think of their pages.")
