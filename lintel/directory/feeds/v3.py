"""An entry of a 3.0 feed (Open Referral UK, the UK profile of HSDS) as a document of ours.

Reads every key that our document has a place for, whatever else is there. The name of a contact
is left out: it is a member of somebody's staff, and the number works without it.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from lintel.directory import cleaning
from lintel.directory.entry import Capacity, Document, Entry, Phone, Rule, Term, Waiting
from lintel.directory.feeds import areas, locations, schedules, terms
from lintel.directory.feeds.mending import Mender, joined, made_id, read_id
from lintel.directory.feeds.rules import Fault, KeptOut
from lintel.directory.states import RuleKind, Status

Row = dict[str, Any]
LONGEST_KEY = 200
STATUSES = {str(status): status for status in Status}
SUMMARY = 200
# The keys that only the page of one service has.
DETAIL = (
    *("service_at_locations", "schedules", "contacts", "phones", "languages", "service_areas"),
    *("cost_options", "regular_schedules", "eligibilitys", "service_taxonomys"),
)


@dataclass(slots=True)
class Runner:
    """Who runs a service, as the feed says. `key` is "" where it says nothing."""

    key: str = ""
    name: str = ""
    description: str = ""
    url: str = ""
    email: str = ""
    logo: str = ""


@dataclass(slots=True)
class Mapped:
    """An entry of a feed, read. `id` is what the feed calls it, None where that is no UUID."""

    key: str
    id: UUID | None
    document: Document
    runner: Runner
    faults: list[Fault] = field(default_factory=list)
    # Only what the list says is known: its own page could not be read.
    partial: bool = False


def key_of(raw: object) -> str:
    """The entry's id in the feed, as text; "" for none. A very long one is shortened by a hash."""
    value = raw.get("id") if isinstance(raw, dict) else None
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    key = " ".join(cleaning.visible(str(value)).split())
    if len(key) > LONGEST_KEY:
        return f"sha256:{hashlib.sha256(key.encode()).hexdigest()}"
    return key


def name_of(raw: object) -> str:
    """The entry's name for a report, whatever else is wrong with it."""
    value = raw.get("name") if isinstance(raw, dict) else None
    return cleaning.plain(value[:1000])[:300] if isinstance(value, str) else ""


