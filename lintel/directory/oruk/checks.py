"""What a schema would refuse is left out: a broken link is worth less than the entry it is in."""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

# RFC 3986, for http and https, without a user or password: nobody's belongs in open data.
_CHAR = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"
_LINK = re.compile(
    r"https?://(?:[A-Za-z0-9_-]{1,63}\.){0,20}[A-Za-z0-9_-]{1,63}(?::[0-9]{1,5})?"
    rf"(?:/{_CHAR}*)*(?:\?(?:{_CHAR}|[/?])*)?(?:#(?:{_CHAR}|[/?])*)?"
)


def link(typed: str | None) -> str | None:
    """The address if it is one of the web; else None."""
    return typed if typed and _LINK.fullmatch(typed) else None


def email(typed: str | None) -> str | None:
    """The e-mail address if it is one; else None."""
    if not typed:
        return None
    try:
        validate_email(typed)
    except ValidationError:
        return None
    return typed


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Only what has a value: no null, no empty text, no empty list."""
    return {name: value for name, value in values.items() if value not in (None, "", [])}
