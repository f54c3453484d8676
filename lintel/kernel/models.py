"""The kernel's tables. None refers to another domain's tables by a foreign key.

Grants, row security and the triggers that make a table append-only are in the migrations.
Events, accesses and seals are written by `events`, `access` and `record`, never through the ORM:
the application may not choose their ids or the database's own time.
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Now

from lintel.kernel.states import AccessVerb, MessageState


class Event(models.Model):
    """Something happened: who did what to which thing. Append-only."""

    at = models.DateTimeField(help_text="When it happened, as the action was told.")
    recorded_at = models.DateTimeField(db_default=Now(), help_text="The database's own clock.")
    verb = models.TextField()
    actor_worker_id = models.BigIntegerField(null=True)
    actor_agency_id = models.BigIntegerField(null=True)
    integration_id = models.BigIntegerField(null=True)
    subject_kind = models.TextField()
    subject_id = models.TextField()
    person_id = models.BigIntegerField(null=True)
    owner_id = models.BigIntegerField(null=True)
    data = models.JSONField(encoder=DjangoJSONEncoder)

    class Meta:
        db_table = "kernel_event"
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "-id"], name="event_of_subject"),
            models.Index(
                fields=["person_id", "-id"],
                name="event_of_person",
                condition=models.Q(person_id__isnull=False),
            ),
            models.Index(fields=["actor_worker_id", "-id"], name="event_of_worker"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} of {self.subject_kind} {self.subject_id}"


class Access(models.Model):
    """A worker saw, searched or was given something about people. Append-only.

    One row for each opening, disclosure or export of one person's record; one row for a whole
    list, with everyone that was in it.
    """

    at = models.DateTimeField(help_text="When it happened, as the action was told.")
    recorded_at = models.DateTimeField(db_default=Now(), help_text="The database's own clock.")
    verb = models.TextField(choices=AccessVerb.choices)
    worker_id = models.BigIntegerField()
    worker_agency_id = models.BigIntegerField()
    integration_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    person_ids = ArrayField(models.BigIntegerField(), null=True)
    owner_id = models.BigIntegerField(null=True)
    categories = ArrayField(models.TextField())
    why = models.JSONField(help_text="Category to the words that say why; key 'all' for all.")
    purpose = models.TextField()
    request_ref = models.TextField()
    page = models.TextField()

    class Meta:
        db_table = "kernel_access"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verb__in=AccessVerb.values),
                name="access_verb_known",
            ),
            models.CheckConstraint(
                condition=models.Q(person_id__isnull=True) | models.Q(person_ids__isnull=True),
                name="access_one_person_or_a_list",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person_id", "-at", "-id"],
                name="access_of_person_at",
                condition=models.Q(person_id__isnull=False),
            ),
            models.Index(fields=["worker_id", "-at", "-id"], name="access_by_worker_at"),
            models.Index(fields=["worker_agency_id", "-id"], name="access_by_agency"),
            models.Index(
                fields=["owner_id", "-id"],
                name="access_of_owner",
                condition=models.Q(owner_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} by worker {self.worker_id}"


class Listed(models.Model):
    """A person who was in a list of the access record: what `person_ids` says, to be read by key.

    Written by a trigger alone (migration 0005).
    """

    pk = models.CompositePrimaryKey("person_id", "at", "access_id")
    person_id = models.BigIntegerField()
    at = models.DateTimeField()
    access_id = models.BigIntegerField()
    worker_agency_id = models.BigIntegerField()
    owner_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "kernel_listed"


class Seal(models.Model):
    """A batch of events or accesses, sealed by a hash tree and chained to the one before.

    Covers the ids after `after_id` up to `upto_id`; `leaves` names each row that is there, as
    8 bytes of id and 32 of hash. Append-only.
    """

    stream = models.TextField()
    number = models.BigIntegerField()
    after_id = models.BigIntegerField()
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    upto_id = models.BigIntegerField()
    count = models.IntegerField()
    leaves = models.BinaryField()
    root = models.BinaryField()
    previous_hash = models.BinaryField()
    hash = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        db_table = "kernel_seal"
        constraints = [
            models.UniqueConstraint(fields=["stream", "number"], name="seal_once_a_number"),
            models.CheckConstraint(
                condition=models.Q(stream__in=["access", "event"]), name="seal_stream_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stream} {self.number}"


class Once(models.Model):
    """The answer that a worker's key was given, so that a repeat is given the same."""

    worker_id = models.BigIntegerField()
    scope = models.TextField()
    key = models.TextField()
    fingerprint = models.TextField()
    response = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    created = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "kernel_once"
        constraints = [
            models.UniqueConstraint(fields=["worker_id", "scope", "key"], name="once_a_key")
        ]
        indexes = [models.Index(fields=["created"], name="once_by_age")]

    def __str__(self) -> str:
        return f"{self.scope} of worker {self.worker_id}"


class Message(models.Model):
    """One e-mail to one user: a template's fixed words and a link. No personal information."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    to_user_id = models.BigIntegerField()
    template = models.TextField()
    link = models.TextField()
    created = models.DateTimeField()
    state = models.TextField(choices=MessageState.choices)
    attempts = models.SmallIntegerField(default=0)
    last_error = models.TextField(default="", help_text="The error's class, never its words.")
    next_attempt = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "kernel_message"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=MessageState.values),
                name="message_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False)
                | (~models.Q(state="sent") & models.Q(sent_at__isnull=True)),
                name="message_sent_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt"],
                name="message_waiting",
                condition=models.Q(state__in=["queued", "sending"]),
            ),
            models.Index(
                fields=["-created"], name="message_failed", condition=models.Q(state="failed")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} to user {self.to_user_id}: {self.state}"
