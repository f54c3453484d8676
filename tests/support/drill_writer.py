"""Starts a server, writes, and says what was acknowledged; for a drill that kills it all.

`python -m tests.support.drill_writer FOLDER FILE ROUND`: each committed number goes to FILE, in a
line of its own, only after the server acknowledged it. Prints the postmaster's number first.
"""

import os
import sys
from pathlib import Path

import psycopg

from lintel.kernel.embedded import Embedded


def main(folder: Path, acknowledged: Path, turn: str) -> None:
    """Write until killed."""
    server = Embedded(folder)
    server.start()
    with psycopg.connect(server.superuser_dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS written (turn text, number int)")
        # A line of the pid file: the number of the server's first process.
        print((server.data / "postmaster.pid").read_text().split("\n", 1)[0], flush=True)
        handle = os.open(acknowledged, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        for number in range(10_000_000):
            connection.execute("INSERT INTO written VALUES (%s, %s)", [turn, number])
            os.write(handle, f"{turn} {number}\n".encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
