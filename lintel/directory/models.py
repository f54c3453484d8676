"""The directory: organisations, services and their versions, catchments, places, feeds.

What the public may read stands in tables of its own (`Service`, `At`, `Opening`, `Catchment`),
filled when a version is published to everybody. What is for partners only, and every version, is
under row security: nothing without a bound worker (migration 0002).
"""

import uuid

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from lintel.agencies.models import Agency, Team, Worker
from lintel.directory.states import (
    CHECK_EVERY_DAYS,
    OPEN_VERSIONS,
    AreaKind,
    Audience,
    CatchmentKind,
    FeedVersion,
    GuidanceKind,
    RunState,
    ServiceState,
    Status,
    VersionState,
)


class Postcode(models.Model):
    """A postcode, with where it is. `ended`: the Royal Mail took it out of use then."""

    # "QX1 2AB": outward and inward part, one space.
    code = models.CharField(max_length=8, primary_key=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    council = models.CharField(max_length=9, blank=True)
    ward = models.CharField(max_length=9, blank=True)
    lsoa = models.CharField(max_length=9, blank=True)
    ended = models.DateField(null=True)


class Area(models.Model):
    """A local area with its outline, or a named place with a point only.

    `ours`: it belongs to this partnership. `shape`: WKB of a (multi)polygon in WGS84.
    """

    code = models.CharField(max_length=40, primary_key=True)
    kind = models.CharField(max_length=10, choices=AreaKind.choices)
    name = models.CharField(max_length=200)
    parent = models.CharField(max_length=40, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    shape = models.BinaryField(null=True)
    ours = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["kind", "name"]), models.Index(fields=["parent"])]


class GeographyLoad(models.Model):
    """A load of postcodes or areas: what, from where, how far."""

    what = models.CharField(max_length=40)
    source = models.CharField(max_length=200)
    started = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    rows = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.RUNNING)


class Feed(models.Model):
    """Somebody else's directory, read and kept in step with."""

    name = models.CharField(max_length=200)
    url = models.CharField(max_length=2000)
    version = models.CharField(max_length=5, choices=FeedVersion.choices)
    licence = models.CharField(max_length=200, blank=True)
    every_hours = models.PositiveIntegerField(default=24)
    active = models.BooleanField(default=True)


class FeedRun(models.Model):
    """One reading of a feed. Counts are of services."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="runs")
    started = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.RUNNING)
    read = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    kept_out = models.PositiveIntegerField(default=0)
    mended = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)
    words = models.CharField(max_length=500, blank=True)


class FeedFault(models.Model):
    """What was wrong with one entry of a feed, and what was done about it."""

    run = models.ForeignKey(FeedRun, on_delete=models.CASCADE, related_name="faults")
    key = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=300, blank=True)
    code = models.CharField(max_length=40)
    words = models.CharField(max_length=500)
    kept_out = models.BooleanField()


class Organisation(models.Model):
    """Who runs services: an agency of the partnership, or any other."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.OneToOneField(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="organisation"
    )
    name = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    url = models.CharField(max_length=2000, blank=True)
    email = models.CharField(max_length=300, blank=True)
    logo = models.CharField(max_length=2000, blank=True)
    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, null=True, blank=True)
    feed_key = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["feed", "feed_key"],
                condition=Q(feed__isnull=False),
                name="organisation_once_a_feed",
            )
        ]


