"""The housing questions, the steps towards home, and the discharge meeting."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from lintel.hospital import policy, queries
from lintel.hospital.actions.checking import (
    choice_fault,
    once_only,
    own_stay,
    record,
    refuse,
    words_fault,
)
from lintel.hospital.models import Meeting, Questions, Step
from lintel.hospital.states import Return, StepKind, StepState, Tenure, Yes
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, NotFound

ASKED_YES = ("at_risk", "arrears", "benefits", "pets", "dependants", "safe")
ASKED_WORDS = {"where_words": 300, "return_words": 500, "keys": 300, "more": 5000}


def ask(
    actor: Actor,
    *,
    now: dt.datetime,
    stay_id: int,
    answers: Mapping[str, str],
    once: str | None = None,
) -> bool:
    """Write down the answers to the housing questions; whether they mean a housing need.

    `answers` by the names of `queries.QUESTIONS`. Asked again, they are written anew; the latest
    count and the earlier ones stay. Raises NotFound, Denied, Conflict (over), Invalid.
    """
    faults = {
        "tenure": choice_fault(answers.get("tenure", ""), Tenure),
        "can_return": choice_fault(answers.get("can_return", ""), Return),
        **{name: choice_fault(answers.get(name, ""), Yes) for name in ASKED_YES},
        **{
            name: words_fault(answers.get(name, ""), longest=longest)
            for name, longest in ASKED_WORDS.items()
        },
    }
    if (
        answers.get("can_return") == Return.WITH_HELP
        and not answers.get("return_words", "").strip()
    ):
        faults["return_words"] = "Say what must be put right first"
    refuse(faults)

    def work() -> bool:
        one = own_stay(actor, stay_id)
        made = Questions.objects.create(
            person_id=one.person_id,
            owner_id=one.owner_id,
            stay=one,
            **{name: answers.get(name, "").strip() for name in queries.QUESTIONS},
            need=policy.has_need(answers),
            asked_by_id=actor.worker_id,
            asked=now,
        )
        record(actor, "questions_asked", one, now)
        return bool(made.need)

    need: bool = once_only(actor, "hospital.ask", once, work)
    return need


def add_step(
    actor: Actor,
    *,
    now: dt.datetime,
    stay_id: int,
    kind: str,
    words: str,
    worker_id: int | None = None,
    who_words: str = "",
    due: dt.date | None = None,
    once: str | None = None,
) -> int:
    """Add something to be done, with who does it: somebody of the ward, or anybody by name.

    Raises NotFound, Denied, Conflict (over), Invalid.
    """
    refuse(
        {
            "kind": choice_fault(kind, StepKind),
            "words": words_fault(words, "Say what is to be done", 500),
            "who_words": words_fault(who_words, longest=200),
            "worker": "" if worker_id is not None or who_words.strip() else "Say who does it",
        }
    )

    def work() -> int:
        one = own_stay(actor, stay_id)
        if worker_id is not None and worker_id not in {
            key for key, _ in queries.members(one.ward_id, now)
        }:
            refuse({"worker": "Choose somebody of the ward, or write who does it"})
        made = Step.objects.create(
            person_id=one.person_id,
            owner_id=one.owner_id,
            stay=one,
            kind=kind,
            words=words.strip(),
            worker_id=worker_id,
            who_words="" if worker_id is not None else who_words.strip(),
            due=due,
            added=now,
            added_by_id=actor.worker_id,
        )
        record(actor, "step_added", one, now, kind=kind)
        return made.pk

    made_id: int = once_only(actor, "hospital.step", once, work)
    return made_id


@transaction.atomic
def settle_step(
    actor: Actor, *, now: dt.datetime, step_id: int, state: str, outcome: str = ""
) -> None:
    """Say that a step is done, is not needed any more, or is to do after all.

    Steps are settled after the stay as well. Raises NotFound, Denied, Invalid.
    """
    found = Step.objects.select_for_update(of=("self",)).filter(pk=step_id).first()
    if found is None:
        raise NotFound
    one = own_stay(actor, found.stay_id, going_on=False)
    refuse(
        {
            "state": choice_fault(state, StepState),
            "outcome": words_fault(
                outcome, "Say why it isn’t needed" if state == StepState.DROPPED else "", 500
            ),
        }
    )
    again = state == StepState.OPEN
    found.state = state
    found.outcome = outcome.strip()
    found.settled = None if again else now
    found.settled_by_id = None if again else actor.worker_id
    found.save(update_fields=["state", "outcome", "settled", "settled_by"])
    record(actor, "step_settled", one, now, state=state)


def call_meeting(
    actor: Actor,
    *,
    now: dt.datetime,
    stay_id: int,
    at: dt.datetime,
    place: str,
    who: str,
    once: str | None = None,
) -> int:
    """Arrange the discharge meeting. Raises NotFound, Denied, Conflict (over), Invalid."""
    refuse(
        {
            "at": "Choose a time that is still to come" if at < now else "",
            "place": words_fault(place, "Say where it is, or how to join", 250),
            "who": words_fault(who, "Say who comes", 500),
        }
    )

    def work() -> int:
        one = own_stay(actor, stay_id)
        made = Meeting.objects.create(
            person_id=one.person_id,
            owner_id=one.owner_id,
            stay=one,
            at=at,
            place=place.strip(),
            invited=who.strip(),
            called_by_id=actor.worker_id,
        )
        record(actor, "meeting_called", one, now)
        return made.pk

    made_id: int = once_only(actor, "hospital.meeting", once, work)
    return made_id


@transaction.atomic
def hold_meeting(
    actor: Actor, *, now: dt.datetime, meeting_id: int, agreed: str = "", cancelled: bool = False
) -> None:
    """Write down what a discharge meeting agreed, or that it was called off.

    Raises NotFound, Denied, Conflict (not yet held, or called off), Invalid.
    """
    found = Meeting.objects.select_for_update(of=("self",)).filter(pk=meeting_id).first()
    if found is None:
        raise NotFound
    one = own_stay(actor, found.stay_id, going_on=False)
    if found.cancelled:
        raise Conflict("This meeting was called off.")
    if not cancelled:
        refuse({"agreed": words_fault(agreed, "Write what was agreed")})
    found.cancelled = cancelled
    found.agreed = agreed.strip()
    found.save(update_fields=["cancelled", "agreed"])
    record(actor, "meeting_called_off" if cancelled else "meeting_held", one, now)
