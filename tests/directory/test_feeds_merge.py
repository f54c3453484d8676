"""Feeds put into the directory: counts, a second run, what is gone, and what is cut off."""

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from lintel.directory.feeds import run as running
from lintel.directory.feeds.run import Busy, alone, import_stream
from lintel.directory.models import (
    At,
    Feed,
    FeedFault,
    FeedRun,
    Opening,
    Organisation,
    Postcode,
    Service,
    Version,
)
from lintel.directory.states import FeedVersion, RunState, ServiceState
from lintel.kernel.actor import as_system
from tests.support import shared

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ORGANISATION = {"id": str(UUID(int=7)), "name": "Kiln Street Centre", "description": "A hall."}


def entry(number: int, **changes: Any) -> dict[str, Any]:
    """A good entry of a 3.0 feed."""
    return {
        "id": str(UUID(int=1000 + number)),
        "name": f"Warm room {number}",
        "description": "<p>Tea &amp; company.</p>",
        "status": "active",
        "organization": ORGANISATION,
    } | changes


@pytest.fixture
def feed() -> Feed:
    return Feed.objects.create(name="Next door", url="https://x.example/services", version="3.0")


def read(feed: Feed, entries: Any, *, days: int = 0) -> FeedRun:
    """Import the entries; text is taken as it stands."""
    raw = entries if isinstance(entries, bytes) else json.dumps(entries).encode()
    return import_stream(feed, io.BytesIO(raw), now=NOW + timedelta(days=days))


def counts(run: FeedRun) -> dict[str, int]:
    """The counts of a run that aren't nothing."""
    names = ("read", "added", "changed", "unchanged", "kept_out", "mended", "gone")
    return {name: getattr(run, name) for name in names if getattr(run, name)}


def published(feed: Feed) -> list[str]:
    rows = Service.objects.filter(feed=feed, state=ServiceState.PUBLISHED)
    return list(rows.order_by("name").values_list("name", flat=True))


def codes(run: FeedRun) -> list[str]:
    return sorted(FeedFault.objects.filter(run=run).values_list("code", flat=True))


def everything() -> dict[str, list[Any]]:
    """All rows that a feed fills, as they stand."""
    with as_system():
        return {
            model.__name__: list(model.objects.order_by("pk").values())
            for model in (Organisation, Service, Version, At, Opening)
        }


def test_a_feed_is_put_into_the_directory(feed: Feed) -> None:
    run = read(feed, {"total_items": 2, "contents": [entry(1), entry(2)]})
    assert run.state == RunState.DONE
    assert counts(run) == {"read": 2, "added": 2}
    service = Service.objects.get(feed_key=str(UUID(int=1001)))
    assert (service.pk, service.name) == (UUID(int=1001), "Warm room 1")
    assert service.document["description"] == "Tea & company."
    assert service.organisation.name == "Kiln Street Centre"
    assert service.slug.startswith("warm-room-1-")
    assert Organisation.objects.get().pk == UUID(int=7)


def test_a_second_run_changes_nothing(feed: Feed) -> None:
    entries = [entry(1), entry(2, name=""), entry(3, url="www.x.org"), {"id": "x", "name": "Y"}]
    first = read(feed, entries)
    before = everything()
    second = read(feed, entries, days=1)
    assert counts(first) == {"read": 4, "added": 3, "kept_out": 1, "mended": 2}
    assert counts(second) == {"read": 4, "unchanged": 3, "kept_out": 1, "mended": 2}
    assert everything() == before
    assert codes(first) == codes(second)


def test_what_changed_is_changed_and_its_former_text_kept(feed: Feed) -> None:
    read(feed, [entry(1), entry(2)])
    run = read(feed, [entry(1, description="Coffee."), entry(2)], days=1)
    assert counts(run) == {"read": 2, "changed": 1, "unchanged": 1}
    with as_system():
        versions = Version.objects.filter(service_id=UUID(int=1001)).order_by("number")
        said = [v.document["entry"]["description"] for v in versions]
    assert said == ["Tea & company.", "Coffee."]
    assert [v.made_by_id for v in versions] == [None, None]


def test_a_renamed_organisation_is_found_by_its_new_name(feed: Feed) -> None:
    read(feed, [entry(1)])
    run = read(feed, [entry(1, organization=ORGANISATION | {"name": "The Kiln"})], days=1)
    assert counts(run) == {"read": 1, "changed": 1}
    assert Service.objects.get().words.startswith("The Kiln")


def test_the_first_of_two_with_one_id_counts(feed: Feed) -> None:
    run = read(feed, [entry(1), entry(1, name="Another")])
    assert counts(run) == {"read": 2, "added": 1, "kept_out": 1}
    assert published(feed) == ["Warm room 1"]
    fault = FeedFault.objects.get(run=run)
    assert (fault.code, fault.name, fault.kept_out) == ("repeated_id", "Another", True)


