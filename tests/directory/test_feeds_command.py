"""`lintel import feed`: a file or an address, as a feed by its name."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from lintel.directory.models import Feed, FeedRun, Service
from tests.directory.feed_server import Answer, serving
from tests.directory.test_feeds_web import entry

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("import_feed", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "services.json"
    path.write_text(json.dumps([entry(1), entry(2, name=""), entry(3, email="")]))
    return path


def test_a_file_is_read_as_a_feed_that_it_makes(file: Path) -> None:
    said = run(str(file), "--feed", "Next door", "--shape", "v1")
    assert "3 read: 2 added, 0 changed, 0 unchanged, 1 kept out, 1 mended, 0 gone." in said
    assert Service.objects.filter(feed=Feed.objects.get(name="Next door")).count() == 2
    again = run(str(file), "--feed", "next DOOR", "--faults")
    assert "3 read: 0 added, 0 changed, 2 unchanged" in again
    assert "The e-mail address is blank" in again
    assert FeedRun.objects.count() == 2


def test_an_address_is_read(settings: Any) -> None:
    settings.LINTEL_FEEDS_PRIVATE = True
    with serving(lambda path, query: Answer([entry(1)])) as server:
        said = run(f"{server.url}/services", "--feed", "Next door", "--shape", "3.0")
    assert "1 added" in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.json", "--feed", "X", "--shape", "v1"], "There is no file"),
        (["ftp://x.org/a", "--feed", "X", "--shape", "v1"], "starts with https://"),
        (["http://127.0.0.1:9/a", "--feed", "X", "--shape", "v1"], "private network"),
    ],
)
def test_what_cant_be_read_is_said(arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        run(*arguments)


def test_a_new_feed_needs_its_shape(file: Path) -> None:
    with pytest.raises(CommandError, match="Say its --shape"):
        run(str(file), "--feed", "Next door")


def test_a_cut_file_says_so(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(CommandError, match="cut off"):
        run(str(file), "--feed", "Next door", "--shape", "v1")
    assert Service.objects.count() >= 1
