"""The person's no to everything, and what it ended: for their own view alone."""

import datetime as dt
from collections.abc import Sequence

from lintel.kernel.actor import Account
from lintel.sharing.models import Consent
from lintel.sharing.queries.own import MyAnswer, MyConsent, own_consents
from lintel.sharing.states import ANY_PURPOSE


def last_no_to_everything(account: Account) -> list[MyConsent]:
    """The last no to everything that was said in the own view, a part for each agency that tells.

    Empty where there is none, or it was taken back.
    """
    said = Consent.objects.filter(
        person_id=account.person_id, purpose=ANY_PURPOSE, recorded_by_account_id=account.user_id
    )
    last = said.order_by("-given").values_list("given", flat=True).first()
    if last is None:
        return []
    parts = set(said.filter(given=last, withdrawn__isnull=True).values_list("pk", flat=True))
    return [one for one in own_consents(account) if one.id in parts]


def nothing_said_since(account: Account, one: MyConsent) -> bool:
    """Whether that was the last that the person said, to whomever."""
    return not Consent.objects.filter(person_id=account.person_id, given__gt=one.given).exists()


def ended_by_no(
    account: Account, refusal: Sequence[MyConsent], now: dt.datetime
) -> list[tuple[MyConsent, list[MyAnswer]]]:
    """Each time that the person said yes that the no ended, with what stood of it until then."""
    apart = {one.id for one in refusal}
    found = []
    for one in own_consents(account, without=apart):
        if one.counts(now):
            lines = [line for line in one.lines if line.answer and not line.over]
            found.append((one, lines))
    return found
