"""No to everything, said by the person in their own view; and that taken back.

Called inside `lintel.kernel.actor.bound_account`, the account first.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from lintel.kernel import events
from lintel.kernel.actor import Account
from lintel.kernel.errors import Conflict, Invalid
from lintel.kernel.sight.states import Category
from lintel.sharing import queries
from lintel.sharing.actions.own import EXPLAINED, TWICE, only_self
from lintel.sharing.models import Consent, ConsentLine
from lintel.sharing.queries import MyAnswer
from lintel.sharing.states import ANY_PURPOSE, LONGEST_CONSENT, Explained, Said


def say_no_to_everything(
    account: Account, *, now: datetime, giver_ids: Iterable[int], agency_ids: Iterable[int]
) -> list[int]:
    """Refuse that these agencies tell those anything, for any use; the consents' numbers.

    And whoever a yes lets tell anybody now. It is about whole agencies: a later team of one of them
    is told nothing either. Every yes ends in this very transaction. Sent twice, it is written once.
    Raises Denied for anybody but the person, and Invalid where there is nobody to say no to.
    """
    only_self(account)
    with transaction.atomic():
        last = queries.last_no_to_everything(account)
        if last and last[0].given > now - TWICE and queries.nothing_said_since(account, last[0]):
            return [one.id for one in last]
        pairs = {(giver, told) for giver in giver_ids for told in agency_ids if giver != told}
        pairs |= {
            (line.giver_id, line.agency_id)
            for one in queries.own_consents(account)
            if one.counts(now)
            for line in one.lines
            if line.answer and not line.over
        }
        if not pairs:
            raise Invalid({"": "There is nobody to say no to. Nothing is shared by a yes"})
        made = []
        for giver_id in sorted({giver for giver, _ in pairs}):
            consent = _consent(account, giver_id, ANY_PURPOSE, now, now + LONGEST_CONSENT)
            _lines(
                consent,
                (
                    ConsentLine(recipient_agency_id=told, category=category, answer=False)
                    for giver, told in sorted(pairs)
                    if giver == giver_id
                    for category in Category
                ),
            )
            _happened(account, consent, now, refused=True)
            made.append(consent.pk)
    return made


def take_back_no(account: Account, *, now: datetime) -> int:
    """Undo the no to everything: each yes that it ended is said again; how many those are.

    Only while nothing was said after it: what was said later counts. Raises Denied, and Conflict.
    """
    only_self(account)
    with transaction.atomic():
        refusal = queries.last_no_to_everything(account)
        if not refusal or not queries.nothing_said_since(account, refusal[0]):
            raise Conflict("You have said something else since. Say yes again to what you want.")
        again = queries.ended_by_no(account, refusal, now)
        Consent.objects.filter(pk__in=[one.id for one in refusal], withdrawn__isnull=True).update(
            withdrawn=now,
            withdrawn_words="In their own view: undone",
            withdrawn_by_account=account.user_id,
        )
        for one, lines in again:
            for giver_id in sorted({line.giver_id for line in lines}):
                assert one.purpose is not None  # No yes is for anything at all.
                consent = _consent(account, giver_id, one.purpose, now, one.until)
                _lines(consent, (_same(line) for line in lines if line.giver_id == giver_id))
                _happened(account, consent, now, refused=False)
        events.record(
            None,
            "consent.no_undone",
            now=now,
            subject=("consent", refusal[0].id),
            person_id=account.person_id,
            data={"account": account.user_id, "consents": [one.id for one in refusal]},
        )
    return len(again)


def _same(line: MyAnswer) -> ConsentLine:
    return ConsentLine(
        recipient_id=line.recipient_id,
        recipient_agency_id=None if line.recipient_id else line.agency_id,
        recipient_worker_id=line.recipient_worker_id,
        category=line.category,
        answer=True,
    )


def _consent(
    account: Account, giver_id: int, purpose: str, now: datetime, until: datetime
) -> Consent:
    return Consent.objects.create(
        person_id=account.person_id,
        owner_id=giver_id,
        recorded_by_account_id=account.user_id,
        given=now,
        until=until,
        purpose=purpose,
        explained=Explained.LETTER,
        explained_words=EXPLAINED,
        said=Said.OWN_VIEW,
        recorded=now,
    )


def _lines(consent: Consent, lines: Iterable[ConsentLine]) -> None:
    found = list(lines)
    for line in found:
        line.consent, line.person_id = consent, consent.person_id
        line.owner_id = line.giver_id = consent.owner_id
    ConsentLine.objects.bulk_create(found)


def _happened(account: Account, consent: Consent, now: datetime, *, refused: bool) -> None:
    events.record(
        None,
        "consent.recorded",
        now=now,
        subject=("consent", consent.pk),
        person_id=account.person_id,
        owner_id=consent.owner_id,
        data={"account": account.user_id, "refused": refused, "teams": []},
    )
