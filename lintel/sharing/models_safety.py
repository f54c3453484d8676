"""What belongs to an override: who is asked to agree, who was told, and what its review found.

The override itself is `models.Override`. Who may see these rows is in the migration
`override_whole`.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from lintel.agencies.models import Worker
from lintel.people.models import Held
from lintel.sharing.states import Consequence


class OverrideAsk(models.Model):
    """A second worker asked to agree to an override, and their answer.

    Answered by `override_answer` alone, for the bound worker: the application has no right to
    write an answer.
    """

    override = models.ForeignKey("sharing.Override", on_delete=models.PROTECT, related_name="asks")
    asked = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answered = models.DateTimeField(null=True, blank=True)
    yes = models.BooleanField(null=True, blank=True)
    words = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("override", "asked", name="override_ask_once"),
            models.CheckConstraint(
                condition=~models.Q(asked=models.F("asked_by")), name="override_ask_of_another"
            ),
            models.CheckConstraint(
                condition=models.Q(answered__isnull=True, yes__isnull=True)
                | models.Q(answered__isnull=False, yes__isnull=False),
                name="override_ask_answered_whole",
            ),
        ]
        indexes = [models.Index(fields=["asked"], name="override_ask_asked")]


class OverrideNotice(models.Model):
    """A worker who was told of an override: they may read it. Written by the jobs alone."""

    override = models.ForeignKey(
        "sharing.Override", on_delete=models.PROTECT, related_name="notices"
    )
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    told = models.DateTimeField()
    seen = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("override", "worker", name="override_notice_once")]
        indexes = [models.Index(fields=["worker"], name="override_notice_worker")]


class OverrideReview(Held):
    """What an information lead of the holding agency (`owner`) found. Never changed afterwards,
    but for telling the person, where that had to wait.
    """

    override = models.OneToOneField(
        "sharing.Override", on_delete=models.PROTECT, related_name="review"
    )
    justified = models.BooleanField()
    findings = models.TextField()
    consequences = ArrayField(models.CharField(max_length=20, choices=Consequence.choices))
    # What the person was told, and when; or why not yet, and when that is looked at again.
    told = models.DateTimeField(null=True, blank=True)
    told_words = models.TextField()
    tell_by = models.DateField(null=True, blank=True)
    reviewed = models.DateTimeField()
    reviewed_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(told__isnull=False) | models.Q(tell_by__isnull=False),
                name="override_review_told_or_when",
            )
        ]
        indexes = [models.Index(fields=["person"], name="override_review_person")]
