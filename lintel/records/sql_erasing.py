"""The SQL that deletes rows about people: what goes with what, in which order, and who may say so.

Made anew by each migration that runs `lintel.records.sql.functions`.
"""

from lintel.records.kept import KEPT
from lintel.records.shapes import rows_of

TEAM_AGENCY = "(SELECT x.agency_id FROM agencies_team x WHERE x.id = t.team_id)"


def erasing() -> str:
    """What deletes rows about people: one function, run by two that check who, what and when."""
    return f"""
-- Delete what an agency holds of a person in these categories, and what hangs on it. Category 0 is
-- what it was told: only what is due of that, unless all of it was asked for.
CREATE OR REPLACE FUNCTION records_erase_rows(who bigint, agency bigint, cats integer[],
  whole boolean) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE gone integer := 0; n integer; desks bigint[]; letters bigint[]; months integer;
BEGIN
  SELECT m.months INTO months FROM records_months() m WHERE m.owner_id = agency AND m.category = 0;
  SELECT coalesce(array_agg(t.request_id), '{{}}') INTO desks FROM requests_handling t
    WHERE 0 = ANY (cats) AND t.person_id IS NOT DISTINCT FROM who AND {TEAM_AGENCY} = agency
      AND (whole OR {_end("requests_handling")} + make_interval(months => months) <= now());
  SELECT coalesce(array_agg(t.id), '{{}}') INTO letters FROM requests_request t
    WHERE t.person_id IS NOT DISTINCT FROM who AND t.owner_id = agency AND (
      (t.person_id IS NOT NULL AND 1 = ANY (cats))
      OR (t.person_id IS NULL AND 0 = ANY (cats)
          AND {_end("requests_request")} + make_interval(months => months) <= now()));
{_steps()}
  RETURN gone;
END $$;
-- Where no agency holds anything about a person any more, who they were goes too; the number
-- stays, so that the access record and the events can be proved.
CREATE OR REPLACE FUNCTION records_forget(who bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE accounts bigint[];
BEGIN
  IF who IS NULL OR EXISTS (SELECT 1 FROM records_holders(who) AS x(agency) WHERE EXISTS (
      SELECT 1 FROM records_still_held(who, x.agency)))
    OR EXISTS (SELECT 1 FROM records_hold h WHERE h.person_id = who AND h.lifted IS NULL)
  THEN RETURN false; END IF;
  -- Accounts that saw their page and see nobody else's: how they were reached, and their keys.
  SELECT coalesce(array_agg(DISTINCT v.user_id), '{{}}') INTO accounts FROM sharing_viewer v
    WHERE v.person_id = who
      AND NOT EXISTS (SELECT 1 FROM agencies_worker w WHERE w.user_id = v.user_id)
      AND NOT EXISTS (SELECT 1 FROM sharing_viewer o WHERE o.user_id = v.user_id
        AND o.person_id <> who AND o.ended IS NULL AND (o.until IS NULL OR o.until > now()));
  DELETE FROM portal_code c USING portal_reach r
    WHERE r.id = c.reach_id AND r.user_id = ANY (accounts);
  DELETE FROM portal_reach r WHERE r.user_id = ANY (accounts);
  DELETE FROM mfa_authenticator k WHERE k.user_id = ANY (accounts);
  UPDATE agencies_user SET is_active = false, sign_in_epoch = sign_in_epoch + 1
    WHERE id = ANY (accounts);
  DELETE FROM sharing_viewer v WHERE v.person_id = who;
  DELETE FROM portal_wish v WHERE v.person_id = who;
  DELETE FROM portal_invitation v WHERE v.person_id = who;
  UPDATE people_person SET name = 'Erased', known_as = '', born = NULL, died = NULL,
    worker_id = NULL WHERE id = who;
  RETURN true;
END $$;
-- Erase one thing that is due and that a lead said yes to. Checked here, not by who calls: the
-- bound worker leads the agency, nothing is on hold, and it is due by the agreement in force.
CREATE OR REPLACE FUNCTION records_erase_due(due_id bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE d records_due; n integer;
BEGIN
  SELECT * INTO d FROM records_due WHERE id = due_id
    AND owner_id = ANY (information_lead_agencies()) FOR UPDATE;
  IF d.id IS NULL THEN RETURN 'absent'; END IF;
  IF d.erased IS NOT NULL THEN RETURN 'done'; END IF;
  IF d.decided <> 'erase' THEN RETURN 'not decided'; END IF;
  IF EXISTS (SELECT 1 FROM records_hold h WHERE h.person_id = d.person_id
             AND h.owner_id = d.owner_id AND h.lifted IS NULL) THEN RETURN 'hold'; END IF;
  IF NOT EXISTS (SELECT 1 FROM records_due_now(d.person_id) x
                 WHERE x.person_id IS NOT DISTINCT FROM d.person_id
                   AND x.owner_id = d.owner_id AND x.category = d.category
                   AND x.due_on <= current_date) THEN RETURN 'not due'; END IF;
  n := records_erase_rows(d.person_id, d.owner_id, ARRAY[d.category::integer], false);
  UPDATE records_due SET erased = now(), erased_rows = n WHERE id = d.id;
  PERFORM records_forget(d.person_id);
  RETURN 'erased';
END $$;
-- Erase all that an agency holds about somebody who asked for it: not on hold, and not while the
-- agency still has a tenant in them or works with them.
CREATE OR REPLACE FUNCTION records_erase_asked(erasure_id bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE e records_erasure; n integer;
BEGIN
  SELECT * INTO e FROM records_erasure WHERE id = erasure_id
    AND owner_id = ANY (information_lead_agencies()) FOR UPDATE;
  IF e.id IS NULL THEN RETURN 'absent'; END IF;
  IF e.state <> 'open' THEN RETURN 'done'; END IF;
  IF EXISTS (SELECT 1 FROM records_hold h WHERE h.person_id = e.person_id
             AND h.owner_id = e.owner_id AND h.lifted IS NULL) THEN RETURN 'hold'; END IF;
  IF EXISTS (SELECT 1 FROM people_tenancy t WHERE t.person_id = e.person_id
             AND t.owner_id = e.owner_id AND (t.ended IS NULL OR t.ended >= current_date))
    OR EXISTS (SELECT 1 FROM people_involvement i WHERE i.person_id = e.person_id
               AND i.owner_id = e.owner_id AND (upper(i.valid) IS NULL OR upper(i.valid) > now()))
    OR EXISTS (SELECT 1 FROM requests_handling t WHERE t.person_id = e.person_id
               AND {TEAM_AGENCY} = e.owner_id AND t.state NOT IN ('closed', 'withdrawn'))
  THEN RETURN 'still needed'; END IF;
  n := records_erase_rows(e.person_id, e.owner_id, ARRAY[0,1,2,3,4,5,6,7,8,9,10,11], true);
  UPDATE records_erasure SET state = 'erased', decided = now(), decided_by_id = current_worker(),
    asked_words = '', erased_rows = n WHERE id = e.id;
  DELETE FROM records_due d WHERE d.person_id = e.person_id AND d.owner_id = e.owner_id
    AND d.erased IS NULL;
  PERFORM records_forget(e.person_id);
  RETURN 'erased';
END $$;
-- What an agency holds about a person, without the requests to copy and to erase themselves.
CREATE OR REPLACE FUNCTION records_still_held(who bigint, agency bigint) RETURNS SETOF integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  RETURN QUERY SELECT x.one FROM ({
        " UNION ALL ".join(
            f"SELECT 1 AS one {rows_of(k)}"
            for k in KEPT
            if k.table not in {"records_erasure", "records_copyrequest"}
        )
    }) x LIMIT 1;
END $$;
"""


