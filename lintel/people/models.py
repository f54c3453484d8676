"""Persons, their homes and tenancies, who is involved, and what agencies hold about them.

One person across tenancies, landlords and services (mission D1). Every table about a person is
under row security: `lintel/people/migrations/0002_row_security.py`.
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models

from lintel.agencies.models import Agency, Team, Worker
from lintel.kernel.sight.states import Category
from lintel.people.states import ContactKind, TenancyKind


class Person(models.Model):
    """A human being. The identity is one for all agencies; what each holds is in other tables."""

    name = models.CharField(max_length=200)
    known_as = models.CharField(max_length=100, blank=True)
    born = models.DateField(null=True, blank=True)
    died = models.DateField(null=True, blank=True)
    no_fixed_address = models.BooleanField(default=False)
    # The person's own account as a worker, if any: a worker has no sight of their own record.
    worker = models.OneToOneField(
        Worker, on_delete=models.SET_NULL, null=True, blank=True, related_name="as_person"
    )
    created = models.DateTimeField()
    # Folded for search: lower case, no accents (SQL function `fold`).
    folded = models.GeneratedField(
        expression=models.Func(
            models.F("name"), models.Value(" "), models.F("known_as"), function="fold_words"
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        indexes = [GinIndex(OpClass(models.F("folded"), "gin_trgm_ops"), name="person_folded")]

    def __str__(self) -> str:
        return f"person {self.pk}"


class Patch(models.Model):
    """A landlord's patch: homes that one housing officer looks after."""

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="patches")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="patches")
    name = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint("agency", "name", name="patch_name_once")]

    def __str__(self) -> str:
        return self.name


class PatchOfficer(models.Model):
    """Who looks after a patch, and when."""

    patch = models.ForeignKey(Patch, on_delete=models.CASCADE, related_name="officers")
    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="patches_held")
    valid = DateTimeRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="patch_officer_no_overlap",
                expressions=[
                    ("patch", RangeOperators.EQUAL),
                    ("worker", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            )
        ]


class Home(models.Model):
    """A home that a landlord lets. About a building, not a person: not under row security."""

    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="homes")
    patch = models.ForeignKey(Patch, on_delete=models.SET_NULL, null=True, blank=True)
    reference = models.CharField(max_length=60)
    uprn = models.CharField(max_length=12, blank=True)
    address = models.CharField(max_length=250)
    postcode = models.CharField(max_length=8, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("owner", "reference", name="home_reference_once")]
        indexes = [models.Index(fields=["postcode"], name="home_postcode")]

    def __str__(self) -> str:
        return f"home {self.pk}"


class Held(models.Model):
    """What every table about a person has: the person, the agency that holds it, and the key."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


def key_for(category: Category | None) -> models.GeneratedField:
    """The stored key that row security compares (kernel.sight.states.held_key)."""
    number = models.F("category") if category is None else models.Value(int(category))
    return models.GeneratedField(
        expression=models.F("person_id") * 1048576 + models.F("owner_id") * 16 + number,
        output_field=models.BigIntegerField(),
        db_persist=True,
    )


class Tenancy(Held):
    """A person's tenancy of a home. A joint tenancy is a row for each tenant, one reference."""

    home = models.ForeignKey(Home, on_delete=models.PROTECT, related_name="tenancies")
    reference = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=TenancyKind.choices)
    started = models.DateField()
    ended = models.DateField(null=True, blank=True)
    # The person's own reference at the landlord, for repeated imports.
    tenant_reference = models.CharField(max_length=60, blank=True)
    # Address and reference as searched for; kept here so that search is one table.
    folded = models.TextField(editable=False, default="")
    held_key = key_for(Category.TENANCY)

    class Meta:
        constraints = [
            models.UniqueConstraint("owner", "reference", "person", name="tenancy_once_a_tenant"),
            models.CheckConstraint(
                condition=models.Q(ended__isnull=True) | models.Q(ended__gte=models.F("started")),
                name="tenancy_ends_after_start",
            ),
        ]
        indexes = [
            models.Index(fields=["held_key"], name="tenancy_held"),
            models.Index(fields=["person"], name="tenancy_person"),
            GinIndex(OpClass(models.F("folded"), "gin_trgm_ops"), name="tenancy_folded"),
        ]


class RentAccount(Held):
    """What is owed on a tenancy; positive is arrears, in pence."""

    tenancy = models.OneToOneField(Tenancy, on_delete=models.CASCADE, related_name="rent")
    balance_pence = models.IntegerField()
    as_of = models.DateField()
    held_key = key_for(Category.MONEY)

    class Meta:
        indexes = [models.Index(fields=["held_key"], name="rent_held")]


class ContactPoint(Held):
    """A way to reach the person, as told to one agency."""

    kind = models.CharField(max_length=12, choices=ContactKind.choices)
    value = models.CharField(max_length=250)
    note = models.CharField(max_length=250, blank=True)
    held_key = key_for(Category.CONTACT)

    class Meta:
        indexes = [models.Index(fields=["held_key"], name="contact_held")]


class Involvement(Held):
    """A team working with the person, and its named worker.

    `category` is HEALTH_INVOLVEMENT for health teams and SUPPORT_NEEDS for others.
    """

    category = models.SmallIntegerField(choices=Category.choices)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="involvements")
    worker = models.ForeignKey(
        Worker, on_delete=models.SET_NULL, null=True, blank=True, related_name="involvements"
    )
    role_words = models.CharField(max_length=120)
    valid = DateTimeRangeField()
    held_key = key_for(None)

    class Meta:
        indexes = [
            models.Index(fields=["held_key"], name="involvement_held"),
            models.Index(fields=["worker"], name="involvement_worker"),
            models.Index(fields=["person"], name="involvement_person"),
        ]


class Note(Held):
    """Something that a worker wrote down about the person, to be read by the person one day."""

    category = models.SmallIntegerField(choices=Category.choices)
    words = models.TextField()
    written_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    written = models.DateTimeField()
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    held_key = key_for(None)

    class Meta:
        indexes = [models.Index(fields=["held_key"], name="note_held")]
