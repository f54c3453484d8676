"""Who may do what about sharing. A refusal says why, in words."""

from lintel.agencies.states import Role
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Denied


def in_person(actor: Actor) -> None:
    """Raise Denied for another system: what a person said, a worker who heard it writes down."""
    if actor.integration_id is not None:
        raise Denied("Another system can’t do this for a worker. Sign in to do it.")


def record(actor: Actor, giver_id: int, recipient_agency_id: int) -> None:
    """Raise Denied unless the answer is about the actor's own agency telling, or being told."""
    if actor.agency_id not in {giver_id, recipient_agency_id}:
        raise Denied("You can record what your own agency may tell or be told, and no more.")


def heard(actor: Actor, owner_id: int) -> None:
    """Raise Denied unless the actor's own agency heard what the person said."""
    if actor.agency_id != owner_id:
        raise Denied("Only the agency that heard the person keeps their signed form.")


def may_answer_for_bases(actor: Actor) -> bool:
    """Whether the actor answers for what their agency shares without consent."""
    return actor.integration_id is None and (
        actor.has(Role.INFORMATION_LEAD) or actor.has(Role.MANAGER)
    )


def authorise(
    actor: Actor, *, owner_id: int, recorded_by_id: int, named: bool, leads_recorder: bool
) -> None:
    """Raise Denied unless the actor is the second worker who may authorise an other basis.

    Always a second worker, of the agency that tells: its information lead or a manager; where the
    agreement names nobody (`named` is false), the lead of the recorder's team too.
    """
    in_person(actor)
    if actor.agency_id != owner_id:
        raise Denied("Only a worker of the agency that tells can authorise it.")
    if actor.worker_id == recorded_by_id:
        raise Denied("You wrote it down, so somebody else has to authorise it.")
    if may_answer_for_bases(actor) or (leads_recorder and not named):
        return
    if named:
        raise Denied(
            "The agreement names who authorises this: your information lead or a manager does it."
        )
    raise Denied("Your information lead, a manager or the recorder’s team lead authorises this.")


def look_up(actor: Actor) -> None:
    """Raise Denied unless the actor may look things up in the access record."""
    in_person(actor)
    if not may_look_up(actor):
        raise Denied("Only an information lead can look up who has seen a record.")


def may_look_up(actor: Actor) -> bool:
    """Whether the access record's pages are the actor's."""
    return actor.integration_id is None and actor.has(Role.INFORMATION_LEAD)


def draft(actor: Actor) -> None:
    """Raise Denied unless the actor may write, publish and review the partnership's agreement."""
    in_person(actor)
    if not actor.has(Role.PARTNERSHIP_LEAD):
        raise Denied("Only a partnership lead writes, publishes and reviews the agreement.")


def may_draft(actor: Actor) -> bool:
    """Whether the pages for writing the agreement are the actor's."""
    return actor.integration_id is None and actor.has(Role.PARTNERSHIP_LEAD)


def sign(actor: Actor) -> None:
    """Raise Denied unless the actor may sign the agreement for their agency, or withdraw."""
    in_person(actor)
    if not actor.has(Role.INFORMATION_LEAD):
        raise Denied("Only your agency’s information lead can sign the agreement for it.")


def may_sign(actor: Actor) -> bool:
    """Whether the actor signs for their agency."""
    return actor.integration_id is None and actor.has(Role.INFORMATION_LEAD)


def see_unready(actor: Actor) -> None:
    """Raise Denied unless the actor may see by name who hasn't signed or accepted.

    A partnership lead sees all; information leads and managers see their agency's workers.
    """
    in_person(actor)
    if not may_see_unready(actor):
        raise Denied(
            "Who has not signed or accepted is for the partnership lead, and for an"
            " agency’s own information lead and managers."
        )


def may_see_unready(actor: Actor) -> bool:
    """Whether the page of who isn't ready is the actor's."""
    return actor.integration_id is None and any(
        actor.has(role) for role in (Role.PARTNERSHIP_LEAD, Role.INFORMATION_LEAD, Role.MANAGER)
    )


def may_read_draft(actor: Actor) -> bool:
    """Whether the actor reads a version before it is published: they write it, or will sign."""
    return may_draft(actor) or may_sign(actor)


def may_keep_training(actor: Actor) -> bool:
    """Whether the actor keeps others' training: managers, information leads, leads of teams.

    And the partnership lead: of those for whom nobody in their own agency can.
    """
    if actor.integration_id is not None:
        return False
    keeping = (Role.MANAGER, Role.INFORMATION_LEAD, Role.PARTNERSHIP_LEAD)
    return bool(any(actor.has(role) for role in keeping) or actor.lead_team_ids)


def keep_training(actor: Actor) -> None:
    """Raise Denied unless the actor may record others' training. Never their own: see queries."""
    in_person(actor)
    if not may_keep_training(actor):
        raise Denied(
            "Only a manager, an information lead or the lead of a team can record training, "
            "and never their own."
        )


def hold_back(actor: Actor, owner_id: int, *, clinician: bool) -> None:
    """Raise Denied unless the actor may hold a note of this agency back from the person."""
    in_person(actor)
    if owner_id != actor.agency_id or not clinician:
        raise Denied(
            "Only somebody in a health team of the service that wrote the note can hold it back."
        )
