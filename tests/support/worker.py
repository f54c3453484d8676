"""The real job worker, run to the end of its queue inside a test's process."""

from asyncio import events
from collections.abc import Iterator
from contextlib import contextmanager

from procrastinate.contrib.django import app


@contextmanager
def beside_a_browser() -> Iterator[None]:
    """Let asyncio start a loop although a browser's waits in this thread.

    The browser that tests share keeps its own event loop, asleep between two calls; asyncio takes
    the thread for busy all the same.
    """
    asleep = events._get_running_loop()
    events._set_running_loop(None)
    try:
        yield
    finally:
        events._set_running_loop(asleep)


def run_jobs() -> None:
    """Run all jobs that wait, on the real worker, as the application."""
    with beside_a_browser(), app.replace_connector(app.connector.get_worker_connector()):
        app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)
