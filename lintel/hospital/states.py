"""Stays in hospital: how they end, what is asked about housing, and why somebody waits.

Codes and words of delays follow the Mental Health Services Data Set, version 6 ("clinically
ready for discharge"); the labels are ours, in plain words.
"""

from django.db import models


class Ending(models.TextChoices):
    """How a stay ended."""

    HOME = "home", "Home, to where they lived before"
    NEW_HOME = "new_home", "To a new home"
    FAMILY = "family", "To family or friends"
    SUPPORTED = "supported", "To supported housing or a care home"
    TEMPORARY = "temporary", "To temporary accommodation"
    NOWHERE = "nowhere", "With nowhere to live"
    OTHER_HOSPITAL = "other_hospital", "To another hospital"
    AGAINST_ADVICE = "against_advice", "They left against advice"
    ABSCONDED = "absconded", "They left without leave and did not come back"
    DIED = "died", "They died"
    # No end of a stay: there was none (docs/adr/0030). It counts nowhere and blocks nothing.
    MISTAKE = "mistake", "Noted by mistake: they were not here"


# How a stay that was one can end.
ENDINGS = [choice for choice in Ending.choices if choice[0] != Ending.MISTAKE]
# After these nobody is on the way home: what was awaited for them stops.
NOT_HOME = frozenset({Ending.OTHER_HOSPITAL, Ending.ABSCONDED, Ending.DIED, Ending.MISTAKE})


class Mistake(models.TextChoices):
    """Why a stay that was noted was none."""

    WRONG_PERSON = "wrong_person", "It was another person"
    NEVER_CAME = "never_came", "They never came to this ward"
    TWICE = "twice", "It was noted twice"
    OTHER = "other", "Something else"


class Away(models.TextChoices):
    """Why somebody is off the ward while their stay goes on."""

    LEAVE = "leave", "On leave"
    WITHOUT_LEAVE = "without_leave", "Away without leave"
    OTHER_HOSPITAL = "other_hospital", "In another hospital for treatment"


class Tenure(models.TextChoices):
    """Where somebody lived when they came in."""

    SOCIAL = "social", "Rents from a council or housing association"
    PRIVATE = "private", "Rents privately"
    OWNER = "owner", "Owns the home, or part of it"
    FAMILY = "family", "With family or friends"
    SUPPORTED = "supported", "Supported housing or a care home"
    TEMPORARY = "temporary", "Temporary accommodation, hostel or refuge"
    OTHER_HOSPITAL = "other_hospital", "Another hospital or prison"
    NOWHERE = "nowhere", "Nowhere settled, or on the street"
    NOT_KNOWN = "not_known", "Not known yet"


class Yes(models.TextChoices):
    """An answer to a question about housing."""

    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_KNOWN = "not_known", "Not known yet"


class Return(models.TextChoices):
    """Whether somebody can go back to where they lived."""

    YES = "yes", "Yes"
    WITH_HELP = "with_help", "Yes, if something is put right first"
    NO = "no", "No"
    NOT_KNOWN = "not_known", "Not known yet"


class StepKind(models.TextChoices):
    """What a step towards home, or of keeping a home, is about."""

    LETTERS = "letters", "Letters: stopped, or sent elsewhere"
    RENT = "rent", "Rent and benefits"
    SECURE = "secure", "The home made secure"
    KEYS = "keys", "Keys"
    PETS = "pets", "Pets"
    DEPENDANTS = "dependants", "Children, or others who depend on them"
    REPAIRS = "repairs", "Repairs, cleaning, clearing"
    SUPPORT = "support", "Support at home"
    ADAPTATIONS = "adaptations", "Equipment and adaptations"
    APPLICATION = "application", "Applying for a home"
    VIEWING = "viewing", "Seeing a home"
    BELONGINGS = "belongings", "Furniture and belongings"
    OTHER = "other", "Something else"


class StepState(models.TextChoices):
    """Where a step stands."""

    OPEN = "open", "To do"
    DONE = "done", "Done"
    DROPPED = "dropped", "Not needed any more"


class Attribution(models.TextChoices):
    """Whose part the delay is (MHSDS v6)."""

    NHS = "04", "NHS"
    SOCIAL_CARE = "05", "Social care"
    BOTH = "06", "NHS and social care"


