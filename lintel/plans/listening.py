"""What the circle does when something happened: each agency in it is told, and keeps its copy.

Handlers run in jobs, after the commit, and are safe to repeat: a copy is made where none is, and
nobody is told twice of one event.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from lintel.kernel.actor import as_system
from lintel.kernel.events import Happened
from lintel.plans import actions, queries
from lintel.plans.models import IfThingsGoWrong
from lintel.requests import queries as requests

SUBSCRIPTIONS = {
    "plans.asked": "asked",
    "plans.declined": "declined",
    "plans.joined": "joined",
    "plans.left": "left",
    "plans.contact_left": "contact_left",
    "plans.contact_ended": "contact_ended",
    "requests.closed": "request_closed",
}


def asked(event: Happened) -> None:
    """Tell who is asked, and nobody else: a link to their invitations, which name nobody."""
    with as_system():
        actions.tell_worker(
            int(event.data["worker"]), link=actions.invitations_link(), now=event.at
        )


def declined(event: Happened) -> None:
    """Tell who asked that there is an answer."""
    if event.person_id is not None:
        with as_system():
            actions.tell_worker(
                int(event.data["asked_by"]),
                link=actions.circle_link(event.person_id),
                now=event.at,
            )


def joined(event: Happened) -> None:
    """Tell everybody in the circle; the new agency gets what was left for all."""
    person_id = event.person_id
    if person_id is None:
        return
    with as_system():
        circle = _circle(event)
        agencies = _agencies(person_id, circle)
        standing = list(
            IfThingsGoWrong.objects.filter(
                person_id=person_id, ended__isnull=True, owner_id__in=agencies
            ).order_by("id")
        )
        _copy(standing, agencies)
        actions.tell_circle(person_id, circle, now=event.at, but=event.actor_worker_id)


def left(event: Happened) -> None:
    """Tell those who remain."""
    if event.person_id is not None:
        with as_system():
            actions.tell_circle(
                event.person_id, _circle(event), now=event.at, but=event.actor_worker_id
            )


def contact_left(event: Happened) -> None:
    """Give each agency in the circle its copy, and tell everybody."""
    with as_system():
        row = IfThingsGoWrong.objects.filter(pk=int(event.subject_id)).first()
        if row is not None:
            circles = queries.circles_of(row.person_id, worker_id=row.written_by_id)
            _copy([row], _agencies(row.person_id, circles))
            actions.tell_circle(row.person_id, circles, now=event.at, but=event.actor_worker_id)


def contact_ended(event: Happened) -> None:
    """End the line in every copy, and tell everybody."""
    with as_system():
        row = IfThingsGoWrong.objects.filter(pk=int(event.subject_id)).first()
        if row is not None:
            queries.copies_of(row).filter(ended__isnull=True).update(ended=event.at)
            circles = queries.circles_of(row.person_id, worker_id=event.actor_worker_id)
            actions.tell_circle(row.person_id, circles, now=event.at, but=event.actor_worker_id)


def request_closed(event: Happened) -> None:
    """Keep who to contact, as the receiver said on closing, for everybody relying on it.

    A masked request tells nothing when it closes, and has no such lines to keep.
    """
    with as_system():
        closing = requests.left_on_closing(int(event.subject_id))
        writer = event.actor_worker_id or (closing.worker_id if closing else None)
        if closing is None or writer is None:
            return
        rows = [
            IfThingsGoWrong(
                person_id=closing.person_id,
                circumstances=circumstances[: actions.LONGEST_WORDS],
                contact_words=contact[: actions.LONGEST_WORDS],
                written_by_id=writer,
                written=event.at,
                request_ref=closing.reference,
            )
            for circumstances, contact in closing.contacts
        ]
        circles = queries.circles_of(closing.person_id, agency_ids=closing.agency_ids)
        _copy(rows, _agencies(closing.person_id, circles) | closing.agency_ids)
        actions.tell_circle(closing.person_id, circles, now=event.at, but=event.actor_worker_id)


def _circle(event: Happened) -> set[UUID]:
    return {UUID(event.data["circle"])} if "circle" in event.data else set()


def _agencies(person_id: int, circles: Collection[UUID]) -> set[int]:
    return {agency for _, _, agency in queries.members_for_system(person_id, circles)}


def copy_to_all(row: IfThingsGoWrong, circles: Collection[UUID]) -> None:
    """Give a line to every agency that is in these circles of the person now."""
    _copy([row], _agencies(row.person_id, circles))


def _copy(rows: Iterable[IfThingsGoWrong], agencies: Collection[int]) -> None:
    """Give each of these agencies a copy of each row, where it has none."""
    for row in rows:
        have = set(queries.copies_of(row).values_list("owner_id", flat=True))
        for agency_id in sorted(set(agencies) - have):
            IfThingsGoWrong.objects.create(
                person_id=row.person_id,
                owner_id=agency_id,
                circumstances=row.circumstances,
                contact_words=row.contact_words,
                written_by_id=row.written_by_id,
                written=row.written,
                request_ref=row.request_ref,
            )
