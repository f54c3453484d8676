"""May this worker do this? Each rule answers nothing, or raises Denied with the reason."""

from collections.abc import Collection

from lintel.agencies.models import Worker
from lintel.agencies.states import Role
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Denied, Invalid
from lintel.kernel.sight.states import Category

NO_RECORD = (
    "Your agency holds no such record of this person that you may read all of, so there is "
    "nowhere to write it. "
    "Write it in the request instead."
)
# What a note can be about; who somebody is, and how to reach them, have fields of their own.
NOTED = (
    Category.TENANCY,
    Category.MONEY,
    Category.SUPPORT_NEEDS,
    Category.SAFETY,
    Category.HEALTH_DETAIL,
    Category.HOSPITAL_STAY,
    Category.PLAN,
    Category.ENFORCEMENT,
)


def note_categories(seen: Collection[Category]) -> list[Category]:
    """What the actor may write notes about: what their own agency's record shows them."""
    return [category for category in NOTED if category in seen]


def write_note(seen: Collection[Category], category: Category) -> None:
    """Only where the writer can read it back. Raises Denied."""
    if category not in note_categories(seen):
        raise Denied(NO_RECORD)


def correct_note(actor: Actor, owner_id: int, corrected: bool) -> None:
    """Only one's own agency's notes, and the latest of them. Raises Denied."""
    if owner_id != actor.agency_id:
        raise Denied("This was written by another agency. Ask them to correct it.")
    if corrected:
        raise Denied("This note was corrected already. Correct the newer one instead.")


def write_contact(seen: Collection[Category]) -> None:
    """Only in the record of one's own agency. Raises Denied."""
    if Category.CONTACT not in seen:
        raise Denied(NO_RECORD)


def hand_over(actor: Actor, team_ids: Collection[int], agency_id: int) -> None:
    """A team's lead hands over the team's work, a manager the agency's. Raises Denied."""
    if agency_id == actor.agency_id and actor.has(Role.MANAGER):
        return
    if not team_ids or not set(team_ids) <= actor.lead_team_ids:
        raise Denied("Only the team's lead or a manager of the agency can hand over its work.")


def see_what_relies(actor: Actor) -> None:
    """Leads and managers see what relies on a colleague. Raises Denied."""
    if not actor.lead_team_ids and not actor.has(Role.MANAGER):
        raise Denied("Only a team lead or a manager of the agency can hand over work.")


def receive(to: Worker, agency_id: int) -> None:
    """Only a colleague takes work over; who has a record moved to them must be of its agency.

    Raises Invalid. Whether they are still in post is looked up by the caller.
    """
    if to.agency_id != agency_id:
        raise Invalid({"to": "Choose a worker of the same agency"})
