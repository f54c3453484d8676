"""Reads of the circle around a person. Row security decides which rows each worker finds."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from lintel.agencies.models import Worker
from lintel.agencies.queries import in_post
from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound
from lintel.kernel.sight.queries import reads_all
from lintel.kernel.sight.states import Category
from lintel.plans.models import CircleMember, IfThingsGoWrong
from lintel.plans.queries.invitations import AskedView, asked, worker_words

MOST_FOUND = 20


MEMBERS_SQL = """
SELECT m.id, m.worker_id, w.name, w.job_title, m.owner_id, a.name, m.role_words, m.reach_words,
       m.agreed_words, m.accepted, m.worker_id = %(me)s, coalesce(w.left_on <= %(today)s, false)
FROM (SELECT id, worker_id, owner_id, role_words, reach_words, agreed_words, accepted
      FROM plans_circlemember
      WHERE person_id = %(who)s AND "left" IS NULL AND accepted IS NOT NULL
      UNION ALL
      SELECT id, worker_id, owner_id, role_words, reach_words, '', accepted
      FROM circle_facts(%(who)s)) m
JOIN agencies_worker w ON w.id = m.worker_id
JOIN agencies_agency a ON a.id = m.owner_id
ORDER BY m.accepted DESC, m.id DESC
"""


@dataclass(frozen=True, slots=True)
class MemberView:
    """Somebody in the circle, and how to reach them."""

    id: int
    worker_id: int
    name: str
    job_title: str
    agency_id: int
    agency: str
    role_words: str
    reach_words: str
    agreed_words: str
    joined: dt.datetime
    is_me: bool
    # Out of post: what they were relied on for must be picked up.
    has_left_post: bool


@dataclass(frozen=True, slots=True)
class IfWrongView:
    """Who to contact in which circumstances, and who said so."""

    id: int
    circumstances: str
    contact: str
    written_by: str
    agency: str
    written: dt.datetime
    request_ref: str


@dataclass(frozen=True, slots=True)
class CircleView:
    """The circle as far as the actor sees it: all of it when they are in it."""

    members: list[MemberView]
    if_wrong: list[IfWrongView]
    asked: list[AskedView]

    @property
    def me_in_it(self) -> bool:
        """Whether the actor is in the circle."""
        return any(member.is_me for member in self.members)

    @property
    def in_summary(self) -> bool:
        """Whether what was agreed is left out: words of it are obligatory."""
        return any(not member.agreed_words for member in self.members)

    def joined_unread(self, agency_id: int) -> bool:
        """Whether an agency is in it by words that the actor, who isn't, can't read."""
        return not self.me_in_it and any(
            member.agency_id == agency_id and not member.agreed_words for member in self.members
        )


def circle(actor: Actor, person_id: int, *, now: dt.datetime) -> CircleView:
    """Who is in the circle, who to contact if things go wrong, and who was asked; three queries.

    Somebody in two circles of the person that the actor sees is shown once; what was agreed with
    others is empty where the actor sees a summary (docs/adr/0023).
    """
    with connection.cursor() as cursor:
        cursor.execute(MEMBERS_SQL, {"who": person_id, "me": actor.worker_id, "today": now.date()})
        found = [MemberView(*row) for row in cursor.fetchall()]
    # The latest place first, so that the earliest of somebody's is the one that stays.
    once = {member.worker_id: member for member in found}
    return CircleView(
        list(reversed(once.values())),
        if_things_go_wrong(actor, person_id),
        asked(actor, person_id, now=now),
    )


def reads_plan(actor: Actor, person_id: int) -> bool:
    """Whether the actor may read all of the plan that their agency holds, and so write in it."""
    return reads_all(actor, person_id, actor.agency_id, Category.PLAN)


def circle_to_join(actor: Actor, person_id: int) -> uuid.UUID | None:
    """The circle that the actor adds to: their own, or else their agency's; the latest of them.

    None when their agency is in no circle in sight: then they begin one.
    """
    found = CircleMember.objects.filter(
        person_id=person_id,
        owner_id=actor.agency_id,
        left__isnull=True,
        accepted__isnull=False,
    ).order_by("-accepted", "-id")
    rows = list(found.values_list("worker_id", "circle"))
    mine = [circle for worker_id, circle in rows if worker_id == actor.worker_id]
    return next(iter([*mine, *(circle for _, circle in rows)]), None)


def if_things_go_wrong(actor: Actor, person_id: int) -> list[IfWrongView]:
    """Who to contact in which circumstances, newest first; each once, though many hold a copy."""
    found = (
        IfThingsGoWrong.objects.filter(person_id=person_id, ended__isnull=True)
        .select_related("written_by__agency")
        .order_by("-written", "id")
    )
    views: dict[tuple[object, ...], IfWrongView] = {}
    for row in found:
        view = IfWrongView(
            id=row.pk,
            circumstances=row.circumstances,
            contact=row.contact_words,
            written_by=row.written_by.name,
            agency=row.written_by.agency.name,
            written=row.written,
            request_ref=row.request_ref,
        )
        views.setdefault((row.circumstances, row.contact_words, row.written), view)
    return list(views.values())


def member(actor: Actor, person_id: int, member_id: int) -> CircleMember:
    """One in the circle now, in sight. Raises NotFound."""
    found: CircleMember | None = (
        CircleMember.objects.filter(
            pk=member_id, person_id=person_id, left__isnull=True, accepted__isnull=False
        )
        .select_related("worker", "owner")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def workers_to_ask(
    actor: Actor, *, words: str, now: dt.datetime, most: int = MOST_FOUND
) -> list[tuple[int, str]]:
    """Workers inside the loop whose name, post, team or agency has each word: id and who it is.

    Who works where is open to every worker, and says nothing about anybody who is helped.
    """
    found = in_post(now).filter(loop__contains=now).select_related("agency")
    for word in words.split()[:5]:
        found = found.filter(
            Q(name__icontains=word)
            | Q(job_title__icontains=word)
            | Q(agency__name__icontains=word)
            | Q(memberships__team__name__icontains=word, memberships__valid__contains=now)
        )
    return [(w.pk, worker_words(w)) for w in found.distinct().order_by("name", "id")[:most]]


def worker(worker_id: int, *, now: dt.datetime) -> Worker | None:
    """A worker in post, or None."""
    found: Worker | None = in_post(now).filter(pk=worker_id).select_related("agency").first()
    return found


def relied_on(actor: Actor, worker_id: int) -> list[tuple[int, int]]:
    """The circles that a worker is in, as far as in sight: (person, member) numbers."""
    return list(
        CircleMember.objects.filter(
            worker_id=worker_id, left__isnull=True, accepted__isnull=False
        ).values_list("person_id", "pk")
    )
