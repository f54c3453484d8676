"""Notes, and what is written beside a way to reach somebody, are changed by who may read them."""

from django.db import migrations

from lintel.kernel.sight import policies as p
from lintel.kernel.sight.states import Category as C

NOTE, CONTACT = "people_note", "people_contactpoint"


class Migration(migrations.Migration):
    dependencies = [("people", "0005_words_in_full")]
    operations = [
        p.run(
            p.changed_in_full(NOTE) + p.changed_in_full(CONTACT, C.CONTACT),
            p.changed_in_summary(CONTACT, C.CONTACT) + p.changed_in_summary(NOTE),
        )
    ]
