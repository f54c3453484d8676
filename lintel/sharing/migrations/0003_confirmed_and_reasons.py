"""A yes about another agency's records is confirmed by that agency; and who sees why.

Closes what the review of 0002 found (docs/adr/0007): a refusal was shown to the agency that it
was about, a consent could be prolonged, a line could be hung on somebody else's consent.
"""

from datetime import timedelta

import django.db.models.deletion
from django.db import migrations, models

from lintel.kernel.sight import policies as p

STANDING = """
-- An answer counts from when it was given; a yes that needs the giver's confirmation, from then.
CREATE OR REPLACE VIEW sharing_answer_begins AS
  SELECT l.id, l.person_id, l.giver_id, l.recipient_id, l.category, c.given, c.id AS consent_id,
         CASE WHEN NOT l.answer OR l.giver_id = l.owner_id OR l.category IN (1, 5, 7) THEN c.given
              WHEN l.confirmed IS NOT NULL THEN greatest(c.given, l.confirmed) END AS begins
  FROM sharing_consentline l JOIN sharing_consent c ON c.id = l.consent_id;
ALTER VIEW sharing_answer_begins OWNER TO lintel_sight;

-- The latest answer about a team and a category is the one that counts. A look-up for each line,
-- no window: a window would read the whole partnership's consents to recompute one worker.
CREATE OR REPLACE VIEW sharing_standing_answer AS
  SELECT l.id, l.person_id, l.giver_id, l.recipient_id, l.recipient_worker_id, l.category,
         l.answer,
         CASE WHEN b.begins IS NULL THEN 'empty'::tstzrange
              ELSE tstzrange(b.begins, greatest(b.begins, least(c.until, c.withdrawn, (
                SELECT min(b2.begins) FROM sharing_answer_begins b2
                WHERE b2.person_id = l.person_id AND b2.giver_id = l.giver_id
                  AND b2.recipient_id = l.recipient_id AND b2.category = l.category
                  AND (b2.given, b2.consent_id) > (c.given, c.id))))) END AS valid
  FROM sharing_consentline l
  JOIN sharing_consent c ON c.id = l.consent_id
  JOIN sharing_answer_begins b ON b.id = l.id;
"""

# A later no hides nothing from the person's own agency, but tells the other nothing about who
# was asked: the giver and the recipient see a yes only.
LINE_SEEN = (
    f"person_id = {p.PEOPLE} AND (owner_id = (SELECT my_agency())"
    f" OR (answer AND (giver_id = (SELECT my_agency()) OR recipient_id = {p.MY_TEAMS})))"
)
CONSENT_SEEN = (
    f"person_id = {p.PEOPLE} AND (owner_id = (SELECT my_agency()) OR EXISTS"
    " (SELECT 1 FROM sharing_consentline l WHERE l.consent_id = sharing_consent.id))"
)
MINE_TO_CONFIRM = (
    f"person_id = {p.PEOPLE} AND giver_id = (SELECT my_agency()) AND answer AND confirmed IS NULL"
)
PRIVILEGES = f"""
DROP POLICY line_seen ON sharing_consentline;
{p.policy("sharing_consentline", "line_seen", role=p.APP, command="SELECT", using=LINE_SEEN)}
{
    p.policy(
        "sharing_consentline",
        "line_confirmed",
        role=p.APP,
        command="UPDATE",
        using=MINE_TO_CONFIRM,
        check=f"giver_id = (SELECT my_agency()) AND confirmed_by_id = {p.ME}",
    )
}
GRANT UPDATE (confirmed, confirmed_by_id) ON sharing_consentline TO {p.APP};

-- A consent can be withdrawn by whoever sees it, and changed in no other way.
DROP POLICY consent_changed ON sharing_consent;
{
    p.policy(
        "sharing_consent",
        "consent_withdrawn",
        role=p.APP,
        command="UPDATE",
        using=CONSENT_SEEN,
        check=f"withdrawn IS NOT NULL AND withdrawn_by_id = {p.ME}",
    )
}
REVOKE UPDATE ON sharing_consent FROM {p.APP};
GRANT UPDATE (withdrawn, withdrawn_words, withdrawn_by_id) ON sharing_consent TO {p.APP};

REVOKE UPDATE ON sharing_override FROM {p.APP};
GRANT UPDATE (ended) ON sharing_override TO {p.APP};

-- A line belongs to a consent of the same person, recorded by the same agency.
ALTER TABLE sharing_consent ADD CONSTRAINT consent_whose UNIQUE (id, person_id, owner_id);
ALTER TABLE sharing_consentline ADD CONSTRAINT consent_line_whose
  FOREIGN KEY (consent_id, person_id, owner_id) REFERENCES sharing_consent (id, person_id, owner_id);
"""

