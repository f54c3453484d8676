"""Link workers: who joins which team to the other side, and who covers today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Q, QuerySet
from django.utils import timezone

from lintel.agencies import policy
from lintel.agencies.models import LinkWorker, Team
from lintel.agencies.queries._areas import areas
from lintel.agencies.queries._directory import Colleague, colleague
from lintel.agencies.queries._who import in_post
from lintel.agencies.states import Side, side_of
from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Link:
    """A link worker of a team, and whom to ask today.

    `today` is the cover while the link worker is away; None when nobody covers. `away_until` is
    when they are back (the first moment), set only while they are away.
    """

    link_id: int
    worker: Colleague
    team_id: int
    team: str
    agency: str
    towards: Side
    covers: str
    today: Colleague | None
    away_until: datetime | None
    away_from: datetime | None
    is_own: bool
    may_change: bool


@dataclass(frozen=True, slots=True)
class MyLinks:
    """Link workers as one worker needs them: of the own teams, and on the other side."""

    own: list[Link]
    other_side: list[Link]


def _current(now: datetime) -> QuerySet[LinkWorker]:
    return (
        LinkWorker.objects.filter(valid__contains=now, worker__in=in_post(now))
        .exclude(team__closed_on__lte=timezone.localdate(now))
        .select_related("worker__user", "team__agency", "cover__user")
        .order_by("team__name", "worker__name", "id")
    )


def _shown(link: LinkWorker, actor: Actor, now: datetime, in_post_ids: set[int]) -> Link:
    away = link.away is not None and now in link.away
    cover = link.cover if link.cover_id in in_post_ids else None
    worker = colleague(link.worker)
    today = (colleague(cover) if cover else None) if away else worker
    return Link(
        link_id=link.pk,
        worker=worker,
        team_id=link.team_id,
        team=link.team.name,
        agency=link.team.agency.name,
        towards=Side(link.towards),
        covers=link.covers,
        today=today,
        away_until=link.away.upper if link.away and away else None,
        away_from=link.away.lower if link.away and not away and link.away.lower > now else None,
        is_own=link.worker_id == actor.worker_id,
        may_change=policy.may_set_away(actor, link),
    )


def _all_shown(links: Iterable[LinkWorker], actor: Actor, now: datetime) -> list[Link]:
    found = list(links)
    covers = {link.cover_id for link in found if link.cover_id}
    still = (
        set(in_post(now).filter(pk__in=covers).values_list("pk", flat=True)) if covers else set()
    )
    return [_shown(link, actor, now, still) for link in found]


def my_links(actor: Actor, now: datetime, *, words: str = "") -> MyLinks:
    """The link workers of the actor's teams, and those on the other side towards them.

    `words` narrows both by team, agency, name or what the link covers. On the other side those
    whose team shares an area with one of the actor's teams come first.
    """
    mine = list(Team.objects.filter(pk__in=actor.team_ids))
    sides = {side_of(team.kind) for team in mine} or {Side.HOUSING, Side.HEALTH}
    links = _current(now)
    for word in words.split()[:8]:
        links = links.filter(
            Q(team__name__icontains=word)
            | Q(team__agency__name__icontains=word)
            | Q(worker__name__icontains=word)
            | Q(covers__icontains=word)
            | Q(team__in=areas().naming(word, now))
        )
    own = links.filter(team_id__in=actor.team_ids)
    other = list(
        links.filter(towards__in=[str(side) for side in sides]).exclude(team_id__in=actor.team_ids)
    )
    near = areas().sharing(actor.team_ids, {link.team_id for link in other}, now)
    other.sort(key=lambda link: link.team_id not in near)
    return MyLinks(_all_shown(own, actor, now), _all_shown(other, actor, now))


def link_of(actor: Actor, link_id: int, now: datetime) -> Link:
    """One current link; raises NotFound."""
    found = _current(now).filter(pk=link_id).first()
    if found is None:
        raise NotFound
    return _all_shown([found], actor, now)[0]


def links_of_team(team_id: int, now: datetime, *, towards: Side | None = None) -> list[int]:
    """Whom to ask today of a team's link workers (worker ids): covers stand in for the away.

    For the clocks: a link worker who is away with nobody covering is left out.
    """
    links = _current(now).filter(team_id=team_id)
    if towards is not None:
        links = links.filter(towards=towards)
    nobody = Actor(worker_id=0, user_id=0, agency_id=0, name="")
    shown = _all_shown(links, nobody, now)
    return [link.today.worker_id for link in shown if link.today is not None]


def relied_on(worker_id: int, on: date) -> list[str]:
    """What in this domain relies on a worker from the day `on`, in sentences; none if nothing.

    A link worker whose team has no other towards that side, and a cover for somebody away then.
    """
    start = timezone.make_aware(datetime.combine(on, time.min))
    found = []
    for link in LinkWorker.objects.filter(worker_id=worker_id, valid__contains=start):
        others = LinkWorker.objects.filter(
            team_id=link.team_id, towards=link.towards, valid__contains=start
        )
        if not others.exclude(worker_id=worker_id).exists():
            found.append(
                f"{link.team.name} has no other link worker with {link.get_towards_display()}: "
                "name one first."
            )
    covered = LinkWorker.objects.filter(
        cover_id=worker_id, away__endswith__gt=start, valid__contains=start
    ).select_related("worker")
    found += [f"{link.worker.name} relies on this worker’s cover: change it." for link in covered]
    return found


def links_to_keep(team_id: int, now: datetime) -> list[LinkWorker]:
    """The link work of a team that hasn't ended, that to come too, of workers in post."""
    return list(
        LinkWorker.objects.filter(team_id=team_id, worker__in=in_post(now))
        .filter(Q(valid__endswith=None) | Q(valid__endswith__gt=now))
        .select_related("worker", "cover", "team")
        .order_by("worker__name", "id")
    )
