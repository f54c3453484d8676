"""What is looked for as SQL: each filter narrows by an index of its own.

Words and needs by GIN, points by GiST; only what is left is ranked and measured.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.conf import settings

from lintel.directory.globe import BOX_SQL, METRES_SQL, corners, metres_values
from lintel.directory.place import Place
from lintel.directory.states import DAYS
from lintel.kernel.clock import LONDON, bank_holidays

Order = Literal["best", "near", "name"]
METRES_A_MILE = 1609.344
MOST_DASHES = 20
PLAIN_WORDS = re.compile(r"[\w’' ]+")

Part = tuple[str, list[Any]]
NOTHING: Part = ("", [])


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked for. Anything left out narrows nothing.

    `words` as people type them ("quotes", -not, or). `age` in years. `miles` narrows to what is
    within that distance of `place`, which must have a point. `open_at`: open at that moment.
    """

    words: str = ""
    need: str = ""
    age: int | None = None
    place: Place | None = None
    miles: float | None = None
    open_at: datetime | None = None
    order: Order = "best"

    @property
    def near(self) -> Place | None:
        """The place, if distances from it can be measured."""
        known = self.place is not None and None not in (self.place.lon, self.place.lat)
        return self.place if known else None


def order_of(filters: Filters) -> str:
    """The order of what is found, over the columns of `arm_of`."""
    if filters.order == "near" and filters.near:
        return "metres NULLS LAST, name, id"
    if filters.order == "best" and filters.words.strip():
        return "rank DESC, name, id"
    return "name, id"


def arm_of(filters: Filters, *, partners: bool) -> Part:
    """The public's entries, or those for partners only (row security on top)."""
    text = "p" if partners else "s"
    rank, metres, params = "0", "NULL::float8", []
    wheres: list[Part] = [("s.state = 'published'", [])]
    source = "directory_service s"
    if partners:
        source = "directory_partnerentry p JOIN directory_service s ON s.id = p.service_id"
        wheres.append(("p.listed", []))
    else:
        wheres.append(("s.audience = 'public'", []))
    if filters.words.strip():
        query, typed = _tsquery(filters.words)
        wheres.append((f"{text}.search @@ ({query})", typed))
        if filters.order == "best":
            rank = f"ts_rank({text}.search, {query})"
            params += typed
    if filters.order == "near" and (place := filters.near):
        metres, values = _nearest(place, partners)
        params += values
    wheres += [_need(filters), _age(filters), _within(filters, partners)]
    wheres.append(_open(filters, partners))
    kept = [part for part in wheres if part[0]]
    sql = (
        f"SELECT s.id AS id, {text}.name AS name, {rank} AS rank, {metres} AS metres "
        f"FROM {source} WHERE {' AND '.join(where for where, _ in kept)}"
    )
    return sql, params + [value for _, values in kept for value in values]


def askable(words: str) -> str:
    """The words without their dashes where there are more than a search has.

    One after another each turns the next round, and PostgreSQL fails at the 33rd of them.
    """
    return words.replace("-", " ") if words.count("-") > MOST_DASHES else words


def _tsquery(words: str) -> Part:
    """What the words ask for; the last of plain words may be the beginning of one."""
    typed = askable(" ".join(words.split())[:200])
    if not PLAIN_WORDS.fullmatch(typed) or " or " in f" {typed.lower()} ":
        return "websearch_to_tsquery('english', %s)", [typed]
    *rest, last = re.sub(r"[’']", "", typed).split() or [""]
    if not last:
        return "websearch_to_tsquery('english', %s)", [typed]
    # Whole words too: "help" is left out of a search as common, "help:*" would not be.
    begins = "(to_tsquery('english', %s) || websearch_to_tsquery('english', %s))"
    if not rest:
        return begins, [f"{last}:*", last]
    return (
        f"websearch_to_tsquery('english', %s) && {begins}",
        [" ".join(rest), f"{last}:*", last],
    )


def _need(filters: Filters) -> Part:
    return ("s.needs @> ARRAY[%s]::varchar[]", [filters.need]) if filters.need else NOTHING


def _age(filters: Filters) -> Part:
    if filters.age is None:
        return NOTHING
    return (
        "(s.minimum_age IS NULL OR s.minimum_age <= %s) "
        "AND (s.maximum_age IS NULL OR s.maximum_age >= %s)",
        [filters.age, filters.age],
    )


