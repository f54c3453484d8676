"""Reads of the person's own view. Called as `lintel_person`: row security says what is found."""

from lintel.portal.queries.who import (
    account,
    chosen,
    has_own_view,
    header,
    is_choosing,
    viewings,
)

__all__ = ["account", "chosen", "has_own_view", "header", "is_choosing", "viewings"]
