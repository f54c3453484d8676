"""The agreement, the loop, other bases, viewers and held-back entries: who reads and writes them.

The tables of the agreement are about agencies and workers, not persons; they are under row
security all the same, because sight follows from them: nobody signs for another agency, accepts
for another worker, or certifies their own training.
"""

from django.db import migrations

from lintel.kernel.sight import policies as p

LEAD_OF = "ANY ((SELECT information_lead_agencies())::bigint[])"
PARTNERSHIP = "(SELECT leads_partnership())"
DRAFT = (
    "EXISTS (SELECT 1 FROM sharing_agreement a WHERE a.id = agreement_id AND a.effective IS NULL)"
)
COLLEAGUE = (
    f"worker_id <> {p.ME} AND recorded_by_id = {p.ME} AND EXISTS"
    " (SELECT 1 FROM agencies_worker w WHERE w.id = worker_id AND w.agency_id = (SELECT my_agency()))"
)
EVERYWHERE = [
    "sharing_agreement",
    "sharing_rule",
    "sharing_allowed",
    "sharing_signature",
    "sharing_acceptance",
    "sharing_training",
    "sharing_spread",
    "sharing_agreementreview",
]


def read_by_all(table: str) -> str:
    """Read by every worker, the definer, the jobs, the import; also by people (what is public)."""
    parts = [p.enable(table)]
    for role in (p.APP, p.SIGHT, p.SYSTEM, p.PERSON):
        parts.append(p.grant(table, "SELECT", role))
        parts.append(
            p.policy(table, f"{table}_read_{role}", role=role, command="SELECT", using="true")
        )
    return "".join(parts) + p.loaded_by_import(table)


def written(table: str, command: str, *, using: str = "", check: str = "") -> str:
    """One more command for the application."""
    return p.grant(table, command.upper()) + p.policy(
        table,
        f"{table}_{command.lower()}",
        role=p.APP,
        command=command.upper(),
        using=using,
        check=check,
    )


FUNCTIONS = f"""
CREATE FUNCTION leads_partnership() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT EXISTS (
    SELECT 1 FROM agencies_worker w JOIN agencies_roleheld r ON r.worker_id = w.id
    WHERE w.id = current_worker() AND r.role = 'partnership_lead' AND r.valid @> now()
      AND (w.left_on IS NULL OR w.left_on > (now() AT TIME ZONE 'Europe/London')::date))
$$;
{p.definer("leads_partnership()")}

-- The account that the transaction is bound to: a person's, or somebody's whom they let look.
CREATE FUNCTION current_account() RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('lintel.account', true), '')::bigint $$;

-- What an account sees at a moment: person times 16 plus category.
CREATE FUNCTION viewer_held_at(account bigint, moment timestamptz) RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT coalesce(array_agg(DISTINCT v.person_id * 16 + c.category), '{{}}')
  FROM sharing_viewer v
  CROSS JOIN unnest(CASE WHEN v.kind = 'self' THEN ARRAY[1,2,3,4,5,6,7,8,9,10,11]::smallint[]
                         ELSE v.categories || 1::smallint END) AS c(category)
  WHERE v.user_id = account AND v.begins <= moment
    AND (v.until IS NULL OR moment < v.until) AND (v.ended IS NULL OR moment < v.ended)
$$;

-- The people whose own view the bound account sees, and those that are the account's own self.
CREATE FUNCTION subject_people() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT coalesce(array_agg(DISTINCT held / 16), '{{}}')
  FROM unnest(viewer_held_at(current_account(), now())) AS held
$$;
CREATE FUNCTION subject_self() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT coalesce(array_agg(DISTINCT v.person_id), '{{}}') FROM sharing_viewer v
  WHERE v.user_id = current_account() AND v.kind = 'self' AND v.begins <= now()
    AND (v.until IS NULL OR now() < v.until) AND (v.ended IS NULL OR now() < v.ended)
$$;
CREATE FUNCTION subject_held() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT viewer_held_at(current_account(), now()) $$;

-- The notes held back from the people whom the bound account sees.
CREATE FUNCTION subject_held_back() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT coalesce(array_agg(h.note_id), '{{}}') FROM sharing_heldback h
  WHERE h.person_id = ANY (subject_people()) AND h.held <= now()
    AND (h.released IS NULL OR now() < h.released)
$$;
"""
SIGNATURES = ["subject_people()", "subject_self()", "subject_held()", "subject_held_back()"]
HAND_OVER = (
    "".join(
        p.definer(s) + p.withhold(s) + f"GRANT EXECUTE ON FUNCTION {s} TO {p.PERSON};"
        for s in SIGNATURES
    )
    + p.definer("viewer_held_at(bigint, timestamptz)")
    + p.withhold("viewer_held_at(bigint, timestamptz)")
    + f"GRANT EXECUTE ON FUNCTION current_account() TO {p.PERSON};"
)

