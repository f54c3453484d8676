"""A version in words, and what changed from one to another, field by field."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time

from lintel.directory.entry import (
    Catchment,
    Closure,
    Document,
    Hours,
    Location,
    Piece,
    Rule,
)
from lintel.directory.sections import REQUEST_KINDS, TITLES, Section, leaves_out_by_diagnosis
from lintel.directory.states import (
    DAYS,
    Audience,
    BankHolidays,
    CatchmentKind,
    Need,
    ReferralRoute,
    RuleKind,
    Setting,
    Status,
)
from lintel.kernel.clock import words_for_time
from lintel.web.words import count_words, date_words, listed

WEEKS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
NOTHING = "Nothing"


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a version in words; empty words where it says nothing."""

    section: Section
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two versions say differently."""

    section: Section
    label: str
    old: str
    new: str


def lines(document: Document, audience: str) -> list[Line]:
    """Every field of a version, in the order of the sections."""
    by_section = {
        Section.ABOUT: _about,
        Section.WHO: _who,
        Section.WHERE: _where,
        Section.WHEN: _when,
        Section.CATCHMENT: _catchment,
        Section.WAITING: _waiting,
        Section.ASK: _ask,
        Section.INSIDE: _inside,
    }
    found = [Line(Section.READERS, "Who may read it", Audience(audience).label)]
    for section, words_of in by_section.items():
        found += [Line(section, label, words) for label, words in words_of(document)]
    order = list(Section)
    return sorted(found, key=lambda line: order.index(line.section))


def by_section(document: Document, audience: str) -> dict[Section, list[Line]]:
    """The lines that say something, by section."""
    found: dict[Section, list[Line]] = {section: [] for section in Section}
    for line in lines(document, audience):
        if line.words:
            found[line.section].append(line)
    return found


def differences(old: tuple[Document, str] | None, new: tuple[Document, str]) -> list[Difference]:
    """What the newer one (document, audience) says differently; all of it without an older."""
    after = lines(*new)
    before = {(one.section, one.label): one.words for one in lines(*old)} if old else {}
    return [
        Difference(one.section, one.label, was or NOTHING, one.words or NOTHING)
        for one in after
        if (was := before.get((one.section, one.label), "")) != one.words
    ]


def difference_rows(found: Iterable[Difference]) -> list[dict[str, str]]:
    """For a page: section, field, old and new words."""
    return [
        {"section": TITLES[one.section], "label": one.label, "old": one.old, "new": one.new}
        for one in found
    ]


def hours_words(rule: Hours, locations: Iterable[Location] = ()) -> str:
    """`Monday to Friday, 9am to 5pm`, and what is particular about it."""
    if (rule.opens, rule.closes) in {("00:00", "24:00"), ("00:00", "00:00")}:
        times = "all day and night"
    else:
        closes = clock_words(rule.closes)
        overnight = rule.closes <= rule.opens
        times = f"{clock_words(rule.opens)} to {closes}{' the next day' if overnight else ''}"
    days = days_words([str(day) for day in rule.days])
    if rule.weeks:
        days = f"{listed(WEEKS[week] for week in rule.weeks)} {days} of the month"
    places = {place.id: place.name or place.address_1 for place in locations}
    more = [
        f"at {places[rule.location]}" if rule.location and places.get(rule.location) else "",
        "" if rule.bank_holidays is BankHolidays.CLOSED else rule.bank_holidays.label.lower(),
        f"from {date_words(rule.valid_from)}" if rule.valid_from else "",
        f"until {date_words(rule.valid_to)}" if rule.valid_to else "",
        rule.note,
    ]
    return ", ".join([f"{days[:1].upper()}{days[1:]}", times, *(one for one in more if one)])


def clock_words(clock: str) -> str:
    """`9am`, `5:30pm`, `midday`, `midnight` for "HH:MM"."""
    return words_for_time(time(int(clock[:2]) % 24, int(clock[3:])))


def days_words(days: Iterable[str]) -> str:
    """`Monday to Friday`, `Monday, Wednesday and Friday`, `every day`."""
    chosen = set(days)
    at = [number for number, day in enumerate(DAYS) if str(day) in chosen]
    if len(at) == 7:
        return "every day"
    runs: list[list[int]] = []
    for number in at:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return listed(
        f"{DAYS[run[0]].label} to {DAYS[run[-1]].label}"
        if len(run) > 2
        else listed(DAYS[n].label for n in run)
        for run in runs
    )


def closure_words(closure: Closure) -> str:
    """`3 May 2026 to 5 May 2026: moving house`."""
    days = date_words(closure.first)
    if closure.last != closure.first:
        days += f" to {date_words(closure.last)}"
    return days + (f": {closure.why}" if closure.why else "")


def location_words(place: Location) -> str:
    """A place on one line."""
    if place.type == "virtual":
        return place.name or "Online or by telephone"
    parts = [place.name, place.address_1, place.address_2, place.city, place.postcode]
    kind = " (letters only)" if place.type == "postal" else ""
    return ", ".join(part for part in parts if part) + kind


def rule_words(rule: Rule) -> str:
    """A rule with what it rests on."""
    parts = [f"{RuleKind(rule.kind).label}: {rule.words}"]
    if rule.minimum is not None or rule.maximum is not None:
        parts.append(f"({ages_words(rule.minimum, rule.maximum)})")
    if rule.settings:
        parts.append(f"({listed((Setting(s).label.lower() for s in rule.settings), 'or')})")
    if leaves_out_by_diagnosis(rule):
        parts.append("(by diagnosis)")
    source = f". Source: {rule.source}" if rule.source else ". No source given"
    return " ".join(parts) + source + (f", {rule.source_url}" if rule.source_url else "")


def ages_words(low: int | None, high: int | None) -> str:
    """`18 to 65`, `18 and over`, `up to 25`."""
    if low is not None and high is not None:
        return f"{low} to {high}"
    return f"{low} and over" if low is not None else f"up to {high}"


def piece_words(piece: Piece) -> str:
    """A piece in words: its names, or its codes where it has none."""
    if piece.kind is CatchmentKind.WHOLE:
        return "the whole partnership"
    if piece.kind is CatchmentKind.DRAWN:
        return piece.label or "an area drawn on a map"
    named = piece.label or ", ".join(piece.codes)
    if piece.kind is CatchmentKind.GP:
        return f"people registered with GP practices {named}"
    if piece.kind is CatchmentKind.POSTCODES:
        return f"postcodes {named}"
    return f"{named} ({count_words(len(piece.codes), 'local area')})" if piece.codes else named


def catchment_words(catchment: Catchment) -> str:
    """A catchment in a sentence."""
    held = listed(piece_words(one) for one in catchment.pieces if not one.excluding)
    left = listed(piece_words(one) for one in catchment.pieces if one.excluding)
    parts = [
        held[:1].upper() + held[1:],
        f"but not {left}" if left else "",
        f"from {date_words(catchment.valid_from)}" if catchment.valid_from else "",
        f"until {date_words(catchment.valid_to)}" if catchment.valid_to else "",
        f"priority {catchment.priority}",
        catchment.note,
    ]
    return ", ".join(part for part in parts if part)


Pairs = list[tuple[str, str]]


def _about(document: Document) -> Pairs:
    entry = document.entry
    phones = (", ".join(filter(None, (one.number, one.label))) for one in entry.phones)
    return [
        ("Name", entry.name),
        ("In a sentence", entry.summary),
        ("More", entry.description),
        ("Is it running?", Status(entry.status).label),
        ("In an emergency", "Shown first in an emergency" if entry.emergency else ""),
        ("Telephone", "\n".join(phones)),
        ("Email", entry.email),
        ("Website", entry.url),
        ("Languages", listed(entry.languages)),
        ("Cost", entry.fees),
    ]


def _who(document: Document) -> Pairs:
    entry = document.entry
    return [
        ("Helps with", "\n".join(Need(need).label for need in entry.needs)),
        ("Rules", "\n".join(rule_words(rule) for rule in entry.rules)),
    ]


def _where(document: Document) -> Pairs:
    places = document.entry.locations
    access = [
        f"{place.name or place.address_1}: {place.access}" for place in places if place.access
    ]
    return [
        ("Places", "\n".join(location_words(place) for place in places)),
        ("Getting in", "\n".join(access)),
    ]


def _when(document: Document) -> Pairs:
    entry = document.entry
    return [
        ("Always open", "Always somebody there, day and night" if entry.always_open else ""),
        ("Opening times", "\n".join(hours_words(one, entry.locations) for one in entry.hours)),
        ("Closed", "\n".join(closure_words(one) for one in entry.closures)),
        ("When it is shut", entry.out_of_hours_words),
        ("Go to when it is shut", "Another entry is named" if entry.out_of_hours else ""),
    ]


def _catchment(document: Document) -> Pairs:
    found = "\n".join(catchment_words(one) for one in document.entry.catchments)
    return [("Area covered", found)]


def _waiting(document: Document) -> Pairs:
    return [("Waiting", waiting_words(document)), ("Places", capacity_words(document))]


def waiting_words(document: Document) -> str:
    """How long people wait, and as of when; empty if it isn't said."""
    waiting = document.entry.waiting
    if waiting is None:
        return ""
    days = "No wait" if waiting.days == 0 else ""
    if waiting.days:
        days = f"About {count_words(waiting.days, 'day')}"
    said = ", ".join(part for part in (days, waiting.words) if part)
    return f"{said} (on {date_words(waiting.as_of)})"


def capacity_words(document: Document) -> str:
    """How many places are free, and as of when; empty if it isn't said."""
    capacity = document.entry.capacity
    if capacity is None:
        return ""
    free = f"{capacity.available} free" if capacity.available is not None else ""
    total = f"{capacity.maximum} in all" if capacity.maximum is not None else ""
    said = ", ".join(part for part in (free, total) if part)
    return f"{said} ({capacity.unit}, on {date_words(capacity.as_of)})"


def _ask(document: Document) -> Pairs:
    entry = document.entry
    routes = "\n".join(ReferralRoute(one).label for one in entry.referral)
    return [("Who may ask", routes), ("How to ask", entry.how_to_ask)]


def _inside(document: Document) -> Pairs:
    inside = document.inside
    return [
        ("Direct line", inside.direct_line),
        ("On duty", inside.duty_rota),
        ("Rules for referring", inside.referral_rules),
        ("When it is enough to refer", inside.thresholds),
        ("“Use this service” starts", dict(REQUEST_KINDS).get(inside.request_kind, "")),
        ("Notes for partners", inside.notes),
    ]