def read(raw: object, *, today: date) -> Mapped:
    """The entry as a document. Raises KeptOut for what can't be taken in."""
    if not isinstance(raw, dict):
        raise KeptOut("not_an_entry")
    key = key_of(raw)
    if not key:
        raise KeptOut("no_id")
    mender = Mender(today)
    name = mender.name(raw.get("name"), "Name")
    if not name:
        raise KeptOut("no_name")
    own = read_id(raw.get("id"))
    if own is None:
        mender.note("id_not_uuid", "", key)
    runner = _runner(raw.get("organization"), mender)
    try:
        entry = _entry(raw, key, name, mender)
    except (ValidationError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise KeptOut("not_understood", type(error).__name__) from error
    return Mapped(key, own, Document(entry=entry), runner, mender.faults)


def _runner(raw: object, mender: Mender) -> Runner:
    name = mender.name(raw.get("name"), "Organisation", 300) if isinstance(raw, dict) else ""
    if not isinstance(raw, dict) or not name:
        mender.note("no_organisation")
        return Runner()
    where = "Organisation"
    return Runner(
        key=key_of(raw) or f"name:{name}"[:LONGEST_KEY],
        name=name,
        description=mender.text(raw.get("description"), where),
        url=mender.url(raw.get("website") or raw.get("url") or raw.get("uri") or None, where),
        email=mender.email(raw.get("email") or None, where),
        logo=mender.url(raw.get("logo") or None, f"{where}, logo"),
    )


def _entry(raw: Row, key: str, name: str, mender: Mender) -> Entry:
    places, hours = locations.read(raw, key, mender)
    always = schedules.is_always(hours)
    held = _terms(raw, mender)
    description = _description(raw, mender)
    assured = mender.day(raw.get("assured_date"), "Date of check", future=False)
    return Entry(
        name=name,
        summary=_summary(description),
        description=description,
        status=_status(raw.get("status"), mender),
        url=mender.url(raw.get("url")),
        email=mender.email(raw.get("email")),
        phones=_phones(raw, mender),
        fees=_fees(raw, mender),
        languages=_languages(raw, mender),
        needs=terms.needs_of(term.name for term in held),
        terms=held,
        locations=places,
        hours=[] if always else hours,
        always_open=always,
        closures=schedules.closures_of(mender.rows(raw.get("closures"), "Closures"), mender),
        catchments=[
            found
            for row in mender.rows(raw.get("service_areas"), "Areas")
            if (found := areas.catchment_of(row, mender))
        ],
        rules=_rules(raw, mender),
        waiting=_waiting(raw, assured, mender),
        capacity=_capacity(raw, mender),
        referral=terms.routes_of([mender.line(raw.get("attending_access"), "Way to ask")]),
        how_to_ask=_how_to_ask(raw, mender),
        assured_on=assured,
    )


def _status(value: object, mender: Mender) -> Status:
    said = mender.words(value, "Status").strip().lower().replace("_", " ")
    if not said:
        mender.note("no_status")
        return Status.ACTIVE
    if said not in STATUSES:
        mender.note("unknown_status", "", said)
        return Status.INACTIVE
    return STATUSES[said]


def _description(raw: Row, mender: Mender) -> str:
    """The description, with what has no place of its own as paragraphs around it."""
    said = (
        [mender.text(raw.get("alert"), "Alert"), mender.text(raw["description"], "Description")]
        if "description" in raw
        else [mender.text(raw.get("alert"), "Alert")]
    )
    for title, key in (
        ("Who it is for", "eligibility_description"),
        ("How it is given", "attending_type"),
        ("Interpreters", "interpretation_services"),
        ("Accreditations", "accreditations"),
    ):
        if text := mender.text(raw.get(key), title):
            said.append(f"{title}: {text}")
    said += [
        f"Opening times: {text}"
        for row in mender.rows(raw.get("schedules"), "Opening times", schedules.MOST)
        if not row.get("opens_at")
        and not row.get("closes_at")
        and (text := mender.line(row.get("description"), "Opening times"))
    ]
    return mender.cut(joined(said), "Description", 20_000)


def _summary(description: str) -> str:
    """The first sentences of the description, for lists."""
    first = description.partition("\n")[0]
    if len(first) <= SUMMARY:
        return first
    begun = first[:SUMMARY]
    end = max(begun.rfind(". "), begun.rfind("! "), begun.rfind("? "))
    if end > SUMMARY // 4:
        return begun[: end + 1]
    return f"{begun.rsplit(' ', 1)[0]}…"


def _phones(raw: Row, mender: Mender) -> list[Phone]:
    given = [("", row) for row in mender.rows(raw.get("phones"), "Telephones")]
    for contact in mender.rows(raw.get("contacts"), "Contacts"):
        # What somebody does, never who they are.
        label = mender.line(contact.get("department") or contact.get("title"), "Contact")
        given += [(label, row) for row in mender.rows(contact.get("phones"), "Telephones")]
    found: dict[str, Phone] = {}
    for label, row in given[:20]:
        number = mender.phone(row.get("number"))
        if not number:
            continue
        extension = mender.whole(row.get("extension") or None, "Extension")
        whole = f"{number} ext. {extension}" if extension else number
        said = mender.line(row.get("description"), "Telephone") or label
        found.setdefault("".join(filter(str.isdigit, whole)), Phone(number=whole, label=said))
    return list(found.values())


def _fees(raw: Row, mender: Mender) -> str:
    """The words, else the prices that hold today."""
    if said := mender.line(raw.get("fees"), "Fees"):
        return said
    prices = []
    for row in mender.rows(raw.get("cost_options"), "Prices"):
        first, last = mender.days(row.get("valid_from"), row.get("valid_to"), "Prices")
        if (first and first > mender.today) or (last and last < mender.today):
            continue
        prices.append(_price(row, mender))
    return mender.cut(joined(prices, "; "), "Prices", 300)


def _price(row: Row, mender: Mender) -> str:
    option = mender.line(row.get("option"), "Prices")
    said = mender.line(row.get("amount_description"), "Prices")
    amount = mender.number(row.get("amount"), "Prices")
    currency = mender.line(row.get("currency"), "Prices", 10) or "GBP"
    sum_words = ""
    if amount is not None and amount >= 0:
        figures = f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.2f}"
        sum_words = f"£{figures}" if currency == "GBP" else f"{figures} {currency}"
    return joined(
        [f"{option}:" if option and (sum_words or said) else option, sum_words, said], " "
    )


