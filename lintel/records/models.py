"""Tables of what an agency answers for. Who may read them: `migrations/0002_row_security.py`."""

from django.db import models

from lintel.agencies.models import Agency, User, Worker
from lintel.people.models import Held
from lintel.records.states import Asked, Decided
from lintel.sharing.states import ViewerKind


class Question(Held):
    """ "I don't understand this one": about a worker's looking, to their agency (`owner`)."""

    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=ViewerKind.choices)
    # Whom it is about, for the lead, whose agency may hold nothing; emptied by erasing.
    name = models.CharField(max_length=250)
    # The newest entry of those that were shown together, and what the page said of them.
    access_id = models.BigIntegerField()
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    shown = models.TextField()
    words = models.TextField(blank=True)
    asked = models.DateTimeField()
    due = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # When it climbed to the partnership lead.
    climbed = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("asked_by", "access_id", name="question_once"),
            models.CheckConstraint(
                condition=models.Q(answered__isnull=True) | ~models.Q(answer=""),
                name="question_answered_in_words",
            ),
        ]
        indexes = [
            models.Index(fields=["person"], name="question_person"),
            models.Index(
                fields=["owner", "due"],
                name="question_open",
                condition=models.Q(answered__isnull=True),
            ),
        ]


class CopyRequest(Held):
    """Somebody asked for a copy of what the agency holds about them (subject access)."""

    asked_on = models.DateField()
    # How it came, and how they showed who they are.
    asked_words = models.TextField()
    due_on = models.DateField()
    extended_words = models.TextField(blank=True)
    recorded = models.DateTimeField()
    recorded_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    done_on = models.DateField(null=True, blank=True)
    done_words = models.TextField(blank=True)
    done_by = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "person",
                "owner",
                condition=models.Q(done_on__isnull=True),
                name="copy_request_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(due_on__gt=models.F("asked_on")), name="copy_due_after_asked"
            ),
        ]
        indexes = [models.Index(fields=["person"], name="copy_request_person")]


class Hold(Held):
    """A legal hold: nothing that the agency holds about the person is erased until it is lifted."""

    reason = models.TextField()
    placed = models.DateTimeField()
    placed_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    review_on = models.DateField()
    lifted = models.DateTimeField(null=True, blank=True)
    lifted_words = models.TextField(blank=True)
    lifted_by = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "person", "owner", condition=models.Q(lifted__isnull=True), name="hold_one_open"
            )
        ]
        indexes = [models.Index(fields=["person"], name="hold_person")]


class Due(models.Model):
    """Something whose time of keeping is over, found by the nightly job; decided by a lead.

    `category` is a `Category`, or `states.TOLD`. A row about nobody (`person` empty) is about
    requests that no person was linked to. What was erased stays here as numbers.
    """

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, blank=True)
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    category = models.SmallIntegerField()
    due_on = models.DateField()
    rows = models.PositiveIntegerField()
    found = models.DateTimeField()
    decided = models.CharField(max_length=10, choices=Decided.choices, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Kept for now: why, and until which day.
    keep_words = models.TextField(blank=True)
    keep_until = models.DateField(null=True, blank=True)
    erased = models.DateTimeField(null=True, blank=True)
    erased_rows = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "person",
                "owner",
                "category",
                condition=models.Q(erased__isnull=True),
                nulls_distinct=False,
                name="due_one_open",
            )
        ]
        indexes = [
            models.Index(fields=["person"], name="due_person"),
            models.Index(
                fields=["owner", "due_on"],
                name="due_open",
                condition=models.Q(erased__isnull=True),
            ),
        ]


class Erasure(Held):
    """Somebody asked for what the agency holds about them to be erased, and what became of it."""

    asked_on = models.DateField()
    asked_words = models.TextField()
    due_on = models.DateField()
    recorded = models.DateTimeField()
    recorded_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=Asked.choices, default=Asked.OPEN)
    decided = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # What the person is told: why not.
    decided_words = models.TextField(blank=True)
    erased_rows = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "person", "owner", condition=models.Q(state="open"), name="erasure_one_open"
            )
        ]
        indexes = [models.Index(fields=["person"], name="erasure_person")]
