"""The Jinja environment of `lintel.web`, with what the sign-in pages need beside."""

import json
from collections.abc import Mapping
from typing import Any, TypedDict

import jinja2
from allauth.socialaccount.adapter import get_adapter
from django.http import HttpRequest
from markupsafe import Markup

from lintel.web import jinja as web
from lintel.web import safe


class ProviderLink(TypedDict):
    """An agency's own sign-in, on our sign-in page."""

    name: str
    href: str


def sign_in_providers(request: HttpRequest) -> list[ProviderLink]:
    """The OpenID Connect providers of this deployment, each with the link that starts it."""
    follow = {"next": request.GET["next"]} if request.GET.get("next") else {}
    return [
        {"name": provider.name, "href": provider.get_login_url(request, process="login", **follow)}
        for provider in get_adapter().list_providers(request)
    ]


def passkey_json(options: Mapping[str, Any]) -> str:
    """What the browser's passkey dialogue needs, as JSON for an attribute."""
    return json.dumps(options, default=dict)


def inline_svg(text: str) -> Markup:
    """A drawing of the QR code library for a page: without the XML heading."""
    return safe.html(text[text.index("<svg") :])


def environment(**options: Any) -> jinja2.Environment:
    """The environment, as Django's Jinja2 backend asks for it."""
    made = web.environment(**options)
    made.globals["sign_in_providers"] = sign_in_providers
    made.filters.update(passkey_json=passkey_json, inline_svg=inline_svg)
    return made
