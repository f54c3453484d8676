"""Reports of figures, frozen as they were made; when a stay's dates were put right; kept sums.

The sums are journals: triggers add what a change makes more or less in the same transaction, and
nothing is ever rewritten, so that no two who write wait for each other; a job puts rows of the same
key together (`migrations/0013_sums_kept.py`, docs/adr/0030). They name nobody, and only the
functions that answer figures read them.
"""

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


class StaySum(models.Model):
    """Stays that ended in a month, more or less: how many, their days, and the squares of those."""

    owner_id = models.IntegerField()
    month = models.DateField()
    # Before or after the ward's service began, or without one.
    period = models.CharField(max_length=8)
    need = models.CharField(max_length=10)
    n = models.IntegerField()
    days = models.BigIntegerField()
    squares = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["owner_id", "month"], name="stay_sum_month")]


class LostSum(models.Model):
    """People who waited in a month, more or less, and their days, by one dimension's value.

    `before` is the month in which the same people last waited so, or the first day there is.
    People counted once over a span are those whose month before lies before the span.
    """

    # A trust, or 0 for all trusts together.
    scope_id = models.IntegerField()
    dimension = models.CharField(max_length=8)
    value = models.CharField(max_length=20)
    month = models.DateField()
    before = models.DateField()
    people = models.IntegerField()
    days = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["scope_id", "month"], name="lost_sum_month")]


class AnswerSum(models.Model):
    """Notices sent in a month, more or less, by how many quarters of a day the answer took."""

    owner_id = models.IntegerField()
    month = models.DateField()
    quarter = models.IntegerField()
    sent = models.IntegerField()
    answered = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["owner_id", "month"], name="answer_sum_month")]


class AnswerTime(models.Model):
    """The exact times behind an `AnswerSum`: a median is looked up in its quarter of a day."""

    owner_id = models.IntegerField()
    month = models.DateField()
    quarter = models.IntegerField()
    took = models.DurationField()
    n = models.IntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["owner_id", "quarter", "month"], name="answer_time_quarter")
        ]
