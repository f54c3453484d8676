"""The feeds' pages, as the partnership lead and others get them."""

import csv
import io
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from lintel.agencies.states import Role
from lintel.directory.feeds import rounds
from lintel.directory.feeds.run import alone, import_stream
from lintel.directory.models import Feed, FeedFault, FeedRun, Service
from lintel.directory.states import RunState, ServiceState
from lintel.kernel.actor import as_system
from tests import factories
from tests.directory.feed_server import Answer, serving
from tests.support.worker import run_jobs

pytestmark = pytest.mark.django_db
GOOD = {
    "name": "Next door",
    "url": "https://next-door.example/services",
    "version": "3.0",
    "licence": "OGL v3.0",
    "every_hours": "24",
}


def entry(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": str(UUID(int=number + 1)),
        "name": f"Warm room {number}",
        "status": "active",
        "schedules": [],
        "organization": {"id": "1", "name": "Kiln Street Centre"},
        **changes,
    }


def signed_in(*roles: Role) -> Client:
    worker = factories.worker(factories.team())
    for role in roles:
        factories.role(worker, role)
    client = Client()
    client.force_login(worker.user)
    return client


@pytest.fixture
def lead() -> Client:
    return signed_in(Role.PARTNERSHIP_LEAD)


@pytest.fixture
def feed() -> Feed:
    return Feed.objects.create(name="Next door", url="https://x.example/services", version="3.0")


def read(feed: Feed, entries: list[Any], *, days: int = 0) -> FeedRun:
    now = timezone.now() - timedelta(days=9 - days)
    return import_stream(feed, io.BytesIO(json.dumps(entries).encode()), now=now)


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_only_the_partnership_lead_looks_after_feeds(feed: Feed) -> None:
    run = read(feed, [entry(1)])
    client = signed_in(Role.MANAGER, Role.INFORMATION_LEAD)
    base = f"/directory/feeds/{feed.pk}/"
    for path in ("/directory/feeds/", "/directory/feeds/add/", base, f"{base}change/"):
        assert client.get(path).status_code == 403
    for path in (f"{base}readings/{run.pk}/", f"{base}readings/{run.pk}/faults.csv"):
        assert client.get(path).status_code == 403
    for path in ("restart/", "read/", "stop/", f"readings/{run.pk}/take-out/"):
        assert client.post(base + path).status_code == 403
    assert Client().get("/directory/feeds/").status_code == 302


def test_a_feed_is_added_and_its_reading_queued(lead: Client) -> None:
    answer = lead.post("/directory/feeds/add/", GOOD | {"_once": "k1"}, follow=True)
    assert "The feed is added" in text_of(answer)
    feed = Feed.objects.get()
    assert (feed.name, feed.every_hours) == ("Next door", 24)
    assert FeedRun.objects.get().state == RunState.RUNNING
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args, lock FROM procrastinate_jobs")
        (job,) = cursor.fetchall()
    assert job[0] == "directory.read_feed"
    assert (
        json.loads(job[1])
        if isinstance(job[1], str)
        else job[1] == {"run_id": FeedRun.objects.get().pk}
    )
    assert job[2] == f"directory.feed.{feed.pk}"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "Enter the directory’s name"),
        ({"url": "ftp://x"}, "Enter a web address that starts with https://"),
        ({"url": "https://me:secret@x.org/"}, "without a user name or password"),
        ({"version": "9"}, "Error: Add a feed"),
        ({"every_hours": "0"}, "How often is it read?"),
    ],
)
def test_what_is_wrong_with_a_feed_is_said(
    lead: Client, changes: dict[str, str], words: str
) -> None:
    answer = lead.post("/directory/feeds/add/", GOOD | changes | {"_once": "k1"})
    assert words in text_of(answer)
    assert not Feed.objects.exists()


def test_two_feeds_have_two_names(lead: Client, feed: Feed) -> None:
    answer = lead.post("/directory/feeds/add/", GOOD | {"_once": "k1", "name": "next DOOR"})
    assert "There is a feed of this name" in text_of(answer)


