"""A web server that a test scripts: what it answers to each path, and how it breaks off."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Answer:
    """One answer. `cut`: so many bytes come, of the length that was said, and then nothing."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None

    @property
    def bytes(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Script = Callable[[str, dict[str, str]], Answer]


class Server:
    """A running server. `asked`: every path, in order."""

    def __init__(self, script: Script) -> None:
        self.asked: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer.asked.append(self.path)
                parts = urlsplit(self.path)
                query = {key: values[0] for key, values in parse_qs(parts.query).items()}
                answer = script(parts.path, query)
                body = answer.bytes
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body if answer.cut is None else body[: answer.cut])
                if answer.cut is not None:
                    self.close_connection = True

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def running(self) -> Iterator["Server"]:
        thread = Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()


@contextmanager
def serving(script: Script) -> Iterator[Server]:
    """A server that answers by the script, for as long as the block lasts."""
    with Server(script).running() as server:
        yield server


@contextmanager
def trickling(begins: bytes) -> Iterator[str]:
    """The address of a server that answers so, and then with a space at a time for 15 seconds."""

    def answer(asker: socket.socket) -> None:
        with asker, suppress(OSError):
            asker.recv(65536)
            asker.sendall(begins)
            for _ in range(300):
                asker.sendall(b" ")
                time.sleep(0.05)

    def serve() -> None:
        with suppress(OSError):
            while True:
                Thread(target=answer, args=(door.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as door:
        Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}/services"