class Reason(models.TextChoices):
    """Why somebody who is ready still waits (MHSDS v6 codes, in our words)."""

    COORDINATOR = "01", "Waiting for a care co-ordinator"
    ASSESSMENT = "03", "Waiting for a social care assessment"
    FUNDING = "04", "Waiting for a decision about funding"
    SOCIAL_07 = "07", "Waiting for social care to arrange a placement"
    PACKAGE = "09", "Waiting for care at home"
    EQUIPMENT = "10", "Waiting for equipment or adaptations"
    HOSPITAL_11 = "11", "Waiting for another hospital bed"
    PRIVATE_RENT = "14", "Waiting for a privately rented home"
    COUNCIL_LIST = "15", "Waiting for a council or housing association home"
    OWN_HOME = "16", "Waiting to buy or find their own home"
    NOT_ELIGIBLE = "17", "Housing is needed, and no funded care or support is due"
    SUPPORTED = "18", "Waiting for supported accommodation"
    TEMPORARY = "19", "Waiting for temporary accommodation from the council"
    SOCIAL_20 = "20", "Waiting for social care to agree the plan"
    SOCIAL_21 = "21", "Waiting for a social care provider"
    BESPOKE = "32", "Waiting for housing or care made for one person"
    SOCIAL_34 = "34", "Waiting for social care, for another reason"
    HOSPITAL_35 = "35", "Waiting for the hospital’s own paperwork or medicines"
    HOSPITAL_36 = "36", "Waiting for the hospital, for another reason"


HOUSING_REASONS = frozenset(
    {
        Reason.PRIVATE_RENT,
        Reason.COUNCIL_LIST,
        Reason.OWN_HOME,
        Reason.NOT_ELIGIBLE,
        Reason.SUPPORTED,
        Reason.TEMPORARY,
        Reason.BESPOKE,
    }
)


class Holder(models.TextChoices):
    """Who could act next."""

    WARD = "ward", "The ward"
    TRUST = "trust", "The trust, beyond the ward"
    HOUSING_OPTIONS = "housing_options", "The council’s housing options team"
    SOCIAL_CARE = "social_care", "The council’s social care"
    LANDLORD = "landlord", "A landlord"
    SUPPORT = "support", "A support provider"
    COMMISSIONER = "commissioner", "The commissioner"
    PERSON = "person", "The person"
    OTHER = "other", "Somebody else"


class NoticeReason(models.TextChoices):
    """The agreed reason of a referral (Housing Act 1996, s.213B)."""

    HOMELESS = "homeless", "Homeless, or will be on leaving hospital"
    THREATENED = "threatened", "Likely to become homeless within 56 days"


class Duty(models.TextChoices):
    """Whether the sender is under the duty to refer (Homelessness Code of Guidance, chapter 4)."""

    DUTY = "duty", "Under the duty to refer"
    VOLUNTARY = "voluntary", "Voluntary: the service is not under the duty"


class MailState(models.TextChoices):
    """What became of a message to a council outside."""

    SENT = "sent", "Sent"
    AGAIN = "again", "Not taken yet: tried again"
    REFUSED = "refused", "Refused"
    GIVEN_UP = "given_up", "Not taken: given up"


class AnswerKind(models.TextChoices):
    """What housing options answers to an advance notice."""

    APPOINTMENT = "appointment", "An appointment"
    ASSESSMENT = "assessment", "An assessment has been made"
    OFFER = "offer", "An offer of a place to live"
    NOTHING = "nothing", "Nothing suitable can be offered now"
    WRONG = "wrong", "It is another council’s"


class PlacedFor(models.TextChoices):
    """Why somebody is placed away."""

    NO_BED = "no_bed", "No bed was free here"
    SPECIALIST = "specialist", "Treatment that is not given here"
    SAFETY = "safety", "Their safety, or others’"
    NO_HOME = "no_home", "No suitable home with support here"
    CHOICE = "choice", "The person’s own choice"


class ReviewKind(models.TextChoices):
    """At what a housing need was looked at."""

    ASSESSMENT = "assessment", "First assessment"
    REVIEW = "review", "Care review"
    DISCHARGE = "discharge", "Discharge meeting"


class Need(models.TextChoices):
    """What somebody needs of housing, and what may be missing."""

    HOME = "home", "A home of their own"
    SUPPORTED = "supported", "Supported housing"
    FLOATING = "floating", "Somebody who helps them to keep the home"
    MOVE = "move", "A move to somewhere that suits them better"
    REPAIRS = "repairs", "Repairs or adaptations"
    MONEY = "money", "Help with rent, debts or benefits"
    SAFETY = "safety", "To be safe at home"
    COMPANY = "company", "Company, and something to do"
