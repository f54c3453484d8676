"""A version is published by whoever is bound, ahead of its date and after every earlier one.

The action says so in words; here the database refuses anything else, whatever sends it.
"""

from django.db import migrations

from lintel.kernel.sight import policies as p

PARTNERSHIP = "(SELECT leads_partnership()) AND effective IS NULL"
AHEAD = (
    f"effective IS NULL OR (published_by_id = {p.ME}"
    " AND effective > now() + interval '50 minutes'"
    " AND effective > (SELECT agreement_last_effective()))"
)
FORWARD = f"""
-- When the newest published version begins, read past row security: a policy can't ask its own table.
CREATE FUNCTION agreement_last_effective() RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT coalesce(max(effective), '-infinity') FROM sharing_agreement
$$;
{p.definer("agreement_last_effective()")}
DROP POLICY sharing_agreement_update ON sharing_agreement;
{
    p.policy(
        "sharing_agreement",
        "sharing_agreement_update",
        role=p.APP,
        command="UPDATE",
        using=PARTNERSHIP,
        check=AHEAD,
    )
}
"""
REVERSE = f"""
DROP POLICY sharing_agreement_update ON sharing_agreement;
{
    p.policy(
        "sharing_agreement",
        "sharing_agreement_update",
        role=p.APP,
        command="UPDATE",
        using=PARTNERSHIP,
        check="true",
    )
}
DROP FUNCTION agreement_last_effective();
"""


class Migration(migrations.Migration):
    dependencies = [("sharing", "0013_own_work")]
    operations = [p.run(FORWARD, REVERSE)]
