"""Agencies, their teams and workers, and how workers sign in."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac

from lintel.agencies.states import AgencyKind, Role, Side, TeamKind, TeamRole
from lintel.kernel.fields import MomentsField

# A person's own account: nothing is sent to it, and nobody signs in by it.
NO_ADDRESS = "@person.invalid"


class UserManager(BaseUserManager["User"]):
    """Makes accounts; e-mail addresses are compared without case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An account; with no password it can't sign in by password."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """By e-mail, whatever its case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """An account that signs in. What it may do comes from its worker (or, later, its person)."""

    email = models.EmailField()
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)
    # Part of what every session is checked against: one more, and all of them have ended.
    sign_in_epoch = models.PositiveIntegerField(default=0)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return f"account {self.pk}"

    def has_perm(self, perm: str, obj: object | None = None) -> bool:
        """Django's permissions are not used: policies decide (`policy.py` in each domain)."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        """As `has_perm`."""
        return False

    def get_full_name(self) -> str:
        """For the sign-in library's pages, and the header; a person's account has no address."""
        return "Signed in" if self.email.endswith(NO_ADDRESS) else self.email

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """Django's check of a session, which ends with the epoch as it does with the password."""
        return salted_hmac(
            "lintel.agencies.models.User.session",
            f"{self.sign_in_epoch}:{self.password}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()


class Agency(models.Model):
    """An organisation in the partnership."""

    # A number below 65,536: it is part of every held key (kernel.sight.states.held_key).
    id = models.AutoField(primary_key=True)
    name = models.CharField(max_length=200, unique=True)
    slug = models.SlugField(unique=True)
    kind = models.CharField(max_length=20, choices=AgencyKind.choices)
    # When it has signed the version of the agreement in force. Derived by SQL (lintel.sharing).
    takes_part = MomentsField(default=None, null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=models.Q(id__lt=65536), name="agency_id_fits_held_key")
        ]

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """A team or office: requests go to teams, and a team's own workers take them."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=200)
    slug = models.SlugField(unique=True)
    kind = models.CharField(max_length=20, choices=TeamKind.choices)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    description = models.TextField(blank=True)
    takes_requests = models.BooleanField(default=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Worker(models.Model):
    """A person in a post at an agency: the actor of every action."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="worker")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="workers")
    name = models.CharField(max_length=200)
    job_title = models.CharField(max_length=120)
    phone = models.CharField(max_length=40, blank=True)
    left_on = models.DateField(null=True, blank=True)
    # When inside the confidentiality loop (mission A2): the agency has signed the version of the
    # agreement in force, the worker has accepted it, and their training is in date. Derived by
    # SQL from what is written down of these (lintel.sharing); nobody writes it.
    loop = MomentsField(default=None, null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Guess(models.Model):
    """How often a worker lately asked for what isn't there, or isn't theirs to see."""

    worker = models.OneToOneField(
        Worker, on_delete=models.CASCADE, primary_key=True, related_name="guesses"
    )
    began = models.DateTimeField()
    count = models.PositiveIntegerField()


class Membership(models.Model):
    """A worker's place in a team, for a time."""

    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=TeamRole.choices, default=TeamRole.MEMBER)
    valid = DateTimeRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="membership_no_overlap",
                expressions=[
                    ("worker", RangeOperators.EQUAL),
                    ("team", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            )
        ]


class RoleHeld(models.Model):
    """A worker's agency-wide or partnership-wide role, for a time."""

    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="roles_held")
    role = models.CharField(max_length=20, choices=Role.choices)
    valid = DateTimeRangeField()


class LinkWorker(models.Model):
    """A worker who links their team with the other side, and who covers when they are away."""

    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="links")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="link_workers")
    towards = models.CharField(max_length=10, choices=Side.choices)
    covers = models.CharField(max_length=200, blank=True)
    away = DateTimeRangeField(null=True, blank=True)
    cover = models.ForeignKey(
        Worker, on_delete=models.SET_NULL, null=True, blank=True, related_name="covering"
    )
    valid = DateTimeRangeField()


class Integration(models.Model):
    """An agency's own system that uses the API."""

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="integrations")
    name = models.CharField(max_length=120)
    created = models.DateTimeField()


class Token(models.Model):
    """A key by which an integration acts for one named worker. Only its hash is kept."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="tokens")
    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=30))
    created = models.DateTimeField()
    expires = models.DateTimeField()
    revoked = models.DateTimeField(null=True, blank=True)
    last_used = models.DateTimeField(null=True, blank=True)
