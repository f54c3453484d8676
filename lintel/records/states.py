"""The clocks and the words of copies, holds, erasures and questions."""

from datetime import timedelta

from django.db import models

from lintel.kernel.clock import Clock, Unit

# How long an agency has for "I don't understand this one".
QUESTION_CLOCK = Clock(Unit.WORKING_DAYS, 5)
# A copy is due within one calendar month, and two more where it is complex (UK GDPR article 12).
COPY_MONTHS = 1
MOST_MORE_MONTHS = 2
# How long before its review a hold, or an entry held back, is brought to mind.
REMIND_BEFORE = timedelta(days=14)
# A hold is looked at again at least yearly.
LONGEST_HOLD = timedelta(days=366)

# Instead of a category: what an agency was told in requests.
TOLD = 0
TOLD_WORDS = "requests that it was sent"

# Data Protection Act 2018, schedule 3, part 2, paragraph 5.
HELD_BACK_GROUND = (
    "Reading it would be likely to cause serious harm to somebody’s physical or mental health"
    " (Data Protection Act 2018, schedule 3, paragraph 5). A clinician decided it."
)


class Decided(models.TextChoices):
    """What an information lead decided about something that is due to be erased."""

    ERASE = "erase", "Erase it"
    KEEP = "keep", "Keep it for now"


class Asked(models.TextChoices):
    """What became of a request to be erased."""

    OPEN = "open", "Waits for a decision"
    ERASED = "erased", "Erased"
    REFUSED = "refused", "Not erased"
