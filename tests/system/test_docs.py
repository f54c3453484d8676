"""The documents lead somewhere, and each of them can be reached from the index."""

import re

import pytest

from tests.system.running import ROOT

PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def links(text: str) -> list[str]:
    return [to for to in LINK.findall(text) if not to.startswith(("http:", "https:", "mailto:"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    missing = [to for to in links(page.read_text()) if not (page.parent / to).exists()]
    assert missing == []


def test_every_document_can_be_reached_from_the_readme():
    reached, todo = set(), [ROOT / "README.md"]
    while todo:
        page = todo.pop()
        if page in reached or page.suffix != ".md" or not page.exists():
            continue
        reached.add(page)
        todo += [(page.parent / to).resolve() for to in links(page.read_text())]
    unreached = [str(page.relative_to(ROOT)) for page in PAGES if page not in reached]
    assert unreached == [], "Name these in docs/README.md or docs/how-to/README.md"
