"""The circle around a person, and who to contact in which circumstances."""

import uuid
from typing import ClassVar

from django.db import models

from lintel.agencies.models import Worker
from lintel.kernel.sight.states import Category
from lintel.people.models import Held, key_for


class CircleMember(Held):
    """A worker in the person's circle, as agreed with them. `owner` is the worker's agency.

    A worker of another agency is asked, and is in it once they accept. Each who gathers begins a
    circle of their own: two that were gathered apart know nothing of each other.
    """

    # Which of the person's circles; drawn by lot, so it can't be guessed.
    circle = models.UUIDField(default=uuid.uuid4)

    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="circles")
    role_words = models.CharField(max_length=120)
    reach_words = models.CharField(max_length=250)
    agreed_words = models.TextField()
    added_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    joined = models.DateTimeField()
    # Null while the worker hasn't answered. Sight begins here, in either direction.
    accepted = models.DateTimeField(null=True, blank=True)
    # When they said no; `left` then ends the row.
    declined = models.DateTimeField(null=True, blank=True)
    # Whom it is about, for who is asked and doesn't see the person: empty once answered.
    asked_name = models.CharField(max_length=250, blank=True)
    left = models.DateTimeField(null=True, blank=True)
    left_words = models.CharField(max_length=250, blank=True)
    held_key = key_for(Category.PLAN)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "person",
                "circle",
                "worker",
                condition=models.Q(left__isnull=True),
                name="circle_once",
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


class Told(Held):
    """Something that the person is told in their own view, in words for them.

    `owner` tells it; `category` is what it is about, so that a carer reads it only where the
    person lets them. `event` is what it follows from: told once.
    """

    category = models.SmallIntegerField(choices=Category.choices)
    words = models.CharField(max_length=500)
    told = models.DateTimeField()
    event = models.BigIntegerField()
    held_key = key_for(None)
    objects: ClassVar[models.Manager["Told"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint("person", "event", name="told_once")]
        indexes = [
            models.Index(fields=["held_key"], name="told_held"),
            models.Index(fields=["person"], name="told_person"),
        ]
