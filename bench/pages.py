"""Signed-in pages against a trivial signed-in page, on the same server, under the same load."""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.measure import Figure

CLIENTS = 4
REQUESTS = 60


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(port: int) -> Iterator[None]:
    """Two gunicorn processes of the product, with the floor beside it."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "lintel.config.wsgi:application"),
            *("--bind", f"127.0.0.1:{port}", "--workers", "2", "--worker-class", "sync"),
            *("--log-level", "error", "--no-control-socket", "--timeout", "120"),
        ],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "bench.settings", "LINTEL_DEMO": "1"},
    )
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), 0.2).close()
                break
            except OSError:
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(20)


def session_of(worker_id: int) -> str:
    """A session in which this worker is signed in; returns the cookie's value."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from lintel.agencies.models import User

    user = User.objects.using("owner").get(worker__pk=worker_id)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def _load(port: int, path: str, cookies: list[str], times: list[float]) -> None:
    """Ask for the page again and again, as one browser after another."""
    for number in range(REQUESTS):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        cookie = cookies[number % len(cookies)]
        start = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": f"sessionid={cookie}"})
        response = connection.getresponse()
        response.read()
        times.append(time.perf_counter() - start)
        connection.close()
        if response.status != 200:
            raise AssertionError(f"{path}: {response.status}")


def _many(port: int, path: str, cookies: list[str]) -> list[float]:
    times: list[list[float]] = [[] for _ in range(CLIENTS)]
    threads = [
        threading.Thread(target=_load, args=(port, path, cookies[n::CLIENTS] or cookies, times[n]))
        for n in range(CLIENTS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(t for some in times for t in some)


def _one(port: int, path: str, cookies: list[str]) -> list[float]:
    times: list[float] = []
    _load(port, path, cookies, times)
    return sorted(times)


def figures(pages: dict[str, tuple[str, list[int]]]) -> list[Figure]:
    """Each page (name -> path, workers) against the floor: alone, then with four at once.

    The ratio is of medians, the floor measured before and after each page.
    """
    port = free_port()
    result = []
    with server(port):
        for name, (path, workers) in pages.items():
            cookies = [session_of(worker) for worker in workers]
            for label, load in (("one at a time", _one), (f"{CLIENTS} at once", _many)):
                load(port, path, cookies)
                floor = load(port, "/bench/floor", cookies)
                ours = load(port, path, cookies)
                floor += load(port, "/bench/floor", cookies)
                a, b = statistics.median(ours), statistics.median(floor)
                p99 = ours[int(len(ours) * 0.99) - 1]
                result.append(
                    Figure(
                        f"{name}, {label}",
                        a * 1e6,
                        b * 1e6,
                        a / b,
                        3,
                        f"p99 is {p99 / a:.1f}x the median",
                    )
                )
    return result
