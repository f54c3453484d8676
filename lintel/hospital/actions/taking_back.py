"""A stay that was noted by mistake: of the wrong person, or of somebody who never came.

Nothing is removed. The stay stays in the record as mistaken, and the ward's sight of the person
ends with the act, not some weeks later (docs/adr/0030).
"""

import datetime as dt

from django.db import transaction

from lintel.agencies.states import Role
from lintel.hospital import policy
from lintel.hospital.actions.checking import choice_fault, own_stay, record, refuse, words_fault
from lintel.hospital.actions.noticing import withdraw_notice
from lintel.hospital.models import Absence, Meeting, Notice, Stay, Step, Waiting, WardSpell
from lintel.hospital.states import Ending, Mistake, StepState
from lintel.kernel import access, messages
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Denied, NotFound
from lintel.kernel.sight.states import Category
from lintel.kernel.states import AccessVerb
from lintel.people import actions as people
from lintel.requests import actions as requests
from lintel.requests.tell import in_post

TO_COUNCILS = (
    "This notice was sent by mistake. It is not about the person whom it names. Please use "
    "nothing of it: nothing more is asked of you."
)
CLOSED_WITH_IT = "The stay was noted by mistake."
WHY = "The worker took back a stay that was noted by mistake."


@transaction.atomic
def take_back(
    actor: Actor, *, now: dt.datetime, stay_id: int, why: str, words: str = ""
) -> list[str]:
    """Say that somebody was not here; answers the councils that could not be told any more.

    For the ward. Its sight of the person ends at once. Councils that were told hear that it was a
    mistake; what was to be done is closed; what was said of waiting is corrected openly, to no
    day. It counts in no figure and stands in no other stay's way. The trust's information leads
    are told. Raises NotFound, Denied, Conflict (taken back already), Invalid.
    """
    one = own_stay(actor, stay_id, going_on=False)
    policy.admit(actor, one.ward_id)
    refuse(
        {
            "why": choice_fault(why, Mistake),
            "words": words_fault(
                words, "Say in a few words what happened" if why == Mistake.OTHER else "", 300
            ),
        }
    )
    missed = _take_notices_back(actor, one, now)
    _close(actor, one, now)
    one.ended = max(now, one.admitted)
    one.ending = Ending.MISTAKE
    one.ending_words = words.strip() if why == Mistake.OTHER else str(Mistake(why).label)
    one.save(update_fields=["ended", "ending", "ending_words"])
    record(actor, "taken_back", one, now, why=why)
    access.record(
        actor,
        AccessVerb.OPENED,
        now=now,
        person_id=one.person_id,
        owner_id=one.owner_id,
        categories=[Category.HOSPITAL_STAY],
        why=WHY,
        page="hospital:mistake",
    )
    _tell_leads(one.owner_id, now)
    # Last: from here on the ward sees nothing of the person.
    people.end_involvement(one.involvement_id, now)
    return missed


def _close(actor: Actor, one: Stay, now: dt.datetime) -> None:
    """What was awaited is closed, and the days that were counted are corrected to none."""
    WardSpell.objects.filter(stay=one, until__isnull=True).update(until=max(now, one.admitted))
    Absence.objects.filter(stay=one, until__isnull=True).update(until=now)
    Meeting.objects.filter(stay=one, agreed="", cancelled=False).update(cancelled=True)
    Step.objects.filter(stay=one, state=StepState.OPEN).update(
        state=StepState.DROPPED,
        outcome=CLOSED_WITH_IT,
        settled=now,
        settled_by_id=actor.worker_id,
    )
    for waits in Waiting.objects.filter(stay=one, superseded__isnull=True):
        waits.superseded = now
        waits.save(update_fields=["superseded"])
        corrects_id, waits.pk = waits.pk, None
        waits._state.adding = True
        waits.corrects_id = corrects_id
        waits.until = waits.since
        waits.superseded = None
        waits.why = CLOSED_WITH_IT
        waits.recorded = now
        waits.recorded_by_id = actor.worker_id
        waits.save(force_insert=True)


def _take_notices_back(actor: Actor, one: Stay, now: dt.datetime) -> list[str]:
    """Take back whatever a council was told; those whose part is closed can't be told any more."""
    missed = []
    standing = Notice.objects.filter(stay=one, withdrawn__isnull=True)
    for notice in standing.select_related("to_team__agency").order_by("pk"):
        if not _told(actor, one, notice, now):
            team = notice.to_team
            missed.append(f"{team.name}, {team.agency.name}" if team else notice.outside_name)
            Notice.objects.filter(pk=notice.pk).update(withdrawn=now)
    return missed


def _told(actor: Actor, one: Stay, notice: Notice, now: dt.datetime) -> bool:
    """Tell the council, and whether that could be done. A colleague's becomes the actor's first."""
    try:
        with transaction.atomic():
            withdraw_notice(actor, now=now, reference=notice.reference, why=TO_COUNCILS)
    except (Denied, NotFound):
        requests.move_sent(
            actor,
            now=now,
            references=[notice.reference],
            to_worker_id=actor.worker_id,
            to_team_id=one.ward_id,
        )
        return _withdrawn_or_added(actor, notice, now)
    except Conflict:
        return _added(actor, notice, now)
    return True


def _withdrawn_or_added(actor: Actor, notice: Notice, now: dt.datetime) -> bool:
    try:
        with transaction.atomic():
            withdraw_notice(actor, now=now, reference=notice.reference, why=TO_COUNCILS)
    except Conflict:
        return _added(actor, notice, now)
    return True


def _added(actor: Actor, notice: Notice, now: dt.datetime) -> bool:
    """What is decided can't be withdrawn: it is written to whoever decided it, unless closed."""
    try:
        with transaction.atomic():
            requests.add_information(actor, now=now, reference=notice.reference, words=TO_COUNCILS)
            Notice.objects.filter(pk=notice.pk).update(withdrawn=now)
    except Conflict:
        return False
    return True


def _tell_leads(owner_id: int, now: dt.datetime) -> None:
    """The information leads hear that there is something to look at; an e-mail says no more."""
    leads = in_post(now).filter(
        agency_id=owner_id,
        roles_held__role=Role.INFORMATION_LEAD,
        roles_held__valid__contains=now,
    )
    for worker in leads.order_by("pk").distinct():
        messages.queue(
            to_user_id=worker.user_id, template="new", link="/hospital/admissions/", now=now
        )