def test_one_uuid_written_in_two_ways_makes_two_entries(feed: Feed) -> None:
    low = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
    run = read(feed, [entry(1, id=low), entry(2, id=low.upper())])
    assert counts(run)["added"] == 2
    assert "id_taken" in codes(run)


def test_an_id_of_somebody_elses_entry_takes_nothing_over(feed: Feed) -> None:
    read(feed, [entry(1)])
    other = Feed.objects.create(name="Far", url="https://y.example/", version="3.0")
    run = read(other, [entry(1, name="Mine now")])
    assert codes(run) == ["id_taken"]
    assert published(feed) == ["Warm room 1"]
    assert published(other) == ["Mine now"]
    assert counts(read(other, [entry(1, name="Mine now")], days=1))["unchanged"] == 1


def test_an_entry_of_our_own_that_comes_back_is_left_out(feed: Feed) -> None:
    """Two directories that read each other."""
    runs = Organisation.objects.create(name="Ours")
    own = Service.objects.create(
        pk=UUID(int=1001), slug="ours", organisation=runs, modified=NOW, state="new"
    )
    run = read(feed, [entry(1, name="Ours, back"), entry(2)])
    assert counts(run) == {"read": 2, "added": 1, "kept_out": 1}
    assert codes(run) == ["own_entry"]
    own.refresh_from_db()
    assert (own.feed_id, own.name) == (None, "")


def test_services_without_an_organisation_stand_under_one_for_the_feed(feed: Feed) -> None:
    run = read(feed, [entry(1, organization=None), entry(2, organization={"id": "7"})])
    assert codes(run) == ["no_organisation", "no_organisation"]
    assert Organisation.objects.get().name == "Organisation not stated"


def test_old_lists_of_faults_go(feed: Feed) -> None:
    old = read(feed, [entry(1, email="")])
    read(feed, [entry(1, email="")], days=60)
    assert codes(old) == ["blank_email"]
    read(feed, [entry(1, email="")], days=91)
    assert codes(old) == []
    assert FeedFault.objects.count() == 2
    old.refresh_from_db()
    assert old.mended == 1


def test_what_is_gone_is_taken_out_and_comes_back(feed: Feed) -> None:
    entries = [entry(n) for n in range(10)]
    read(feed, entries)
    run = read(feed, entries[:-1], days=1)
    assert counts(run) == {"read": 9, "unchanged": 9, "gone": 1}
    assert len(published(feed)) == 9
    assert FeedFault.objects.get(run=run).code == "gone"
    back = read(feed, entries, days=2)
    assert counts(back) == {"read": 10, "changed": 1, "unchanged": 9}
    assert len(published(feed)) == 10


def test_an_entry_that_is_kept_out_is_not_gone(feed: Feed) -> None:
    entries = [entry(n) for n in range(10)]
    read(feed, entries)
    run = read(feed, [*entries[:-1], entry(9, name=" ")], days=1)
    assert counts(run) == {"read": 10, "unchanged": 9, "kept_out": 1}
    assert len(published(feed)) == 10


def test_when_much_is_gone_a_lead_is_asked_first(feed: Feed) -> None:
    entries = [entry(n) for n in range(10)]
    read(feed, entries)
    run = read(feed, entries[:6], days=1)
    assert counts(run) == {"read": 6, "unchanged": 6}
    assert "4 of 10 entries are no longer in the feed" in run.words
    assert codes(run) == ["gone_held"] * 4
    assert len(published(feed)) == 10


def test_an_empty_feed_takes_nothing_out(feed: Feed) -> None:
    read(feed, [entry(1)])
    run = read(feed, {"total_items": 0, "contents": []}, days=1)
    assert run.state == RunState.DONE
    assert published(feed) == ["Warm room 1"]


@pytest.mark.parametrize("tail", [b"", b'{"id": "x', b"]}}", b"<html>"])
def test_a_feed_that_is_cut_off_keeps_what_came_and_takes_nothing_out(
    feed: Feed, tail: bytes
) -> None:
    read(feed, [entry(n) for n in range(20)])
    raw = b'{"contents":[' + b"".join(
        json.dumps(entry(n, description="New")).encode() + b"," for n in range(19)
    )
    run = read(feed, raw + tail, days=1)
    if tail != b"]}}":  # a list that is closed one brace too often is whole
        assert run.state == RunState.STOPPED
        assert "nothing was taken out" in run.words
        assert len(published(feed)) == 20
    assert run.changed == 19


def test_a_feed_that_says_it_has_more_takes_nothing_out(feed: Feed) -> None:
    read(feed, [entry(n) for n in range(10)])
    run = read(feed, {"total_items": 500, "contents": [entry(n) for n in range(9)]}, days=1)
    assert run.state == RunState.DONE
    assert run.words == "The feed says that it has 500; 9 came. So nothing was taken out."
    assert len(published(feed)) == 10


def test_what_a_lead_took_out_by_hand_stays_out(feed: Feed) -> None:
    from lintel.directory.actions.publishing import take_out

    read(feed, [entry(1), entry(2)])
    with as_system():
        take_out(Service.objects.get(pk=UUID(int=1001)), now=NOW)
    run = read(feed, [entry(1, description="Changed"), entry(2)], days=1)
    assert counts(run) == {"read": 2, "unchanged": 2}
    assert published(feed) == ["Warm room 2"]


