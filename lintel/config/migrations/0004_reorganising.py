"""Reorganising teams: the plans, what relies on a team in numbers, and the move itself.

Row security lets nobody move another's people and requests from team to team, and it should not.
The move is one function of the definer. It carries out a plan and nothing else, for whoever
answers for the team, and says what it moved (docs/adr/0015-reorganising-teams.md).
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from lintel.kernel.sight import policies as p

IN_POST = "(w.left_on IS NULL OR w.left_on > (now() AT TIME ZONE 'Europe/London')::date)"

FUNCTIONS = f"""
-- Who answers for a team: its leads; a manager of its agency where it has none in post; the
-- partnership lead where the agency has no manager either.
CREATE FUNCTION answers_for_team(team bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  WITH leads AS (
    SELECT m.worker_id FROM agencies_membership m JOIN agencies_worker w ON w.id = m.worker_id
    WHERE m.team_id = team AND m.role = 'lead' AND m.valid @> now() AND {IN_POST}
  ), managers AS (
    SELECT w.id AS worker_id FROM agencies_roleheld r
    JOIN agencies_worker w ON w.id = r.worker_id JOIN agencies_team t ON t.id = team
    WHERE r.role = 'manager' AND r.valid @> now() AND w.agency_id = t.agency_id AND {IN_POST}
  ), partnership AS (
    SELECT w.id AS worker_id FROM agencies_roleheld r JOIN agencies_worker w ON w.id = r.worker_id
    WHERE r.role = 'partnership_lead' AND r.valid @> now() AND {IN_POST}
  )
  SELECT coalesce(current_worker() IN (
    SELECT worker_id FROM leads
    UNION ALL SELECT worker_id FROM managers WHERE NOT EXISTS (SELECT 1 FROM leads)
    UNION ALL SELECT worker_id FROM partnership
      WHERE NOT EXISTS (SELECT 1 FROM leads) AND NOT EXISTS (SELECT 1 FROM managers)), false)
$$;

CREATE FUNCTION may_plan_for_team(team bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT EXISTS (
    SELECT 1 FROM agencies_roleheld r JOIN agencies_worker w ON w.id = r.worker_id
    JOIN agencies_team t ON t.id = team
    WHERE w.id = current_worker() AND r.valid @> now() AND {IN_POST}
      AND (r.role = 'partnership_lead' OR (r.role = 'manager' AND w.agency_id = t.agency_id)))
$$;

-- Numbers and nothing else, for who plans or answers: of all the team, or of these workers.
-- What lies on the desk is rounded up to tens for who doesn't answer for it ("fewer than 10"; none
-- is no exception): somebody who also sends masked requests could watch where theirs arrives.
CREATE FUNCTION relying_on_team(team bigint, movers bigint[], moment timestamptz)
RETURNS TABLE (people bigint, desk bigint, desk_over bigint, sent bigint, sent_over bigint,
               consents bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT
    (SELECT count(*) FROM people_involvement i WHERE i.team_id = team
      AND i.valid && tstzrange(moment, NULL)
      AND (movers IS NULL OR i.worker_id = ANY (movers))),
    (SELECT CASE WHEN answers_for_team(team) THEN count(*) ELSE (count(*) / 10 + 1) * 10 END
      FROM requests_handling h WHERE h.team_id = team
      AND h.state NOT IN ('closed', 'withdrawn')
      AND (movers IS NULL OR h.worker_id = ANY (movers))),
    (SELECT CASE WHEN answers_for_team(team) THEN count(*) ELSE (count(*) / 10 + 1) * 10 END
      FROM requests_handling h WHERE h.team_id = team
      AND h.state IN ('closed', 'withdrawn')
      AND (movers IS NULL OR h.worker_id = ANY (movers))),
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

-- Carries out a plan: each row says what was moved (a number of its own table).
CREATE FUNCTION reorganise(plan bigint, moment timestamptz, shop bigint)
RETURNS TABLE (what text, number bigint, is_open boolean, is_masked boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  r config_reorganisation; movers bigint[]; both_teams bigint[]; joined bigint[];
  desks bigint[]; letters bigint[];
BEGIN
  SELECT * INTO r FROM config_reorganisation c WHERE c.id = plan AND c.state = 'planned' FOR UPDATE;
  IF NOT FOUND OR r.into_id IS NULL OR answers_for_team(r.team_id) IS NOT TRUE THEN
    RAISE insufficient_privilege USING MESSAGE = 'this plan is not yours to carry out';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM agencies_team a JOIN agencies_team b ON b.agency_id = a.agency_id
                 WHERE a.id = r.team_id AND b.id = r.into_id) THEN
    RAISE insufficient_privilege USING MESSAGE = 'teams of one agency only';
  END IF;
  IF r.kind = 'split' THEN movers := r.workers; END IF;
  both_teams := ARRAY[r.team_id, r.into_id];

  -- People: what was is kept, and what is goes on under the other team.
  RETURN QUERY
  WITH current AS (
    SELECT i.* FROM people_involvement i WHERE i.team_id = r.team_id AND i.valid @> moment
      AND lower(i.valid) IS DISTINCT FROM moment
      AND (movers IS NULL OR i.worker_id = ANY (movers))
  ), added AS (
    INSERT INTO people_involvement (person_id, owner_id, category, team_id, worker_id, role_words, valid)
    SELECT c.person_id, c.owner_id, c.category, r.into_id, c.worker_id, c.role_words,
           tstzrange(moment, upper(c.valid)) FROM current c
    RETURNING id
  ) SELECT 'involvement', added.id, true, false FROM added;
  UPDATE people_involvement i SET valid = tstzrange(lower(i.valid), moment)
  WHERE i.team_id = r.team_id AND i.valid @> moment AND lower(i.valid) IS DISTINCT FROM moment
    AND (movers IS NULL OR i.worker_id = ANY (movers));
  RETURN QUERY
  WITH later AS (
    UPDATE people_involvement i SET team_id = r.into_id
    WHERE i.team_id = r.team_id AND lower(i.valid) >= moment
      AND (movers IS NULL OR i.worker_id = ANY (movers)) RETURNING i.id
  ) SELECT 'involvement', later.id, true, false FROM later;
  RETURN QUERY
  WITH moved AS (
    UPDATE people_patch o SET team_id = r.into_id
    WHERE o.team_id = r.team_id AND (movers IS NULL OR o.id = ANY (r.patches)) RETURNING o.id
  ) SELECT 'patch', moved.id, true, false FROM moved;

  -- The desk, open and closed: what lies there stays readable. Steps and notes are read by team.
  SELECT coalesce(array_agg(h.request_id), '{{}}') INTO desks FROM requests_handling h
  WHERE h.team_id = r.team_id AND (movers IS NULL OR h.worker_id = ANY (movers));
  UPDATE requests_step s SET team_id = r.into_id
  WHERE s.request_id = ANY (desks) AND s.team_id = r.team_id;
  UPDATE requests_message m SET team_id = r.into_id
  WHERE m.request_id = ANY (desks) AND m.team_id = r.team_id;
  RETURN QUERY
  WITH moved AS (
    UPDATE requests_handling h SET team_id = r.into_id, version = h.version + 1
    WHERE h.request_id = ANY (desks) RETURNING h.request_id, h.state, h.masked
  ) SELECT 'desk', m.request_id, m.state NOT IN ('closed', 'withdrawn'), m.masked FROM moved m;

  -- What was sent. Both sides' rows name the sender's team.
  SELECT coalesce(array_agg(q.id), '{{}}') INTO letters FROM requests_request q
  WHERE q.sender_team_id = r.team_id AND (movers IS NULL OR q.sender_id = ANY (movers));
  RETURN QUERY
  WITH moved AS (
    UPDATE requests_request q SET sender_team_id = r.into_id
    WHERE q.id = ANY (letters) RETURNING q.id, q.state, q.masked
  ) SELECT 'sent', m.id, m.state = 'sent', m.masked FROM moved m;
  UPDATE requests_notice n SET sender_team_id = r.into_id WHERE n.request_id = ANY (letters);
  UPDATE requests_handling h SET sender_team_id = r.into_id,
    open_to_team_id = CASE WHEN h.open_to_team_id = r.team_id THEN r.into_id
                           ELSE h.open_to_team_id END
  WHERE h.request_id = ANY (letters);
  -- A person agreed that the one team may be told, and not the other: masked until they agree.
  UPDATE requests_request q SET masked = true FROM requests_handling h
  WHERE q.id = ANY (letters) AND h.request_id = q.id AND h.open_until IS NOT NULL;
  UPDATE requests_handling h SET masked = true, open_to_team_id = NULL, open_to_worker_id = NULL,
    opened = NULL, open_until = NULL
  WHERE h.request_id = ANY (letters) AND h.open_until IS NOT NULL;

  IF r.kind = 'merge' THEN
    -- A referral that is on its way, or a draft of one, goes to the team that is there.
    UPDATE requests_request q SET to_team_id = r.into_id
    WHERE q.to_team_id = r.team_id AND NOT q.relayed;
    -- Nobody may come to sit at the desk that has what they sent masked: it goes to the shop,
    -- open or over, and no side is told why.
    SELECT coalesce(array_agg(m.worker_id), '{{}}') INTO joined FROM agencies_membership m
    WHERE m.team_id = ANY (both_teams) AND m.valid @> moment;
    RETURN QUERY
    WITH gone AS (
      UPDATE requests_handling h SET team_id = shop, worker_id = NULL, person_id = NULL,
        climbed_to_id = NULL, climbed = 0
      WHERE h.masked AND h.team_id = r.into_id
        AND (h.sender_team_id = r.into_id OR h.sender_worker_id = ANY (joined))
      RETURNING h.request_id, h.state
    ) SELECT 'shop', g.request_id, g.state NOT IN ('closed', 'withdrawn'), true FROM gone g;
  END IF;
  UPDATE config_reorganisation c SET state = 'done', settled_by_id = current_worker(),
    settled_at = moment WHERE c.id = plan;
END $$;
"""
SIGNATURES = [
    "answers_for_team(bigint)",
    "may_plan_for_team(bigint)",
    "relying_on_team(bigint, bigint[], timestamptz)",
    "reorganise(bigint, timestamptz, bigint)",
]
# Column by column: all that the move may write, and nothing that was written by anybody.
WRITES = {
    "people_involvement": "valid, team_id",
    "requests_handling": "team_id, worker_id, person_id, climbed_to_id, climbed, version,"
    " sender_team_id, open_to_team_id, open_to_worker_id, opened, open_until, masked",
    "requests_request": "sender_team_id, to_team_id, masked",
    "requests_notice": "sender_team_id",
    "requests_step": "team_id",
    "requests_message": "team_id",
}
READS = ("requests_notice", "requests_step", "requests_message")
PATCH = f"""
GRANT SELECT ON people_patch TO {p.SIGHT};
GRANT UPDATE (team_id) ON people_patch TO {p.SIGHT};
GRANT INSERT ON people_involvement TO {p.SIGHT};
CREATE POLICY people_involvement_reorganise_new ON people_involvement FOR INSERT TO {p.SIGHT}
  WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON config_reorganisation TO {p.APP};
GRANT SELECT ON config_reorganisation TO {p.SIGHT};
GRANT UPDATE (state, settled_by_id, settled_at) ON config_reorganisation TO {p.SIGHT};
"""
GRANTS = (
    PATCH
    + "".join(p.read_by_definer(table) for table in READS)
    + "".join(
        f"GRANT UPDATE ({columns}) ON {table} TO {p.SIGHT};"
        + p.policy(
            table,
            f"{table}_reorganise",
            role=p.SIGHT,
            command="UPDATE",
            using="true",
            check="true",
        )
        for table, columns in WRITES.items()
    )
)
# However somebody comes to sit at a desk: what they sent masked is not theirs to see there.
NOT_THE_SENDER = (
    "CREATE POLICY requests_handling_not_the_sender ON requests_handling AS RESTRICTIVE FOR ALL"
    f" TO {p.APP} USING ((masked AND sender_worker_id = {p.ME}) IS NOT TRUE);"
)
FORWARD = (
    FUNCTIONS + GRANTS + NOT_THE_SENDER + "".join(p.definer(signature) for signature in SIGNATURES)
)
REVERSE = (
    "DROP POLICY requests_handling_not_the_sender ON requests_handling;"
    + "".join(f"DROP FUNCTION {signature};" for signature in reversed(SIGNATURES))
    + "".join(
        f"DROP POLICY {table}_reorganise ON {table};"
        f"REVOKE UPDATE ({columns}) ON {table} FROM {p.SIGHT};"
        for table, columns in WRITES.items()
    )
    + "".join(
        f"DROP POLICY {table}_derive ON {table}; REVOKE SELECT ON {table} FROM {p.SIGHT};"
        for table in READS
    )
    + f"""
DROP POLICY people_involvement_reorganise_new ON people_involvement;
REVOKE INSERT ON people_involvement FROM {p.SIGHT};
REVOKE UPDATE (team_id) ON people_patch FROM {p.SIGHT};
REVOKE ALL ON config_reorganisation FROM {p.APP}, {p.SIGHT};
"""
)


def _team(null: bool = False) -> models.ForeignKey:
    return models.ForeignKey(
        null=null,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="agencies.team",
    )


def _worker(null: bool = False) -> models.ForeignKey:
    return models.ForeignKey(
        null=null,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="agencies.worker",
    )


def _numbers() -> django.contrib.postgres.fields.ArrayField:
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.BigIntegerField(), blank=True, default=list, size=None
    )


KINDS = [("merge", "becomes part of another team"), ("split", "is split in two")]
STATES = [
    ("planned", "Planned: the team’s lead hands over"),
    ("done", "Done"),
    ("cancelled", "Called off"),
]
ENTRIES = [
    ("follow", "They follow: the other team’s, with a draft for their owners to check"),
    ("take_out", "They are taken out of the directory"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("config", "0003_relying"),
        ("requests", "0007_between_receivers"),
        ("people", "0003_searched_words"),
        ("sharing", "0004_who_confirms"),
        ("agencies", "0003_sign_in"),
    ]
    operations = [
        migrations.CreateModel(
            name="Reorganisation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(choices=KINDS, max_length=10)),
                ("state", models.CharField(choices=STATES, default="planned", max_length=10)),
                ("team", _team()),
                ("into", _team(null=True)),
                ("entries", models.CharField(choices=ENTRIES, default="follow", max_length=10)),
                ("name", models.CharField(blank=True, max_length=200)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("lead", _worker(null=True)),
                ("workers", _numbers()),
                ("patches", _numbers()),
                ("planned_by", _worker()),
                ("planned_at", models.DateTimeField()),
                ("settled_by", _worker(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-planned_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["team"],
                        condition=models.Q(state="planned"),
                        name="reorganisation_one_planned",
                    ),
                    models.CheckConstraint(
                        condition=~models.Q(team=models.F("into")),
                        name="reorganisation_of_two_teams",
                    ),
                ],
            },
        ),
        p.run(FORWARD, REVERSE),
    ]
