"""Merges checked rows into the tables: one transaction, all of it or none of it.

Rows are staged with COPY and merged by set. Run again with the same file, nothing changes: homes
match on the landlord's reference, people on the landlord's reference of the tenant. People are
never matched across landlords here: that needs a human (mission D2).
"""

from collections.abc import Iterator
from typing import Any

from lintel.people.imports.rows import Staged

STAGE = """
CREATE TEMPORARY TABLE stage (
  row integer, tenancy_reference text, started date, ended date, kind text,
  person_reference text, name text, known_as text, born date, died date,
  property_reference text, uprn text, address text, postcode text, patch text,
  phone text, email text, balance_pence integer, balance_on date,
  person_id bigint, home_id bigint, patch_id bigint, is_new boolean DEFAULT false
) ON COMMIT DROP;
GRANT SELECT, UPDATE ON stage TO lintel_import;
"""

MATCH = (
    # A person has one number however many tenancies they hold with this landlord.
    """
    UPDATE stage s SET person_id = known.person_id FROM (
      SELECT DISTINCT ON (tenant_reference) tenant_reference, person_id
      FROM people_tenancy WHERE owner_id = %(owner)s ORDER BY tenant_reference, id
    ) known WHERE known.tenant_reference = s.person_reference
    """,
    """
    UPDATE stage s SET person_id = new.id, is_new = true FROM (
      SELECT person_reference, nextval(pg_get_serial_sequence('people_person', 'id')) AS id
      FROM (SELECT DISTINCT person_reference FROM stage WHERE person_id IS NULL) people
    ) new WHERE new.person_reference = s.person_reference AND s.person_id IS NULL
    """,
    """
    UPDATE stage s SET patch_id = p.id FROM people_patch p
    WHERE p.agency_id = %(owner)s AND lower(p.name) = lower(s.patch) AND s.patch <> ''
    """,
)

# The latest row of a person, or of a home, is the one that counts.
PERSONS = """
INSERT INTO people_person (id, name, known_as, born, died, no_fixed_address, created)
SELECT DISTINCT ON (person_id) person_id, name, known_as, born, died, false, %(now)s
FROM stage WHERE is_new ORDER BY person_id, row DESC
"""
CHANGED_PERSONS = """
UPDATE people_person p SET name = s.name,
  known_as = CASE WHEN s.known_as = '' THEN p.known_as ELSE s.known_as END,
  born = coalesce(s.born, p.born), died = coalesce(s.died, p.died)
FROM (SELECT DISTINCT ON (person_id) * FROM stage WHERE NOT is_new ORDER BY person_id, row DESC) s
WHERE p.id = s.person_id AND (p.name, p.born, p.died, p.known_as) IS DISTINCT FROM
  (s.name, coalesce(s.born, p.born), coalesce(s.died, p.died),
   CASE WHEN s.known_as = '' THEN p.known_as ELSE s.known_as END)
"""
HOMES = """
INSERT INTO people_home AS h (owner_id, patch_id, reference, uprn, address, postcode)
SELECT DISTINCT ON (property_reference) %(owner)s, patch_id, property_reference, uprn, address,
  postcode
FROM stage ORDER BY property_reference, row DESC
ON CONFLICT (owner_id, reference) DO UPDATE SET
  patch_id = coalesce(excluded.patch_id, h.patch_id), uprn = excluded.uprn,
  address = excluded.address, postcode = excluded.postcode
WHERE (h.uprn, h.address, h.postcode) IS DISTINCT FROM
      (excluded.uprn, excluded.address, excluded.postcode)
   OR h.patch_id IS DISTINCT FROM coalesce(excluded.patch_id, h.patch_id)
"""
HOME_IDS = """
UPDATE stage s SET home_id = h.id FROM people_home h
WHERE h.owner_id = %(owner)s AND h.reference = s.property_reference
"""
TENANCIES = """
INSERT INTO people_tenancy AS t (person_id, owner_id, home_id, reference, kind, started, ended,
  tenant_reference, folded)
SELECT person_id, %(owner)s, home_id, tenancy_reference, kind, started, ended, person_reference,
  fold_words(address, ' ', postcode, ' ', tenancy_reference)
FROM stage
ON CONFLICT (owner_id, reference, person_id) DO UPDATE SET
  home_id = excluded.home_id, kind = excluded.kind, started = excluded.started,
  ended = excluded.ended, tenant_reference = excluded.tenant_reference, folded = excluded.folded
WHERE (t.home_id, t.kind, t.started, t.ended, t.tenant_reference, t.folded) IS DISTINCT FROM
  (excluded.home_id, excluded.kind, excluded.started, excluded.ended, excluded.tenant_reference,
   excluded.folded)
"""
RENTS = """
INSERT INTO people_rentaccount AS r (person_id, owner_id, tenancy_id, balance_pence, as_of)
SELECT s.person_id, %(owner)s, t.id, s.balance_pence, coalesce(s.balance_on, %(today)s)
FROM stage s JOIN people_tenancy t ON t.owner_id = %(owner)s
  AND t.reference = s.tenancy_reference AND t.person_id = s.person_id
WHERE s.balance_pence IS NOT NULL
ON CONFLICT (tenancy_id) DO UPDATE SET balance_pence = excluded.balance_pence,
  as_of = excluded.as_of
WHERE (r.balance_pence, r.as_of) IS DISTINCT FROM (excluded.balance_pence, excluded.as_of)
"""
CONTACTS = """
INSERT INTO people_contactpoint (person_id, owner_id, kind, value, note)
SELECT DISTINCT c.person_id, %(owner)s, c.kind, c.value, '' FROM (
  SELECT person_id, 'phone' AS kind, phone AS value FROM stage WHERE phone <> ''
  UNION ALL SELECT person_id, 'email', email FROM stage WHERE email <> ''
) c WHERE NOT EXISTS (
  SELECT 1 FROM people_contactpoint p WHERE p.person_id = c.person_id
    AND p.owner_id = %(owner)s AND p.kind = c.kind AND p.value = c.value)
"""
UNKNOWN_PATCHES = "SELECT row, patch FROM stage WHERE patch <> '' AND patch_id IS NULL ORDER BY row"

STEPS = (
    ("people", PERSONS),
    ("people changed", CHANGED_PERSONS),
    ("homes", HOMES),
    ("", HOME_IDS),
    ("tenancies", TENANCIES),
    ("rent accounts", RENTS),
    ("contacts", CONTACTS),
)


def stage(cursor: Any, rows: Iterator[Staged]) -> int:
    """COPY the checked rows into a temporary table; returns how many."""
    cursor.execute(STAGE)
    columns = ", ".join(Staged._fields)
    count = 0
    with cursor.copy(f"COPY stage ({columns}) FROM STDIN") as stream:
        for row in rows:
            stream.write_row(row)
            count += 1
    cursor.execute("ANALYZE stage")
    return count


def merge(cursor: Any, values: dict[str, Any]) -> dict[str, int]:
    """Write the staged rows as the import's role; returns how many rows of each table changed."""
    cursor.execute("SET LOCAL jit = off")
    for statement in MATCH:
        cursor.execute(statement, values)
    cursor.execute("SET LOCAL ROLE lintel_import")
    changed: dict[str, int] = {}
    for name, statement in STEPS:
        cursor.execute(statement, values)
        if name:
            changed[name] = cursor.rowcount
    cursor.execute("RESET ROLE")
    return changed