def test_a_feed_is_changed(lead: Client, feed: Feed) -> None:
    path = f"/directory/feeds/{feed.pk}/change/"
    assert 'value="Next door"' in text_of(lead.get(path))
    lead.post(path, GOOD | {"name": "The town", "every_hours": "168", "_once": "k1"})
    feed.refresh_from_db()
    assert (feed.name, feed.every_hours) == ("The town", 168)


def test_a_feed_is_read_now_and_not_twice_at_once(lead: Client, feed: Feed) -> None:
    path = f"/directory/feeds/{feed.pk}/read/"
    assert "Being read" in text_of(lead.post(path, follow=True))
    again = lead.post(path)
    assert again.status_code == 409
    assert "being read already" in text_of(again)
    assert FeedRun.objects.count() == 1


def test_a_reading_that_nobody_carries_on_is_no_hindrance(lead: Client, feed: Feed) -> None:
    lost = FeedRun.objects.create(feed=feed, started=timezone.now() - timedelta(hours=3))
    assert lead.post(f"/directory/feeds/{feed.pk}/read/").status_code == 302
    lost.refresh_from_db()
    assert lost.state == RunState.STOPPED
    assert FeedRun.objects.filter(state=RunState.RUNNING).count() == 1


def test_faults_are_listed_filtered_and_taken_away(lead: Client, feed: Feed) -> None:
    run = read(
        feed,
        [
            entry(1, name="=HYPERLINK(1)", url="nowhere at all"),
            entry(2, name=""),
            entry(3, email=""),
            entry(4, name="<b>Bold</b>"),
        ],
    )
    base = f"/directory/feeds/{feed.pk}/readings/{run.pk}/"
    page = text_of(lead.get(base))
    assert "This is no web address: left out. Web address: “nowhere at all”" in page
    assert "The entry has no name." in page
    kept_out = text_of(lead.get(f"{base}?outcome=kept_out"))
    assert "The entry has no name." in kept_out
    assert "Bold" not in kept_out.split("<table")[1]
    one = text_of(lead.get(f"{base}?code=blank_email"))
    assert "The e-mail address is blank" in one.split("<table")[1]
    assert lead.get(f"{base}?code=%27--&outcome=x&page=zz").status_code == 200
    answer = lead.get(f"{base}faults.csv?code=bad_url")
    rows = list(csv.reader(io.StringIO(answer.content.decode().lstrip("\ufeff"))))
    assert rows[0][0] == "Id in the feed"
    assert rows[1][1:3] == ["'=HYPERLINK(1)", "bad_url"]


