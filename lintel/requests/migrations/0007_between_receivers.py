"""What one receiving team wrote does not follow the request to the next (docs/adr/0009)."""

from django.db import migrations, models

from lintel.kernel.sight import policies as p

ME = p.ME
DESK = (
    "EXISTS (SELECT 1 FROM requests_handling h WHERE h.request_id = {table}.request_id"
    f" AND (h.team_id = {p.MY_TEAMS} OR h.climbed_to_id = {ME}) AND {{more}})"
)
THREAD = (
    "EXISTS (SELECT 1 FROM requests_handling h WHERE h.request_id = {table}.request_id"
    f" AND (h.open_to_worker_id = {ME} OR h.open_to_team_id = {p.MY_DESKS})"
    " AND (h.open_until IS NULL OR h.open_until > now()) AND {more})"
)
SENT = "EXISTS (SELECT 1 FROM requests_request r WHERE r.id = requests_message.request_id)"
STEP_THREAD = THREAD.format(table="requests_step", more="requests_step.at >= h.opened")
MESSAGE_DESK = DESK.format(table="requests_message", more="true")


def select(table: str, using: str) -> str:
    """Put this policy in the place of the one before."""
    name = f"{table}_select"
    return f"DROP POLICY {name} ON {table};" + p.policy(
        table, name, role=p.APP, command="SELECT", using=using
    )


# While masked, that another service had it before says something about the person: a team sees
# its own steps, and the one by which the request arrived.
STEPS = DESK.format(
    table="requests_step",
    more=(
        f"(requests_step.team_id = {p.MY_TEAMS} OR requests_step.by_id = {ME}"
        f" OR NOT h.masked OR h.climbed_to_id = {ME})"
    ),
)
FORWARD = select("requests_step", f"{STEPS} OR {STEP_THREAD}") + select(
    "requests_message",
    f"({SENT} AND (from_sender OR to_other_side)) OR ({MESSAGE_DESK} AND (to_other_side"
    f" OR (NOT from_sender AND (team_id = {p.MY_TEAMS} OR by_id = {ME}))))",
)
REVERSE = select(
    "requests_step", f"{DESK.format(table='requests_step', more='true')} OR {STEP_THREAD}"
) + select(
    "requests_message",
    f"({SENT} AND (from_sender OR to_other_side))"
    f" OR ({MESSAGE_DESK} AND (NOT from_sender OR to_other_side))",
)


class Migration(migrations.Migration):
    dependencies = [("requests", "0006_chase")]
    operations = [
        migrations.AddField("message", "team_id", models.BigIntegerField(null=True)),
        p.run(FORWARD, REVERSE),
    ]
