"""Consent and overrides: the sources of sight that a person or the law gives.

Who may see these rows is in `lintel/sharing/migrations/0002_row_security.py`.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from lintel.agencies.models import Agency, Team, Worker
from lintel.kernel.sight.states import Category
from lintel.people.models import Held
from lintel.sharing.states import LONGEST_OVERRIDE, Explained, OverrideReason, Purpose


class Consent(Held):
    """One conversation about sharing, and the person's answers. `owner` recorded it.

    A refusal is recorded in the same way: a conversation whose lines all say no.
    """

    recorded_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    given = models.DateTimeField()
    until = models.DateTimeField()
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    explained = models.CharField(max_length=20, choices=Explained.choices)
    explained_words = models.TextField()
    persons_words = models.TextField(blank=True)
    language = models.CharField(max_length=120, blank=True)
    others_present = models.CharField(max_length=250, blank=True)
    recorded = models.DateTimeField()
    withdrawn = models.DateTimeField(null=True, blank=True)
    withdrawn_words = models.TextField(blank=True)
    withdrawn_by = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("given")), name="consent_ends_after_given"
            )
        ]
        indexes = [models.Index(fields=["person"], name="consent_person")]


class ConsentLine(models.Model):
    """One answer: may this agency tell this team this category? Yes or no."""

    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="lines")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    giver = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    # A named worker of the recipient team only; empty: the team's workers inside the loop.
    recipient_worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    category = models.SmallIntegerField(choices=Category.choices)
    answer = models.BooleanField()
    # The giver's own word, where another agency recorded the answer (`states.AT_ONCE`).
    confirmed = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "consent", "giver", "recipient", "category", name="consent_line_once"
            )
        ]
        indexes = [
            models.Index(fields=["person"], name="consent_line_person"),
            models.Index(fields=["recipient"], name="consent_line_recipient"),
        ]


class Override(models.Model):
    """A worker opened a record for safety: reason, limit, and what was found on review."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    holder = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    categories = ArrayField(models.SmallIntegerField(choices=Category.choices))
    reason = models.CharField(max_length=20, choices=OverrideReason.choices)
    words = models.TextField()
    opened = models.DateTimeField()
    until = models.DateTimeField()
    ended = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("opened")), name="override_ends_after_opened"
            ),
            models.CheckConstraint(
                condition=models.Q(until__lte=models.F("opened") + LONGEST_OVERRIDE),
                name="override_is_short",
            ),
        ]
        indexes = [models.Index(fields=["person"], name="override_person")]
