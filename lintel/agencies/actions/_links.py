"""Who links a team with the other side, when they are away, and who covers."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from lintel.agencies import policy, queries
from lintel.agencies.actions._members import begins, check_days, ends
from lintel.agencies.actions._teams import locked_team
from lintel.agencies.models import LinkWorker
from lintel.agencies.states import Side
from lintel.kernel import events, messages
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Invalid, NotFound

LONGEST_AWAY = timedelta(days=366)


def _locked(actor: Actor, link_id: int, now: datetime) -> LinkWorker:
    link = LinkWorker.objects.select_for_update().filter(pk=link_id, valid__contains=now).first()
    if link is None:
        raise NotFound
    policy.set_away(actor, link)
    return link


def _day(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def set_away(
    actor: Actor, *, link_id: int, first: date, last: date, cover_id: int, now: datetime
) -> None:
    """Say from which day to which (both included) a link worker is away, and who covers.

    Raises NotFound, Denied, and Invalid: an end before its beginning or past, more than a year,
    or a cover who isn't another worker in post at the same agency.
    """
    with transaction.atomic():
        link = _locked(actor, link_id, now)
        errors = {}
        if last < first:
            errors["last"] = "The last day is before the first"
        elif last < timezone.localdate(now):
            errors["last"] = "The last day is in the past"
        elif last - first > LONGEST_AWAY:
            errors["last"] = "Enter a last day within a year of the first"
        covers = queries.in_post(now).filter(agency_id=link.team.agency_id)
        if cover_id == link.worker_id or not covers.filter(pk=cover_id).exists():
            errors["cover_id"] = "Select another worker of the agency, who is in post"
        if errors:
            raise Invalid(errors)
        link.away = DateTimeTZRange(_day(first), _day(last + timedelta(days=1)))
        link.cover_id = cover_id
        link.save(update_fields=["away", "cover"])
        events.record(
            actor,
            "agencies.link_worker_away",
            now=now,
            subject=("link", link.pk),
            data={"first": first, "last": last, "cover": cover_id},
        )


def clear_away(actor: Actor, *, link_id: int, now: datetime) -> None:
    """Say that a link worker is not away (any more). Raises NotFound and Denied."""
    with transaction.atomic():
        link = _locked(actor, link_id, now)
        link.away = None
        link.cover = None
        link.save(update_fields=["away", "cover"])
        events.record(actor, "agencies.link_worker_back", now=now, subject=("link", link.pk))


def name_link_worker(
    actor: Actor,
    *,
    team_id: int,
    worker_id: int,
    towards: str,
    covers: str,
    first: date,
    last: date | None,
    now: datetime,
) -> None:
    """A member of a team links it with the other side, from the first day to the last (or on).

    For the team's lead and managers of its agency, for nobody themselves. Raises NotFound,
    Denied, Invalid.
    """
    with transaction.atomic():
        team = locked_team(team_id, now)
        policy.keep_members(actor, team, worker_id)
        errors: dict[str, str] = {}
        check_days(errors, first, last, now)
        valid = DateTimeTZRange(begins(first, now), ends(last))
        member = queries.members_of_teams([team.pk], now).filter(pk=worker_id).first()
        if member is None:
            errors["worker_id"] = "Choose a worker of the team"
        if towards not in Side.values:
            errors["towards"] = "Choose a side"
        if len(covers) > 200:
            errors["covers"] = "Use 200 characters or fewer"
        held = LinkWorker.objects.filter(team=team, worker_id=worker_id, towards=towards)
        if not errors and held.filter(valid__overlap=valid).exists():
            errors["worker_id"] = "They link the team with this side already"
        if errors or member is None:
            raise Invalid(errors)
        made = LinkWorker.objects.create(
            team=team, worker=member, towards=towards, covers=covers.strip(), valid=valid
        )
        _changed(actor, "agencies.link_worker_named", made, now)


def end_link_work(actor: Actor, *, team_id: int, link_id: int, on: date, now: datetime) -> None:
    """A link worker of a team is none any more from the day `on`; today means now.

    As `name_link_worker`; Conflict when nobody else links the team with that side from then.
    """
    with transaction.atomic():
        team = locked_team(team_id, now)
        link = LinkWorker.objects.select_for_update().filter(pk=link_id, team=team).first()
        if link is None:
            raise NotFound
        policy.keep_members(actor, team, link.worker_id)
        errors: dict[str, str] = {}
        check_days(errors, on, None, now, "on")
        moment = begins(on, now)
        if not errors and link.valid.upper is not None and link.valid.upper <= moment:
            errors["on"] = "It ends before that day already"
        if errors:
            raise Invalid(errors)
        others = LinkWorker.objects.filter(
            team=team, towards=link.towards, valid__contains=moment
        ).exclude(worker_id=link.worker_id)
        if not others.exists():
            raise Conflict(f"{team.name} would have no link worker for this side. Name one first.")
        _changed(actor, "agencies.link_worker_ended", link, now)
        if link.valid.lower >= moment:
            link.delete()
        else:
            link.valid = DateTimeTZRange(link.valid.lower, moment)
            link.save(update_fields=["valid"])


def _changed(actor: Actor, verb: str, link: LinkWorker, now: datetime) -> None:
    """In the record, and told to the worker: who links a team sees more of what is shared."""
    events.record(
        actor,
        verb,
        now=now,
        subject=("link", link.pk),
        owner_id=link.team.agency_id,
        data={"team": link.team_id, "worker": link.worker_id, "towards": link.towards},
    )
    messages.queue(to_user_id=link.worker.user_id, template="new", link="/link-workers/", now=now)
