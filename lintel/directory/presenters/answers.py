"""The answer to "who covers this address?" as a page."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from lintel.directory.presenters.services import Card, entry_href, option_card, tel
from lintel.directory.queries import Answer, Option
from lintel.directory.states import Need
from lintel.web.words import date_words, time_words


@dataclass(frozen=True, slots=True)
class National:
    """A place to ask that is there for the whole country."""

    name: str
    href: str
    words: str
    phone: str = ""

    @property
    def tel(self) -> str:
        """What a telephone dials."""
        return tel(self.phone)


# Where to go when nothing here covers a place: national, free, and long established.
NATIONAL = (
    National("Find another council", "https://www.gov.uk/find-local-council", "For any address"),
    National(
        "Hub of Hope",
        "https://hubofhope.co.uk",
        "Mental health support near any postcode, of every kind",
    ),
    National(
        "Shelter",
        "https://www.shelter.org.uk",
        "Losing a home, or nowhere to sleep, in England",
        "0808 800 4444",
    ),
    National(
        "Citizens Advice",
        "https://www.citizensadvice.org.uk",
        "Money, benefits, home and law, in England",
        "0800 144 8848",
    ),
)


def page(
    answer: Answer,
    instead: Answer | None,
    *,
    is_now: bool,
    partners_only: Collection[UUID] = (),
) -> dict[str, Any]:
    """All that the page says. `instead`: who gives advice there, where nothing covers the need.

    `partners_only`: which services are for workers only.
    """

    def card(option: Option) -> Card:
        only = option.service_id in partners_only
        return option_card(option, is_now=is_now, partners_only=only)

    urgent = [card(option) for option in answer.urgent]
    slugs = {card.slug for card in urgent}
    first = answer.need is Need.CRISIS
    return {
        "asked": asked_words(answer, is_now=is_now),
        "notes": answer.notes,
        "urgent": urgent,
        "cards": [card(option) for option in answer.options if first or option.slug not in slugs],
        "not_for": [
            {"name": one.name, "href": entry_href(one.slug), "why": one.why}
            for one in answer.not_for
        ],
        "more": answer.more,
        "more_href": _all_of(answer),
        "instead": [card(option) for option in _advice(instead)],
        "national": NATIONAL,
        "outside": answer.place.ours is False,
    }


def asked_words(answer: Answer, *, is_now: bool) -> str:
    """What was asked, apart from the place: "for Rent, debt and benefits, aged 34, now"."""
    here = f"{date_words(answer.when, weekday=True)} at {time_words(answer.when)}"
    parts = [
        f"For “{answer.need.label}”" if answer.need else "For anything",
        f"aged {answer.age}" if answer.age is not None else "",
        f"now: {here}" if is_now else f"on {here}",
    ]
    return ", ".join(part for part in parts if part)


def _advice(instead: Answer | None) -> tuple[Option, ...]:
    return instead.options if instead else ()


def _all_of(answer: Answer) -> str:
    query = {"need": answer.need.value} if answer.need else {}
    if answer.age is not None:
        query["age"] = str(answer.age)
    to = reverse("directory:search")
    return f"{to}?{urlencode(query)}" if query else to
