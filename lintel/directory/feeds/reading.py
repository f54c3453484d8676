"""Entries out of a stream of JSON, one after another: flat memory, however long the stream.

The standard library's decoder reads entry by entry out of a buffer. Streaming parsers by event
were tried and left: one bad number ends their reading, and the one at hand takes memory by the
square of the depth (400 KB of brackets ended the process). Here an entry that can't be read is
stepped over, and what was read before a cut is good.
"""

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

CHUNK = 256 * 1024
LARGEST_ENTRY = 4_000_000
MEGABYTE = 1024 * 1024
# The list of entries in a page: 3.0, v1, and what files are found to have.
LISTS = {"contents", "content", "services", "items", "data", "results"}
SPACE = re.compile(r"[\s\x00]*")
IN_STRING = re.compile(r'(?:[^"\\]++|\\.)*+', re.DOTALL)
MARKS = re.compile(r'["\[\]{}]')

NOT_JSON = "What came is not JSON."
WEB_PAGE = "What came is a web page, not a feed."
EMPTY = "What came is empty."
CUT_OFF = "It was cut off before its end."
BROKEN = "Its JSON breaks off: what comes after one place can’t be read."


class Stream(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An entry that was stepped over; `words` say why."""

    words: str


class TooLarge(Exception):
    """The stream is longer than it may be."""


def _old_windows(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8 are read as what Windows wrote: nothing else is ever meant."""
    assert isinstance(error, UnicodeDecodeError)
    wrong = error.object[error.start : error.end]
    return wrong.decode("cp1252", "replace"), error.end


codecs.register_error("lintel_old_windows", _old_windows)


class Reader:
    """Reads a page or a file. `items` gives what stands in its list; the rest is in `meta`.

    `cut`: why reading ended before the end, "" when it didn't; `listed`: whether there was a list.
    """

    def __init__(self, stream: Stream, *, most_bytes: int = 2**40) -> None:
        self._stream = stream
        self._most = most_bytes
        self._decoder: codecs.IncrementalDecoder | None = None
        # Control characters inside strings are common, and are cleaned later.
        self._json = json.JSONDecoder(strict=False)
        self._text = ""
        self._at = 0
        self._ended = False
        self.bytes = 0
        self.meta: dict[str, Any] = {}
        self.listed = False
        self.cut = ""

    def items(self) -> Iterator[Any]:
        """Each entry of the list: a JSON value, or Unreadable. One object alone is a list of it.

        Raises TooLarge when the stream is longer than it may be.
        """
        first = self._next()
        if first == "[":
            self._at += 1
            yield from self._entries()
        elif first == "{":
            self._at += 1
            yield from self._page()
            if not self.listed and "name" in self.meta and not self.cut:
                self.listed = True
                yield self.meta
        else:
            self.cut = WEB_PAGE if first == "<" else NOT_JSON if first else EMPTY

    # Buffer

    def _more(self, size: int = CHUNK) -> bool:
        """Read on into the buffer, dropping what was used; whether anything came."""
        if self._ended:
            return False
        came = self._stream.read(size)
        self.bytes += len(came)
        if self.bytes > self._most:
            raise TooLarge
        if self._decoder is None:
            self._decoder = _decoder_for(came)
        self._ended = not came
        self._text = self._text[self._at :] + self._decoder.decode(came, final=self._ended)
        self._at = 0
        return bool(came)

    def _next(self) -> str:
        """The next letter that isn't white space, "" at the end."""
        while True:
            found = SPACE.match(self._text, self._at)
            assert found is not None
            self._at = found.end()
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _value(self) -> Any:
        """The JSON value that begins here, or Unreadable if it can't be read."""
        size = CHUNK
        while True:
            try:
                value, end = self._json.raw_decode(self._text, self._at)
            except RecursionError:
                return self._step_over("It is nested too deeply.")
            except ValueError as error:
                # Either it is wrong, or it goes on after what is in the buffer.
                if len(self._text) - self._at > LARGEST_ENTRY:
                    return self._step_over("It is longer than four million characters.")
                size = min(size * 2, MEGABYTE)
                if self._more(size):
                    continue
                if _cut_short(error, self._text):
                    self.cut = CUT_OFF
                    return None
                return self._step_over("Its JSON is wrong.")
            self._at = end
            return value

    # Structure

    def _entries(self) -> Iterator[Any]:
        """The values of a list whose bracket was read."""
        self.listed = True
        while True:
            mark = self._next()
            if mark == ",":
                self._at += 1
            elif mark == "]":
                self._at += 1
                return
            elif not mark:
                self.cut = CUT_OFF
                return
            elif mark in "}:":
                self.cut = BROKEN
                return
            else:
                value = self._value()
                if self.cut:
                    return
                yield value

    def _page(self) -> Iterator[Any]:
        """An object whose brace was read: the entries of its list, the rest into `meta`."""
        while True:
            mark = self._next()
            if mark == ",":
                self._at += 1
                continue
            if mark == "}":
                self._at += 1
                return
            if mark != '"':
                self.cut = BROKEN if mark else CUT_OFF
                return
            key = self._value()
            if self.cut or not isinstance(key, str) or self._next() != ":":
                self.cut = self.cut or (BROKEN if self._next() else CUT_OFF)
                return
            self._at += 1
            if self._next() == "[" and key in LISTS and not self.listed:
                self._at += 1
                yield from self._entries()
            else:
                self.meta[key] = self._value()
            if self.cut:
                return

    def _step_over(self, words: str) -> Unreadable:
        """Go past the value that begins here, whatever is in it, by its strings and brackets."""
        depth, first = 0, True
        while first or depth:
            found = MARKS.search(self._text, self._at)
            if found is None or (first and found.start() != self._at):
                if first:
                    return self._step_over_scalar(words)
                self._at = len(self._text)
                if not self._more():
                    self.cut = CUT_OFF
                    break
                continue
            self._at = found.end()
            first = False
            if found[0] == '"':
                if not self._step_over_string():
                    self.cut = CUT_OFF
                    break
            else:
                depth += 1 if found[0] in "[{" else -1
        return Unreadable(words)

    def _step_over_scalar(self, words: str) -> Unreadable:
        """A word or number that is none: up to the next comma or bracket."""
        while True:
            found = re.compile(r"[,\]}]").search(self._text, self._at)
            if found is not None:
                self._at = found.start()
                return Unreadable(words)
            self._at = len(self._text)
            if not self._more():
                self.cut = CUT_OFF
                return Unreadable(words)

    def _step_over_string(self) -> bool:
        """Go past the end of the string that was begun; whether it has one."""
        while True:
            found = IN_STRING.match(self._text, self._at)
            assert found is not None
            self._at = found.end()
            if self._at < len(self._text) and self._text[self._at] == '"':
                self._at += 1
                return True
            # What is left may be a backslash whose letter hasn't come yet.
            if not self._more():
                return False


def _cut_short(error: ValueError, text: str) -> bool:
    """Whether the stream's end, not a fault before it, is why a value can't be read."""
    if not isinstance(error, json.JSONDecodeError):
        return False
    return error.msg.startswith("Unterminated") or error.pos >= len(text.rstrip()) - 1


def _decoder_for(first: bytes) -> codecs.IncrementalDecoder:
    """By the mark at the start: UTF-16 where it says so, else UTF-8."""
    wide = first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if wide:
        return codecs.getincrementaldecoder("utf-16")("replace")
    return codecs.getincrementaldecoder("utf-8-sig")("lintel_old_windows")
