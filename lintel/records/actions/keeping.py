"""Holds, decisions about what is due, and erasing. The database erases, and checks it again."""

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime

from dateutil.relativedelta import relativedelta
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from lintel.kernel import events
from lintel.kernel.actor import Actor, as_system
from lintel.kernel.errors import Conflict, Invalid, NotFound
from lintel.records import policy, queries
from lintel.records.models import Due, Erasure, Hold
from lintel.records.states import COPY_MONTHS, LONGEST_HOLD, Asked, Decided
from lintel.sharing.queries import known

REFUSED = {
    "hold": "It is on a legal hold. Lift the hold first.",
    "not due": "It is not due any more: the agency has a reason to keep it.",
    "not decided": "Nobody has said that it may be erased.",
    "done": "It was erased already.",
    "still needed": (
        "Your agency still works with them, or they are still your tenant. It needs the record"
        " until that has ended. Tell them so: write why it is not erased."
    ),
}


def place_hold(actor: Actor, *, now: datetime, person_id: int, reason: str, review_on: date) -> int:
    """Stop everything that the agency holds about a person from being erased.

    Raises Denied, NotFound, Invalid, and Conflict where there is a hold.
    """
    policy.answer_for(actor)
    known(actor, person_id)
    _review(review_on, now)
    try:
        with transaction.atomic():
            made = Hold.objects.create(
                person_id=person_id,
                owner_id=actor.agency_id,
                reason=reason.strip(),
                placed=now,
                placed_by_id=actor.worker_id,
                review_on=review_on,
            )
    except IntegrityError as error:
        raise Conflict("There is a hold already.") from error
    _happened(actor, "records.held", now, "hold", made.pk, person_id)
    return made.pk


def review_hold(actor: Actor, *, now: datetime, hold_id: int, review_on: date) -> None:
    """Keep a hold until another day. Raises NotFound, Invalid, and Conflict when it was lifted."""
    _review(review_on, now)
    with transaction.atomic():
        found = _hold(actor, hold_id)
        found.review_on = review_on
        found.save(update_fields=["review_on"])
        _happened(actor, "records.hold_reviewed", now, "hold", found.pk, found.person_id)


def lift_hold(actor: Actor, *, now: datetime, hold_id: int, words: str) -> None:
    """End a hold, with the reason. Raises NotFound, and Conflict when it was lifted."""
    with transaction.atomic():
        found = _hold(actor, hold_id)
        found.lifted, found.lifted_words, found.lifted_by_id = now, words.strip(), actor.worker_id
        found.save(update_fields=["lifted", "lifted_words", "lifted_by"])
        _happened(actor, "records.hold_lifted", now, "hold", found.pk, found.person_id)


def erase_due(actor: Actor, *, now: datetime, due_ids: Sequence[int]) -> tuple[int, list[str]]:
    """Erase what is due and was chosen; how many, and why the rest was not.

    Raises Denied.
    """
    policy.answer_for(actor)
    erased, refused = 0, []
    # What is owed goes with the tenancy, so it is erased, and counted, before.
    chosen = queries.due(actor).filter(pk__in=due_ids).order_by("person_id", "-category")
    for due_id in list(chosen.values_list("pk", flat=True)):
        with transaction.atomic():
            found = (
                queries.due(actor)
                .filter(pk=due_id)
                .update(decided=Decided.ERASE, decided_at=now, decided_by_id=actor.worker_id)
            )
            outcome = _run("records_erase_due", due_id) if found else "absent"
            if outcome == "erased":
                erased += 1
                _happened(actor, "records.erased", now, "due", due_id, None)
            else:
                transaction.set_rollback(True)
        if outcome in REFUSED:
            refused.append(REFUSED[outcome])
    return erased, list(dict.fromkeys(refused))


def keep_due(
    actor: Actor, *, now: datetime, due_ids: Sequence[int], words: str, until: date
) -> int:
    """Keep what is due until another day, with the reason; how many."""
    policy.answer_for(actor)
    _review(until, now)
    with transaction.atomic():
        found = list(queries.due(actor).filter(pk__in=due_ids).values_list("pk", flat=True))
        Due.objects.filter(pk__in=found).update(
            decided=Decided.KEEP,
            decided_at=now,
            decided_by_id=actor.worker_id,
            keep_words=words.strip(),
            keep_until=until,
        )
        for due_id in found:
            _happened(actor, "records.kept", now, "due", due_id, None)
    return len(found)


