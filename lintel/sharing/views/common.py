"""What the pages about sharing have in common."""

from django.utils.http import url_has_allowed_host_and_scheme

from lintel.web.http import LintelRequest


def number(text: str) -> int | None:
    """A number from an address; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def local_path(request: LintelRequest) -> str:
    """Where to go afterwards (`?next=`), if it is a page of this service; else ""."""
    to = request.GET.get("next", "")
    local = to.startswith("/") and url_has_allowed_host_and_scheme(to, allowed_hosts=None)
    return to if local else ""
