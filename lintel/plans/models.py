"""The circle around a person, and who to contact in which circumstances."""

from django.db import models

from lintel.agencies.models import Worker
from lintel.kernel.sight.states import Category
from lintel.people.models import Held, key_for


class CircleMember(Held):
    """A worker in the person's circle, as agreed with them. `owner` is the worker's agency."""

    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="circles")
    role_words = models.CharField(max_length=120)
    reach_words = models.CharField(max_length=250)
    agreed_words = models.TextField()
    added_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    joined = models.DateTimeField()
    left = models.DateTimeField(null=True, blank=True)
    left_words = models.CharField(max_length=250, blank=True)
    held_key = key_for(Category.PLAN)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "person", "worker", condition=models.Q(left__isnull=True), name="circle_once"
            )
        ]
        indexes = [
            models.Index(fields=["held_key"], name="circle_held"),
            models.Index(fields=["person"], name="circle_person"),
        ]


class IfThingsGoWrong(Held):
    """Who to contact in which circumstances, left when somebody steps back (mission C4)."""

    circumstances = models.CharField(max_length=250)
    contact_words = models.CharField(max_length=250)
    written_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    written = models.DateTimeField()
    ended = models.DateTimeField(null=True, blank=True)
    request_ref = models.CharField(max_length=20, blank=True)
    held_key = key_for(Category.PLAN)

    class Meta:
        indexes = [models.Index(fields=["held_key"], name="if_wrong_held")]
