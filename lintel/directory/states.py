"""Kinds, states and needs of the directory, and the words for them."""

from collections.abc import Mapping
from enum import StrEnum

from django.db import models


class Audience(models.TextChoices):
    """Who may read an entry."""

    PUBLIC = "public", "Everybody"
    PARTNERS = "partners", "Workers of the partnership only"


class ServiceState(models.TextChoices):
    """Whether an entry is in the directory."""

    NEW = "new", "Not published yet"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Taken out"


class VersionState(models.TextChoices):
    """Where one version of an entry stands."""

    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "Waiting for review"
    RETURNED = "returned", "Returned with a comment"
    PUBLISHED = "published", "Published"
    DISCARDED = "discarded", "Discarded"


# A version that somebody is still working on; an entry has at most one.
OPEN_VERSIONS = frozenset({VersionState.DRAFT, VersionState.IN_REVIEW, VersionState.RETURNED})


class VersionMove(StrEnum):
    """What may be done with a version."""

    SEND = "send"
    PUBLISH = "publish"
    RETURN = "return"
    TAKE_BACK = "take_back"
    DISCARD = "discard"


# (state, move) -> state. What is not here can't happen.
VERSION_MOVES: Mapping[tuple[VersionState, VersionMove], VersionState] = {
    (VersionState.DRAFT, VersionMove.SEND): VersionState.IN_REVIEW,
    (VersionState.RETURNED, VersionMove.SEND): VersionState.IN_REVIEW,
    (VersionState.IN_REVIEW, VersionMove.PUBLISH): VersionState.PUBLISHED,
    (VersionState.IN_REVIEW, VersionMove.RETURN): VersionState.RETURNED,
    (VersionState.IN_REVIEW, VersionMove.TAKE_BACK): VersionState.DRAFT,
    (VersionState.DRAFT, VersionMove.DISCARD): VersionState.DISCARDED,
    (VersionState.RETURNED, VersionMove.DISCARD): VersionState.DISCARDED,
}


class Status(models.TextChoices):
    """A service's own standing (Open Referral UK 3.0, Service.status)."""

    ACTIVE = "active", "Running"
    INACTIVE = "inactive", "Not running at present"
    DEFUNCT = "defunct", "Closed for good"
    TEMPORARILY_CLOSED = "temporarily closed", "Closed for a time"


class CatchmentKind(models.TextChoices):
    """How one piece of a catchment says which addresses it holds."""

    WHOLE = "whole", "The whole partnership"
    AREAS = "areas", "Local areas"
    POSTCODES = "postcodes", "Postcode districts or sectors"
    DRAWN = "drawn", "An area drawn on a map"
    GP = "gp", "People registered with GP practices"


class AreaKind(models.TextChoices):
    """Kinds of local area (ONS), and places that have only a name and a point."""

    LSOA = "lsoa", "Neighbourhood (LSOA)"
    WARD = "ward", "Ward"
    COUNCIL = "council", "Council"
    PLACE = "place", "Place"


class RuleKind(models.TextChoices):
    """What a rule of eligibility is about."""

    AGE = "age", "Age"
    NEED = "need", "Need"
    SETTING = "setting", "Where the person is"
    EXCLUSION = "exclusion", "Who it is not for"


class Setting(models.TextChoices):
    """Where a person is."""

    HOME = "home", "In their own home"
    HOSPITAL = "hospital", "In hospital"
    HOSTEL = "hostel", "In a hostel or refuge"
    STREET = "street", "Sleeping rough"
    PRISON = "prison", "In prison"


class ReferralRoute(models.TextChoices):
    """Who may ask a service for help."""

    SELF = "self", "The person themselves"
    FAMILY = "family", "Family or friends"
    LANDLORD = "landlord", "Any landlord"
    PARTNER = "partner", "A worker of the partnership"
    GP = "gp", "A GP"
    PROFESSIONAL = "professional", "Another professional"


class Need(models.TextChoices):
    """What somebody looks for a service for, in words that people use (not diagnoses)."""

    CRISIS = "crisis", "Somebody is in crisis"
    MENTAL_HEALTH = "mental_health", "Worried about somebody’s mental health"
    LOW_MOOD = "low_mood", "Feeling low, anxious or stressed"
    LOSING_HOME = "losing_home", "At risk of losing a home"
    HOMELESS = "homeless", "Nowhere to live"
    LEAVING_HOSPITAL = "leaving_hospital", "Leaving hospital"
    MONEY = "money", "Rent, debt and benefits"
    RUNNING_A_HOME = "running_a_home", "Help to run a home"
    HOARDING = "hoarding", "Too many things at home"
    NEIGHBOURS = "neighbours", "Noise and neighbours"
    SAFETY = "safety", "Not safe at home"
    DRUGS_ALCOHOL = "drugs_alcohol", "Drugs or alcohol"
    LONELY = "lonely", "On their own too much"
    CARERS = "carers", "Looking after somebody"
    OLDER = "older", "Growing older"
    YOUNG = "young", "Young people"
    DISABILITY = "disability", "Living with a disability"
    ADVICE = "advice", "Advice, and whom to ask"


class Day(models.TextChoices):
    """Days of the week, as iCalendar writes them (RFC 5545)."""

    MO = "MO", "Monday"
    TU = "TU", "Tuesday"
    WE = "WE", "Wednesday"
    TH = "TH", "Thursday"
    FR = "FR", "Friday"
    SA = "SA", "Saturday"
    SU = "SU", "Sunday"


DAYS = tuple(Day)


class BankHolidays(models.TextChoices):
    """What opening hours mean on a bank holiday."""

    CLOSED = "closed", "Closed on bank holidays"
    OPEN = "open", "Open on bank holidays too"
    ONLY = "only", "On bank holidays only"


class GuidanceKind(models.TextChoices):
    """Kinds of guidance page."""

    LANDLORDS = "landlords", "Guidance for landlords"
    EMERGENCY = "emergency", "Emergency procedures"
    POLICY = "policy", "Policy statements"


class FeedVersion(models.TextChoices):
    """Shapes of feed that are read."""

    V3 = "3.0", "Open Referral UK 3.0"
    V1 = "v1", "Open Referral UK 1 (older)"


class RunState(models.TextChoices):
    """How a load or an import stands."""

    RUNNING = "running", "Running"
    DONE = "done", "Done"
    STOPPED = "stopped", "Stopped half-way"


# An entry that nobody has checked for this long is marked (issue: "unchecked for three months").
CHECK_EVERY_DAYS = 90
REMIND_BEFORE_DAYS = 14
