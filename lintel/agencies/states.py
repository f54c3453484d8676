"""Kinds of agency and team, roles, and the words for them."""

from django.db import models


class AgencyKind(models.TextChoices):
    """What an agency is in the partnership."""

    LANDLORD = "landlord", "Landlord"
    TRUST = "trust", "Mental health trust"
    COUNCIL = "council", "Council"
    VOLUNTARY = "voluntary", "Voluntary organisation"
    COMMISSIONER = "commissioner", "Commissioner"
    PRIVATE_LANDLORD = "private_landlord", "Private landlord"


class TeamKind(models.TextChoices):
    """What a team does; the kind decides who routes to it."""

    HOUSING_OFFICE = "housing_office", "Housing office"
    LETTINGS = "lettings", "Lettings"
    TENANCY_SUPPORT = "tenancy_support", "Tenancy support"
    CMHT = "cmht", "Community mental health team"
    CRISIS = "crisis", "Crisis team"
    OUTREACH = "outreach", "Assertive outreach"
    WARD = "ward", "Ward"
    DISCHARGE = "discharge", "Hospital discharge service"
    ONE_STOP_SHOP = "one_stop_shop", "One-stop shop"
    HOMELESSNESS = "homelessness", "Housing options (homelessness)"
    FLOATING_SUPPORT = "floating_support", "Floating support"
    VOLUNTARY = "voluntary", "Voluntary service"
    COMMISSIONING = "commissioning", "Commissioning"
    INFORMATION = "information", "Information governance"


HEALTH_TEAMS = frozenset(
    {TeamKind.CMHT, TeamKind.CRISIS, TeamKind.OUTREACH, TeamKind.WARD, TeamKind.DISCHARGE}
)


class TeamRole(models.TextChoices):
    """A worker's part in a team."""

    MEMBER = "member", "Team member"
    LEAD = "lead", "Team lead"
    DUTY = "duty", "Duty worker"


class Role(models.TextChoices):
    """A role across an agency or the whole partnership."""

    INFORMATION_LEAD = "information_lead", "Information lead"
    PARTNERSHIP_LEAD = "partnership_lead", "Partnership lead"
    MANAGER = "manager", "Manager"


class Side(models.TextChoices):
    """The two sides that link workers join."""

    HOUSING = "housing", "housing"
    HEALTH = "health", "mental health"


def side_of(kind: str) -> Side:
    """The side of a team, by its kind."""
    return Side.HEALTH if kind in HEALTH_TEAMS else Side.HOUSING


class Scope(models.TextChoices):
    """What an integration's key opens; the rest stays shut even where the worker may."""

    RAISE = "requests:raise", "raise requests"
    FOLLOW = "requests:follow", "follow what the worker sent"
    ANSWER = "requests:answer", "read and answer the team inbox"
