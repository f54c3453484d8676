"""What the record says, said to the person: reading age 9 to 11 (tests/portal)."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any

from lintel.kernel.sight.states import Category as C
from lintel.kernel.sight.states import Source
from lintel.kernel.states import AccessVerb
from lintel.records.queries import Deed, Looks, Week
from lintel.web.words import date_words, listed

YOURS = {
    C.IDENTITY: "your name and date of birth",
    C.CONTACT: "how to reach you",
    C.TENANCY: "your home",
    C.MONEY: "your rent and money",
    C.SUPPORT_NEEDS: "the help you need",
    C.SAFETY: "what keeps people safe",
    C.HEALTH_INVOLVEMENT: "which health teams help you",
    C.HEALTH_DETAIL: "your health",
    C.HOSPITAL_STAY: "your time in hospital",
    C.PLAN: "your plan",
    C.ENFORCEMENT: "letters and steps about your home",
}
DEEDS = {
    AccessVerb.OPENED: "looked at",
    AccessVerb.LISTED: "saw you in a list, with",
    AccessVerb.SEARCHED: "did a search that found you, with",
    AccessVerb.DISCLOSED: "told another team about",
    AccessVerb.EXPORTED: "took a copy of",
    AccessVerb.OVERRODE: "opened your record to keep somebody safe. They saw",
    AccessVerb.LOOKED_UP: "checked who had looked at your record",
}
# What is said where a row names no category.
NOTHING_NAMED = {
    AccessVerb.OPENED: "opened your record",
    AccessVerb.LISTED: "saw your name in a list",
    AccessVerb.SEARCHED: "did a search that found you",
    AccessVerb.DISCLOSED: "told another team about you",
    AccessVerb.EXPORTED: "took a copy of your record",
    AccessVerb.OVERRODE: "opened your record to keep somebody safe",
    AccessVerb.LOOKED_UP: "checked who had looked at your record",
}
# The record's words about "the worker", said to the person. Whatever is not here is said as work:
# what a page was for could tell who raised a concern (docs/adr/0027).
WHY = {
    Source.PATCH.label: "they look after your home",
    Source.CASELOAD.label: "they work with you",
    Source.CIRCLE.label: "they are in your circle",
    Source.BASIS.label: "a law lets them",
    Source.OVERRIDE.label: "somebody’s safety was at risk",
    "the worker is an information lead of the agency": "they check how records are used",
}
AS_WORK = "it was part of their work"
CONSENTED = re.compile(r"the person consented on (?P<day>\d{1,2} \w+ \d{4})")
TO_WHOM = re.compile(r"^to (?P<whom>.+?), because ")
# Ends with what is left of the person's words: each a pattern and what is said for it.
SAID = (
    (
        re.compile(r"^the person agreed that (.+) in their circle$"),
        r"you agreed that \1 in your circle",
    ),
    (
        re.compile(r"^(.+) joined the circle that the person agreed to$"),
        r"\1 is in the circle you agreed to",
    ),
    (re.compile(r"^In an? .+ that the worker sent\.$"), "they asked another team to help you"),
)
TIMES = {1: "once", 2: "twice"}


def times_words(times: int) -> str:
    """`once`, `twice`, `14 times`."""
    return TIMES.get(times, f"{times:,} times")


def deed_words(deed: Deed) -> str:
    """`looked at your plan and your home, 4 times`."""
    if not deed.categories or deed.verb is AccessVerb.LOOKED_UP:
        said = NOTHING_NAMED.get(deed.verb, "opened your record")
    else:
        did = DEEDS.get(deed.verb, "looked at")
        whom = [m["whom"] for words in deed.why if (m := TO_WHOM.match(words))]
        if deed.verb is AccessVerb.DISCLOSED and whom:
            did = f"told {listed(dict.fromkeys(whom))} about"
        said = f"{did} {listed(YOURS[c] for c in deed.categories)}"
    return said if deed.times == 1 else f"{said}, {times_words(deed.times)}"


def because(deed: Deed) -> str:
    """Why they could, to the person."""
    if deed.verb is AccessVerb.OVERRODE:
        return "they thought that somebody was at risk, and could not wait to ask you"
    found = dict.fromkeys(part for words in deed.why for part in _because(words))
    exact = [words for words in found if words != AS_WORK]
    return listed(exact or [AS_WORK])


def _because(words: str) -> Iterable[str]:
    """One of the record's reasons, said to the person."""
    for part in words.split("; "):
        consented = CONSENTED.search(part)
        if consented:
            yield f"you said yes on {consented['day']}"
            continue
        for pattern, plain in SAID:
            if pattern.match(part):
                yield pattern.sub(plain, part)
                break
        else:
            yield WHY.get(part, AS_WORK)


def looks_words(one: Looks) -> str:
    """All of it as one text: what is kept with a question."""
    said = "; ".join(f"{deed_words(d)}, because {because(d)}" for d in one.deeds)
    first, last = date_words(one.first), date_words(one.last)
    return f"{who_words(one)}, {first if first == last else f'{first} to {last}'}: {said}"


def who_words(one: Looks) -> str:
    """`Daniel Okafor, nurse, at the trust`."""
    return ", ".join(part for part in (one.worker, one.job, one.agency) if part)


def week_words(begins: dt.date) -> str:
    """`4 to 10 May 2026`."""
    ends = begins + dt.timedelta(days=6)
    if begins.month == ends.month:
        return f"{begins.day} to {date_words(ends)}"
    return f"{date_words(begins)} to {date_words(ends)}"


def weeks(found: Sequence[Week]) -> list[dict[str, Any]]:
    """The weeks for the page."""
    return [
        {
            "title": week_words(week.begins),
            "looks": [
                {
                    "name": one.worker,
                    "post": ", ".join(part for part in (one.job, one.agency) if part),
                    "deeds": [
                        {"what": deed_words(deed), "why": because(deed)} for deed in one.deeds
                    ],
                    "entry_id": one.entry_id,
                    "asked": one.question_id is not None,
                }
                for one in week.looks
            ],
        }
        for week in found
    ]
