"""The advance notice to a council: sent, its date changed, withdrawn, answered.

Housing Act 1996, s.213B, and the Homelessness Code of Guidance, chapter 4: the person agrees,
chooses the council, and agrees to their contact details being given. No more than that is told
unless they agreed to more.
"""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from lintel.agencies.models import Team
from lintel.hospital import notice_kind, policy
from lintel.hospital.actions.checking import (
    choice_fault,
    once_only,
    own_stay,
    record,
    refuse,
    words_fault,
)
from lintel.hospital.models import Answer, Notice, Stay
from lintel.hospital.queries import notices
from lintel.hospital.states import AnswerKind, NoticeReason
from lintel.kernel import access, outbox
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Denied, Invalid, NotFound
from lintel.kernel.sight.states import Category
from lintel.kernel.states import AccessVerb
from lintel.requests import actions as requests
from lintel.requests.references import new_reference
from lintel.requests.states import UNDECIDED, Decision, State
from lintel.web.words import date_words, datetime_words

SEEN = "An advance notice before discharge from hospital."
NOT_HERE = (
    "Only a ward, a discharge service or a community mental health team sends an advance notice."
)
TWICE = "A notice to this council stands already. Change its date, or withdraw it first."
PAST = "The expected discharge can’t be in the past"
MINIMUM = (
    "The person has not agreed that {name} is told who they are and how to reach them, to find a "
    "suitable home. Ask them, and record what they said. If they said no, nothing is sent"
)
MORE = {
    "vulnerability": (
        frozenset({Category.HEALTH_INVOLVEMENT, Category.HEALTH_DETAIL}),
        "They have not agreed that this council is told about their health. Leave this empty, "
        "or ask them first",
    ),
    "suitable": (
        frozenset({Category.SUPPORT_NEEDS}),
        "They have not agreed that this council is told what support they need. Leave this "
        "empty, or ask them first",
    ),
}
SENT_BY_ANOTHER = (
    "{name} sent this notice. Only they, the lead of their team or its link worker can change it."
)
WITHDRAWN = "This notice was withdrawn, so nothing more comes of it."
CLOSED = "This notice is closed. Reopen it first, from its page in the inbox."


def send_notice(
    actor: Actor,
    *,
    now: dt.datetime,
    stay_id: int,
    to_team_id: int | None = None,
    outside_name: str = "",
    outside_email: str = "",
    reason: str,
    contact: str,
    expected: dt.date,
    vulnerability: str = "",
    suitable: str = "",
    consent_id: int | None = None,
    agreed_words: str = "",
    agreed_more: bool = False,
    once: str | None = None,
) -> str:
    """Send an advance notice to the council that the person chose; answers its reference.

    To a team here by the person's standing consent for finding a home (`consent_id` may name it);
    to a council outside by how they agreed, in words (`agreed_more`: to what is told beyond the
    minimum, too). Raises NotFound, Denied, Conflict (stay over, or one stands), Invalid.
    """
    outside = to_team_id is None
    more = {"vulnerability": vulnerability, "suitable": suitable}
    refuse(
        {
            "reason": choice_fault(reason, NoticeReason),
            "contact": words_fault(contact, "Say how the council reaches the person", 300),
            "expected": PAST if expected < timezone.localdate(now) else "",
            **{name: words_fault(words) for name, words in more.items()},
            **(
                _outside_faults(outside_name, outside_email, agreed_words, more, agreed_more)
                if outside
                else {}
            ),
        }
    )

    def work() -> str:
        one = own_stay(actor, stay_id)
        team = _sender_team(actor, one)
        _only_one(one, to_team_id, outside_email)
        told = {name: words.strip() for name, words in more.items() if words.strip()}
        extra = {
            "reason": reason,
            "duty": str(policy.duty_of(team.kind)),
            "contact": contact.strip(),
            "discharge": expected.isoformat(),
            **told,
        }
        consent = None
        reference = new_reference()
        if to_team_id is not None:
            consent = _agreed(actor, one, to_team_id, consent_id, told, now)
            reference = requests.raise_request(
                actor,
                now=now,
                kind=notice_kind.NOTICE,
                about=requests.About(name=one.person.name),
                seen=SEEN,
                urgency=str(notice_kind.urgency(now, expected)),
                person_id=one.person_id,
                to_team_id=to_team_id,
                consent_id=consent,
                extra=extra,
                team_id=team.pk,
            ).reference
        made = Notice.objects.create(
            person_id=one.person_id,
            owner_id=one.owner_id,
            stay=one,
            reference=reference,
            to_team_id=to_team_id,
            outside_name="" if to_team_id else outside_name.strip(),
            outside_email="" if to_team_id else outside_email.strip().lower(),
            duty=extra["duty"],
            reason=reason,
            contact=extra["contact"],
            expected=expected,
            vulnerability=told.get("vulnerability", ""),
            suitable=told.get("suitable", ""),
            consent_id=consent,
            agreed_words="" if to_team_id else agreed_words.strip(),
            sent=now,
            sent_by_id=actor.worker_id,
        )
        _disclosed(actor, made, told, now)
        record(actor, "notice_sent", one, now, reference=reference, outside=outside)
        if outside:
            outbox.defer("hospital.send_link", notice_id=made.pk)
        return reference

    with transaction.atomic():
        sent: str = once_only(actor, "hospital.notice", once, work)
    return sent


