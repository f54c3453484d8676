"""The agreement and its loop, consent and overrides: what a person, the law and it allow.

Who may see these rows is in `lintel/sharing/migrations/0002_row_security.py`.
"""

from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import models

from lintel.agencies.models import Agency, Team, User, Worker
from lintel.kernel.sight.states import Category
from lintel.people.models import Held, key_for
from lintel.sharing.models_safety import OverrideAsk as OverrideAsk
from lintel.sharing.models_safety import OverrideNotice as OverrideNotice
from lintel.sharing.models_safety import OverrideReview as OverrideReview
from lintel.sharing.states import (
    ANY_PURPOSE,
    LONGEST_OVERRIDE,
    Basis,
    Capacity,
    Detail,
    Explained,
    Level,
    LoopCause,
    OverrideReason,
    PaperKind,
    Purpose,
    Said,
    Use,
    ViewerKind,
)


class Agreement(models.Model):
    """One version of the partnership's joint agreement: prose, and rules that *are* the rule.

    In force from `effective` until the next version's. A draft has no `effective`. Who has signed
    a version, and which workers have accepted it, is in `Signature` and `Acceptance`.
    """

    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(max_length=200)
    # What partners can expect, guidance, what to tell people: [{key, heading, words, public}].
    sections = models.JSONField(default=list)
    changes = models.TextField(blank=True)
    drafted = models.DateTimeField()
    drafted_by = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    effective = models.DateTimeField(null=True, blank=True)
    review_due = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("effective", name="agreement_effective_once"),
            models.CheckConstraint(
                condition=models.Q(effective__isnull=True, published__isnull=True)
                | models.Q(effective__isnull=False, published__isnull=False),
                name="agreement_published_has_date",
            ),
        ]

    def __str__(self) -> str:
        return f"agreement, version {self.number}"


class Rule(models.Model):
    """One sentence of the agreement: for this use, these may tell these, on this basis.

    `givers` and `receivers` are kinds of agency, or `states.OWN`. What all sentences of the
    versions together allow, cell by cell and when, is in the derived table `sharing_allowed`.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="rules")
    # The rule of an earlier version that this one was made from, for saying what has changed.
    follows = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    use = models.CharField(max_length=20, choices=Use.choices)
    categories = ArrayField(models.SmallIntegerField(choices=Category.choices))
    givers = ArrayField(models.CharField(max_length=20))
    receivers = ArrayField(models.CharField(max_length=20))
    levels = ArrayField(models.CharField(max_length=20, choices=Level.choices))
    basis = models.CharField(max_length=20, choices=Basis.choices)
    # The law that the basis names; who must authorise it, in words.
    statute = models.CharField(max_length=200, blank=True)
    authoriser = models.CharField(max_length=120, blank=True)
    # A safety override on this rule opens only once a second worker has authorised it.
    second = models.BooleanField(default=False)
    detail = models.SmallIntegerField(choices=Detail.choices, default=Detail.FULL)
    # How long whoever was told keeps it, after the reason for telling has ended.
    retention_months = models.PositiveSmallIntegerField(default=72)

    class Meta:
        ordering = ["id"]


class Allowed(models.Model):
    """What the versions of the agreement allow, one cell a row. Derived by SQL alone."""

    use = models.CharField(max_length=20)
    basis = models.CharField(max_length=20)
    category = models.SmallIntegerField()
    giver = models.CharField(max_length=20)
    receiver = models.CharField(max_length=20)
    level = models.CharField(max_length=20)
    detail = models.SmallIntegerField()
    second = models.BooleanField()
    valid = DateTimeRangeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["use", "category", "giver", "receiver", "level"], name="allowed_cell"
            )
        ]


class Signature(models.Model):
    """An agency signed a version, through its information lead; `ended` when it withdrew."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="signatures")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="signatures")
    signed = models.DateTimeField()
    signed_by = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_words = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "agreement",
                "agency",
                condition=models.Q(ended__isnull=True),
                name="signature_once",
            )
        ]
        indexes = [models.Index(fields=["agency"], name="signature_agency")]


