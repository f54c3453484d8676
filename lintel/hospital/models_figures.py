"""Reports of figures, frozen as they were made; and when a stay's dates were put right."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from lintel.agencies.models import Worker


class Report(models.Model):
    """Figures as they were when somebody made a report of them: sums alone, about nobody.

    Readable by whoever may see the figures of all its trusts, as it is said in
    `migrations/0006_figures_security.py`.
    """

    made = models.DateTimeField()
    made_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    first = models.DateField()
    # The first day that doesn't count any more.
    until = models.DateField()
    # The trusts whose stays are in it.
    scope = ArrayField(models.IntegerField())
    figures = models.JSONField()


class DateCorrection(models.Model):
    """That the dates of some stay were put right, and when; not whose. Written by a trigger."""

    owner_id = models.IntegerField()
    at = models.DateTimeField()
    was_ended = models.DateField(null=True)
    now_ended = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["owner_id", "at"], name="date_correction_owner")]
