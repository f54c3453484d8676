"""Looking at an override afterwards: justified or not, what follows, and what the person hears."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from lintel.kernel import events, messages
from lintel.kernel.access import record
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Invalid
from lintel.kernel.states import AccessVerb
from lintel.sharing import policy_safety as policy
from lintel.sharing import queries
from lintel.sharing.models import OverrideNotice, OverrideReview
from lintel.sharing.queries import OverrideRow
from lintel.sharing.states import Consequence


def read_override(actor: Actor, *, now: datetime, override_id: int) -> OverrideRow:
    """One override, for whoever may read it; read by another than who opened it, it is recorded.

    What the actor was told of it counts as read. Raises NotFound.
    """
    row = queries.override(actor, override_id)
    OverrideNotice.objects.filter(
        override_id=row.id, worker_id=actor.worker_id, seen__isnull=True
    ).update(seen=now)
    if row.worker_id != actor.worker_id:
        record(
            actor,
            AccessVerb.LOOKED_UP,
            now=now,
            person_id=row.person_id,
            owner_id=row.holder_id,
            categories=[],
            why="the worker looks at an override, as one who is told of it",
            page="override",
        )
    return row


def review_override(
    actor: Actor,
    *,
    now: datetime,
    override_id: int,
    justified: bool | None,
    findings: str,
    consequences: Sequence[Consequence],
    told: bool | None,
    told_words: str,
    tell_by: date | None = None,
) -> None:
    """Close an override as justified or not, with what follows from it.

    `told`: whether the person has been told; if not, `told_words` say why not and `tell_by` when
    that is looked at again. Raises NotFound, Denied (only an information lead of the agency that
    holds it, who neither opened it nor agreed to it), Invalid, and Conflict for one that is still
    open or was reviewed.
    """
    row = queries.override(actor, override_id)
    policy.review_override(actor, row)
    if row.review is not None:
        raise Conflict("It has been reviewed already.")
    if row.ends > now:
        raise Conflict("It is still open. Look at it when it has closed.")
    _check(justified, findings, consequences, told, told_words, tell_by, now)
    try:
        with transaction.atomic():
            OverrideReview.objects.create(
                override_id=row.id,
                person_id=row.person_id,
                owner_id=row.holder_id,
                justified=bool(justified),
                findings=findings.strip(),
                consequences=sorted({str(c) for c in consequences}),
                told=now if told else None,
                told_words=told_words.strip(),
                tell_by=None if told else tell_by,
                reviewed=now,
                reviewed_by_id=actor.worker_id,
            )
            events.record(
                actor,
                "sharing.override_reviewed",
                now=now,
                subject=("override", row.id),
                person_id=row.person_id,
                owner_id=row.holder_id,
                data={"justified": bool(justified), "consequences": sorted(map(str, consequences))},
            )
            user_id = queries.user_of(row.worker_id)
            messages.queue(to_user_id=user_id, template="new", link=f"/safety/{row.id}/", now=now)
    except IntegrityError as wrong:
        raise Conflict("It has been reviewed already.") from wrong


def tell_person(actor: Actor, *, now: datetime, override_id: int, words: str) -> None:
    """Write down that the person was told, where that had to wait at the review.

    Raises NotFound, Denied for who isn't an information lead of the holding agency, Invalid
    (words), and Conflict when they were told or it hasn't been reviewed.
    """
    row = queries.override(actor, override_id)
    policy.lead_of(actor, row.holder_id)
    if row.review is None or row.review.told is not None:
        raise Conflict("There is nothing left to tell.")
    if not words.strip():
        raise Invalid({"words": "Say what the person was told"})
    with transaction.atomic():
        OverrideReview.objects.filter(override_id=row.id, told__isnull=True).update(
            told=now, told_words=words.strip(), tell_by=None
        )
        events.record(
            actor,
            "sharing.override_person_told",
            now=now,
            subject=("override", row.id),
            person_id=row.person_id,
            owner_id=row.holder_id,
        )


def _check(
    justified: bool | None,
    findings: str,
    consequences: Sequence[Consequence],
    told: bool | None,
    told_words: str,
    tell_by: date | None,
    now: datetime,
) -> None:
    wrong: dict[str, str] = {}
    if justified is None:
        wrong["justified"] = "Choose whether it was justified"
    if not findings.strip():
        wrong["findings"] = "Say what you found"
    if not consequences:
        wrong["consequences"] = "Choose what follows, or “Nothing more”"
    elif Consequence.NONE in consequences and len(set(consequences)) > 1:
        wrong["consequences"] = "“Nothing more” can’t stand beside something else"
    if told is None:
        wrong["told"] = "Choose whether the person has been told"
    elif not told_words.strip():
        wrong["told_words" if told else "not_told_words"] = (
            "Say what the person was told" if told else "Say why the person can’t be told yet"
        )
    if told is False and (tell_by is None or tell_by <= now.date()):
        wrong["tell_by"] = "Give a day to come on which this is looked at again"
    if wrong:
        raise Invalid(wrong)