@transaction.atomic
def change_date(
    actor: Actor, *, now: dt.datetime, reference: str, expected: dt.date, why: str
) -> None:
    """Tell the council another expected date; its clock, and the watch over it, follow.

    Raises NotFound, Denied, Conflict (withdrawn, closed, or the stay is over), Invalid.
    """
    notice, one = _own(actor, reference)
    policy.still_here(one.ended)
    before = notice.expected
    same = "The council has this date already" if expected == before else ""
    refuse(
        {
            "expected": PAST if expected < timezone.localdate(now) else same,
            "why": words_fault(why, "Say why it changed", 300),
        }
    )
    notice.expected = expected
    latest = notice_kind.latest({"discharge": expected.isoformat()})
    if latest is not None and latest > now:
        notice.escalated = None
    notice.save(update_fields=["expected", "escalated"])
    # The ward and the person read the same day as the council.
    one.expected = expected
    one.save(update_fields=["expected"])
    if notice.to_team_id is None:
        outbox.defer("hospital.tell_outside", notice_id=notice.pk)
    else:
        words = (
            f"The expected discharge is now {date_words(expected)}. "
            f"It was {date_words(before)}. {why.strip()}"
        )
        _of_request(
            notice,
            lambda: requests.amend(
                actor,
                now=now,
                reference=reference,
                extra={"discharge": expected.isoformat()},
                words=words,
            ),
        )
    record(actor, "notice_date_changed", one, now, reference=reference)


@transaction.atomic
def withdraw_notice(actor: Actor, *, now: dt.datetime, reference: str, why: str) -> None:
    """Take a notice back: the person changed their mind, or needs no council any more.

    Raises NotFound, Denied, Conflict (withdrawn, or decided and closed), Invalid.
    """
    notice, one = _own(actor, reference)
    refuse({"why": words_fault(why, "Say why you withdraw it", 300)})
    notice.withdrawn = now
    notice.save(update_fields=["withdrawn"])
    if notice.to_team_id is None:
        outbox.defer("hospital.tell_outside", notice_id=notice.pk)
    else:
        _of_request(
            notice,
            lambda: requests.withdraw(actor, now=now, reference=reference, words=why),
        )
    record(actor, "notice_withdrawn", one, now, reference=reference)


def answer_notice(
    actor: Actor,
    *,
    now: dt.datetime,
    reference: str,
    kind: str,
    at: dt.datetime | None = None,
    place: str = "",
    words: str = "",
    once: str | None = None,
) -> None:
    """Answer a notice on a desk of the actor's; the first answer decides it, more may follow.

    Raises NotFound, Denied (another team's), Conflict (withdrawn or closed), Invalid.
    """
    refuse(answer_faults(now, kind=kind, at=at, place=place, words=words))

    def work() -> None:
        desk = requests.lock_desk(actor, reference=reference, kind=notice_kind.NOTICE)
        if desk.state == State.WITHDRAWN:
            raise Conflict(WITHDRAWN)
        if desk.state == State.CLOSED:
            raise Conflict(CLOSED)
        Answer.objects.create(
            reference=reference,
            kind=kind,
            at=at,
            place=place.strip(),
            words=words.strip(),
            by_id=actor.worker_id,
            answered=now,
        )
        said = answer_words(kind, at, place, words)
        if desk.state not in UNDECIDED:
            requests.write_message(
                actor, now=now, reference=reference, words=said, to_other_side=True
            )
            return
        if desk.state == State.RECEIVED:
            requests.take(actor, now=now, reference=reference)
        wrong = kind == AnswerKind.WRONG
        requests.decide(
            actor,
            now=now,
            reference=reference,
            decision=Decision.NOT_FOR_US if wrong else Decision.ACTING,
            words=said,
            better_route=words.strip() if wrong else "",
        )

    with transaction.atomic():
        once_only(actor, "hospital.answer", once, work)


