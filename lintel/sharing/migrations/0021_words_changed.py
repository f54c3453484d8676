"""Why a note is held back is changed by whoever may read the note."""

from django.db import migrations

from lintel.kernel.sight import policies as p

HELD_BACK = "sharing_heldback"


def changed_by(keys: str) -> str:
    """Who ends or reviews the holding back of a note of their agency."""
    return (
        f"ALTER POLICY held_back_changed ON {HELD_BACK}"
        f" USING (held_key = {keys} AND owner_id = (SELECT my_agency()));"
    )


class Migration(migrations.Migration):
    dependencies = [("sharing", "0020_words_in_full")]
    operations = [p.run(changed_by(p.full_keys()), changed_by(p.keys()))]
