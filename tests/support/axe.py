"""Accessibility by machine: `assert_axe_clean(page)` on a Playwright page, at both widths."""

from functools import cache
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (1280, 375)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Where a page may run no script its timers never fire, and axe puts off each rule by one of no
# length; those are done as soon as may be. The promise is kept on the window: one that nothing
# else holds may be collected before it is done.
RUN = """rules => {
    const later = window.setTimeout;
    window.setTimeout = (work, wait, ...given) =>
        wait ? later(work, wait, ...given) : (Promise.resolve().then(() => work(...given)), 0);
    window.axeRuns = axe.run({runOnly: rules, resultTypes: ["violations"]})
        .then(found => found.violations)
        .finally(() => { window.setTimeout = later; });
    return window.axeRuns;
}"""


@cache
def _script() -> str:
    """The checker; installed from the lock file where it isn't yet."""
    if not SCRIPT.exists():
        from lintel.web import assets

        assets.install(dev=True)
    return SCRIPT.read_text()


def _known(rule: str, node: dict[str, Any]) -> bool:
    """The one thing that GOV.UK Frontend does on purpose and axe refuses.

    A radio that reveals a field says so with aria-expanded, which ARIA doesn't yet allow on
    radios; GOV.UK keeps it because screen readers do say it (govuk-frontend issue 979).
    """
    why = [check["id"] for kind in ("any", "all", "none") for check in node[kind]]
    return (
        rule == "aria-allowed-attr"
        and "govuk-radios__input" in node["html"]
        and why == ["aria-allowed-attr"]
        and all("aria-expanded" in str(check["data"]) for check in node["all"] + node["any"])
    )


def violations(page: Any) -> list[str]:
    """What axe finds wrong on the page as it stands now, one line each."""
    page.wait_for_load_state()
    page.evaluate(_script())
    found = page.evaluate(RUN, RULES)
    return [
        f"{v['id']}: {v['help']}: {node['html'][:200]}"
        for v in found
        for node in v["nodes"]
        if not _known(v["id"], node)
    ]


def assert_axe_clean(page: Any, widths: tuple[int, ...] = WIDTHS) -> None:
    """Fail with what axe finds, and when the page must be scrolled sideways, at each width."""
    before = page.viewport_size
    wrong = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        wrong += [f"{width}px {line}" for line in violations(page)]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wrong.append(f"{width}px the page scrolls sideways")
    page.set_viewport_size(before)
    assert not wrong, f"{page.url}\n" + "\n".join(wrong)
