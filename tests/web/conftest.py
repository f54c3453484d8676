"""Pages under test: the service's own addresses and those of `tests/web/urls.py`."""

import copy
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import browser


@pytest.fixture
def pages(settings):
    """The addresses and templates of `tests/web`, with the demo on."""
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [str(Path(__file__).parent / "jinja2")]
    own = "lintel.config."
    options = templates[0]["OPTIONS"]
    options["context_processors"] = [
        name for name in options["context_processors"] if not name.startswith(own)
    ]
    settings.TEMPLATES = templates
    # The pages alone: who may open which page is tested with the sign-in.
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith(own)]
    settings.ROOT_URLCONF = "tests.web.urls"
    settings.LINTEL_DEMO = True
    from tests.web import urls

    urls.SENT.clear()
    return urls


@pytest.fixture(scope="session")
def chromium():
    """A browser for the session."""
    return browser.started()


@pytest.fixture
def page(chromium, live_server, pages) -> Iterator:
    """A page of a fresh visitor; any refusal by the content policy or script error fails."""
    context = chromium.new_context(base_url=live_server.url)
    context.set_default_timeout(browser.PATIENCE)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console", lambda m: complaints.append(m.text) if "Content Security Policy" in m.text else 0
    )
    opened.complaints = complaints
    yield opened
    context.close()
    assert complaints == []
