"""`lintel roles`: makes the database roles on a server of one's own."""

import os
import sys

import psycopg

from lintel.kernel.roles import Passwords, ensure_roles


def run(*, admin_url: str, database: str) -> int:
    """Make the roles and the database; passwords come from the environment, never from arguments.

    `LINTEL_OWNER_PASSWORD` and `LINTEL_APP_PASSWORD` set the passwords of the two roles that sign
    in. Arguments would be seen by everybody who lists the machine's processes.
    """
    passwords = Passwords(
        owner=os.environ.get("LINTEL_OWNER_PASSWORD") or None,
        app=os.environ.get("LINTEL_APP_PASSWORD") or None,
    )
    try:
        ensure_roles(admin_url, database, passwords)
    except (psycopg.Error, ValueError) as error:
        print(f"The roles could not be made: {error}", file=sys.stderr)
        return 1
    print(f"The roles and the database “{database}” are as they should be.")
    return 0