BASIS = "sharing_otherbasis"
BASIS_SEEN = (
    f"person_id = {p.PEOPLE} AND (owner_id = (SELECT my_agency())"
    f" OR (recipient_id = {p.MY_TEAMS} AND authorised IS NOT NULL))"
)
OWN_BASIS = f"person_id = {p.PEOPLE} AND owner_id = (SELECT my_agency())"
HELD_BACK_WRITTEN = (
    f"owner_id = (SELECT my_agency()) AND person_id = {p.PEOPLE} AND held_by_id = {p.ME} AND EXISTS"
    " (SELECT 1 FROM people_note n WHERE n.id = note_id AND n.person_id = sharing_heldback.person_id"
    " AND n.owner_id = sharing_heldback.owner_id AND n.category = sharing_heldback.category)"
)

ABOUT_PEOPLE = f"""
{p.enable(BASIS)}
{p.grant(BASIS, "SELECT, INSERT")}
GRANT UPDATE (ended, authorised, authorised_by_id, told, not_told_words, tell_review)
  ON {BASIS} TO {p.APP};
{p.policy(BASIS, "basis_seen", role=p.APP, command="SELECT", using=BASIS_SEEN)}
{
    p.policy(
        BASIS,
        "basis_added",
        role=p.APP,
        command="INSERT",
        check=f"{OWN_BASIS} AND recorded_by_id = {p.ME} AND authorised IS NULL",
    )
}
{
    p.policy(
        BASIS,
        "basis_changed",
        role=p.APP,
        command="UPDATE",
        using=OWN_BASIS,
        check=f"{OWN_BASIS} AND (authorised_by_id IS NULL OR authorised_by_id <> recorded_by_id)",
    )
}
{p.read_by_definer(BASIS)}
{p.loaded_by_import(BASIS)}

{p.enable("sharing_viewer")}
{p.grant("sharing_viewer", "SELECT, INSERT")}
GRANT UPDATE (ended) ON sharing_viewer TO {p.APP};
{
    p.policy(
        "sharing_viewer",
        "viewer_seen",
        role=p.APP,
        command="SELECT",
        using=f"person_id = {p.PEOPLE}",
    )
}
{
    p.policy(
        "sharing_viewer",
        "viewer_added",
        role=p.APP,
        command="INSERT",
        check=f"person_id = {p.PEOPLE} AND added_by_id = {p.ME}",
    )
}
{
    p.policy(
        "sharing_viewer",
        "viewer_ended",
        role=p.APP,
        command="UPDATE",
        using=f"person_id = {p.PEOPLE}",
        check=f"person_id = {p.PEOPLE}",
    )
}
{p.read_by_definer("sharing_viewer")}
{p.loaded_by_import("sharing_viewer")}
-- The person gives and ends permissions in their own view; a carer sees only their own.
{p.grant("sharing_viewer", "SELECT, INSERT", p.PERSON)}
GRANT UPDATE (ended) ON sharing_viewer TO {p.PERSON};
{
    p.policy(
        "sharing_viewer",
        "viewer_mine",
        role=p.PERSON,
        command="SELECT",
        using=f"user_id = (SELECT current_account()) OR person_id = {p.SELF}",
    )
}
{
    p.policy(
        "sharing_viewer",
        "viewer_let",
        role=p.PERSON,
        command="INSERT",
        check=f"person_id = {p.SELF} AND kind <> 'self' AND added_by_id IS NULL",
    )
}
{
    p.policy(
        "sharing_viewer",
        "viewer_let_no_more",
        role=p.PERSON,
        command="UPDATE",
        using=f"kind <> 'self' AND (user_id = (SELECT current_account()) OR person_id = {p.SELF})",
        check="kind <> 'self' AND ended IS NOT NULL",
    )
}

{p.enable("sharing_heldback")}
{p.grant("sharing_heldback", "SELECT, INSERT")}
GRANT UPDATE (released, released_by_id, review_on) ON sharing_heldback TO {p.APP};
{
    p.policy(
        "sharing_heldback",
        "held_back_seen",
        role=p.APP,
        command="SELECT",
        using=f"held_key = {p.keys()}",
    )
}
{
    p.policy(
        "sharing_heldback",
        "held_back_added",
        role=p.APP,
        command="INSERT",
        check=HELD_BACK_WRITTEN,
    )
}
{
    p.policy(
        "sharing_heldback",
        "held_back_changed",
        role=p.APP,
        command="UPDATE",
        using=f"held_key = {p.keys()} AND owner_id = (SELECT my_agency())",
        check=f"owner_id = (SELECT my_agency()) AND person_id = {p.PEOPLE}",
    )
}
{p.read_by_definer("sharing_heldback")}
{p.loaded_by_import("sharing_heldback")}
"""

