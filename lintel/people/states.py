"""Kinds of tenancy, contact and involvement, in the sector's words."""

from django.db import models

from lintel.kernel.sight.states import Category


class TenancyKind(models.TextChoices):
    """The kind of tenancy or licence."""

    SECURE = "secure", "Secure tenancy"
    ASSURED = "assured", "Assured tenancy"
    INTRODUCTORY = "introductory", "Introductory or starter tenancy"
    FIXED = "fixed", "Fixed-term tenancy"
    LICENCE = "licence", "Licence"
    TEMPORARY = "temporary", "Temporary accommodation"


class ContactKind(models.TextChoices):
    """A way to reach a person."""

    PHONE = "phone", "Phone"
    EMAIL = "email", "E-mail"
    THROUGH = "through", "Through somebody"
    PREFERENCE = "preference", "How they want to be contacted"
    HOLD = "hold", "Letters"


class Held(models.TextChoices):
    """What is held back for a while, as whoever lets the home reads it."""

    LETTERS = "letters", "They asked that no letters come. No reason is given, and none is due."
    RENT = (
        "rent",
        "They asked that no letters come, and that nothing is done about rent that is owed. Rent"
        " goes on being due. No reason is given, and none is due.",
    )


# The headings of notes, as the person may read them.
NOTE_TITLES = {
    Category.TENANCY: "Home and tenancy",
    Category.MONEY: "Rent and money",
    Category.SUPPORT_NEEDS: "Support",
    Category.SAFETY: "Safety",
    Category.HEALTH_INVOLVEMENT: "Health services involved",
    Category.HEALTH_DETAIL: "Health",
    Category.HOSPITAL_STAY: "Hospital stays",
    Category.PLAN: "What was agreed",
    Category.ENFORCEMENT: "Action about the tenancy",
}
