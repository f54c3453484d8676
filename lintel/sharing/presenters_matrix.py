"""The rules of the agreement as a matrix on a page, and as rows of a spreadsheet."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from markupsafe import Markup

from lintel.agencies.states import AgencyKind
from lintel.kernel.sight.states import Category
from lintel.sharing import sentences
from lintel.sharing.queries.agreements import RuleView
from lintel.sharing.states import OWN, Basis, Detail, Use
from lintel.web import safe
from lintel.web.words import listed

SHORT_BASES = {
    Basis.OWN_WORK: "Own work",
    Basis.CONSENT: "Consent",
    Basis.DIRECT_CARE: "Direct care",
    Basis.STATUTE: "Law",
    Basis.SAFEGUARDING: "Safeguarding",
    Basis.VITAL: "Life at risk",
    Basis.PUBLIC_INTEREST: "Public interest",
}


COLUMNS = (
    "What for",
    "Who may tell",
    "Who may be told",
    "Which workers",
    "What",
    "How much",
    "Basis",
    "Law",
    "Who authorises",
    "Second worker",
    "Kept for (months)",
    "In words",
)


def matrix(rules: Sequence[RuleView], giver: str) -> list[dict[str, Any]]:
    """What one kind of agency may tell, a table a purpose: categories by receiving kind."""
    tables = []
    for use in Use:
        mine = [r for r in rules if r.use is use and _gives(r, giver)]
        if not mine:
            continue
        kinds = [k for k in (*map(str, AgencyKind), OWN) if any(k in r.receivers for r in mine)]
        # Things of which the same may be told to the same stand in one row.
        alike: dict[tuple[Any, ...], list[str]] = {}
        for category in Category:
            found = [r for r in mine if category in r.categories]
            if found:
                cells = tuple(matrix_cell(r for r in found if k in r.receivers) for k in kinds)
                alike.setdefault(cells, []).append(sentences.capital(str(category.label)))
        rows = [
            ["; ".join(what), *({"html": cell} if cell else "Nothing" for cell in cells)]
            for cells, what in alike.items()
        ]
        tables.append(
            {
                "title": sentences.capital(str(use.label)),
                "columns": [
                    {"text": "What"},
                    *({"text": sentences.kind_words(k)} for k in kinds),
                ],
                "rows": rows,
            }
        )
    return tables


def _gives(rule: RuleView, giver: str) -> bool:
    return giver in rule.givers


def matrix_cell(rules: Iterable[RuleView]) -> Markup:
    """A cell: each basis, with the levels that it opens to and what else it asks."""
    parts = []
    for rule in rules:
        more = []
        if rule.detail == Detail.SUMMARY:
            more.append("facts only")
        if rule.second:
            more.append("second worker agrees")
        parts.append(
            format_html(
                '<strong class="govuk-!-font-weight-bold">{}</strong>{}<br>{}',
                SHORT_BASES[rule.basis],
                f" ({', '.join(more)})" if more else "",
                sentences.level_words(rule.levels),
            )
        )
    return safe.html(format_html_join(safe.html("<br>"), "{}", ((p,) for p in parts)))


def givers(rules: Iterable[RuleView]) -> list[str]:
    """The kinds that some rule lets tell, in their usual order."""
    found = {kind for rule in rules for kind in rule.givers}
    return [kind for kind in (*map(str, AgencyKind), OWN) if kind in found]


def copied(rules: Iterable[RuleView]) -> Iterator[list[str]]:
    """The rules for a spreadsheet, one a row."""
    for rule in rules:
        yield [
            str(rule.use.label),
            listed(sentences.kind_words(k) for k in rule.givers),
            listed(sentences.kind_words(k) for k in rule.receivers),
            listed(str(x.label) for x in rule.levels),
            "; ".join(str(c.label) for c in rule.categories),
            str(rule.detail.label),
            str(rule.basis.label),
            rule.statute,
            rule.authoriser,
            "yes" if rule.second else "",
            str(rule.retention_months),
            sentences.sentence(rule),
        ]
