"""The service navigation with its counts, for the signed-in worker."""

from typing import Any

from django.http import HttpRequest


def context(request: HttpRequest) -> dict[str, Any]:
    """What every page's layout needs."""
    return {}
