"""The categories of what is held about a person (DESIGN.md, "Sight")."""

from django.db import models


class Category(models.IntegerChoices):
    """A kind of information; a number so that it fits into a row's key. Never renumber."""

    IDENTITY = 1, "who they are (name, date of birth)"
    CONTACT = 2, "how to reach them"
    TENANCY = 3, "their home and tenancy"
    MONEY = 4, "rent and money"
    SUPPORT_NEEDS = 5, "support they need"
    SAFETY = 6, "safety"
    HEALTH_INVOLVEMENT = 7, "which health services are involved"
    HEALTH_DETAIL = 8, "health details"
    HOSPITAL_STAY = 9, "hospital stays"
    PLAN = 10, "what was agreed together"
    ENFORCEMENT = 11, "action about the tenancy"


class Source(models.TextChoices):
    """What gives sight; each explains itself in words (`lintel.sharing.presenters`)."""

    PATCH = "patch", "the person's home is on the worker's patch"
    CASELOAD = "caseload", "the worker is a named worker for the person"
    CONSENT = "consent", "the person consented"
    REQUEST = "request", "the worker is handling a request about the person"
    OVERRIDE = "override", "the worker opened the record for safety"
    CIRCLE = "circle", "the person agreed that the worker is in their circle"
    BASIS = "basis", "the law allows it, as written down and authorised"


# `Sight.detail`: all of a category, also what somebody wrote in words (`sharing.states.Detail`).
ALL_OF_IT = 2


def held_key(person_id: int, owner_id: int, category: int) -> int:
    """The key that a row and a sight share: person, holding agency and category in one number.

    One indexed column makes the policy one look-up (docs/adr/0007). Room for 65,535 agencies,
    15 categories and 2**43 people.
    """
    return person_id * 1048576 + owner_id * 16 + category
