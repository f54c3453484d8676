"""Why a note is held back would tell what it says: read by whoever may read the note."""

from django.db import migrations

from lintel.kernel.sight import policies as p

HELD_BACK = "sharing_heldback"


def read_by(keys: str) -> str:
    """Who reads that a note is held back, and why."""
    return f"ALTER POLICY held_back_seen ON {HELD_BACK} USING (held_key = {keys});"


class Migration(migrations.Migration):
    dependencies = [("sharing", "0019_override_hand_over"), ("config", "0009_spreading_plans")]
    operations = [p.run(read_by(p.full_keys()), read_by(p.keys()))]
