"""Placements away from the area, and housing at each care review."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from lintel.agencies.models import Worker
from lintel.hospital.states import Need, PlacedFor, ReviewKind
from lintel.kernel.sight.states import Category
from lintel.people.models import Held, key_for


class Placement(Held):
    """Somebody placed out of the area: where, why, at what cost, and the plan home (seed 002)."""

    provider = models.CharField(max_length=200)
    place = models.CharField(max_length=200)
    postcode = models.CharField(max_length=8, blank=True)
    reason = models.CharField(max_length=12, choices=PlacedFor.choices)
    why_words = models.CharField(max_length=500, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)
    week_pence = models.PositiveIntegerField()
    visitor = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, related_name="+")
    visitor_words = models.CharField(max_length=200, blank=True)
    last_visit = models.DateField(null=True)
    # What would bring them home, and the plan.
    would_take = models.TextField(blank=True)
    home_by = models.DateField(null=True)
    # What the home here would cost a week, for the group picture.
    home_week_pence = models.PositiveIntegerField(null=True)
    ended_words = models.CharField(max_length=300, blank=True)
    recorded = models.DateTimeField()
    recorded_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    held_key = key_for(Category.HOSPITAL_STAY)

    class Meta:
        indexes = [
            models.Index(fields=["held_key"], name="placement_held"),
            models.Index(fields=["person"], name="placement_person"),
        ]
        constraints = [
            models.CheckConstraint(
                name="placement_ends_after_start",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
            )
        ]


class Review(Held):
    """Housing at an assessment or a care review, in four questions (seeds 000, 001)."""

    kind = models.CharField(max_length=12, choices=ReviewKind.choices)
    on = models.DateField()
    lives_words = models.CharField(max_length=500)
    suits = models.BooleanField()
    needs = ArrayField(models.CharField(max_length=12, choices=Need.choices), default=list)
    unmet = ArrayField(models.CharField(max_length=12, choices=Need.choices), default=list)
    words = models.TextField(blank=True)
    # The district of the postcode alone, so that unmet need can be planned for.
    district = models.CharField(max_length=4, blank=True)
    by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    recorded = models.DateTimeField()
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="corrected_by"
    )
    held_key = key_for(Category.SUPPORT_NEEDS)

    class Meta:
        indexes = [
            models.Index(fields=["held_key"], name="review_held"),
            models.Index(fields=["person", "-on"], name="review_person"),
        ]
        constraints = [
            models.CheckConstraint(
                name="review_unmet_is_needed", condition=Q(needs__contains=F("unmet"))
            )
        ]
