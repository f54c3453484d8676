"""Addresses of the feeds' pages."""

from django.urls import URLPattern, URLResolver, path

from lintel.directory.views import feeds

FEED = "feeds/<int:feed_id>/"
RUN = f"{FEED}readings/<int:run_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("feeds/", feeds.feeds, name="feeds"),
    path("feeds/add/", feeds.add, name="feed-add"),
    path(FEED, feeds.feed, name="feed"),
    path(f"{FEED}change/", feeds.change, name="feed-change"),
    path(f"{FEED}stop/", feeds.stop, name="feed-stop"),
    path(f"{FEED}restart/", feeds.restart, name="feed-restart"),
    path(f"{FEED}read/", feeds.read_now, name="feed-read"),
    path(RUN, feeds.run, name="feed-run"),
    path(f"{RUN}faults.csv", feeds.faults_file, name="feed-faults"),
    path(f"{RUN}take-out/", feeds.take_out, name="feed-take-out"),
]