def _languages(raw: Row, mender: Mender) -> list[str]:
    rows = mender.rows(raw.get("languages"), "Languages")
    said = (mender.line(row.get("name") or row.get("code"), "Language", 60) for row in rows)
    return list(dict.fromkeys(name for name in said if name))


def _terms(raw: Row, mender: Mender) -> list[Term]:
    found: dict[UUID, Term] = {}
    for row in mender.rows(raw.get("attributes"), "Terms", 100):
        term = row.get("taxonomy_term")
        if not isinstance(term, dict):
            continue
        name = mender.line(term.get("name"), "Term")
        taxonomy = mender.line(term.get("taxonomy"), "Taxonomy")
        code = mender.line(term.get("code") or term.get("term"), "Term")
        if not name:
            continue
        key = read_id(term.get("id")) or made_id("term", taxonomy, term.get("id"), name)
        found.setdefault(key, Term(id=key, taxonomy=taxonomy, name=name, code=code))
    return list(found.values())


def _rules(raw: Row, mender: Mender) -> list[Rule]:
    youngest, oldest = mender.ages(raw.get("minimum_age"), raw.get("maximum_age"))
    if youngest is None and oldest is None:
        return []
    words = (
        f"Aged {youngest} to {oldest}"
        if youngest is not None and oldest is not None
        else f"Aged {youngest} and over"
        if youngest is not None
        else f"Aged up to {oldest}"
    )
    return [Rule(kind=RuleKind.AGE, words=words, minimum=youngest, maximum=oldest)]


def _waiting(raw: Row, assured: date | None, mender: Mender) -> Waiting | None:
    """A wait is worth something only with its date: the entry's last change, or check."""
    words = mender.line(raw.get("wait_time"), "Waiting time")
    said = mender.day(raw.get("last_modified"), "Last change", future=False) if words else None
    day = said or assured
    return Waiting(words=words, as_of=day) if words and day else None


def _capacity(raw: Row, mender: Mender) -> Capacity | None:
    """HSDS 3.1 has places; feeds of 3.0 may have them already."""
    for row in mender.rows(raw.get("capacities") or raw.get("service_capacity"), "Places"):
        day = mender.day(row.get("updated"), "Places", future=False)
        free = mender.whole(row.get("available"), "Places")
        most = mender.whole(row.get("maximum"), "Places")
        if day is None or (free is None and most is None) or max(free or 0, most or 0) > 10**6:
            continue
        unit = row.get("unit")
        name = mender.line(unit.get("name") if isinstance(unit, dict) else unit, "Places")
        return Capacity(unit=name or "places", available=free, maximum=most, as_of=day)
    return None


def _how_to_ask(raw: Row, mender: Mender) -> str:
    return joined(
        [
            mender.text(raw.get("application_process"), "How to ask"),
            mender.line(raw.get("attending_access"), "Way to ask"),
            mender.text(raw.get("pc_attendingAccess_additionalInfo"), "Way to ask"),
        ]
    )
