"""`lintel database`: only the embedded database, for `psql`, `pg_dump` and measurements."""

import signal
import sys

from lintel.config.commands.database import DATABASE, opened


def run() -> int:
    """Run the embedded database until Ctrl-C or SIGTERM; print how to reach it."""
    with opened() as database:
        if database.server is None:
            print("DATABASE_URL names a server that isn't ours to run.", file=sys.stderr)
            return 1
        stop = {signal.SIGINT, signal.SIGTERM}
        # After the start only: the server's own signals must not come to it blocked.
        signal.pthread_sigmask(signal.SIG_BLOCK, stop)
        print(f"Socket folder: {database.server.socket_folder}")
        print(f"Superuser:     {database.server.dsn('postgres', DATABASE)}")
        print(f"Owner:         {database.owner_url}")
        print(f"Application:   {database.app_url}", flush=True)
        signal.sigwait(stop)
    return 0
