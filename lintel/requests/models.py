"""A request: the sender's letter and the receiver's desk, kept apart.

The letter (`Request`) is the sender's; the desk (`Handling`) is the receiver's, with its own copy
of what was written. Neither side's row is visible to the other, in SQL, unless the thread is
open. What the receiver tells the sender goes through `Notice`, released at its time.
Row security: `lintel/requests/migrations/0002_row_security.py`; why: docs/adr/0009.
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from lintel.agencies.models import Agency, Team, Worker
from lintel.people.models import Person
from lintel.requests.states import (
    Decision,
    Kind,
    NoticeCode,
    PersonKnows,
    SenderState,
    Sign,
    State,
    Urgency,
    Verb,
)


class Letter(models.Model):
    """What was written, the same on both desks."""

    reference = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    masked = models.BooleanField()
    urgency = models.CharField(max_length=10, choices=Urgency.choices)
    # The person as the sender knows them, in the sender's words.
    about_name = models.CharField(max_length=200, blank=True)
    about_born = models.CharField(max_length=40, blank=True)
    about_address = models.CharField(max_length=250, blank=True)
    about_postcode = models.CharField(max_length=8, blank=True)
    signs = ArrayField(models.CharField(max_length=20, choices=Sign.choices), default=list)
    seen = models.TextField()
    done = models.TextField(blank=True)
    asked_for = models.TextField(blank=True)
    person_knows = models.CharField(max_length=12, choices=PersonKnows.choices, blank=True)
    # The fields of kinds that domains above add.
    extra = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True


class Request(Letter):
    """The sender's letter. Holds nothing that the receiver did."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    sender = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    sender_team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    # Chosen by the sender (referral); never filled by the relay, which would tell.
    to_team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    consent = models.ForeignKey("sharing.Consent", on_delete=models.PROTECT, null=True)
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=SenderState.choices)
    created = models.DateTimeField()
    sent = models.DateTimeField(null=True)
    withdrawn = models.DateTimeField(null=True)
    withdrawn_words = models.TextField(blank=True)
    # Whether the relay has put it on a desk, and when to look whether the sender has heard in
    # time. Both follow from the sending, and are the same whoever has it.
    relayed = models.BooleanField(default=False, db_default=False)
    chase_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["sender", "-sent"], name="request_sender"),
            models.Index(fields=["sender_team", "-sent"], name="request_team"),
            models.Index(fields=["person"], name="request_person"),
            models.Index(fields=["state", "sent"], name="request_state"),
            models.Index(
                fields=["sent"],
                name="request_not_relayed",
                condition=models.Q(state="sent", relayed=False),
            ),
            models.Index(
                fields=["chase_at"],
                name="request_chase",
                condition=models.Q(chase_at__isnull=False),
            ),
        ]


