"""What the person's own view names and counts. Words that the person reads are plain."""

from datetime import timedelta

from django.db import models

from lintel.kernel.clock import Clock, Unit
from lintel.kernel.sight.states import Category

# Where the session keeps whose view is open, for who may look at several people's.
CHOSEN = "lintel_whose"

# A letter takes days to come, and is read when somebody has the strength to.
LETTER_LASTS = timedelta(days=28)
# A code by e-mail or text is for now.
CODE_LASTS = timedelta(minutes=10)
CODE_TRIES = 5

# When somebody must have answered (lintel.kernel.clock).
HELP_WITHIN = Clock(Unit.WORKING_DAYS, 1)
REMARK_WITHIN = Clock(Unit.WORKING_DAYS, 10)


class Way(models.TextChoices):
    """A way to reach the person."""

    PHONE = "phone", "Phone call"
    TEXT = "text", "Text message"
    EMAIL = "email", "E-mail"
    LETTER = "letter", "Letter"
    VISIT = "visit", "Visit"


class Day(models.IntegerChoices):
    """A day of the week, as Python counts them."""

    MONDAY = 0, "Monday"
    TUESDAY = 1, "Tuesday"
    WEDNESDAY = 2, "Wednesday"
    THURSDAY = 3, "Thursday"
    FRIDAY = 4, "Friday"
    SATURDAY = 5, "Saturday"
    SUNDAY = 6, "Sunday"


class CodeKind(models.TextChoices):
    """How a code for signing in comes."""

    EMAIL = "email", "E-mail"
    SMS = "sms", "Text message"


class RemarkKind(models.TextChoices):
    """What a person says about an entry of their record."""

    CORRECTION = "correction", "This is wrong"
    MY_SIDE = "my_side", "This is my side of it"


# Facts, beside notes, that a person may say something about (UK GDPR, article 16).
FACTS = (
    Category.IDENTITY,
    Category.CONTACT,
    Category.TENANCY,
    Category.MONEY,
    Category.SUPPORT_NEEDS,
    Category.HEALTH_INVOLVEMENT,
    Category.HOSPITAL_STAY,
    Category.PLAN,
)


class Useful(models.TextChoices):
    """Whether this page helps."""

    YES = "yes", "Yes"
    PARTLY = "partly", "A bit"
    NO = "no", "No"