def test_an_entry_that_breaks_the_reader_stops_nothing(
    feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = running.v3.read

    def breaks(raw: Any, **more: Any) -> Any:
        if raw["name"] == "Warm room 2":
            raise ZeroDivisionError
        return real(raw, **more)

    monkeypatch.setattr(running.v3, "read", breaks)
    run = read(feed, [entry(1), entry(2), entry(3)])
    assert counts(run) == {"read": 3, "added": 2, "kept_out": 1}
    assert codes(run) == ["not_understood"]


def test_points_come_from_postcodes_when_the_feed_has_none(feed: Feed) -> None:
    with as_system():
        Postcode.objects.create(code="QX1 2AB", lon=-1.5, lat=53.5)
    at = {"location": {"addresses": [{"address_1": "1 Kiln St", "postal_code": "qx12ab"}]}}
    read(feed, [entry(1, service_at_locations=[at])])
    found = At.objects.get()
    assert (found.lon, found.lat) == (-1.5, 53.5)
    assert counts(read(feed, [entry(1, service_at_locations=[at])]))["unchanged"] == 1


def test_one_location_of_two_services_is_no_clash(feed: Feed) -> None:
    at = {"id": str(UUID(int=1)), "location": {"id": str(UUID(int=2)), "name": "Hall"}}
    run = read(feed, [entry(n, service_at_locations=[at]) for n in (1, 2)])
    assert counts(run) == {"read": 2, "added": 2}
    assert {row.location_id for row in At.objects.all()} == {UUID(int=2)}
    assert At.objects.count() == 2


def test_a_killed_run_is_gone_on_with(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "BATCH", 3)
    entries = [entry(n) for n in range(10)]
    real = running.Run._merge
    batches = []

    def dies(self: Any, batch: Any, merger: Any) -> None:
        batches.append(batch)
        if len(batches) == 3:
            raise KeyboardInterrupt
        real(self, batch, merger)

    monkeypatch.setattr(running.Run, "_merge", dies)
    with pytest.raises(KeyboardInterrupt):
        read(feed, entries)
    killed = FeedRun.objects.get()
    assert (killed.state, killed.read, killed.added) == (RunState.RUNNING, 6, 6)
    monkeypatch.setattr(running.Run, "_merge", real)
    run = read(feed, entries, days=1)
    assert counts(run) == {"read": 10, "added": 4, "unchanged": 6}
    killed.refresh_from_db()
    assert killed.state == RunState.STOPPED


def test_a_feed_that_is_stopped_meanwhile_is_read_no_further(
    feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "BATCH", 2)
    real = running.Run._merge

    def stops(self: Any, batch: Any, merger: Any) -> None:
        real(self, batch, merger)
        Feed.objects.update(active=False)

    monkeypatch.setattr(running.Run, "_merge", stops)
    run = read(feed, [entry(n) for n in range(6)])
    assert (run.state, run.read) == (RunState.STOPPED, 2)
    assert run.words.startswith("The feed was stopped.")


def test_a_feed_is_read_by_one_process_at_a_time(feed: Feed, transactional_db: None) -> None:
    from threading import Thread

    from django.db import connection

    caught: list[BaseException] = []

    def other() -> None:
        try:
            read(feed, [entry(1)])
        except BaseException as error:
            caught.append(error)
        finally:
            connection.close()

    with alone(feed.pk):
        thread = Thread(target=other)
        thread.start()
        thread.join()
    assert isinstance(caught[0], Busy)
    assert read(feed, [entry(1)]).added == 1


def test_the_real_feed(feed: Feed) -> None:
    path = shared.needed("oruk", "bristol-v1.json")
    feed.version = FeedVersion.V1
    with path.open("rb") as file:
        run = import_stream(feed, file, now=NOW)
    assert run.state == RunState.DONE
    assert (run.read, run.added, run.kept_out) == (819, 817, 2)
    found = codes(run)
    assert {code: found.count(code) for code in ("no_name", "repeated_id", "no_organisation")} == {
        "no_name": 1,
        "repeated_id": 1,
        # The entry without a name has none either, and is kept out.
        "no_organisation": 6,
    }
    assert found.count("blank_email") >= 220
    assert found.count("url_mended") >= 50
    names = FeedFault.objects.filter(run=run, code="bad_url").values_list("words", flat=True)
    assert any("Warmley Community Centre" in words for words in names)
    before = everything()
    with path.open("rb") as file:
        again = import_stream(feed, file, now=NOW + timedelta(days=1))
    assert counts(again) == {"read": 819, "unchanged": 817, "kept_out": 2, "mended": run.mended}
    assert everything() == before
    for document in Service.objects.filter(feed=feed).values_list("document", flat=True):
        assert "<p" not in document["description"]
        assert "&nbsp;" not in document["description"]