class Handling(Letter):
    """The receiver's desk: one row a request, moved between teams by redirecting."""

    # A number, not a foreign key: the sender's row is not the receiver's to join.
    request_id = models.BigIntegerField(unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    sender_worker_id = models.BigIntegerField()
    sender_team_id = models.BigIntegerField()
    sender_agency_id = models.IntegerField()
    sender_words = models.CharField(max_length=300)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=12, choices=State.choices)
    route_words = models.TextField(blank=True)
    # When the sender sent it; `arrived` is when it came to this team.
    sent = models.DateTimeField()
    wrong_team_count = models.SmallIntegerField(default=0)
    arrived = models.DateTimeField()
    acknowledged = models.DateTimeField(null=True)
    decided = models.DateTimeField(null=True)
    closed = models.DateTimeField(null=True)
    decision = models.CharField(max_length=12, choices=Decision.choices, blank=True)
    decision_words = models.TextField(blank=True)
    better_route = models.TextField(blank=True)
    # On closing: who to contact in which circumstances, as [[circumstances, contact], ...].
    contacts = models.JSONField(default=list, blank=True)
    # The clock that runs now; none when nothing is awaited.
    due = models.DateTimeField(null=True)
    # When the overdue request next climbs (lintel.requests.clocks); set whenever `due` is.
    climb_at = models.DateTimeField(null=True)
    climbed = models.SmallIntegerField(default=0)
    climbed_to = models.ForeignKey(Worker, on_delete=models.SET_NULL, null=True, related_name="+")
    # Set when the thread is open to the sender; the policy reads it.
    open_to_team_id = models.BigIntegerField(null=True)
    open_to_worker_id = models.BigIntegerField(null=True)
    # What was done on the desk before this moment stays there.
    opened = models.DateTimeField(null=True)
    # The end of the consent that opened it; none when it was open from the start.
    open_until = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["team", "state", "due"], name="handling_team"),
            models.Index(fields=["worker", "state"], name="handling_worker"),
            models.Index(
                fields=["due"], name="handling_due", condition=models.Q(due__isnull=False)
            ),
            models.Index(
                fields=["climb_at"],
                name="handling_climb",
                condition=models.Q(climb_at__isnull=False),
            ),
            models.Index(
                fields=["open_until"],
                name="handling_open_until",
                condition=models.Q(open_until__isnull=False),
            ),
            models.Index(fields=["open_to_worker_id"], name="handling_open_worker"),
            models.Index(fields=["open_to_team_id"], name="handling_open_team"),
            models.Index(fields=["climbed_to"], name="handling_climbed_to"),
            models.Index(fields=["person"], name="handling_person"),
        ]
        constraints = [
            # Nothing can be dropped: whatever is open has a clock (and always a team).
            models.CheckConstraint(
                name="handling_open_has_a_clock",
                condition=models.Q(state__in=["closed", "withdrawn"])
                | models.Q(due__isnull=False, climb_at__isnull=False),
            )
        ]


class Notice(models.Model):
    """What the sender is told, visible to the sender from `show_from` on (enforced in SQL).

    The key is made here, not by the database: the receiver writes a notice that it may not read
    back.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    request_id = models.BigIntegerField()
    sender_worker_id = models.BigIntegerField()
    sender_team_id = models.BigIntegerField()
    code = models.CharField(max_length=12, choices=NoticeCode.choices)
    # Empty for masked requests: their words follow from the code alone.
    words = models.TextField(blank=True)
    decision = models.CharField(max_length=12, choices=Decision.choices, blank=True)
    # The standard questions asked, for `question` (keys of `words.QUESTIONS`).
    questions = ArrayField(models.CharField(max_length=30), default=list)
    show_from = models.DateTimeField()
    seen = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["request_id", "show_from"], name="notice_request"),
            models.Index(fields=["sender_worker_id", "-show_from"], name="notice_sender"),
            models.Index(fields=["sender_team_id", "-show_from"], name="notice_team"),
        ]


class Step(models.Model):
    """One move on the receiver's desk: immutable, who and when."""

    request_id = models.BigIntegerField()
    verb = models.CharField(max_length=14, choices=Verb.choices)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    words = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["request_id", "at"], name="step_request")]


class Message(models.Model):
    """Something written in the thread. The receiver of a masked request can't write to it.

    The key is random: numbers in a row would count what the other side writes in between.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request_id = models.BigIntegerField()
    from_sender = models.BooleanField()
    # Written to the other side, or a note for one's own desk only.
    to_other_side = models.BooleanField()
    by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    by_words = models.CharField(max_length=300)
    # The desk on which a receiver wrote it: a note stays with that team when the request moves.
    team_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    words = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["request_id", "at"], name="message_request")]


class JointVisit(models.Model):
    """A joint visit proposed in an open thread, and the answer."""

    request_id = models.BigIntegerField()
    proposed_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    from_sender = models.BooleanField()
    when = models.DateTimeField()
    where_words = models.CharField(max_length=250)
    why_words = models.TextField(blank=True)
    proposed = models.DateTimeField()
    answer = models.CharField(
        max_length=10,
        choices=[("agreed", "Agreed"), ("declined", "Declined"), ("cancelled", "Cancelled")],
        blank=True,
    )
    answer_words = models.TextField(blank=True)
    answered_by = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, related_name="+")
    answered = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["request_id"], name="visit_request")]
