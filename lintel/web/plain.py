"""Text as it is written (plain text with a few marks) made into HTML, all of it escaped.

Blank lines between paragraphs, "- " before the points of a list, "## " before a heading.
"""

import re

from django.utils.html import format_html, format_html_join
from markupsafe import Markup

from lintel.web import safe

BLANK = re.compile(r"\n\s*\n")


def blocks(text: str) -> Markup:
    """The text as headings, lists and paragraphs."""
    parts = [part.strip() for part in BLANK.split(text.replace("\r\n", "\n"))]
    return safe.html("\n".join(str(_block(part)) for part in parts if part))


def _block(part: str) -> str:
    if part.startswith("## "):
        heading, _, rest = part[3:].partition("\n")
        shown = format_html('<h2 class="govuk-heading-m">{}</h2>', heading.strip())
        return shown + (_block(rest.strip()) if rest.strip() else "")
    lines = part.split("\n")
    first = next((i for i, line in enumerate(lines) if line.startswith("- ")), None)
    if first is None:
        return format_html('<p class="govuk-body">{}</p>', " ".join(lines))
    points: list[str] = []
    for line in lines[first:]:
        if line.startswith("- "):
            points.append(line[2:].strip())
        else:
            points[-1] += f" {line.strip()}"
    before = format_html('<p class="govuk-body">{}</p>', " ".join(lines[:first])) if first else ""
    return before + format_html(
        '<ul class="govuk-list govuk-list--bullet">{}</ul>',
        format_html_join("", "<li>{}</li>", ((point,) for point in points)),
    )
