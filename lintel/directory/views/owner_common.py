"""What the owners' pages share: reading an entry, and saving without losing what was typed."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from lintel.directory.queries import own
from lintel.directory.queries.own import Own
from lintel.kernel.errors import Conflict, Invalid
from lintel.web.forms import Form
from lintel.web.http import LintelRequest


def attempt(form: Form, act: Callable[[], Any]) -> bool:
    """Do it; what is wrong, or has moved on meanwhile, is said on the form, and nothing written."""
    try:
        with transaction.atomic():
            act()
    except Invalid as wrong:
        form.take(wrong.errors)
        return False
    except Conflict as conflict:
        form.take({"": conflict.words})
        return False
    return True


def entry_of(request: LintelRequest, service_id: UUID) -> Own:
    """The entry, or NotFound where it isn't the actor's to keep or review."""
    return own.entry(request.actor, service_id, today=timezone.localdate(request.now))
