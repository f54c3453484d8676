"""The words around a referral: services, consent, and what went before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from lintel.people.queries import Row
from lintel.requests.presenters import sent
from lintel.requests.queries import Offer, Offers
from lintel.web.words import date_words

# As many as can be compared by eye; the rest is in the list of all.
SHOWN = 20


def whom(
    asked: str, found: Iterable[Row], carried: Mapping[str, str], to_team: str = ""
) -> dict[str, Any]:
    """The people found, each leading on to the choice of service.

    `carried`: what the next page is to be told: `follows`, and `to_team` where the service was
    chosen first, whose name `to_team` is.
    """

    def href(row: Row) -> str:
        to = reverse("requests:referral-about", args=[row.person.id])
        return f"{to}?{urlencode(carried)}" if carried else to

    return {
        "asked": asked,
        "to_team": to_team,
        "keep": dict(carried),
        "rows": [
            [
                {"text": row.person.name, "href": href(row)},
                date_words(row.person.born),
                row.address,
            ]
            for row in found
        ],
    }


def write_href(person_id: int, team_id: int, follows: str) -> str:
    """The page on which the referral is written."""
    to = reverse("requests:referral-write", args=[person_id, team_id])
    return f"{to}?{urlencode({'follows': follows})}" if follows else to


def filled_from(letter: Any) -> dict[str, Any]:
    """What an earlier request gives to the form: a concern or a question turned into a referral."""
    if letter is None:
        return {}
    return {
        "signs": letter.signs,
        "seen": letter.seen,
        "done": letter.done,
        "asked_for": letter.asked_for,
        "urgency": letter.urgency,
    }


def earlier(rows: Iterable[Any]) -> list[list[Any]]:
    """Earlier referrals to the same service, for the table."""
    return [
        [
            {"text": row.reference, "href": reverse("requests:sent-one", args=[row.reference])},
            date_words(row.sent),
            row.sender_name,
            sent.status_tag(row.shown)["text"],
        ]
        for row in rows
    ]


def service_words(team: Any) -> str:
    """A service in the list: its name and whose it is."""
    return f"{team.name}, {team.agency.name}"


def reasons_words(offer: Offer) -> str:
    """Why a team fits an address, or doesn't, as sentences."""
    return " ".join(f"{reason.rstrip('.')}." for reason in offer.reasons)


def offer_words(offer: Offer) -> str:
    """A team among others to choose from, with why it fits."""
    reasons = "; ".join(f"{reason[:1].lower()}{reason[1:]}" for reason in offer.reasons)
    return f"{service_words(offer.team)}{f' ({reasons})' if reasons else ''}"


@dataclass(frozen=True, slots=True)
class Offered:
    """What the page offers: number, name and reasons; and number and name of the others."""

    covering: list[tuple[int, str, str]]
    others: list[tuple[int, str]]


def offered(offers: Offers) -> Offered:
    """The teams to refer to, as the page shows them; the best few with their reasons."""
    first, then = offers.covering[:SHOWN], offers.covering[SHOWN:]
    return Offered(
        covering=[(o.team.pk, service_words(o.team), reasons_words(o)) for o in first],
        others=[(o.team.pk, offer_words(o)) for o in (*then, *offers.others)],
    )


def age_on(born: date | None, on: date) -> int | None:
    """Whole years, None if the date of birth isn't known or is ahead."""
    if born is None or born > on:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def consent_href(person_id: int, *, back: str, team_id: int | None = None) -> str:
    """The page on which consent is recorded; it leads back to `back`."""
    query = {"next": back} if team_id is None else {"team": team_id, "next": back}
    return f"{reverse('sharing:consent-new', args=[person_id])}?{urlencode(query)}"


def writing(full_path: str, person_id: int, team: Any, consent: Any) -> dict[str, Any]:
    """What stands above the form: the service, the consent, and the ways out.

    The way to the consent page says where to come back to.
    """
    return {
        "team_words": service_words(team),
        "service_href": reverse("requests:referral-about", args=[person_id]),
        "concern_href": reverse("requests:concern-about", args=[person_id]),
        "consent": consent,
        "consent_href": consent_href(person_id, back=full_path, team_id=team.pk),
    }
