"""Consent: purposes, how it was explained, and what an answer was."""

from datetime import timedelta

from django.db import models

from lintel.kernel.sight.states import Category

LONGEST_CONSENT = timedelta(days=366)
LONGEST_OVERRIDE = timedelta(hours=24)

# What one agency's worker may open of another agency's with the person's yes alone: who is
# involved, which the person can say themselves. What the other agency wrote down (contact, money,
# safety, health details) opens once a worker of that agency has confirmed the yes, so that no
# single worker's word opens another agency's records (docs/adr/0007).
AT_ONCE = frozenset({Category.IDENTITY, Category.SUPPORT_NEEDS, Category.HEALTH_INVOLVEMENT})


class Purpose(models.TextChoices):
    """What something may be shared for. Plain words: the person reads these."""

    TENANCY_SUPPORT = "tenancy_support", "to help keep the tenancy going well"
    CARE = "care", "to plan care and support"
    REHOUSING = "rehousing", "to find a suitable home"
    SAFETY = "safety", "to keep people safe"


class Explained(models.TextChoices):
    """How consent was explained."""

    FACE_TO_FACE = "face_to_face", "Face to face"
    PHONE = "phone", "By phone"
    VIDEO = "video", "By video"
    LETTER = "letter", "In writing"
    THROUGH = "through", "Through an advocate or carer"


class OverrideReason(models.TextChoices):
    """Why a record may be opened for safety."""

    VITAL_INTERESTS = "vital_interests", "Somebody's life is at risk"
    SAFEGUARDING = "safeguarding", "Safeguarding (Care Act 2014, section 42)"
    SERIOUS_HARM = "serious_harm", "To prevent serious harm to others"
