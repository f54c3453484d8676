"""Tables of the person's own view: letters with codes, wishes, asks, and what they say.

Who may see these rows is in `lintel/portal/migrations/0003_row_security.py`.
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from lintel.agencies.models import Team, User, Worker
from lintel.kernel.sight.states import Category
from lintel.people.models import Held, Person, key_for
from lintel.portal.states import CodeKind, Day, RemarkKind, Useful, Way
from lintel.sharing.states import ViewerKind


class Invitation(models.Model):
    """A code that opens a person's own view, once. Of the code, only a hash is kept.

    A worker makes it for the person themselves; the person makes it for whoever they let look.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=ViewerKind.choices)
    # For a carer or advocate: what they will see, how they are related, until when.
    categories = ArrayField(models.SmallIntegerField(choices=Category.choices), default=list)
    relation = models.CharField(max_length=120, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    # The code is 60 random bits: a hash is enough, there is nothing to guess from.
    code_hash = models.CharField(max_length=64, unique=True)
    made = models.DateTimeField()
    expires = models.DateTimeField()
    made_by = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_by_account = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # How the worker knows that it reaches the person and nobody else.
    proved = models.CharField(max_length=250, blank=True)
    used = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancelled = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="self", made_by__isnull=False, made_by_account__isnull=True)
                | (
                    ~models.Q(kind="self")
                    & models.Q(made_by__isnull=True, made_by_account__isnull=False)
                ),
                name="invitation_by_whom",
            ),
            models.CheckConstraint(
                condition=models.Q(expires__gt=models.F("made")), name="invitation_ends"
            ),
        ]
        indexes = [models.Index(fields=["person"], name="invitation_person")]


class Reach(models.Model):
    """An e-mail address or phone to which an account has codes sent, once it is confirmed."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=5, choices=CodeKind.choices)
    value = models.CharField(max_length=254)
    added = models.DateTimeField()
    confirmed = models.DateTimeField(null=True, blank=True)
    ended = models.DateTimeField(null=True, blank=True)
    # Whether they asked to be told there that there is an answer; only of an e-mail address.
    news = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "kind",
                "value",
                condition=models.Q(confirmed__isnull=False, ended__isnull=True),
                name="reach_once",
            )
        ]
        indexes = [models.Index(fields=["user"], name="reach_user")]


class Code(models.Model):
    """That a code was asked for. The code itself follows from `id` and the secret key.

    `reach` is empty where nobody has that address: the page is the same, and nothing is sent.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    reach = models.ForeignKey(Reach, on_delete=models.PROTECT, null=True, related_name="+")
    made = models.DateTimeField()
    expires = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used = models.DateTimeField(null=True, blank=True)


class Wish(models.Model):
    """How the person wants to be contacted, as they said it themselves; the latest counts."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    said = models.DateTimeField()
    said_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ways = ArrayField(models.CharField(max_length=10, choices=Way.choices), default=list)
    by_whom = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=120, blank=True)
    large_print = models.BooleanField(default=False)
    never_on = ArrayField(models.SmallIntegerField(choices=Day.choices), default=list)
    words = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-said"], name="wish_person")]


class Ask(models.Model):
    """The person asked for help, with no label (mission C7). It waits with a team until answered.

    What is here is what the person chose to tell this team, name included.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    words = models.TextField()
    reach_words = models.CharField(max_length=250)
    made = models.DateTimeField()
    due = models.DateTimeField()
    # When those who lead the team were told that nobody had answered in time.
    climbed = models.DateTimeField(null=True, blank=True)
    taken = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answer = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answered__isnull=True) | ~models.Q(answer=""),
                name="ask_answered_in_words",
            )
        ]
        indexes = [
            models.Index(fields=["person", "-made"], name="ask_person"),
            models.Index(
                fields=["team", "due"],
                condition=models.Q(answered__isnull=True),
                name="ask_waiting",
            ),
        ]


class Remark(Held):
    """What the person says about their record; it stands beside what it is about.

    A note; or, without one, all that `owner` holds in `category` (a name, a home). Whoever may
    read that reads this too.
    """

    category = models.SmallIntegerField(choices=Category.choices)
    note = models.ForeignKey(
        "people.Note", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=12, choices=RemarkKind.choices)
    words = models.TextField()
    said = models.DateTimeField()
    said_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    due = models.DateTimeField()
    climbed = models.DateTimeField(null=True, blank=True)
    answered = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answer = models.TextField(blank=True)
    held_key = key_for(None)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answered__isnull=True) | ~models.Q(answer=""),
                name="remark_answered_in_words",
            )
        ]
        indexes = [
            models.Index(fields=["held_key"], name="remark_held"),
            models.Index(fields=["note"], name="remark_note"),
            models.Index(
                fields=["owner", "due"],
                condition=models.Q(answered__isnull=True),
                name="remark_waiting",
            ),
        ]


class Feedback(models.Model):
    """What somebody thinks of this page. Not whose it is: they can say what they like."""

    said = models.DateField()
    useful = models.CharField(max_length=10, choices=Useful.choices)
    words = models.TextField(blank=True)
