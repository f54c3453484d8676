"""Whoever was in a list, one row each, so that a person's history is read by key.

An index on an array finds all rows that hold a number and can't give the newest of them: with
100,000 rows about a person, each page read all. Filled by the statement that adds to the record,
so no code path can forget; written by nobody else.
"""

from django.db import migrations, models

from lintel.kernel.sight import policies as p

TABLE = "kernel_listed"
LEADS = (
    "worker_agency_id = ANY ((SELECT information_lead_agencies())::bigint[])"
    " OR owner_id = ANY ((SELECT information_lead_agencies())::bigint[])"
)
FORWARD = f"""
CREATE FUNCTION kernel_note_listed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  INSERT INTO kernel_listed (person_id, access_id, at, worker_agency_id, owner_id)
  SELECT DISTINCT listed.person, n.id, n.at, n.worker_agency_id, n.owner_id
  FROM new_rows n CROSS JOIN unnest(n.person_ids) AS listed(person);
  RETURN NULL;
END $$;
{p.enable(TABLE)}
{p.grant(TABLE, "SELECT")}
{p.policy(TABLE, "kernel_listed_lead", role=p.APP, command="SELECT", using=LEADS)}
{p.grant(TABLE, "SELECT", p.SYSTEM)}
{p.policy(TABLE, "kernel_listed_system", role=p.SYSTEM, command="SELECT", using="true")}
{p.grant(TABLE, "INSERT", p.SIGHT)}
{p.policy(TABLE, "kernel_listed_noted", role=p.SIGHT, command="INSERT", check="true")}
{p.definer("kernel_note_listed()")}
{p.withhold("kernel_note_listed()")}
CREATE TRIGGER kernel_access_listed AFTER INSERT ON kernel_access
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION kernel_note_listed();
CREATE TRIGGER kernel_listed_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON kernel_listed
  FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_change();
"""
# What is there already; the owner reads past row security for this one statement.
FILL = """
ALTER TABLE kernel_access NO FORCE ROW LEVEL SECURITY;
ALTER TABLE kernel_listed NO FORCE ROW LEVEL SECURITY;
INSERT INTO kernel_listed (person_id, access_id, at, worker_agency_id, owner_id)
SELECT DISTINCT listed.person, a.id, a.at, a.worker_agency_id, a.owner_id
FROM kernel_access a CROSS JOIN unnest(a.person_ids) AS listed(person);
ALTER TABLE kernel_listed FORCE ROW LEVEL SECURITY;
ALTER TABLE kernel_access FORCE ROW LEVEL SECURITY;
"""
REVERSE = f"""
DROP TRIGGER kernel_listed_append_only ON kernel_listed;
DROP TRIGGER kernel_access_listed ON kernel_access;
DROP FUNCTION kernel_note_listed();
{p.unprotect(TABLE)}
"""


class Migration(migrations.Migration):
    # Information leads are the agencies' to say (information_lead_agencies).
    dependencies = [("kernel", "0004_jobs"), ("agencies", "0002_functions")]

    operations = [
        migrations.CreateModel(
            name="Listed",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id",
                        "at",
                        "access_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("person_id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("access_id", models.BigIntegerField()),
                ("worker_agency_id", models.BigIntegerField()),
                ("owner_id", models.BigIntegerField(null=True)),
            ],
            options={"db_table": "kernel_listed"},
        ),
        migrations.RunSQL(FORWARD, REVERSE),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