def _metres(place: Place) -> Part:
    """The distance of the place `a` from where is looked."""
    sql = METRES_SQL.format(lon="a.lon", lat="a.lat")
    return sql, [*metres_values(place.lon, place.lat)]


def _places(partners: bool) -> Part:
    """Where a service is, as rows with lon and lat.

    Partners' places stand in their document only.
    """
    if not partners:
        return "directory_at a WHERE a.service_id = s.id", []
    return (
        "jsonb_to_recordset(p.document #> '{entry,locations}') AS a(lon float8, lat float8) "
        "WHERE true",
        [],
    )


def _nearest(place: Place, partners: bool) -> Part:
    metres, values = _metres(place)
    source, _ = _places(partners)
    return f"(SELECT min({metres}) FROM {source})", values


def _within(filters: Filters, partners: bool) -> Part:
    place = filters.near
    if filters.miles is None or place is None or place.lon is None or place.lat is None:
        return NOTHING
    far = filters.miles * METRES_A_MILE
    metres, values = _metres(place)
    source, _ = _places(partners)
    box = BOX_SQL.format(lon="a.lon", lat="a.lat")
    # With words, they come first and each that is left is measured; the planner can't know how
    # many places a box holds. Without words the index on points comes first.
    apart = " OFFSET 0" if filters.words.strip() else ""
    return (
        f"EXISTS (SELECT 1 FROM {source} AND {box} AND {metres} <= %s{apart})",
        [*corners(place.lon, place.lat, far), *values, far],
    )


# The hours' own rules (`lintel.directory.hours`) on the document; on the two nights a year when
# the clocks change it may be an hour out, and what the page then says of the service is right.
OPEN = """
s.status = 'active' AND EXISTS (
  SELECT 1 FROM (VALUES
    (%s::date, %s::text, %s::int, %s::boolean, %s::boolean, false),
    (%s::date, %s::text, %s::int, %s::boolean, %s::boolean, true)
  ) AS d(day, code, week, final, holiday, yesterday)
  CROSS JOIN LATERAL (
    SELECT '00:00' AS opens, '24:00' AS closes
    WHERE ({document}->>'always_open')::boolean
    UNION ALL
    SELECT h.opens, h.closes FROM jsonb_to_recordset({document}->'hours') AS h(
      days jsonb, opens text, closes text, weeks jsonb, bank_holidays text,
      valid_from date, valid_to date)
    WHERE NOT ({document}->>'always_open')::boolean
      AND jsonb_exists(h.days, d.code)
      AND (h.weeks = '[]' OR h.weeks @> to_jsonb(d.week) OR (d.final AND h.weeks @> '-1'))
      AND (h.bank_holidays = 'open' OR d.holiday = (h.bank_holidays = 'only'))
      AND coalesce(h.valid_from <= d.day, true) AND coalesce(h.valid_to >= d.day, true)
  ) AS h
  WHERE CASE WHEN d.yesterday THEN h.closes <= h.opens AND h.closes > %s
        ELSE h.opens <= %s AND (h.closes > %s OR h.closes <= h.opens) END
    AND NOT EXISTS (
      SELECT 1 FROM jsonb_to_recordset({document}->'closures') AS c(first date, last date)
      WHERE d.day BETWEEN c.first AND c.last)
)
"""
OPENING = """
EXISTS (SELECT 1 FROM directory_opening o WHERE o.service_id = s.id AND (
  (o.weekday = %s AND o.opens <= %s AND o.closes > %s) OR (o.weekday = %s AND o.closes > %s)))
AND
"""


def _open(filters: Filters, partners: bool) -> Part:
    if filters.open_at is None:
        return NOTHING
    here = filters.open_at.astimezone(LONDON)
    today, clock = here.date(), f"{here:%H:%M}"
    yesterday = today - timedelta(days=1)
    values: list[Any] = []
    for day in (today, yesterday):
        final = (day + timedelta(days=7)).month != day.month
        holiday = day in bank_holidays(settings.LINTEL_REGION, day.year)
        values += [day, DAYS[day.weekday()].value, (day.day - 1) // 7 + 1, final, holiday]
    values += [clock, clock, clock]
    if partners:
        return OPEN.format(document="(p.document->'entry')"), values
    minute = here.hour * 60 + here.minute
    # The table of openings first: it is quick, and leaves few documents to read.
    rough = [today.weekday(), minute, minute, yesterday.weekday(), minute + 24 * 60]
    return OPENING + OPEN.format(document="s.document"), rough + values
