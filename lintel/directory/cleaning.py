"""Text from elsewhere, made plain: no markup, nothing invisible, nothing that turns it round.

What comes from other directories is kept as plain text, paragraphs apart by a blank line and
points beginning "- ". So no page, export or open data can ever carry somebody's script.
"""

import html
import re
import unicodedata

import nh3

LONGEST_READ = 500_000
# Reading HTML takes the square of how deep it is nested: half a megabyte of "<div>" took 34 s,
# of "&" 5 s. With more of both than this, tags are only cut out.
MOST_MARKS = 4000
# The tags that say something in plain text; all others go, and what is in these goes with them.
KEPT = {
    *("p", "br", "div", "section", "article", "main", "header", "footer", "blockquote", "pre"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "hr", "ul", "ol", "li", "dl", "dt", "dd", "a"),
    *("table", "thead", "tbody", "tr", "td", "th", "caption"),
}
DROPPED_WHOLE = {"script", "style", "svg", "math", "template", "noscript", "iframe", "object"}
SCHEMES = {"http", "https", "mailto", "tel"}
LINES = {"br", "tr", "dt", "dd", "hr"}
CELLS = {"td", "th"}
POINTS = {"li"}
INLINE = {"a"} | CELLS
# Joiners shape letters and emoji; all other invisible characters can only deceive.
JOINERS = {"\u200c", "\u200d"}
HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
TAG = re.compile(r"<(?:[a-zA-Z/!][^<>]*>|!--)")
CLEANED_TAG = re.compile(r'<(/?)([a-z0-9]+)(?:\s+href="([^"]*)")?\s*>')
WHITE = re.compile(r"\s+")
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
SPACES = re.compile(r"[^\S\n ]+|[^\S\n]{2,}")
STARTS = re.compile(r"[ \t]*\n[ \t]*")
BETWEEN_POINTS = re.compile(r"^(- .*)\n\n(?=- )", re.MULTILINE)
GAPS = re.compile(r"\n{3,}")
# Found fast in what is nearly always clean.
SUSPECT = re.compile(r"[^\n\x20-\x7e\u00c0-\u017f\u2010-\u2027\u2030-\u205e\u20ac£°½¼]")


def visible(text: str) -> str:
    """Without control characters, turns of direction, lone surrogates and other hidden ones.

    Ends of lines stay, as "\\n"; any other white space becomes a space.
    """
    if SUSPECT.search(text) is None:
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        letter
        if letter == "\n" or letter in JOINERS
        else " "
        if letter.isspace()
        else ""
        if unicodedata.category(letter) in HIDDEN
        else letter
        for letter in text
    )


def plain(text: str) -> str:
    """One line of plain text: names, titles, addresses.

    Markup is left out, entities are written as what they stand for (twice written ones, too).
    """
    return " ".join(clean(text).split())


def clean(text: str) -> str:
    """Plain text with paragraphs, from HTML or from plain text.

    Scripts, styles and drawings go with what is in them; other tags leave their words. A link
    whose words don't say where it leads has its address after it. Reads the first 500,000
    characters.
    """
    text = visible(text[:LONGEST_READ])
    if "<" not in text and "&" not in text and "\n" not in text:
        return SPACES.sub(" ", text).strip() if "  " in text else text.strip()
    if text.count("<") + text.count("&") > MOST_MARKS:
        text = html.unescape(TAG.sub(" ", text))
    elif TAG.search(text):
        text = _without_tags(text)
    elif ENTITY.search(text):
        text = html.unescape(text)
    if ENTITY.search(text):
        # Written twice, as in "&amp;nbsp;". What comes out is text, whatever it looks like.
        text = html.unescape(text)
    text = SPACES.sub(" ", visible(text))
    text = GAPS.sub("\n\n", STARTS.sub("\n", text)).strip()
    return BETWEEN_POINTS.sub(r"\1\n", text)


def _without_tags(text: str) -> str:
    safe = nh3.clean(
        text,
        tags=KEPT,
        clean_content_tags=DROPPED_WHOLE,
        attributes={"a": {"href"}},
        url_schemes=SCHEMES,
        link_rel=None,
    )
    return _Writer().written(safe)


class _Writer:
    """Writes cleaned HTML as plain text.

    What the cleaning gives has every "<" of the text escaped and every attribute in quotes, so
    that its tags are found by a pattern; the standard library's parser takes minutes over half a
    megabyte of "&".
    """

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._href = ""
        self._link_from = 0
        # A paragraph inside a point begins no paragraph of its own.
        self._point_opens = False
        self._in_points = 0

    def written(self, safe: str) -> str:
        """The whole text."""
        at = 0
        for tag in CLEANED_TAG.finditer(safe):
            self._words(safe[at : tag.start()])
            if tag[1]:
                self._end(tag[2])
            else:
                self._begin(tag[2], html.unescape(tag[3] or ""))
            at = tag.end()
        self._words(safe[at:])
        return "".join(self.parts)

    def _begin(self, tag: str, href: str) -> None:
        """Begin a line, a paragraph, a point or a link."""
        if tag == "a":
            self._href = href
            self._link_from = len(self.parts)
        elif tag in POINTS:
            self.parts.append("\n- ")
            self._point_opens = True
            self._in_points += 1
        elif tag in CELLS:
            self.parts.append(" ")
        elif not self._point_opens:
            self.parts.append("\n" if tag in LINES else "\n\n")

    def _end(self, tag: str) -> None:
        """End a paragraph or a link."""
        if tag == "a":
            self._end_link()
        elif tag in POINTS:
            self._in_points -= 1
        elif tag not in LINES | INLINE:
            self.parts.append("\n" if self._in_points or tag in {"ul", "ol"} else "\n\n")

    def _words(self, data: str) -> None:
        """Words: white space in HTML is a space."""
        words = html.unescape(WHITE.sub(" ", data))
        if words.strip():
            self._point_opens = False
        self.parts.append(words)

    def _end_link(self) -> None:
        words = "".join(self.parts[self._link_from :])
        address = self._href.removeprefix("mailto:").removeprefix("tel:").strip()
        self._href = ""
        short = re.sub(r"^https?://(www\.)?", "", address).rstrip("/")
        if short and short.replace(" ", "") not in words.replace(" ", ""):
            self.parts.append(f" ({address})")
