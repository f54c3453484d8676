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


class Use(models.TextChoices):
    """What the agreement's rules are for: the purposes that a person is asked about, and the rest.

    The first four are `Purpose`; an agency's own work, requests, circles and emergencies are
    ruled by the agreement too, and nobody is asked about them by form.
    """

    TENANCY_SUPPORT = "tenancy_support", "to help keep the tenancy going well"
    CARE = "care", "to plan care and support"
    REHOUSING = "rehousing", "to find a suitable home"
    SAFETY = "safety", "to keep people safe"
    HOUSING = "housing", "to look after the home and the tenancy"
    REQUEST = "request", "to answer a request"
    TOGETHER = "together", "to agree what happens, in the circle"
    EMERGENCY = "emergency", "to prevent serious harm, when there is no time to ask"


# A refusal of everything: it ends every earlier yes, whatever it was for. Never a yes.
ANY_PURPOSE = "any"


# The categories as the person reads them about themselves.
YOURS = {
    Category.IDENTITY: "your name and date of birth",
    Category.CONTACT: "how to reach you",
    Category.TENANCY: "your home and tenancy",
    Category.MONEY: "your rent and money",
    Category.SUPPORT_NEEDS: "the support you need",
    Category.SAFETY: "your safety",
    Category.HEALTH_INVOLVEMENT: "which health services help you",
    Category.HEALTH_DETAIL: "your health",
    Category.HOSPITAL_STAY: "your time in hospital",
    Category.PLAN: "what was agreed with you",
    Category.ENFORCEMENT: "steps about your tenancy",
}


def purpose_words(purpose: str) -> str:
    """What it is for, in words that the person reads."""
    return "for anything at all" if purpose == ANY_PURPOSE else str(Purpose(purpose).label)


# In a rule, instead of a kind of agency: the worker's own agency, whatever its kind.
OWN = "own"


class Level(models.TextChoices):
    """How near a worker is to the person: the levels of need to know (seed 000, 2.2.3)."""

    ASSIGNED = "assigned", "Assigned worker"
    LINK = "link", "Link worker"
    DUTY = "duty", "Duty worker"
    TEAM = "team", "Other member of the team"
    MANAGER = "manager", "Manager of the team"
    INFORMATION_LEAD = "information_lead", "Information lead"


class LoopCause(models.TextChoices):
    """What keeps a worker inside the confidentiality loop; each takes it away when it ends."""

    SIGNATURE = "signature", "Your agency has signed the agreement"
    ACCEPTANCE = "acceptance", "You have accepted the agreement"
    TRAINING = "training", "Your training is in date"
    POST = "post", "You are in post"


# Days before somebody would be outside the loop on which they are told.
REMIND_DAYS = (30, 14, 3)
# Training is due for renewal from this many days before it is out of date.
DUE_DAYS = 60
LONGEST_TRAINING = timedelta(days=3 * 366)


class Basis(models.TextChoices):
    """What allows sharing. The confidentiality basis, not that of data protection law."""

    OWN_WORK = "own_work", "The agency’s own work"
    CONSENT = "consent", "The person’s consent"
    DIRECT_CARE = "direct_care", "Direct care that the person expects"
    STATUTE = "statute", "A law that is named"
    SAFEGUARDING = "safeguarding", "Safeguarding (Care Act 2014, section 42)"
    VITAL = "vital", "Somebody’s life is at risk"
    PUBLIC_INTEREST = "public_interest", "Public interest, authorised by somebody senior"


class Detail(models.IntegerChoices):
    """How much of a category is shown. Kept in `sight.detail`; a higher one holds the lower."""

    SUMMARY = 1, "The facts, without what workers wrote"
    FULL = 2, "Everything in it"


class ViewerKind(models.TextChoices):
    """Whose eyes: the person's own, or those of somebody they let look."""

    SELF = "self", "The person"
    CARER = "carer", "A carer, family member or friend"
    ADVOCATE = "advocate", "An advocate"


class Explained(models.TextChoices):
    """How consent was explained."""

    FACE_TO_FACE = "face_to_face", "Face to face"
    PHONE = "phone", "By phone"
    VIDEO = "video", "By video"
    LETTER = "letter", "In writing"
    THROUGH = "through", "Through an advocate or carer"


class Said(models.TextChoices):
    """How the person said it."""

    ALOUD = "aloud", "Aloud, by voice"
    PAPER = "paper", "On a paper form that they signed"
    SIGNED = "signed", "In sign language, by pointing, or in another way"
    OWN_VIEW = "own_view", "In their own view"


class Capacity(models.TextChoices):
    """Whether the person could decide this (Mental Capacity Act 2005, sections 1 to 3)."""

    PRESUMED = "presumed", "Yes, and nothing gave reason to doubt it"
    ASSESSED = "assessed", "Yes: it was assessed for this decision"
    LACKS = "lacks", "No, not even with support"


class PaperKind(models.TextChoices):
    """What a scan may be; the value is its media type."""

    PDF = "application/pdf", "PDF"
    JPEG = "image/jpeg", "JPEG picture"
    PNG = "image/png", "PNG picture"


class OverrideReason(models.TextChoices):
    """Why a record may be opened for safety."""

    VITAL_INTERESTS = "vital_interests", "Somebody's life is at risk"
    SAFEGUARDING = "safeguarding", "Safeguarding (Care Act 2014, section 42)"
    SERIOUS_HARM = "serious_harm", "To prevent serious harm to others"


# What each reason means, for whoever must choose one in a hurry.
OVERRIDE_REASON_HELP = {
    OverrideReason.VITAL_INTERESTS: (
        "Somebody may die or be badly hurt, and they can’t say yes now."
    ),
    OverrideReason.SAFEGUARDING: (
        "An adult with care and support needs is, or may be, abused or neglected, and can’t"
        " protect themselves because of those needs."
    ),
    OverrideReason.SERIOUS_HARM: (
        "Somebody else may be badly hurt, and asking first would make that more likely or come"
        " too late."
    ),
}


class Consequence(models.TextChoices):
    """What followed from an override, as its review writes down."""

    NONE = "none", "Nothing more"
    TALK = "talk", "A talk with the worker"
    TRAINING = "training", "Training for the worker"
    OUT_OF_LOOP = "out_of_loop", "The worker is taken out of the loop"
    REGULATOR = "regulator", "Reported to the regulator"
    PERSON_TOLD = "person_told", "The person is told by somebody they know"


# A review is due so many working days after the override was opened.
REVIEW_WORKING_DAYS = 5


class ReviewDecision(models.TextChoices):
    """What a yearly review of the agreement decided."""

    KEEP = "keep", "Carry on as it is"
    PRACTICE = "practice", "Keep the agreement, and change how we work by it"
    CHANGE = "change", "Write a new version"