class Acceptance(models.Model):
    """A worker read and accepted a version: one of the conditions of being inside the loop."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="acceptances")
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="acceptances")
    accepted = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("worker", "agreement", name="acceptance_once")]


class Training(models.Model):
    """Training in confidentiality that a worker has had, and the day from which it is out of date.

    A simple record (mission A2); the learning domain will write it one day. What was recorded by
    mistake is ended with a reason: `until` is then the day of the correction, never a later one.
    """

    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="trainings")
    course = models.CharField(max_length=200)
    done_on = models.DateField()
    until = models.DateField()
    recorded = models.DateTimeField()
    recorded_by = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_words = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__gte=models.F("done_on")), name="training_lasts"
            ),
            models.CheckConstraint(
                condition=models.Q(ended__isnull=False) | models.Q(until__gt=models.F("done_on")),
                name="training_ends_after_done",
            ),
        ]
        indexes = [
            models.Index(fields=["worker"], name="training_worker"),
            models.Index(fields=["until"], name="training_until"),
        ]


class LoopReminder(models.Model):
    """That a worker is soon outside the loop was told: once a cause, day and step.

    Written by the daily job alone, so that a repeat of it tells nobody twice.
    """

    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="+")
    cause = models.CharField(max_length=12, choices=LoopCause.choices)
    ends_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    told = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("worker", "cause", "ends_on", "days", name="loop_reminder_once")
        ]


class Spread(models.Model):
    """Sight being made what a change of the agreement says, person by person, in the background.

    `upto` is the last person's number that is done. One runs at a time; the next waits.
    """

    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, null=True, blank=True, related_name="spreads"
    )
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    began = models.DateTimeField()
    total = models.BigIntegerField(default=0)
    done = models.BigIntegerField(default=0)
    upto = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    finished = models.DateTimeField(null=True, blank=True)


class Preview(models.Model):
    """Who would gain and lose sight of what by a draft, counted in the background.

    `fingerprint` is of the rules that were counted: others since, and it is out of date.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="previews")
    asked = models.DateTimeField()
    asked_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    fingerprint = models.CharField(max_length=64)
    # The date that it is counted for, and how far the counting has come, in people.
    moment = models.DateTimeField()
    total = models.BigIntegerField(default=0)
    done = models.BigIntegerField(default=0)
    finished = models.DateTimeField(null=True, blank=True)
    # Counts alone: [{use, category, level, kind, gains, loses, ...}].
    rows = models.JSONField(default=list)