def answer_faults(
    now: dt.datetime, *, kind: str, at: dt.datetime | None, place: str, words: str
) -> dict[str, str]:
    """What is wrong with an answer, by field; each kind needs what makes it worth something."""
    needed: dict[str, str] = {
        AnswerKind.ASSESSMENT: "Say what came of the assessment",
        AnswerKind.OFFER: "Say what is offered, and from when",
        AnswerKind.NOTHING: "Say why nothing can be offered, and what you do instead",
        AnswerKind.WRONG: "Name the council that it is for, and how to reach it",
    }
    faults = {
        "kind": choice_fault(kind, AnswerKind),
        "words": words_fault(words, needed.get(kind, "")),
        "place": words_fault(place, longest=250),
    }
    if kind == AnswerKind.APPOINTMENT:
        faults["at"] = "" if at and at > now else "Choose a time that is still to come"
        faults["place"] = words_fault(place, "Say where it is, or how they are rung", 250)
    return faults


def answer_words(kind: str, at: dt.datetime | None, place: str, words: str) -> str:
    """An answer in one paragraph, for the thread of the request."""
    parts = [AnswerKind(kind).label, datetime_words(at), place.strip(), words.strip()]
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def _outside_faults(
    name: str, email: str, agreed: str, more: dict[str, str], agreed_more: bool
) -> dict[str, str]:
    unasked = any(words.strip() for words in more.values()) and not agreed_more
    return {
        "outside_name": words_fault(name, "Name the council that the person chose", 200),
        "outside_email": _email_fault(email),
        "agreed_words": words_fault(
            agreed, "Write how the person agreed, and that they chose this council", 500
        ),
        "agreed_more": "Say that they agreed to what is told beyond the minimum, or leave it empty"
        if unasked
        else "",
    }


def _email_fault(email: str) -> str:
    try:
        validate_email(email.strip())
    except ValidationError:
        return "Enter an email address, like housing.options@council.gov.uk"
    return policy.council_mail_fault(email)


def _sender_team(actor: Actor, one: Stay) -> Team:
    """The ward where the actor belongs to it, else a team of theirs that sends notices."""
    teams = Team.objects.filter(pk__in=actor.team_ids, kind__in=notice_kind.SENDERS).order_by("pk")
    found = sorted(teams, key=lambda team: team.pk != one.ward_id)
    if not found:
        raise Denied(NOT_HERE)
    return found[0]


def _only_one(one: Stay, to_team_id: int | None, email: str) -> None:
    standing = Notice.objects.filter(stay=one, withdrawn__isnull=True)
    if to_team_id is not None:
        standing = standing.filter(to_team_id=to_team_id)
    else:
        standing = standing.filter(outside_email=email.strip().lower())
    if standing.exists():
        raise Conflict(TWICE)


def _agreed(
    actor: Actor,
    one: Stay,
    to_team_id: int,
    consent_id: int | None,
    told: dict[str, str],
    now: dt.datetime,
) -> int:
    """The consent by which this is told. Raises Invalid, saying what would be needed."""
    known = {c.team_id: c for c in notices.councils(actor, one.person_id, now=now)}
    council = known.get(to_team_id)
    if council is None:
        raise Invalid({"to": "Choose a council’s housing options team"})
    found = council.consent_id
    if found is None or not council.agreed or consent_id not in (None, found):
        raise Invalid({"to": MINIMUM.format(name=council.name)})
    refuse(
        {
            name: words
            for name, (enough, words) in MORE.items()
            if name in told and not enough & council.categories
        }
    )
    return found


def _disclosed(actor: Actor, made: Notice, told: dict[str, str], now: dt.datetime) -> None:
    """What was told goes into the access record; who and how to reach them is there already."""
    categories = {Category.HOSPITAL_STAY}
    if made.to_team_id is None:
        categories |= {Category.IDENTITY, Category.CONTACT}
    if "vulnerability" in told:
        categories.add(Category.HEALTH_DETAIL)
    if "suitable" in told:
        categories.add(Category.SUPPORT_NEEDS)
    access.record(
        actor,
        AccessVerb.DISCLOSED,
        now=now,
        person_id=made.person_id,
        owner_id=made.owner_id,
        categories=categories,
        why="In an advance notice to the council that the person chose.",
        request_ref=made.reference,
        page="hospital.notice",
    )


def _own(actor: Actor, reference: str) -> tuple[Notice, Stay]:
    """The notice, locked, with its stay, if the actor's trust holds it and it stands."""
    found = (
        Notice.objects.select_for_update(of=("self",))
        .select_related("sent_by")
        .filter(reference=reference)
        .first()
    )
    if found is None:
        raise NotFound
    one = own_stay(actor, found.stay_id, going_on=False)
    if found.withdrawn is not None:
        raise Conflict(WITHDRAWN)
    return found, one


def _of_request(notice: Notice, act: Any) -> None:
    """Do it to the request as well; who can't see that is told who can."""
    try:
        act()
    except NotFound:
        raise Denied(SENT_BY_ANOTHER.format(name=notice.sent_by.name)) from None
