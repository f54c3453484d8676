"""The sight functions that policies call, and the table's own protection (docs/adr/0007)."""

from django.db import migrations

from lintel.kernel.sight import policies as p

FUNCTIONS = f"""
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS unaccent;

CREATE FUNCTION current_worker() RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('lintel.worker', true), '')::bigint $$;

-- The one person that the transaction is about, if it says so. It can only narrow what is seen:
-- a page about one person then costs the same for a worker who sees ten and ten thousand.
CREATE FUNCTION sight_focus() RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('lintel.person', true), '')::bigint $$;

CREATE FUNCTION sight_keys_at(w bigint, cats smallint[], moment timestamptz) RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT coalesce(array_agg(held_key), '{{}}') FROM sight
  WHERE worker_id = w AND category = ANY (cats) AND valid @> moment
$$;

CREATE FUNCTION sight_keys(cats smallint[]) RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT coalesce(array_agg(held_key), '{{}}') FROM sight
  WHERE worker_id = current_worker() AND category = ANY (cats) AND valid @> now()
    AND held_key >= coalesce(sight_focus() * 1048576, 0)
    AND held_key < coalesce((sight_focus() + 1) * 1048576, 9223372036854775807)
$$;

CREATE FUNCTION sight_people() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT coalesce(array_agg(person_id), '{{}}') FROM sight
  WHERE worker_id = current_worker() AND category = 1 AND valid @> now()
    AND held_key >= coalesce(sight_focus() * 1048576, 0)
    AND held_key < coalesce((sight_focus() + 1) * 1048576, 9223372036854775807)
$$;

CREATE FUNCTION fold_words(VARIADIC words text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = public, pg_temp
AS $$
  SELECT btrim(regexp_replace(
    lower(unaccent('unaccent', replace(replace(array_to_string(words, ''), '''', ''), chr(8217), ''))),
    '[^[:alnum:]]+', ' ', 'g'))
$$;

{p.definer("sight_keys(smallint[])")}
{p.definer("sight_people()")}
ALTER FUNCTION sight_keys_at(bigint, smallint[], timestamptz) OWNER TO lintel_sight;
REVOKE ALL ON FUNCTION sight_keys_at(bigint, smallint[], timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sight_keys_at(bigint, smallint[], timestamptz) TO lintel_sight;

{p.enable("sight")}
{p.grant("sight", "SELECT")}
{p.policy("sight", "sight_own", role=p.APP, command="SELECT", using=f"worker_id = {p.ME}")}
{p.grant("sight", "SELECT, INSERT, UPDATE, DELETE, TRUNCATE", p.SIGHT)}
{p.policy("sight", "sight_definer", role=p.SIGHT, command="ALL", using="true", check="true")}
"""

REVERSE = f"""
{p.unprotect("sight")}
DROP FUNCTION fold_words(text[]);
DROP FUNCTION sight_people();
DROP FUNCTION sight_keys(smallint[]);
DROP FUNCTION sight_keys_at(bigint, smallint[], timestamptz);
DROP FUNCTION sight_focus();
DROP FUNCTION current_worker();
"""


class Migration(migrations.Migration):
    dependencies = [("sight", "0001_initial")]
    operations = [p.run(FUNCTIONS, REVERSE)]
