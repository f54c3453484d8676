"""Writing down what a person said about sharing: yes, no or partly; and taking it back."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from lintel.kernel import access, events, once
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Denied, NotFound
from lintel.kernel.sight.states import Category
from lintel.kernel.states import AccessVerb
from lintel.people import queries as people
from lintel.sharing import policy, queries
from lintel.sharing.actions.answers import (
    Answers,
    Line,
    Talk,
    check_answers,
    check_talk,
    with_identity,
)
from lintel.sharing.models import Consent, ConsentLine
from lintel.web.words import date_words


def record_conversation(
    actor: Actor,
    *,
    now: datetime,
    person_id: int,
    talk: Talk,
    answers: Answers,
    once: str | None = None,
) -> int:
    """Write down a conversation about sharing and its answers, by purpose; all or nothing.

    Answers the number of the first purpose's consent; the rest share its conversation. A yes to
    anything is a yes to who the person is, which is added. What the answers give is seen at once;
    a yes about another agency's records waits for that agency where `states.AT_ONCE` says so.
    Raises NotFound, Denied, Conflict and Invalid (the fields of `Talk`, lines).
    """
    policy.in_person(actor)
    people.person(actor, person_id)
    any_yes = any(line.answer for lines in answers.values() for line in lines)
    check_talk(talk, now, any_yes=any_yes)
    check_answers(actor, answers, now)
    key = uuid4()

    def work() -> int:
        with transaction.atomic():
            made = [
                _write(
                    actor, now, person_id, replace(talk, purpose=purpose), with_identity(said), key
                )
                for purpose, said in sorted(answers.items())
                if said
            ]
        return made[0]

    return int(_once(actor, "sharing.consent", once, work))


def record_consent(
    actor: Actor,
    *,
    now: datetime,
    person_id: int,
    talk: Talk,
    lines: Sequence[Line],
    once: str | None = None,
) -> int:
    """Write down a conversation about one purpose, that of the talk: `record_conversation`."""
    answers = {str(talk.purpose): lines}
    return record_conversation(
        actor, now=now, person_id=person_id, talk=talk, answers=answers, once=once
    )


def renew_consent(
    actor: Actor, *, now: datetime, person_id: int, consent_id: int, talk: Talk
) -> int:
    """Ask again before it runs out: the same answers for every purpose, in a talk of today.

    What was taken back is not asked again by this. Raises NotFound, Conflict when all of it was
    withdrawn, Denied and Invalid as `record_conversation`.
    """
    views = queries.conversation(actor, consent_id, person_id=person_id, now=now)
    before = [view for view in views if not view.withdrawn]
    if not before:
        raise Conflict("The person took this consent back. Ask them afresh.")
    answers = {view.purpose: [_again(line) for line in view.lines] for view in before}
    return record_conversation(actor, now=now, person_id=person_id, talk=talk, answers=answers)


def _again(line: queries.LineView) -> Line:
    """The same answer, to be said anew: with its team, named worker or agency."""
    wide = line.recipient_id is None
    return Line(
        line.giver_id,
        line.recipient_id,
        line.category,
        line.answer,
        line.recipient_worker_id,
        line.recipient_agency_id if wide else None,
    )


def withdraw_consent(
    actor: Actor, *, now: datetime, person_id: int, consent_id: int, words: str
) -> None:
    """The person takes back what they said about one purpose: `withdraw_conversation`."""
    withdraw_conversation(
        actor, now=now, person_id=person_id, consent_ids=[consent_id], words=words
    )


def withdraw_conversation(
    actor: Actor, *, now: datetime, person_id: int, consent_ids: Iterable[int], words: str
) -> None:
    """The person takes it back: whoever saw something by it sees it no longer, at once.

    One purpose, or several of one conversation, all or nothing. Anybody who may know of a consent
    may do it: nobody has to find the worker who wrote it down. Raises NotFound, and Conflict when
    one of them was taken back before.
    """
    policy.in_person(actor)
    numbers = set(consent_ids)
    with transaction.atomic():
        found = list(
            Consent.objects.select_for_update(of=("self",))
            .filter(pk__in=numbers, person_id=person_id)
            .order_by("pk")
        )
        if not numbers or len(found) < len(numbers):
            raise NotFound
        for one in found:
            if one.withdrawn:
                raise Conflict(f"It was taken back already, on {date_words(one.withdrawn)}.")
        # In one statement: the first could be what the actor sees the others by.
        Consent.objects.filter(pk__in=numbers).update(
            withdrawn=now, withdrawn_words=words, withdrawn_by=actor.worker_id
        )
        for one in found:
            events.record(
                actor,
                "consent.withdrawn",
                now=now,
                subject=("consent", one.pk),
                person_id=person_id,
                owner_id=one.owner_id,
            )


def confirm_answers(actor: Actor, *, now: datetime, person_id: int, consent_id: int) -> int:
    """Confirm, for the actor's own agency, what another says that the person lets it tell.

    Only somebody who works with the person from within that agency can. Answers how many answers
    opened. Raises NotFound, Denied, and Conflict when nothing waits.
    """
    policy.in_person(actor)
    view = queries.consent(actor, consent_id, person_id=person_id, now=now)
    own = {r.category for r in queries.why(actor, person_id) if r.owner_id == actor.agency_id}
    if Category.IDENTITY not in own:
        raise Denied("Only somebody of your agency who works with this person can confirm it.")
    if view.withdrawn or view.until <= now:
        raise Conflict("This consent is over, so there is nothing to confirm.")
    waiting = queries.waits_for_me(actor, view)
    with transaction.atomic():
        done = ConsentLine.objects.filter(
            pk__in=[line.id for line in waiting], confirmed__isnull=True
        ).update(confirmed=now, confirmed_by=actor.worker_id)
        if not done:
            raise Conflict("There is nothing here that your agency has yet to confirm.")
        _disclosed(actor, now, view.person_id, consent_id, view, waiting)
        events.record(
            actor,
            "consent.confirmed",
            now=now,
            subject=("consent", consent_id),
            person_id=person_id,
            owner_id=view.owner_id,
        )
    return done


def _once(actor: Actor, scope: str, key: str | None, work: Callable[[], Any]) -> Any:
    return once.run(actor, scope, key, work) if key else work()


def _write(
    actor: Actor, now: datetime, person_id: int, talk: Talk, lines: Sequence[Line], key: UUID
) -> int:
    with transaction.atomic():
        made = Consent.objects.create(
            person_id=person_id,
            owner_id=actor.agency_id,
            recorded_by_id=actor.worker_id,
            conversation=key,
            given=talk.given,
            until=talk.until,
            purpose=talk.purpose,
            explained=talk.explained,
            explained_words=talk.explained_words,
            persons_words=talk.persons_words,
            language=talk.language,
            interpreter=talk.interpreter,
            others_present=talk.others_present,
            said=talk.said,
            capacity=talk.capacity,
            capacity_words=talk.capacity_words,
            capacity_by=talk.capacity_by,
            capacity_on=talk.capacity_on,
            recorded=now,
        )
        ConsentLine.objects.bulk_create(
            ConsentLine(
                consent=made,
                person_id=person_id,
                owner_id=actor.agency_id,
                giver_id=line.giver_id,
                recipient_id=line.recipient_id,
                recipient_agency_id=line.recipient_agency_id,
                recipient_worker_id=line.recipient_worker_id,
                category=line.category,
                answer=line.answer,
            )
            for line in lines
        )
        view = queries.consent(actor, made.pk, person_id=person_id, now=now)
        shared = [line for line in view.lines if line.answer and not line.waits]
        _disclosed(actor, now, person_id, made.pk, view, shared)
        events.record(
            actor,
            "consent.recorded",
            now=now,
            subject=("consent", made.pk),
            person_id=person_id,
            owner_id=actor.agency_id,
            data={
                "refused": view.refused,
                "teams": sorted({line.recipient_id for line in lines if line.recipient_id}),
                "agencies": sorted(
                    {line.recipient_agency_id for line in lines if line.recipient_agency_id}
                ),
            },
        )
    return made.pk


def _disclosed(
    actor: Actor,
    now: datetime,
    person_id: int,
    consent_id: int,
    view: queries.ConsentView,
    lines: Iterable[queries.LineView],
) -> None:
    """A row in the access record for each agency whose record is opened to a team."""
    because = queries.consent_words(view.given, view.until, view.purpose)
    told: dict[tuple[int, str], list[Category]] = {}
    for line in lines:
        told.setdefault((line.giver_id, line.recipient), []).append(line.category)
    access.record_each(
        actor,
        AccessVerb.DISCLOSED,
        now=now,
        person_id=person_id,
        seen=[
            access.Seen(giver_id, categories, f"to {recipient}, because {because}")
            for (giver_id, recipient), categories in told.items()
        ],
        purpose=view.purpose_words,
        page="consent",
    )