AGREEMENT = (
    "".join(read_by_all(t) for t in EVERYWHERE)
    + written("sharing_agreement", "INSERT", check=f"{PARTNERSHIP} AND effective IS NULL")
    + written(
        "sharing_agreement", "UPDATE", using=f"{PARTNERSHIP} AND effective IS NULL", check="true"
    )
    + written("sharing_agreement", "DELETE", using=f"{PARTNERSHIP} AND effective IS NULL")
    + written("sharing_rule", "INSERT", check=f"{PARTNERSHIP} AND {DRAFT}")
    + written("sharing_rule", "UPDATE", using=f"{PARTNERSHIP} AND {DRAFT}", check=DRAFT)
    + written("sharing_rule", "DELETE", using=f"{PARTNERSHIP} AND {DRAFT}")
    + written(
        "sharing_signature",
        "INSERT",
        check=f"agency_id = {LEAD_OF} AND signed_by_id = {p.ME} AND signed <= now() + interval '1 minute'",
    )
    + f"GRANT UPDATE (ended, ended_by_id, ended_words) ON sharing_signature TO {p.APP};"
    + p.policy(
        "sharing_signature",
        "sharing_signature_ended",
        role=p.APP,
        command="UPDATE",
        using=f"agency_id = {LEAD_OF} AND ended IS NULL",
        check=f"agency_id = {LEAD_OF} AND ended_by_id = {p.ME}",
    )
    + written(
        "sharing_acceptance",
        "INSERT",
        check=f"worker_id = {p.ME} AND accepted <= now() + interval '1 minute'",
    )
    + written("sharing_training", "INSERT", check=COLLEAGUE)
    + f"GRANT UPDATE (until) ON sharing_training TO {p.APP};"
    + p.policy(
        "sharing_training",
        "sharing_training_ended",
        role=p.APP,
        command="UPDATE",
        using=f"worker_id <> {p.ME}",
        check=f"worker_id <> {p.ME}",
    )
    + written(
        "sharing_agreementreview", "INSERT", check=f"{PARTNERSHIP} AND recorded_by_id = {p.ME}"
    )
    # The background work is begun by an action and done by a job.
    + written("sharing_spread", "INSERT", check="done = 0 AND finished IS NULL")
    + p.grant("sharing_spread", "UPDATE", p.SYSTEM)
    + p.policy(
        "sharing_spread",
        "sharing_spread_done",
        role=p.SYSTEM,
        command="UPDATE",
        using="true",
        check="true",
    )
)

SEQUENCES = f"GRANT USAGE ON SEQUENCE sharing_viewer_id_seq TO {p.PERSON};"
REVERSE = (
    "".join(p.unprotect(t) for t in [*EVERYWHERE, BASIS, "sharing_viewer", "sharing_heldback"])
    + "".join(f"DROP FUNCTION {s};" for s in [*SIGNATURES, "viewer_held_at(bigint, timestamptz)"])
    + "DROP FUNCTION current_account(); DROP FUNCTION leads_partnership();"
)


class Migration(migrations.Migration):
    dependencies = [("sharing", "0005_agreement")]
    operations = [p.run(FUNCTIONS + HAND_OVER + AGREEMENT + ABOUT_PEOPLE, REVERSE)]