REASON = """
-- Each sight in force now with what explains it.
CREATE VIEW sharing_reason AS
  SELECT s.worker_id, s.person_id, s.category, s.owner_id, s.source, s.source_id,
         lower(s.valid) AS since, upper(s.valid) AS until,
         c.given AS consent_given, c.until AS consent_until, c.purpose, o.reason
  FROM sight s
  LEFT JOIN sharing_consentline l ON s.source = 'consent' AND l.id = s.source_id
  LEFT JOIN sharing_consent c ON c.id = l.consent_id
  LEFT JOIN sharing_override o ON s.source = 'override' AND o.id = s.source_id
  WHERE s.valid @> now();
ALTER VIEW sharing_reason OWNER TO lintel_sight;

-- Why the bound worker sees this person.
CREATE FUNCTION sharing_my_reasons(person bigint) RETURNS SETOF sharing_reason
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT * FROM sharing_reason r WHERE r.person_id = person AND r.worker_id = current_worker() $$;

-- Who sees what an agency holds, for that agency's information lead.
CREATE FUNCTION sharing_reasons_for_lead(person bigint) RETURNS SETOF sharing_reason
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT * FROM sharing_reason r
  WHERE r.person_id = person AND r.owner_id = ANY (information_lead_agencies())
$$;

-- Whether the answers that the bound worker may see are still in force, also where what ended
-- them is a refusal that the worker may not see.
CREATE FUNCTION sharing_answers(person bigint) RETURNS TABLE (line_id bigint, valid tstzrange)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT a.id, a.valid FROM sharing_standing_answer a JOIN sharing_consentline l ON l.id = a.id
  WHERE l.person_id = person AND person = ANY (sight_people())
    AND (l.owner_id = my_agency()
         OR (l.answer AND (l.giver_id = my_agency() OR l.recipient_id = ANY (my_teams()))))
$$;

-- The people about whom an information lead's agency holds something; without words, those asked
-- for by number. At most 20: the lead looks for one person.
CREATE FUNCTION sharing_people_for_lead(words text, ids bigint[])
RETURNS TABLE (id bigint, name varchar, born date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT p.id, p.name, p.born FROM people_person p
  WHERE CASE WHEN words IS NULL THEN p.id = ANY (ids)
             ELSE p.folded LIKE '%' || fold_words(words) || '%'
                  OR p.id IN (SELECT t.person_id FROM people_tenancy t
                              WHERE t.reference = words
                                AND t.owner_id = ANY (information_lead_agencies())) END
    AND (EXISTS (SELECT 1 FROM people_tenancy t WHERE t.person_id = p.id
                 AND t.owner_id = ANY (information_lead_agencies()))
      OR EXISTS (SELECT 1 FROM people_involvement i WHERE i.person_id = p.id
                 AND i.owner_id = ANY (information_lead_agencies()))
      OR EXISTS (SELECT 1 FROM sharing_consent c WHERE c.person_id = p.id
                 AND c.owner_id = ANY (information_lead_agencies())))
  ORDER BY p.name, p.id
  LIMIT CASE WHEN words IS NULL THEN NULL ELSE 20 END
$$;
"""
SIGNATURES = [
    "sharing_my_reasons(bigint)",
    "sharing_reasons_for_lead(bigint)",
    "sharing_answers(bigint)",
    "sharing_people_for_lead(text, bigint[])",
]
REVERSE = f"""
DROP FUNCTION sharing_people_for_lead(text, bigint[]);
DROP FUNCTION sharing_answers(bigint);
DROP FUNCTION sharing_reasons_for_lead(bigint);
DROP FUNCTION sharing_my_reasons(bigint);
DROP VIEW sharing_reason;

ALTER TABLE sharing_consentline DROP CONSTRAINT consent_line_whose;
ALTER TABLE sharing_consent DROP CONSTRAINT consent_whose;
REVOKE UPDATE (ended) ON sharing_override FROM {p.APP};
GRANT UPDATE ON sharing_override TO {p.APP};
REVOKE UPDATE (withdrawn, withdrawn_words, withdrawn_by_id) ON sharing_consent FROM {p.APP};
GRANT UPDATE ON sharing_consent TO {p.APP};
DROP POLICY consent_withdrawn ON sharing_consent;
{
    p.policy(
        "sharing_consent",
        "consent_changed",
        role=p.APP,
        command="UPDATE",
        using=f"person_id = {p.PEOPLE}",
        check=f"person_id = {p.PEOPLE}",
    )
}
REVOKE UPDATE (confirmed, confirmed_by_id) ON sharing_consentline FROM {p.APP};
DROP POLICY line_confirmed ON sharing_consentline;

CREATE OR REPLACE VIEW sharing_standing_answer AS
  SELECT l.id, l.person_id, l.giver_id, l.recipient_id, l.recipient_worker_id, l.category,
         l.answer,
         tstzrange(c.given, greatest(c.given, least(c.until, c.withdrawn, (
           SELECT min(c2.given) FROM sharing_consentline l2
           JOIN sharing_consent c2 ON c2.id = l2.consent_id
           WHERE l2.person_id = l.person_id AND l2.giver_id = l.giver_id
             AND l2.recipient_id = l.recipient_id AND l2.category = l.category
             AND (c2.given, c2.id) > (c.given, c.id))))) AS valid
  FROM sharing_consentline l JOIN sharing_consent c ON c.id = l.consent_id;
DROP VIEW sharing_answer_begins;
"""


class Migration(migrations.Migration):
    dependencies = [("sharing", "0002_row_security")]
    operations = [
        migrations.AddField(
            "consentline", "confirmed", models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            "consentline",
            "confirmed_by",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.worker",
            ),
        ),
        migrations.AddConstraint(
            "override",
            models.CheckConstraint(
                condition=models.Q(until__lte=models.F("opened") + timedelta(hours=24)),
                name="override_is_short",
            ),
        ),
        p.run(
            STANDING + PRIVILEGES + REASON + "".join(p.definer(s) for s in SIGNATURES),
            REVERSE,
        ),
    ]
