"""Addresses of pages that may not be there in every deployment."""

from django.urls import NoReverseMatch, reverse


def optional(name: str, *args: object) -> str:
    """The address of a named page, or "" where this deployment has none of that name."""
    try:
        return reverse(name, args=args or None)
    except NoReverseMatch:
        return ""
