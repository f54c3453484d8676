"""Asking about an entry that isn't understood, and answering, in words."""

from datetime import datetime

from django.db import IntegrityError, transaction

from lintel.agencies import queries as agencies
from lintel.kernel import events, messages
from lintel.kernel.actor import Account, Actor, as_system
from lintel.kernel.clock import due_at
from lintel.kernel.errors import Conflict, Invalid
from lintel.records import policy, queries
from lintel.records.models import Question
from lintel.records.queries import Looks
from lintel.records.states import QUESTION_CLOCK

LONGEST = 2000
HOME = "/records/"
LATE = "/records/late/"


def ask(account: Account, *, now: datetime, about: Looks, shown: str, words: str = "") -> int:
    """Ask the worker's agency about what was shown together; the question's number.

    Called as `lintel_person`. `shown`: what the page said. Raises Invalid, and Conflict when the
    account has asked about this already.
    """
    if len(words) > LONGEST:
        raise Invalid({"words": f"Use {LONGEST} letters or fewer"})
    try:
        with transaction.atomic():
            made = Question.objects.create(
                person_id=account.person_id,
                owner_id=about.agency_id,
                asked_by_id=account.user_id,
                kind=account.kind,
                name=account.name[:250],
                access_id=about.entry_id,
                worker_id=about.worker_id,
                shown=shown,
                words=words.strip(),
                asked=now,
                due=due_at(QUESTION_CLOCK, now),
            )
    except IntegrityError as error:
        raise Conflict("You have asked about this already.") from error
    with as_system():
        events.record(
            None,
            "records.asked",
            now=now,
            subject=("question", made.pk),
            person_id=account.person_id,
            owner_id=about.agency_id,
        )
    return made.pk


def answer(actor: Actor, *, now: datetime, question_id: int, words: str) -> None:
    """Answer a question to the actor's agency; the person reads it in their own view.

    Raises Denied, NotFound, Invalid, and Conflict when it was answered already.
    """
    policy.answer_for(actor)
    said = words.strip()
    if not said:
        raise Invalid({"words": "Write the answer"})
    if len(said) > LONGEST:
        raise Invalid({"words": f"Write {LONGEST} characters or fewer"})
    queries.question(actor, question_id)
    with transaction.atomic():
        found = (
            Question.objects.select_for_update(of=("self",))
            .filter(pk=question_id, owner_id=actor.agency_id)
            .first()
        )
        if found is None:  # There, and no longer to be changed: row security keeps an answer.
            raise Conflict("It was answered already.")
        found.answer, found.answered, found.answered_by_id = said, now, actor.worker_id
        found.save(update_fields=["answer", "answered", "answered_by"])
        events.record(
            actor,
            "records.answered",
            now=now,
            subject=("question", found.pk),
            person_id=found.person_id,
            owner_id=actor.agency_id,
            data={"account": found.asked_by_id},
        )


def climb(*, now: datetime) -> int:
    """Let questions past their time climb to the partnership lead; how many. For jobs only."""
    with transaction.atomic():
        with as_system():
            late = list(
                Question.objects.select_for_update(skip_locked=True)
                .filter(answered__isnull=True, climbed__isnull=True, due__lte=now)
                .values_list("pk", "owner_id")
            )
            Question.objects.filter(pk__in=[pk for pk, _ in late]).update(climbed=now)
        # Accounts aren't the system's to read.
        told = [(lead.user_id, LATE) for lead in queries.partnership_leads(now)] if late else []
        for agency_id in sorted({owner for _, owner in late}):
            told += [(w.user_id, HOME) for w in agencies.information_leads(agency_id, now)]
        with as_system():
            for user_id, link in told:
                messages.queue(to_user_id=user_id, template="overdue", link=link, now=now)
    return len(late)
