"""The record of a person and of a worker by time and number: pages and months are index ranges.

Concurrently: the record is written to all day.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("kernel", "0005_listed")]

    operations = [
        AddIndexConcurrently(
            "access",
            models.Index(
                fields=["person_id", "-at", "-id"],
                name="access_of_person_at",
                condition=models.Q(("person_id__isnull", False)),
            ),
        ),
        AddIndexConcurrently(
            "access",
            models.Index(fields=["worker_id", "-at", "-id"], name="access_by_worker_at"),
        ),
        RemoveIndexConcurrently("access", "access_of_person"),
        RemoveIndexConcurrently("access", "access_by_worker"),
        RemoveIndexConcurrently("access", "access_in_list"),
    ]
