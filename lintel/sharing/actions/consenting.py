"""Writing down what a person said about sharing: yes, no or partly; and taking it back."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from lintel.agencies.models import Team
from lintel.kernel import access, events, once
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Denied, NotFound
from lintel.kernel.sight.states import Category
from lintel.kernel.states import AccessVerb
from lintel.people import queries as people
from lintel.sharing import policy, queries
from lintel.sharing.actions.answers import Line, Talk, check_lines, check_talk, with_identity
from lintel.sharing.models import Consent, ConsentLine
from lintel.web.words import date_words


def record_consent(
    actor: Actor,
    *,
    now: datetime,
    person_id: int,
    talk: Talk,
    lines: Sequence[Line],
    once: str | None = None,
) -> int:
    """Write down a conversation about sharing and its answers; answers its number.

    A yes to anything is a yes to who the person is, which is added. What the answers give is seen
    at once; a yes about another agency's records waits for that agency where `states.AT_ONCE`
    says so. Raises NotFound, Denied, Conflict and Invalid (given, until, explained_words,
    persons_words, lines).
    """
    policy.in_person(actor)
    people.person(actor, person_id)
    check_talk(talk, now, any_yes=any(line.answer for line in lines))
    teams = check_lines(actor, lines, now)

    def work() -> int:
        return _write(actor, now, person_id, talk, with_identity(lines), teams)

    return int(_once(actor, "sharing.consent", once, work))


def renew_consent(
    actor: Actor, *, now: datetime, person_id: int, consent_id: int, talk: Talk
) -> int:
    """Ask again before it runs out: the same answers, in a conversation of today.

    Raises NotFound, Conflict when it was withdrawn, Denied and Invalid as `record_consent`.
    """
    before = queries.consent(actor, consent_id, person_id=person_id, now=now)
    if before.withdrawn:
        raise Conflict("The person took this consent back. Ask them afresh.")
    lines = [
        Line(line.giver_id, line.recipient_id, line.category, line.answer)
        for line in before.lines
        if line.recipient_id is not None
    ]
    return record_consent(actor, now=now, person_id=person_id, talk=talk, lines=lines)


def withdraw_consent(
    actor: Actor, *, now: datetime, person_id: int, consent_id: int, words: str
) -> None:
    """The person takes it back: whoever saw something by it sees it no longer, at once.

    Anybody who may know of the consent may do it: nobody has to find the worker who wrote it
    down. Raises NotFound, and Conflict when it was taken back before.
    """
    policy.in_person(actor)
    with transaction.atomic():
        found = (
            Consent.objects.select_for_update(of=("self",))
            .filter(pk=consent_id, person_id=person_id)
            .first()
        )
        if found is None:
            raise NotFound
        if found.withdrawn:
            raise Conflict(f"It was taken back already, on {date_words(found.withdrawn)}.")
        Consent.objects.filter(pk=found.pk).update(
            withdrawn=now, withdrawn_words=words, withdrawn_by=actor.worker_id
        )
        events.record(
            actor,
            "consent.withdrawn",
            now=now,
            subject=("consent", found.pk),
            person_id=person_id,
            owner_id=found.owner_id,
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
    actor: Actor,
    now: datetime,
    person_id: int,
    talk: Talk,
    lines: Sequence[Line],
    teams: dict[int, Team],
) -> int:
    with transaction.atomic():
        made = Consent.objects.create(
            person_id=person_id,
            owner_id=actor.agency_id,
            recorded_by_id=actor.worker_id,
            given=talk.given,
            until=talk.until,
            purpose=talk.purpose,
            explained=talk.explained,
            explained_words=talk.explained_words,
            persons_words=talk.persons_words,
            language=talk.language,
            others_present=talk.others_present,
            recorded=now,
        )
        ConsentLine.objects.bulk_create(
            ConsentLine(
                consent=made,
                person_id=person_id,
                owner_id=actor.agency_id,
                giver_id=line.giver_id,
                recipient_id=line.recipient_id,
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
            data={"refused": view.refused, "teams": sorted(teams)},
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
        purpose=str(view.purpose.label),
        page="consent",
    )
