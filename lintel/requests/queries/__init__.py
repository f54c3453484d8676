"""Every read of requests; each takes the actor and runs under row security."""

from lintel.requests.queries.covering import covering, place_of, sector_of
from lintel.requests.queries.day import MyDay, my_day
from lintel.requests.queries.decided import decided
from lintel.requests.queries.desk import (
    DeskView,
    InboxRow,
    desk_one,
    inbox,
    inbox_counts,
    my_desks,
)
from lintel.requests.queries.offers import Offer, Offers, redirect_offers, services_for
from lintel.requests.queries.parts import inbox_part, sent_part, shown_of
from lintel.requests.queries.person import (
    About,
    Closing,
    about,
    left_on_closing,
    people_with_news,
)
from lintel.requests.queries.sent import (
    SentRow,
    SentView,
    earlier_referrals,
    letter_to_follow,
    sent,
    sent_one,
    shown_now,
)
from lintel.requests.queries.teams import (
    agreed,
    consent_covers,
    open_teams,
    service,
    team_workers,
    worker_words,
)

__all__ = [
    "About",
    "Closing",
    "DeskView",
    "InboxRow",
    "MyDay",
    "Offer",
    "Offers",
    "SentRow",
    "SentView",
    "about",
    "agreed",
    "consent_covers",
    "covering",
    "decided",
    "desk_one",
    "earlier_referrals",
    "inbox",
    "inbox_counts",
    "inbox_part",
    "left_on_closing",
    "letter_to_follow",
    "my_day",
    "my_desks",
    "open_teams",
    "people_with_news",
    "place_of",
    "redirect_offers",
    "sector_of",
    "sent",
    "sent_one",
    "sent_part",
    "service",
    "services_for",
    "shown_now",
    "shown_of",
    "team_workers",
    "worker_words",
]