def test_a_reading_of_another_feed_is_not_there(lead: Client, feed: Feed) -> None:
    run = read(feed, [entry(1)])
    other = Feed.objects.create(name="Far", url="https://y.example/", version="3.0")
    base = f"/directory/feeds/{other.pk}/readings/{run.pk}/"
    assert lead.get(base).status_code == 404
    assert lead.get(f"{base}faults.csv").status_code == 404
    assert lead.get("/directory/feeds/9999/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_lead_takes_out_what_is_held(lead: Client, feed: Feed) -> None:
    read(feed, [entry(n) for n in range(6)])
    run = read(feed, [entry(n) for n in range(3)], days=1)
    base = f"/directory/feeds/{feed.pk}/readings/{run.pk}/"
    page = text_of(lead.get(base))
    assert "3 of 6 entries are no longer in the feed" in page
    assert "Waits for you" in text_of(lead.get("/directory/feeds/"))
    assert "Much of it is gone: decide" in text_of(lead.get("/directory/gaps/feeds/"))
    assert "Take them out" in page
    lead.post(f"{base}take-out/")
    run_jobs()
    assert Service.objects.filter(state=ServiceState.PUBLISHED).count() == 3
    page = text_of(lead.get(base))
    assert "They were taken out." in page
    assert "Take them out" not in page
    assert lead.post(f"{base}take-out/").status_code == 409
    back = read(feed, [entry(n) for n in range(6)], days=2)
    assert (back.changed, back.unchanged) == (3, 3)


def test_what_is_held_is_asked_of_the_latest_reading_only(lead: Client, feed: Feed) -> None:
    read(feed, [entry(n) for n in range(6)])
    held = read(feed, [entry(n) for n in range(3)], days=1)
    read(feed, [entry(n) for n in range(6)], days=2)
    answer = lead.post(f"/directory/feeds/{feed.pk}/readings/{held.pk}/take-out/")
    assert answer.status_code == 409
    rounds.take_out_held(held.pk, now=timezone.now())
    assert Service.objects.filter(state=ServiceState.PUBLISHED).count() == 6


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("choice", "left"), [("keep", 2), ("take_out", 0)])
def test_a_feed_is_stopped_and_started_again(
    lead: Client, feed: Feed, choice: str, left: int
) -> None:
    read(feed, [entry(1), entry(2)])
    base = f"/directory/feeds/{feed.pk}/"
    assert "Error: Stop a feed" in text_of(lead.post(f"{base}stop/", {"_once": "j"}))
    lead.post(f"{base}stop/", {"entries": choice, "_once": "k"})
    run_jobs()
    assert Service.objects.filter(state=ServiceState.PUBLISHED).count() == left
    assert lead.post(f"{base}read/").status_code == 409
    assert lead.get(f"{base}stop/").status_code == 409
    assert "Start again" in text_of(lead.get(base))
    lead.post(f"{base}restart/")
    feed.refresh_from_db()
    assert feed.active
    assert lead.post(f"{base}restart/").status_code == 409


@pytest.mark.django_db(transaction=True)
def test_the_job_reads_what_is_due(settings: Any, feed: Feed) -> None:
    settings.LINTEL_FEEDS_PRIVATE = True
    body = {"contents": [entry(1), entry(2)], "total_items": 2, "last_page": True}
    with serving(lambda path, q: Answer(body)) as server:
        feed.url = f"{server.url}/services"
        feed.save()
        now = timezone.now()
        assert rounds.start_due(now=now) == 1
        assert rounds.start_due(now=now) == 0
        run_jobs()
        assert Service.objects.filter(feed=feed).count() == 2
        assert rounds.start_due(now=now + timedelta(hours=23)) == 0
        assert rounds.start_due(now=now + timedelta(hours=25)) == 1
        run_jobs()
    assert [run.state for run in FeedRun.objects.all()] == [RunState.DONE, RunState.DONE]
    assert FeedRun.objects.order_by("-pk")[0].unchanged == 2


@pytest.mark.django_db(transaction=True)
def test_the_job_says_what_it_could_not_read(feed: Feed) -> None:
    feed.url = "http://127.0.0.1:9/services"
    feed.save()
    rounds.start_due(now=timezone.now())
    run_jobs()
    run = FeedRun.objects.get()
    assert run.state == RunState.STOPPED
    assert run.words.startswith("The address is inside a private network")


def test_a_reading_that_ended_is_not_read_again(feed: Feed) -> None:
    run = read(feed, [entry(1)])
    rounds.read(run.pk, now=timezone.now())
    run.refresh_from_db()
    assert run.state == RunState.DONE


def test_feeds_that_are_stopped_or_come_as_files_are_not_due(feed: Feed) -> None:
    Feed.objects.update(active=False)
    Feed.objects.create(name="File", url="", version="v1")
    assert rounds.start_due(now=timezone.now()) == 0


def test_the_list_says_how_each_feed_stands(lead: Client, feed: Feed) -> None:
    read(feed, [entry(1), entry(2, name="")])
    Feed.objects.create(name="Never", url="https://y.example/", version="3.0")
    Feed.objects.create(name="Ended", url="https://z.example/", version="3.0", active=False)
    page = text_of(lead.get("/directory/feeds/"))
    assert "Not read yet" in page
    assert "Stopped" in page
    one = text_of(lead.get(f"/directory/feeds/{feed.pk}/"))
    assert "Read it now" in one
    with alone(feed.pk), as_system():
        assert FeedFault.objects.count() >= 1
