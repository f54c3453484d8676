"""What a database's schema is, row by row, so that two can be told apart and the difference read.

From the catalogue, for all that migrations make: functions with their settings, views, policies,
triggers, grants, columns, indexes, constraints. Nothing of the rows in the tables.
"""

import psycopg

OURS = "= 'public'::regnamespace"
# What an extension made is the extension's.
NOT_EXTENSIONS = """NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '{catalogue}'::regclass
  AND d.objid = {oid} AND d.deptype = 'e')"""


def _acl(column: str, kind: str, owner: str) -> str:
    """Grants in an order of their own: the catalogue keeps them in that of granting."""
    return (
        f"coalesce((SELECT string_agg(g::text, ' ' ORDER BY g::text COLLATE \"C\") FROM"
        f" unnest(coalesce({column}, acldefault('{kind}', {owner}))) g), '')"
    )


QUERY = f"""
SELECT 'relation', c.oid::regclass::text, concat_ws(' | ', c.relkind, c.relowner::regrole,
  c.relrowsecurity, c.relforcerowsecurity, c.reloptions,
  {_acl("c.relacl", "r", "c.relowner")},
  CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,
  CASE WHEN c.relkind = 'i' THEN pg_get_indexdef(c.oid) END)
FROM pg_class c WHERE c.relnamespace {OURS}
  AND {NOT_EXTENSIONS.format(catalogue="pg_class", oid="c.oid")}
UNION ALL
SELECT 'column', a.attrelid::regclass || '.' || a.attname, concat_ws(' | ',
  format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
  a.attcollation::regcollation, pg_get_expr(d.adbin, d.adrelid), a.attacl)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE c.relnamespace {OURS} AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT 'function', f.oid::regprocedure::text, concat_ws(' | ', f.proowner::regrole,
  {_acl("f.proacl", "f", "f.proowner")}, pg_get_functiondef(f.oid))
FROM pg_proc f WHERE f.pronamespace {OURS} AND f.prokind IN ('f', 'p')
  AND {NOT_EXTENSIONS.format(catalogue="pg_proc", oid="f.oid")}
UNION ALL
SELECT 'policy', tablename || '.' || policyname,
  concat_ws(' | ', permissive, roles, cmd, qual, with_check)
FROM pg_policies WHERE schemaname = 'public'
UNION ALL
SELECT 'trigger', t.tgrelid::regclass || '.' || t.tgname,
  concat_ws(' | ', t.tgenabled, pg_get_triggerdef(t.oid))
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace {OURS} AND NOT t.tgisinternal
UNION ALL
SELECT 'constraint', coalesce(n.conrelid::regclass::text, '') || '.' || n.conname,
  concat_ws(' | ', n.convalidated, pg_get_constraintdef(n.oid))
FROM pg_constraint n WHERE n.connamespace {OURS}
UNION ALL
SELECT 'statistics', x.stxname, concat_ws(' | ', x.stxowner::regrole,
  (to_jsonb(x) ->> 'stxstattarget'), pg_get_statisticsobjdef(x.oid))
FROM pg_statistic_ext x WHERE x.stxnamespace {OURS}
UNION ALL
SELECT 'type', t.oid::regtype::text, concat_ws(' | ', t.typtype, t.typowner::regrole,
  (SELECT string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_enum e
   WHERE e.enumtypid = t.oid))
FROM pg_type t WHERE t.typnamespace {OURS} AND t.typtype IN ('d', 'e')
UNION ALL
SELECT 'schema', n.nspname, concat_ws(' | ', n.nspowner::regrole,
  {_acl("n.nspacl", "n", "n.nspowner")})
FROM pg_namespace n WHERE n.nspname = 'public'
UNION ALL
SELECT 'default', concat_ws(' ', a.defaclrole::regrole, a.defaclobjtype), a.defaclacl::text
FROM pg_default_acl a
"""


def described(dbname: str) -> dict[str, str]:
    """Everything in the schema by kind and name, with how it is made, owned and granted."""
    from tests.support import database

    with database.superuser(dbname) as connection:
        return describe(connection)


def describe(connection: psycopg.Connection) -> dict[str, str]:
    """The same, over a superuser's connection."""
    found = {f"{kind} {name}": what for kind, name, what in connection.execute(QUERY).fetchall()}
    assert found
    return found


def differences(before: dict[str, str], after: dict[str, str]) -> str:
    """Each difference in words, for a test's message; empty when there is none."""
    lines = []
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old != new:
            lines.append(f"{name}\n  was: {old}\n  is:  {new}")
    return "\n".join(lines)