def record_erasure_request(
    actor: Actor, *, now: datetime, person_id: int, asked_on: date, words: str
) -> int:
    """Write down that somebody asked to be erased: to be answered within one calendar month.

    Raises Denied, NotFound, Invalid, and Conflict where one is open.
    """
    policy.answer_for(actor)
    known(actor, person_id)
    if asked_on > timezone.localdate(now):
        raise Invalid({"asked_on": "The day must be in the past"})
    try:
        with transaction.atomic():
            made = Erasure.objects.create(
                person_id=person_id,
                owner_id=actor.agency_id,
                asked_on=asked_on,
                asked_words=words.strip(),
                due_on=asked_on + relativedelta(months=COPY_MONTHS),
                recorded=now,
                recorded_by_id=actor.worker_id,
            )
    except IntegrityError as error:
        raise Conflict("They have asked already. Decide that first.") from error
    _happened(actor, "records.erasure_asked", now, "erasure", made.pk, person_id)
    return made.pk


def refuse_erasure(actor: Actor, *, now: datetime, erasure_id: int, words: str) -> None:
    """Say why it is not erased; the person is told these words. Raises NotFound and Conflict."""
    with transaction.atomic():
        found = _erasure(actor, erasure_id)
        found.state, found.decided, found.decided_words = Asked.REFUSED, now, words.strip()
        found.decided_by_id = actor.worker_id
        found.save(update_fields=["state", "decided", "decided_words", "decided_by"])
        _happened(actor, "records.erasure_refused", now, "erasure", found.pk, found.person_id)


def erase_asked(actor: Actor, *, now: datetime, erasure_id: int, name: str) -> None:
    """Erase all that the agency holds about somebody who asked for it.

    `name`: theirs, as the lead typed it. It can't be undone, so it takes more than a press: whoever
    has the wrong page open would type another. Raises NotFound, Invalid (name), and Conflict where
    a hold stops it, or the agency still works with them.
    """
    with transaction.atomic():
        found = _erasure(actor, erasure_id)
        about = known(actor, found.person_id)
        if _plain(name) != _plain(about.name):
            raise Invalid({"name": f"Type {about.name}, as it stands at the top of this page"})
        outcome = _run("records_erase_asked", erasure_id)
        if outcome != "erased":
            raise Conflict(REFUSED.get(outcome, "It could not be erased."))
        _happened(actor, "records.erased", now, "erasure", found.pk, found.person_id)


def list_due() -> int:
    """List what is due to be erased; how many entries. For the nightly job only."""
    with as_system(), connection.cursor() as cursor:
        cursor.execute("SELECT records_list_due()")
        return int(cursor.fetchone()[0])


def _run(function: str, number: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [number])
        return str(cursor.fetchone()[0])


def _plain(name: str) -> str:
    """A name for comparing: no accents, no capitals, one kind of apostrophe, single spaces."""
    parts = unicodedata.normalize("NFKD", name.replace("’", "'"))
    return " ".join("".join(c for c in parts if not unicodedata.combining(c)).casefold().split())


def _review(day: date, now: datetime) -> None:
    today = timezone.localdate(now)
    if not today < day <= today + LONGEST_HOLD:
        raise Invalid({"review_on": "Choose a day within the next year"})


def _hold(actor: Actor, hold_id: int) -> Hold:
    found = queries.holds(actor).select_for_update(of=("self",)).filter(pk=hold_id).first()
    if found is None:
        raise NotFound
    if found.lifted is not None:
        raise Conflict("The hold was lifted already.")
    return found


def _erasure(actor: Actor, erasure_id: int) -> Erasure:
    found = queries.erasures(actor).select_for_update(of=("self",)).filter(pk=erasure_id).first()
    if found is None:
        raise NotFound
    if found.state != Asked.OPEN:
        raise Conflict("It was decided already.")
    return found


def _happened(
    actor: Actor, verb: str, now: datetime, kind: str, number: int, person_id: int | None
) -> None:
    events.record(
        actor,
        verb,
        now=now,
        subject=(kind, number),
        person_id=person_id,
        owner_id=actor.agency_id,
    )
