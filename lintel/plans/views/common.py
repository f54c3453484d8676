"""What the pages share."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from lintel.kernel.errors import Invalid
from lintel.web.forms import Form


def attempt(form: Form, act: Callable[[], Any]) -> bool:
    """Do it; what the domain finds wrong goes beside the fields, and nothing is written."""
    try:
        with transaction.atomic():
            act()
    except Invalid as wrong:
        form.take(wrong.errors)
        return False
    return True
