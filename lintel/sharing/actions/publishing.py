"""Publishing a version of the agreement with a date, reviewing it, and reminding who is late."""

from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta
from django.db import IntegrityError, transaction
from django.utils import timezone

from lintel.kernel import events, messages, outbox
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Invalid, NotFound
from lintel.sharing import policy, previewing, ruling, spreading
from lintel.sharing.actions.drafting import _locked
from lintel.sharing.models import Agreement, AgreementReview, Preview
from lintel.sharing.queries import agreement_signing as signing
from lintel.sharing.queries import agreements as queries
from lintel.sharing.states import ReviewDecision
from lintel.web.words import date_words, datetime_words

# Nobody is surprised by a change of what they see; and sight is made ready before its date.
NOTICE = timedelta(hours=1)
FURTHEST = timedelta(days=366)
LONGEST_TO_REVIEW = relativedelta(months=15)
AGREEMENT = "/agreement/"


def first_day(now: datetime) -> date:
    """The first day on which a version published now may begin: its midnight is an hour away."""
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    return tomorrow if midnight(tomorrow) >= now + NOTICE else tomorrow + timedelta(days=1)


def midnight(day: date) -> datetime:
    """When a day begins here."""
    return timezone.make_aware(datetime.combine(day, time()))


def publish(
    actor: Actor,
    *,
    now: datetime,
    number: int,
    effective: datetime,
    review_due: date,
    sure: bool = False,
) -> None:
    """Publish a draft: it counts from `effective`, and can never be changed again.

    Information leads are told, so that their agencies sign. Sight is made what it will be in the
    background. Raises Denied, NotFound, and Invalid: effective (too soon, too far, not after the
    versions before), review_due, "" (no rules, a rule that is wrong), sure (agencies' own workers
    would lose sight of their own records, and nobody said that this is meant).
    """
    policy.draft(actor)
    with transaction.atomic():
        agreement = _locked(number)
        _check_dates(now, effective, review_due)
        _check_rules(agreement, now, sure)
        try:
            with transaction.atomic():
                Agreement.objects.filter(pk=agreement.pk).update(
                    published=now,
                    published_by_id=actor.worker_id,
                    effective=effective,
                    review_due=review_due,
                )
        except IntegrityError:
            raise Invalid({"effective": "Another version begins then"}) from None
        spreading.begin(agreement_id=agreement.pk, now=now)
        for user_id in signing.information_lead_users(now):
            messages.queue(to_user_id=user_id, template="new", link=AGREEMENT, now=now)
        events.record(
            actor,
            "sharing.agreement_published",
            now=now,
            subject=("agreement", agreement.pk),
            data={"number": number, "effective": effective.isoformat()},
        )


def _check_dates(now: datetime, effective: datetime, review_due: date) -> None:
    wrong = {}
    latest = (
        Agreement.objects.filter(effective__isnull=False)
        .order_by("-effective")
        .values_list("number", "effective")
        .first()
    )
    if effective < now + NOTICE:
        soonest = date_words(first_day(now))
        wrong["effective"] = f"It can begin on {soonest} at the earliest: nothing changes unseen"
    elif effective > now + FURTHEST:
        wrong["effective"] = "Choose a day within a year from now"
    elif latest and latest[1] and effective <= latest[1]:
        wrong["effective"] = (
            f"Version {latest[0]} begins on {datetime_words(latest[1])}: this one begins after it"
        )
    begins = timezone.localdate(effective)
    if review_due <= begins:
        wrong["review_due"] = "The review comes after the day on which the version begins"
    elif review_due > begins + LONGEST_TO_REVIEW:
        wrong["review_due"] = "It is reviewed every year: choose a day within 15 months"
    if wrong:
        raise Invalid(wrong)


