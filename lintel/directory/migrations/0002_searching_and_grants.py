"""Search, the editions that routing watches, and who may read and write what.

The public may read what is published to everybody: those tables have no row security, and hold
nothing else (a check keeps them empty otherwise). What is for partners, and every version, is
seen by workers in post only. Nothing here is about a person.
"""

from django.db import migrations

from lintel.kernel.sight import policies as p

PUBLIC = [
    "directory_organisation",
    "directory_service",
    "directory_at",
    "directory_opening",
    "directory_catchment",
    "directory_feed",
    "directory_feedrun",
    "directory_feedfault",
    "directory_guidance",
    "directory_misroute",
]
GEOGRAPHY = ["directory_postcode", "directory_area", "directory_geographyload"]
WORKERS_ONLY = ["directory_partnerentry", "directory_version", "directory_guidanceversion"]
WATCHED = ["directory_service", "directory_catchment", "directory_area"]

SEARCH = """
ALTER TABLE {table} ADD COLUMN search tsvector GENERATED ALWAYS AS (
  setweight(to_tsvector('english', name), 'A')
  || setweight(to_tsvector('english', summary), 'B')
  || setweight(to_tsvector('english', words), 'C')
) STORED;
CREATE INDEX {table}_search ON {table} USING gin (search);
"""
FORWARD = (
    SEARCH.format(table="directory_service")
    + SEARCH.format(table="directory_partnerentry")
    + """
CREATE INDEX directory_service_likeness ON directory_service USING gin (name gin_trgm_ops);
CREATE INDEX directory_at_point ON directory_at USING gist (point(lon, lat));
CREATE INDEX directory_area_likeness ON directory_area USING gin (name gin_trgm_ops);

-- Rows are added, never changed: writers don't wait for one another, and a change that is
-- committed late still changes the count. Processes compare (count, newest).
CREATE FUNCTION directory_new_edition() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO directory_edition (number) VALUES (1);
  RETURN NULL;
END $$;
"""
    + "".join(
        f"CREATE TRIGGER {table}_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION directory_new_edition();"
        for table in WATCHED
    )
    + "".join(
        p.grant(table, "SELECT, INSERT, UPDATE, DELETE", role)
        for table in [*PUBLIC, "directory_edition"]
        for role in (p.APP, p.SYSTEM, p.IMPORT)
    )
    + "".join(p.grant(table, "SELECT") for table in GEOGRAPHY)
    + "".join(
        p.grant(table, "SELECT, INSERT, UPDATE, DELETE, TRUNCATE", role)
        for table in GEOGRAPHY
        for role in (p.SYSTEM, p.IMPORT)
    )
    + "".join(
        p.enable(table)
        + p.grant(table, "SELECT, INSERT, UPDATE")
        + p.policy(
            table,
            f"{table}_workers",
            role=p.APP,
            command="ALL",
            using="(SELECT my_agency()) IS NOT NULL",
            check="(SELECT my_agency()) IS NOT NULL",
        )
        + "".join(
            p.grant(table, "SELECT, INSERT, UPDATE, DELETE", role)
            + p.policy(
                table, f"{table}_{role}", role=role, command="ALL", using="true", check="true"
            )
            for role in (p.SYSTEM, p.IMPORT)
        )
        for table in WORKERS_ONLY
    )
    # An entry that is withdrawn, or opened to everybody, leaves the partners' table.
    + p.grant("directory_partnerentry", "DELETE")
)
REVERSE = (
    "".join(p.unprotect(table) for table in WORKERS_ONLY)
    + "".join(f"DROP TRIGGER {table}_edition ON {table};" for table in WATCHED)
    + """
DROP FUNCTION directory_new_edition();
DROP INDEX directory_area_likeness;
DROP INDEX directory_at_point;
DROP INDEX directory_service_likeness;
ALTER TABLE directory_partnerentry DROP COLUMN search;
ALTER TABLE directory_service DROP COLUMN search;
"""
    + "".join(
        f"REVOKE ALL ON {table} FROM {p.APP}, {p.SYSTEM}, {p.IMPORT};"
        for table in [*PUBLIC, *GEOGRAPHY, "directory_edition"]
    )
)


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0001_initial"),
        ("agencies", "0002_functions"),
        ("sight", "0002_functions"),
    ]
    operations = [p.run(FORWARD, REVERSE)]
