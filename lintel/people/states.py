"""Kinds of tenancy, contact and involvement, in the sector's words."""

from django.db import models


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
