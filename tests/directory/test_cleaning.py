"""Text from elsewhere is plain, whatever was in it, and in good time."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintel.directory.cleaning import clean, plain, visible


@pytest.mark.parametrize(
    ("given_", "text"),
    [
        ("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree"),
        ("<ul><li><p>a</p></li><li>b</li></ul>c", "- a\n- b\nc"),
        ("<h2>Head</h2>words", "Head\n\nwords"),
        ("<script>alert(1)</script>Bob", "Bob"),
        ("<style>p{}</style><svg><text>x</text></svg>Bob", "Bob"),
        ("<img src=x onerror=alert(1)>Hi", "Hi"),
        ('<a href="https://x.org/a">here</a>', "here (https://x.org/a)"),
        ('<a href="https://www.x.org/">www.x.org</a>', "www.x.org"),
        ('<a href="mailto:a@x.org">a@x.org</a>', "a@x.org"),
        ('<a href="javascript:alert(1)">go</a>', "go"),
        ("Food &amp;amp; Support&nbsp;", "Food & Support"),
        ("&lt;b&gt;", "<b>"),
        ("a < b and c > d", "a < b and c > d"),
        ("under <750", "under <750"),
        ("A\u202eevil\u202c\x00\ud800 b\u200b", "Aevil b"),
        ("\U0001f469\u200d\U0001f469", "\U0001f469\u200d\U0001f469"),
        ("one\r\ntwo\n\n\n\n\nthree  four\t", "one\ntwo\n\nthree four"),
        ("", ""),
    ],
)
def test_clean(given_: str, text: str) -> None:
    assert clean(given_) == text


def test_plain_is_one_line() -> None:
    assert plain("<p>One</p>\n<ul><li>two</li></ul>") == "One - two"


@pytest.mark.parametrize(
    "bomb",
    [
        "<div>" * 100_000,
        "<b" * 200_000,
        "<p><b><i>" * 1300,
        "&" * 400_000 + "<p>",
        "<table><tr><td>" * 1300,
        "&amp;" * 100_000,
        "<!--" * 100_000,
        "x" * 50_000_000,
    ],
)
def test_nothing_takes_long(bomb: str) -> None:
    begun = time.perf_counter()
    clean(bomb)
    assert time.perf_counter() - begun < 5


@given(st.text())
def test_what_is_clean_has_nothing_hidden(text: str) -> None:
    found = clean(text)
    assert visible(found) == found
    found.encode()
