"""A real mail server for tests, which answers what it is told to."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from threading import Event

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Mailbox:
    """Scripted answers, used up one a message, and what was accepted.

    `to_recipient` and `to_data` hold SMTP answers such as "451 later"; when a list is empty the
    answer is yes. `hold` keeps the answer to a message back until it is set, and `pause` for so
    many seconds.
    """

    to_recipient: list[str] = field(default_factory=list)
    to_data: list[str] = field(default_factory=list)
    accepted: list[Message] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    got_data: Event = field(default_factory=Event)
    hold: Event | None = None
    pause: float = 0.0
    port: int = 0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer to the name of a recipient."""
        if self.to_recipient:
            return self.to_recipient.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 yes"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Answer to a message."""
        if self.to_data:
            return self.to_data.pop(0)
        if self.pause:
            await asyncio.sleep(self.pause)
        self.accepted.append(message_from_bytes(envelope.content or b""))
        self.recipients.extend(envelope.rcpt_tos)
        self.got_data.set()
        if self.hold is not None:
            await server.loop.run_in_executor(None, self.hold.wait, 30)
        return "250 yes"


def free_port() -> int:
    """A local port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """Run the server on a free local port for a while."""
    box = Mailbox()
    box.port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        if box.hold is not None:
            box.hold.set()
        controller.stop()
