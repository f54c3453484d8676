"""When a link worker is away, and who covers."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from lintel.agencies import policy, queries
from lintel.agencies.models import LinkWorker
from lintel.kernel import events
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Invalid, NotFound

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