def _check_rules(agreement: Agreement, now: datetime, sure: bool) -> None:
    rules = queries.rules(agreement.pk)
    if not rules:
        raise Invalid({"": "It has no rules: nobody would see anything. Add the rules first."})
    for rule in rules:
        if wrong := ruling.wrong(ruling.draft_of(rule)):
            raise Invalid({"": f"A rule is not complete. {' '.join(wrong.values())}."})
    base = queries.before(queries.version_of(agreement), now)
    if base is not None and not sure and (words := ruling.own_lost(queries.rules(base.id), rules)):
        raise Invalid({"sure": words})


def record_review(
    actor: Actor,
    *,
    now: datetime,
    number: int,
    held_on: date,
    found: str,
    decision: str,
    next_due: date,
) -> int:
    """Write down the yearly review of the version in force; answers the record's id.

    Raises Denied, NotFound, Invalid, and Conflict for a version that isn't in force.
    """
    policy.draft(actor)
    version = queries.version(actor, number, now)
    if version.stage is not queries.Stage.IN_FORCE:
        raise Conflict("Only the version in force is reviewed.")
    wrong = {}
    today = timezone.localdate(now)
    if held_on > today:
        wrong["held_on"] = "The review was held today or before"
    if len(found.strip()) < 20:
        wrong["found"] = "Write what was found, in a few sentences"
    if decision not in ReviewDecision.values:
        wrong["decision"] = "Select what was decided"
    if next_due <= max(today, held_on):
        wrong["next_due"] = "The next review lies in the future"
    elif next_due > held_on + LONGEST_TO_REVIEW:
        wrong["next_due"] = "It is reviewed every year: choose a day within 15 months"
    if wrong:
        raise Invalid(wrong)
    with transaction.atomic():
        made = AgreementReview.objects.create(
            agreement_id=version.id,
            held_on=held_on,
            found=found.strip(),
            decision=decision,
            next_due=next_due,
            recorded=now,
            recorded_by_id=actor.worker_id,
        )
        events.record(
            actor,
            "sharing.agreement_reviewed",
            now=now,
            subject=("agreement", version.id),
            data={"decision": decision, "review": made.pk},
        )
    return made.pk


def remind(actor: Actor, *, now: datetime, number: int, agency_id: int | None = None) -> None:
    """Remind who hasn't signed (an agency's information leads) or accepted (workers), by e-mail.

    With `agency_id`: that agency's alone, and a lead of its own may do so; without: everybody's,
    by a partnership lead. In the background, and nobody twice within `REMINDED_EVERY`. Raises
    Denied, NotFound, and Conflict for a version that can't be signed.
    """
    policy.see_unready(actor)
    if agency_id != actor.agency_id:
        policy.draft(actor)
    version = queries.version(actor, number, now)
    if not version.counts:
        raise Conflict("Nobody needs to sign or accept this version.")
    if agency_id is not None and not signing.is_agency(agency_id):
        raise NotFound
    with transaction.atomic():
        outbox.defer(
            "lintel.remind_agreement",
            alone=f"lintel.remind_agreement.{version.id}.{agency_id or 0}",
            agreement_id=version.id,
            agency_id=agency_id or 0,
        )
        events.record(
            actor,
            "sharing.agreement_reminded",
            now=now,
            subject=("agreement", version.id),
            owner_id=agency_id,
        )


def ask_preview(actor: Actor, *, now: datetime, number: int) -> int:
    """Have it counted, in the background, who would gain and lose sight by a draft; its id.

    A count of the same rules that is not yet done is enough. Raises Denied and NotFound.
    """
    policy.draft(actor)
    with transaction.atomic():
        agreement = _locked(number)
        base = queries.in_force(now)
        mark = previewing.fingerprint(agreement.pk, base.id if base else None)
        running = previewing.latest(agreement.pk)
        if running and running.finished is None and running.fingerprint == mark:
            return running.pk
        made = Preview.objects.create(
            agreement=agreement,
            asked=now,
            asked_by_id=actor.worker_id,
            fingerprint=mark,
            moment=now,
        )
        outbox.defer("lintel.count_preview", preview_id=made.pk)
        events.record(
            actor,
            "sharing.agreement_previewed",
            now=now,
            subject=("agreement", agreement.pk),
            data={"number": number},
        )
    return made.pk
