"""Keeps a few child processes running: restarts one that ends, stops all at the end."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lintel.kernel.embedded.process import die_with_parent

FIRST_WAIT = 1.0
LONGEST_WAIT = 30.0
STEADY_AFTER = 60.0
"""A child that ran this many seconds was well: its next restart is quick again."""


@dataclass
class Child:
    """One process to keep running."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    when_orphaned: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    wait: float = FIRST_WAIT
    due: float = 0.0

    def start(self) -> None:
        """Start it in its own process group, to end when this process does."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            list(self.command),
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent(self.when_orphaned),
        )

    def tend(self) -> str:
        """Restart it when it has ended and its wait is over; return what to tell, or nothing."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due:
                self.start()
            return ""
        code = self.process.poll()
        if code is None:
            return ""
        self.process = None
        if now - self.started > STEADY_AFTER:
            self.wait = FIRST_WAIT
        self.due = now + self.wait
        told = f"The {self.name} ended (code {code}); starting it again in {self.wait:.0f} s."
        self.wait = min(self.wait * 2, LONGEST_WAIT)
        return told


@dataclass
class Children:
    """A group of children with one fate at the end."""

    members: list[Child] = field(default_factory=list)

    def start(self) -> None:
        """Start them all."""
        for child in self.members:
            child.start()

    def tend(self) -> list[str]:
        """Look after each; return what happened, in words."""
        return [told for child in self.members if (told := child.tend())]

    def stop(self, *, patience: float = 10.0) -> None:
        """End them all: politely, then after `patience` seconds by force."""
        running = [child.process for child in self.members if child.process is not None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + patience
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
