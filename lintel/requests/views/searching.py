"""What the worker looks for in a list: typed words, kept out of addresses.

Addresses end up in histories and logs, and a name is personal information. So what was typed is
sent by POST and kept in the session: for this list, for half an hour, until the next search.
"""

from django.http import HttpResponse
from django.shortcuts import redirect

from lintel.web.http import LintelRequest

KEPT_SECONDS = 1800
LONGEST = 100


def words_for(request: LintelRequest, key: str) -> str:
    """What the worker last looked for in this list; empty when nothing, or too long ago."""
    kept = request.session.get(key) or {}
    if request.now.timestamp() - kept.get("at", 0) > KEPT_SECONDS:
        if kept:
            del request.session[key]
        return ""
    return str(kept.get("words", ""))


def keep(request: LintelRequest, key: str) -> HttpResponse:
    """Keep (or, when empty, drop) what was typed, and go to what it finds."""
    words = " ".join(request.POST.get("words", "").replace("\x00", " ").split())[:LONGEST]
    if words:
        request.session[key] = {"words": words, "at": int(request.now.timestamp())}
    else:
        request.session.pop(key, None)
    query = request.GET.copy()
    query.pop("page", None)
    return redirect(f"{request.path}?{query.urlencode()}" if query else request.path)