class AgreementReview(models.Model):
    """The yearly review of the agreement: what was found, and what follows."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="reviews")
    held_on = models.DateField()
    found = models.TextField()
    decision = models.CharField(max_length=20)
    next_due = models.DateField()
    recorded = models.DateTimeField()
    recorded_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")


class Consent(Held):
    """One conversation about sharing, and the person's answers. `owner` recorded it.

    A refusal is recorded in the same way: a conversation whose lines all say no.
    """

    # The worker who wrote it down; or the person's own account, when they said it themselves.
    recorded_by = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_by_account = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    given = models.DateTimeField()
    until = models.DateTimeField()
    # `states.ANY_PURPOSE` for a refusal of everything.
    purpose = models.CharField(max_length=20, choices=[*Purpose.choices, (ANY_PURPOSE, "anything")])
    explained = models.CharField(max_length=20, choices=Explained.choices)
    explained_words = models.TextField()
    persons_words = models.TextField(blank=True)
    language = models.CharField(max_length=120, blank=True)
    others_present = models.CharField(max_length=250, blank=True)
    # The same for every purpose that was talked about in one conversation.
    conversation = models.UUIDField(null=True, blank=True)
    # Who interpreted, and from which service; empty for none.
    interpreter = models.CharField(max_length=200, blank=True, default="", db_default="")
    # How they said it: aloud, on paper, by signing. Empty where it was not asked (older rows).
    said = models.CharField(
        max_length=20, choices=Said.choices, blank=True, default="", db_default=""
    )
    # Whether they could decide this, and how that was considered (Mental Capacity Act 2005, 1-3).
    capacity = models.CharField(
        max_length=20, choices=Capacity.choices, blank=True, default="", db_default=""
    )
    capacity_words = models.TextField(blank=True, default="", db_default="")
    capacity_by = models.CharField(max_length=200, blank=True, default="", db_default="")
    capacity_on = models.DateField(null=True, blank=True)
    recorded = models.DateTimeField()
    withdrawn = models.DateTimeField(null=True, blank=True)
    withdrawn_words = models.TextField(blank=True)
    withdrawn_by = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_by_account = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("given")), name="consent_ends_after_given"
            ),
            models.CheckConstraint(
                condition=models.Q(recorded_by__isnull=False)
                | models.Q(recorded_by_account__isnull=False),
                name="consent_recorded_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["person"], name="consent_person")]


class ConsentLine(models.Model):
    """One answer: may this agency tell this team, or this agency's loop, this category?"""

    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="lines")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    giver = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    # A team, or everybody of an agency who is inside the loop: one of the two.
    recipient = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recipient_agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
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
            ),
            models.UniqueConstraint(
                "consent", "giver", "recipient_agency", "category", name="consent_line_agency_once"
            ),
            models.CheckConstraint(
                condition=models.Q(recipient__isnull=False, recipient_agency__isnull=True)
                | models.Q(
                    recipient__isnull=True,
                    recipient_agency__isnull=False,
                    recipient_worker__isnull=True,
                ),
                name="consent_line_one_recipient",
            ),
        ]
        indexes = [
            models.Index(fields=["person"], name="consent_line_person"),
            models.Index(fields=["recipient"], name="consent_line_recipient"),
        ]


class ConsentPaper(Held):
    """A signed form that was scanned, kept beside what it is the proof of.

    It shows every answer, the noes too: it is read by the agency that heard them, never by who
    was told (docs/adr/0028). Its content is checked by what it is, not by its name.
    """

    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="papers")
    content = models.BinaryField()
    kind = models.CharField(max_length=20, choices=PaperKind.choices)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    added = models.DateTimeField()
    added_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    # Taken out again, for instance somebody else's paper: the content is gone, the row stays.
    removed = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    removed_words = models.CharField(max_length=250, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person"], name="consent_paper_person")]


class NoLonger(models.Model):
    """A worker is told that something they saw is no longer shared: never what, nor about whom."""

    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    # The number of the event that it follows from, so that a repeated job tells once.
    event_id = models.BigIntegerField()
    at = models.DateTimeField()
    read = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("worker", "event_id", name="no_longer_once")]


class Reminded(models.Model):
    """That somebody was reminded of something, once for each step. For the jobs alone."""

    kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    step = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("kind", "subject_id", "step", name="reminded_once")]


class Override(models.Model):
    """A worker opened a record for safety: reason, limit, and a second worker where one is needed.

    What a review found is in `OverrideReview`.
    """

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    # The worker's agency at the time: the database writes it, whatever is given.
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    holder = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    categories = ArrayField(models.SmallIntegerField(choices=Category.choices))
    # Those that needed a second worker by the agreement then in force.
    second = ArrayField(models.SmallIntegerField(choices=Category.choices), db_default=[])
    reason = models.CharField(max_length=20, choices=OverrideReason.choices)
    words = models.TextField()
    opened = models.DateTimeField()
    until = models.DateTimeField()
    ended = models.DateTimeField(null=True, blank=True)
    # By a second worker, where the agreement asks for one (`Rule.second`).
    authorised = models.DateTimeField(null=True, blank=True)
    authorised_by = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # When the holder's information lead must have looked at it; when that went up, being late.
    review_due = models.DateTimeField(null=True, blank=True)
    climbed = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("opened")), name="override_ends_after_opened"
            ),
            models.CheckConstraint(
                condition=models.Q(until__lte=models.F("opened") + LONGEST_OVERRIDE),
                name="override_is_short",
            ),
            models.CheckConstraint(
                condition=models.Q(authorised_by__isnull=True)
                | ~models.Q(authorised_by=models.F("worker")),
                name="override_authorised_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["person"], name="override_person"),
            models.Index(fields=["worker", "-until"], name="override_worker"),
            models.Index(fields=["holder", "-opened"], name="override_holder"),
            models.Index(fields=["agency", "-opened"], name="override_agency"),
        ]


