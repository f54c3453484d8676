"""A team's reorganisation, planned by one and handed over by another. Nothing about a person."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from lintel.agencies.models import Team, Worker


class ReorganisationKind(models.TextChoices):
    """What becomes of the team."""

    MERGE = "merge", "becomes part of another team"
    SPLIT = "split", "is split in two"


class ReorganisationState(models.TextChoices):
    """How far it is."""

    PLANNED = "planned", "Planned: the team’s lead hands over"
    DONE = "done", "Done"
    CANCELLED = "cancelled", "Called off"


class Entries(models.TextChoices):
    """What becomes of the team's entries in the directory."""

    FOLLOW = "follow", "They follow: the other team’s, with a draft for their owners to check"
    TAKE_OUT = "take_out", "They are taken out of the directory"


class Reorganisation(models.Model):
    """One merger or split. After a merger it also says where the closed team's address leads.

    `into`: the other team; of a split it is made when the plan is carried out. `workers` and
    `patches` (numbers): who and what goes along in a split.
    """

    kind = models.CharField(max_length=10, choices=ReorganisationKind.choices)
    state = models.CharField(
        max_length=10, choices=ReorganisationState.choices, default=ReorganisationState.PLANNED
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    into = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    entries = models.CharField(max_length=10, choices=Entries.choices, default=Entries.FOLLOW)
    name = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    lead = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, related_name="+")
    workers = ArrayField(models.BigIntegerField(), default=list, blank=True)
    patches = ArrayField(models.BigIntegerField(), default=list, blank=True)
    planned_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    settled_by = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-planned_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["team"], condition=Q(state="planned"), name="reorganisation_one_planned"
            ),
            models.CheckConstraint(
                condition=~Q(team=models.F("into")), name="reorganisation_of_two_teams"
            ),
        ]