def _end(table: str) -> str:
    return next(k.end for k in KEPT if k.table == table)


NOTICES = "FROM hospital_notice n WHERE n.person_id = who AND n.owner_id = agency"
# What is erased by who, agency and category, in the order of the foreign keys between them.
BY_CATEGORY = (
    "DELETE FROM sharing_heldback t WHERE t.person_id = who AND t.owner_id = agency"
    " AND t.category = ANY (cats)",
    # Beside the note it is about.
    "DELETE FROM portal_remark t WHERE t.person_id = who AND t.owner_id = agency"
    " AND t.category = ANY (cats)",
    f"DELETE FROM portal_ask t WHERE t.person_id = who AND {TEAM_AGENCY} = agency"
    " AND 5 = ANY (cats)",
    "UPDATE people_note SET corrects_id = NULL WHERE corrects_id IN (SELECT t.id FROM people_note t"
    " WHERE t.person_id = who AND t.owner_id = agency AND t.category = ANY (cats))",
    "DELETE FROM people_note t WHERE t.person_id = who AND t.owner_id = agency"
    " AND t.category = ANY (cats)",
    # What is owed on a tenancy goes with it.
    "DELETE FROM people_rentaccount t WHERE t.person_id = who AND t.owner_id = agency"
    " AND cats && ARRAY[3, 4]",
    "DELETE FROM people_tenancy t WHERE t.person_id = who AND t.owner_id = agency"
    " AND 3 = ANY (cats)",
    "DELETE FROM people_contactpoint t WHERE t.person_id = who AND t.owner_id = agency"
    " AND 2 = ANY (cats)",
    "DELETE FROM people_involvement t WHERE t.person_id = who AND t.owner_id = agency"
    " AND t.category = ANY (cats)",
    "DELETE FROM plans_circlemember t WHERE t.person_id = who AND t.owner_id = agency"
    " AND 10 = ANY (cats)",
    "DELETE FROM plans_ifthingsgowrong t WHERE t.person_id = who AND t.owner_id = agency"
    " AND 10 = ANY (cats)",
    "DELETE FROM plans_told t WHERE t.person_id = who AND t.owner_id = agency"
    " AND t.category = ANY (cats)",
    *(
        f"DELETE FROM {table} t WHERE 6 = ANY (cats) AND t.override_id IN (SELECT o.id"
        " FROM sharing_override o WHERE o.person_id = who AND o.holder_id = agency)"
        for table in ("sharing_overrideask", "sharing_overridenotice", "sharing_overridereview")
    ),
    "DELETE FROM sharing_override t WHERE t.person_id = who AND t.holder_id = agency"
    " AND 6 = ANY (cats)",
    "DELETE FROM sharing_otherbasis t WHERE t.person_id = who AND t.owner_id = agency"
    " AND 1 = ANY (cats)",
    "UPDATE requests_request SET consent_id = NULL WHERE 1 = ANY (cats) AND consent_id IN"
    " (SELECT c.id FROM sharing_consent c WHERE c.person_id = who AND c.owner_id = agency)",
    "UPDATE hospital_notice SET consent_id = NULL WHERE 1 = ANY (cats) AND consent_id IN"
    " (SELECT c.id FROM sharing_consent c WHERE c.person_id = who AND c.owner_id = agency)",
    "DELETE FROM sharing_consentpaper t WHERE t.person_id = who AND t.owner_id = agency"
    " AND 1 = ANY (cats)",
    "DELETE FROM sharing_consentline t WHERE t.person_id = who AND t.owner_id = agency"
    " AND 1 = ANY (cats)",
    "DELETE FROM sharing_consent t WHERE t.person_id = who AND t.owner_id = agency"
    " AND 1 = ANY (cats)",
    "DELETE FROM records_question t WHERE t.person_id = who AND t.owner_id = agency"
    " AND 1 = ANY (cats)",
    "DELETE FROM records_copyrequest t WHERE t.person_id = who AND t.owner_id = agency"
    " AND t.done_on IS NOT NULL AND 1 = ANY (cats)",
    "DELETE FROM records_hold t WHERE t.person_id = who AND t.owner_id = agency"
    " AND t.lifted IS NOT NULL AND 1 = ANY (cats)",
    # What hangs on a stay, before the stay.
    f"DELETE FROM hospital_answer t WHERE 9 = ANY (cats) AND t.reference IN"
    f" (SELECT n.reference {NOTICES})",
    f"DELETE FROM hospital_outsidelink t WHERE 9 = ANY (cats) AND t.notice_id IN"
    f" (SELECT n.id {NOTICES})",
    "DELETE FROM hospital_admission t WHERE 9 = ANY (cats) AND t.stay_id IN (SELECT s.id"
    " FROM hospital_stay s WHERE s.person_id = who AND s.owner_id = agency)",
    *(
        f"DELETE FROM hospital_{table} t WHERE t.person_id = who AND t.owner_id = agency"
        " AND 9 = ANY (cats)"
        for table in (
            "notice",
            "waiting",
            "meeting",
            "step",
            "questions",
            "absence",
            "wardspell",
            "stay",
            "placement",
        )
    ),
    "DELETE FROM hospital_review t WHERE t.person_id = who AND t.owner_id = agency"
    " AND 5 = ANY (cats)",
    # What was asked of requests: each side's own.
    "DELETE FROM requests_message t WHERE (t.from_sender AND t.request_id = ANY (letters))"
    " OR (NOT t.from_sender AND t.request_id = ANY (desks))",
    "DELETE FROM requests_jointvisit t WHERE (t.from_sender AND t.request_id = ANY (letters))"
    " OR (NOT t.from_sender AND t.request_id = ANY (desks))",
    "DELETE FROM requests_step t WHERE t.request_id = ANY (desks)",
    "DELETE FROM requests_handling t WHERE t.request_id = ANY (desks)",
    "DELETE FROM requests_notice t WHERE t.request_id = ANY (letters)",
    "UPDATE requests_request SET follows_id = NULL WHERE follows_id = ANY (letters)",
    "DELETE FROM requests_request t WHERE t.id = ANY (letters)",
)


def _steps() -> str:
    lines = []
    for step in BY_CATEGORY:
        lines.append(f"  {step};")
        if step.startswith("DELETE"):
            lines.append("  GET DIAGNOSTICS n = ROW_COUNT; gone := gone + n;")
    return "\n".join(lines)
