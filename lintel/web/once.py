"""The hidden token with which a form is sent once (the rule itself is `lintel.kernel`'s)."""

import re
import secrets

from django.utils.html import format_html
from markupsafe import Markup

from lintel.web import safe

FIELD = "_once"
_SHAPE = re.compile(r"[A-Za-z0-9_-]{16,64}\Z")


def new_token() -> str:
    """A fresh random token."""
    return secrets.token_urlsafe(18)


def token_of(value: str | None) -> str:
    """The token that was posted when it has the right shape, else an empty text."""
    return value if value and _SHAPE.match(value) else ""


def hidden(token: str) -> Markup:
    """The hidden input that carries `token`."""
    return safe.html(format_html('<input type="hidden" name="{}" value="{}">', FIELD, token))