class OtherBasis(Held):
    """Sharing without consent, on another basis; written down by the agency that tells (`owner`).

    Gives sight from when it is authorised. The person is told unless a reason forbids it, which
    is looked at again on `tell_review` until it no longer does.
    """

    recipient = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    recipient_worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    categories = ArrayField(models.SmallIntegerField(choices=Category.choices))
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    basis = models.CharField(max_length=20, choices=Basis.choices)
    statute = models.CharField(max_length=200, blank=True)
    words = models.TextField()
    begins = models.DateTimeField()
    until = models.DateTimeField()
    ended = models.DateTimeField(null=True, blank=True)
    recorded = models.DateTimeField()
    recorded_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    authorised = models.DateTimeField(null=True, blank=True)
    authorised_by = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Whom the agreement names, in its words; empty: any second worker who may (policy).
    authoriser = models.CharField(max_length=120, blank=True, default="", db_default="")
    authorised_words = models.TextField(blank=True, default="", db_default="")
    told = models.DateTimeField(null=True, blank=True)
    told_words = models.TextField(blank=True, default="", db_default="")
    told_by = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    not_told_words = models.TextField(blank=True)
    tell_review = models.DateField(null=True, blank=True)
    ended_words = models.TextField(blank=True, default="", db_default="")
    ended_by = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("begins")), name="basis_ends_after_begin"
            ),
            models.CheckConstraint(
                condition=~models.Q(basis=Basis.CONSENT), name="basis_is_not_consent"
            ),
            # Told, or a reason why not and a day on which that is looked at again.
            models.CheckConstraint(
                condition=models.Q(told__isnull=False)
                | (~models.Q(not_told_words="") & models.Q(tell_review__isnull=False)),
                name="basis_told_or_why_not",
            ),
            models.CheckConstraint(
                condition=models.Q(authorised__isnull=True)
                | ~models.Q(authorised_by=models.F("recorded_by")),
                name="basis_authorised_by_another",
            ),
        ]
        indexes = [models.Index(fields=["person"], name="basis_person")]


class Viewer(models.Model):
    """An account that sees a person's own view: theirs, or a carer's or advocate's by permission.

    A self sees every category; a carer or advocate those that the person chose, until the
    permission ends. Read by row security (`subject_people`, `subject_held`): it works at once.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="viewing")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=ViewerKind.choices)
    # For a carer or advocate; a self's is empty and means all.
    categories = ArrayField(models.SmallIntegerField(choices=Category.choices), default=list)
    # How they are related, in the person's words; how the account was proved to be theirs.
    relation = models.CharField(max_length=120, blank=True)
    proved = models.CharField(max_length=250, blank=True)
    begins = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    ended = models.DateTimeField(null=True, blank=True)
    added_by = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "user",
                "person",
                condition=models.Q(ended__isnull=True),
                name="viewer_once",
            ),
            models.UniqueConstraint(
                "person",
                condition=models.Q(ended__isnull=True, kind="self"),
                name="viewer_one_self",
            ),
        ]
        indexes = [models.Index(fields=["person"], name="viewer_person")]


class HeldBack(Held):
    """One entry that the person and their carers don't see, because it could do serious harm.

    By a named clinician, with a reason, and a day on which it is looked at again. `owner` and
    `category` are the entry's own; `note` is the entry.
    """

    note = models.ForeignKey("people.Note", on_delete=models.PROTECT, related_name="+")
    category = models.SmallIntegerField(choices=Category.choices)
    reason = models.TextField()
    held_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    held = models.DateTimeField()
    review_on = models.DateField()
    released = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    held_key = key_for(None)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "note", condition=models.Q(released__isnull=True), name="held_back_once"
            )
        ]
        indexes = [models.Index(fields=["held_key"], name="held_back_held")]
