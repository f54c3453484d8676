"""Who answers for a team isn't told by a number that what they sent masked lies on its desk.

Row security hides it from them (0004); beside the rows that they see, an exact count would tell.
"""

from django.db import migrations

from lintel.kernel.sight import policies as p

NOT_MINE = "FILTER (WHERE (h.masked AND h.sender_worker_id = current_worker()) IS NOT TRUE)"


def relying(exact: str) -> str:
    """The function, which counts exactly for who answers for the team."""
    counted = (
        f"SELECT CASE WHEN answers_for_team(team) THEN {exact}"
        " ELSE (count(*) / 10 + 1) * 10 END FROM requests_handling h WHERE h.team_id = team"
        " AND (movers IS NULL OR h.worker_id = ANY (movers))"
    )
    return f"""
CREATE OR REPLACE FUNCTION relying_on_team(team bigint, movers bigint[], moment timestamptz)
RETURNS TABLE (people bigint, desk bigint, desk_over bigint, sent bigint, sent_over bigint,
               consents bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT
    (SELECT count(*) FROM people_involvement i WHERE i.team_id = team
      AND i.valid && tstzrange(moment, NULL)
      AND (movers IS NULL OR i.worker_id = ANY (movers))),
    ({counted} AND h.state NOT IN ('closed', 'withdrawn')),
    ({counted} AND h.state IN ('closed', 'withdrawn')),
    (SELECT count(*) FROM requests_request r WHERE r.sender_team_id = team AND r.state = 'sent'
      AND (movers IS NULL OR r.sender_id = ANY (movers))),
    (SELECT count(*) FROM requests_request r WHERE r.sender_team_id = team AND r.state <> 'sent'
      AND (movers IS NULL OR r.sender_id = ANY (movers))),
    (SELECT count(DISTINCT a.person_id) FROM sharing_standing_answer a
      WHERE a.recipient_id = team AND a.answer AND a.valid @> moment
      AND (movers IS NULL OR a.recipient_worker_id IS NULL
           OR a.recipient_worker_id = ANY (movers)))
  WHERE answers_for_team(team) OR may_plan_for_team(team)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("config", "0004_reorganising")]
    operations = [p.run(relying(f"count(*) {NOT_MINE}"), relying("count(*)"))]