class Service(models.Model):
    """An entry. Name, words and document are empty unless it is published to everybody.

    `search` (weighted words, by a generated column) is made in the migration. `document` is an
    `entry.Entry`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="services"
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="services"
    )
    owner = models.ForeignKey(
        Worker, on_delete=models.SET_NULL, null=True, blank=True, related_name="owned_services"
    )
    deputy = models.ForeignKey(
        Worker, on_delete=models.SET_NULL, null=True, blank=True, related_name="deputy_services"
    )
    state = models.CharField(max_length=10, choices=ServiceState.choices, default=ServiceState.NEW)
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.PUBLIC)
    name = models.CharField(max_length=200, blank=True)
    summary = models.CharField(max_length=300, blank=True)
    # All other words that a search finds it by.
    words = models.TextField(blank=True)
    document = models.JSONField(default=dict)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.ACTIVE)
    emergency = models.BooleanField(default=False)
    needs = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    term_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    minimum_age = models.PositiveSmallIntegerField(null=True, blank=True)
    maximum_age = models.PositiveSmallIntegerField(null=True, blank=True)
    checked_on = models.DateField(null=True, blank=True)
    check_every_days = models.PositiveSmallIntegerField(default=CHECK_EVERY_DAYS)
    reminded_on = models.DateField(null=True, blank=True)
    modified = models.DateTimeField()
    feed = models.ForeignKey(
        Feed, on_delete=models.PROTECT, null=True, blank=True, related_name="services"
    )
    feed_key = models.CharField(max_length=200, blank=True)
    feed_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["name", "id"]
        indexes = [
            models.Index(fields=["state", "audience", "name", "id"]),
            GinIndex(fields=["needs"]),
            GinIndex(fields=["term_ids"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["feed", "feed_key"],
                condition=Q(feed__isnull=False),
                name="service_once_a_feed",
            ),
            # The public side is empty unless it is published to everybody.
            models.CheckConstraint(
                condition=Q(state=ServiceState.PUBLISHED, audience=Audience.PUBLIC)
                | Q(name="", summary="", words="", document={}),
                name="service_public_side_only_when_public",
            ),
        ]


class PartnerEntry(models.Model):
    """What workers of the partnership read of a published service. Under row security.

    `document` is an `entry.Document`: for an entry that is for partners only, the whole of it
    stands nowhere else. `name`, `summary` and `words` are set for those only (`listed`).
    """

    service = models.OneToOneField(
        Service, on_delete=models.CASCADE, primary_key=True, related_name="partner"
    )
    listed = models.BooleanField(default=False)
    name = models.CharField(max_length=200, blank=True)
    summary = models.CharField(max_length=300, blank=True)
    words = models.TextField(blank=True)
    document = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["name"], condition=Q(listed=True), name="partner_listed")]


class Version(models.Model):
    """One version of an entry, kept for good. Under row security. `document`: entry.Document."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(
        max_length=10, choices=VersionState.choices, default=VersionState.DRAFT
    )
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.PUBLIC)
    document = models.JSONField()
    made_by = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    # What changed, in the maker's words; and what the reviewer said.
    note = models.CharField(max_length=500, blank=True)
    settled_by = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    comment = models.CharField(max_length=500, blank=True)
    # Workers who wrote in it: none of them may review it.
    hands = ArrayField(models.BigIntegerField(), default=list, blank=True)
    # The version that this one brought back.
    restores = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["service", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["service"],
                condition=Q(state__in=sorted(OPEN_VERSIONS)),
                name="version_one_open",
            ),
        ]


class At(models.Model):
    """A public service at a location (Open Referral UK: service_at_location). Derived."""

    id = models.UUIDField(primary_key=True)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="ats")
    location_id = models.UUIDField()
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    document = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["location_id"])]


class Opening(models.Model):
    """Opening times of a public service on a day of the week. Derived, for filters.

    Minutes after midnight; `closes` is above 1440 when it is on the next day.
    """

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="openings")
    weekday = models.PositiveSmallIntegerField()
    opens = models.PositiveSmallIntegerField()
    closes = models.PositiveSmallIntegerField()
    valid = DateRangeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__lte=6, opens__lt=1440, closes__gt=models.F("opens"))
                & Q(closes__lte=2880),
                name="opening_in_order",
            )
        ]


class Catchment(models.Model):
    """One piece of the catchment of a published service. Derived, for routing.

    Pieces with one `group` belong together: its addresses are what a piece holds and no excluding
    piece does. Says nothing of what the service is.
    """

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="catchments")
    group = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=CatchmentKind.choices)
    codes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    shape = models.BinaryField(null=True)
    excluding = models.BooleanField(default=False)
    priority = models.PositiveSmallIntegerField()
    valid = DateRangeField(null=True)
    label = models.CharField(max_length=300, blank=True)


class Edition(models.Model):
    """Counts changes of what routing rests on, so that a process knows when to read it again.

    One row, moved by triggers (migration 0002).
    """

    number = models.BigIntegerField()


class Misroute(models.Model):
    """A request came to a service's team by its catchment, and the team said "not ours".

    Holds the postcode's sector at most, and never who it was about.
    """

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="misroutes")
    event_id = models.BigIntegerField(unique=True)
    sector = models.CharField(max_length=6, blank=True)
    right_team = models.ForeignKey(
        Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()
    settled_on = models.DateField(null=True)


class Report(models.Model):
    """Somebody said that an entry is wrong: their words, and never who they are.

    Written by anybody, read by workers only (migration 0008).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="reports")
    words = models.CharField(max_length=600)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, related_name="+")


class Guidance(models.Model):
    """A page of the partnership's guidance: for landlords, emergencies, policy statements."""

    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=10, choices=GuidanceKind.choices)
    title = models.CharField(max_length=200)
    summary = models.CharField(max_length=300, blank=True)
    # Plain text: blank lines between paragraphs, "- " before points, "## " before headings.
    body = models.TextField()
    position = models.PositiveSmallIntegerField(default=50)
    published = models.BooleanField(default=True)
    checked_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["kind", "position", "title"]


class GuidanceVersion(models.Model):
    """A former text of a page of guidance, kept for good."""

    guidance = models.ForeignKey(Guidance, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    summary = models.CharField(max_length=300, blank=True)
    body = models.TextField()
    made_by = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["guidance", "number"], name="guidance_number_once")
        ]
