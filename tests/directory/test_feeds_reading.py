"""JSON out of a stream: whole, cut, broken, nested, huge, and in flat memory."""

import io
import json
import subprocess
import sys
import textwrap
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintel.directory.feeds.reading import CUT_OFF, Reader, TooLarge, Unreadable


class Dripping:
    """A stream that gives so many bytes at a time."""

    def __init__(self, raw: bytes, each: int) -> None:
        self.raw, self.each = io.BytesIO(raw), each

    def read(self, size: int, /) -> bytes:
        return self.raw.read(self.each)


def read(raw: bytes | str, each: int = 10**6) -> tuple[list[Any], Reader]:
    reader = Reader(Dripping(raw.encode() if isinstance(raw, str) else raw, each))
    return list(reader.items()), reader


@pytest.mark.parametrize("each", [1, 2, 7, 1000])
def test_pages_lists_and_single_entries(each: int) -> None:
    page = '\ufeff {"total_items":2, "contents":[{"a":"]\\""} , {"a":[1,{}]}], "last_page":true}'
    found, reader = read(page, each)
    assert found == [{"a": ']"'}, {"a": [1, {}]}]
    assert reader.meta == {"total_items": 2, "last_page": True}
    assert read('[{"a":1},{"a":2}]', each)[0] == [{"a": 1}, {"a": 2}]
    assert read('{"content":[{"a":1}]}', each)[0] == [{"a": 1}]
    assert read('{"id":"1","name":"x"}', each)[0] == [{"id": "1", "name": "x"}]
    assert read('{"version":"3.0"}', each)[0] == []


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(st.text(), json_values, max_size=4)), st.integers(1, 40))
def test_it_reads_what_json_reads(entries: list[Any], each: int) -> None:
    found, reader = read(json.dumps(entries), each)
    assert found == entries
    assert not reader.cut


@given(st.data())
def test_whatever_is_cut_off_the_entries_before_it_are_good(data: st.DataObject) -> None:
    entries = [{"id": str(n), "name": 'x"]}\\', "in": [{"é": n}]} for n in range(6)]
    raw = json.dumps({"contents": entries, "total_items": 6}, ensure_ascii=False).encode()
    at = data.draw(st.integers(1, len(raw) - 1))
    found, reader = read(raw[:at], data.draw(st.integers(1, 50)))
    good = [one for one in found if not isinstance(one, Unreadable)]
    assert good == entries[: len(good)]
    assert reader.cut == CUT_OFF
    whole = raw[:at].count(b"}]}")
    assert len(good) >= min(whole, 6) - 1


BROKEN = {
    "a word that is none": b"nope",
    "half a word": b"tru",
    "a number that is none": b"1.2.3",
    "a number of 5,000 digits": b"9" * 5000,
    "nested too deeply": b'[{"b":' * 100_000 + b"1" + b"}]" * 100_000,
    "longer than an entry": b'"' + b'x\\"' * 2_500_000 + b'"',
    "a key that is none": b"{1:2}",
}


@pytest.mark.parametrize("what", BROKEN)
def test_an_entry_that_cant_be_read_is_stepped_over(what: str) -> None:
    found, reader = read(b'[{"a":1},{"a":' + BROKEN[what] + b'},{"a":"]}"}]')
    assert (found[0], found[2]) == ({"a": 1}, {"a": "]}"})
    assert isinstance(found[1], Unreadable)
    assert not reader.cut


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"<!doctype html>", "web page"),
        (b"", "empty"),
        (b" \n\x00 ", "empty"),
        (b"No such page", "not JSON"),
        (b'[{"a":1}', "cut off"),
        (b'[{"a":1}}]', "breaks off"),
        (b'{"contents":[{"a":1}]', "cut off"),
        (b'{"contents"', "cut off"),
        (b"{oops:1}", "breaks off"),
    ],
)
def test_why_reading_ended_is_said(raw: bytes, words: str) -> None:
    assert words in read(raw)[1].cut


def test_text_as_others_write_it() -> None:
    assert read('[{"a":"é"}]'.encode("utf-16"))[0] == [{"a": "é"}]
    assert read(b'[{"a":"caf\xe9 \x92s"}]')[0] == [{"a": "café ’s"}]
    assert read(b'[{"a":"two\nlines\tand \x01"}]')[0] == [{"a": "two\nlines\tand \x01"}]
    assert read(b'[{"a":1},]')[0] == [{"a": 1}]


def test_what_is_too_large_is_left() -> None:
    with pytest.raises(TooLarge):
        list(Reader(io.BytesIO(b"[" + b'{"a":1},' * 200_000), most_bytes=10_000).items())


FLAT = """
import io, json, resource
from lintel.directory.feeds.reading import Reader

class Endless:
    def __init__(self, megabytes):
        row = json.dumps({"id": "x", "name": "n", "description": "words " * 400, "s": [{}] * 40})
        self.chunk = (row + ",").encode() * 25
        self.left = megabytes * 2**20
        self.begun = False
    def read(self, size):
        if not self.begun:
            self.begun = True
            return b'{"contents":['
        if self.left <= 0:
            return b""
        self.left -= len(self.chunk)
        return self.chunk

def most():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

sum(1 for _ in Reader(Endless(2)).items())
before = most()
reader = Reader(Endless(100))
rows = sum(1 for _ in reader.items())
print(rows, reader.bytes, most() - before)
"""


def test_a_hundred_megabytes_take_no_memory() -> None:
    """In a process of its own: what others used before would hide what this one needs."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(FLAT)], capture_output=True, text=True, check=True
    )
    rows, came, grown = map(float, done.stdout.split())
    assert rows > 30_000
    assert came > 100 * 2**20
    assert grown < 16, f"{grown} MB more"
