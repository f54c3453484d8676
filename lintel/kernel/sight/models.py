"""The sight table: read by row security, written only by the definer's functions."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models

from lintel.kernel.sight.states import Category, Source


class Sight(models.Model):
    """One worker may see one category that one agency holds about one person, for a time.

    Unmanaged in spirit: the application has no INSERT, UPDATE or DELETE on it. Rows follow from
    their sources and can be recomputed at any time (`lintel recompute-sight`).
    """

    worker_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    category = models.SmallIntegerField(choices=Category.choices)
    owner_id = models.IntegerField()
    held_key = models.GeneratedField(
        expression=models.F("person_id") * 1048576
        + models.F("owner_id") * 16
        + models.F("category"),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    valid = DateTimeRangeField()
    # How much of it: 1 the facts, 2 also what workers wrote (sharing.states.Detail).
    detail = models.SmallIntegerField(default=2, db_default=2)
    source = models.CharField(max_length=12, choices=Source.choices)
    source_id = models.BigIntegerField()

    class Meta:
        db_table = "sight"
        indexes = [
            models.Index(
                fields=["worker_id", "category", "held_key"],
                include=["person_id", "valid"],
                name="sight_of_worker",
            ),
            models.Index(fields=["person_id"], name="sight_of_person"),
        ]
