"""The hidden, signed field that says who opened a form, and where it goes."""

from typing import Any
from urllib.parse import urlsplit

from django.core import signing
from django.http import HttpRequest
from django.utils.html import format_html
from markupsafe import Markup

from lintel.web import safe

FIELD = "_who"
SALT = "lintel.web.who"
# A form may stay open over a day's work; after that it is opened anew.
LONGEST = 24 * 3600


def who_token(user_id: object, path: str) -> str:
    """The signed statement that `user_id` was shown a form that goes to `path`."""
    return signing.dumps([str(user_id), path], salt=SALT)


def who_opened(request: HttpRequest) -> str | None:
    """The id (text) of the user to whom the posted form was shown, for this very path.

    None when the form carries no statement, an altered or old one, or one for another path.
    """
    try:
        user_id, path = signing.loads(request.POST.get(FIELD, ""), salt=SALT, max_age=LONGEST)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return str(user_id) if path == request.path else None


def who_field(request: Any, action: str = "") -> Markup:
    """The hidden input for a form that goes to `action` (this page when empty).

    Nothing for a form shown to nobody signed in.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Markup("")
    path = urlsplit(action).path or request.path
    return safe.html(
        format_html('<input type="hidden" name="{}" value="{}">', FIELD, who_token(user.pk, path))
    )
