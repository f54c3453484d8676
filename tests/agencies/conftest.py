"""A browser for the sign-in pages."""

from collections.abc import Iterator

import pytest

from tests.support import browser


@pytest.fixture
def page(live_server) -> Iterator:
    """A page of a fresh visitor with a virtual passkey; a refusal by the content policy fails."""
    # "localhost", not a number: passkeys belong to names.
    address = live_server.url.replace("127.0.0.1", "localhost")
    context = browser.started().new_context(base_url=address)
    context.set_default_timeout(browser.PATIENCE)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console", lambda m: complaints.append(m.text) if "Content Security Policy" in m.text else 0
    )
    devtools = context.new_cdp_session(opened)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasUserVerification": True,
                "isUserVerified": True,
                "hasResidentKey": True,
            }
        },
    )
    yield opened
    context.close()
    assert complaints == []
