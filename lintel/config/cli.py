"""The command `lintel`."""

import argparse
import os
import sys
from collections.abc import Sequence

from lintel.config.commands import demo, roles, serve
from lintel.config.commands import django as management
from lintel.config.commands.database import DATABASE
from lintel.kernel.embedded import EmbeddedError

PASSED_ON = {"manage", "import", *management.OURS}


def parser() -> argparse.ArgumentParser:
    """The command line. Commands that are Django's underneath take Django's arguments."""
    top = argparse.ArgumentParser(
        prog="lintel",
        description="Lets social housing and mental health services work together around a person.",
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    shown = commands.add_parser("demo", help="run the demonstration area on this machine")
    shown.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
    shown.add_argument("--host", default=os.environ.get("LINTEL_HOST") or "127.0.0.1")
    commands.add_parser("database", help="run only the embedded database, until stopped")
    commands.add_parser("migrate", help="bring the database's tables up to date")
    made = commands.add_parser("roles", help="make the database roles; safe to run again")
    made.add_argument("--admin-url", required=True, help="of a user who may create roles")
    made.add_argument("--database", default=DATABASE)
    for word, (_, words) in management.OURS.items():
        commands.add_parser(word, help=words, add_help=False)
    commands.add_parser("import", help="read a file from another system", add_help=False)
    commands.add_parser("manage", help="run a Django management command", add_help=False)
    return top


def _passed_on(command: str, rest: list[str]) -> list[str]:
    """Django's arguments for one of our words."""
    if command == "manage":
        return rest
    if command == "worker":
        return ["procrastinate", "--skip-checks", "worker", *rest]
    if command == "import":
        if not rest or rest[0] not in management.IMPORTS:
            parser().error(f"import what? One of: {', '.join(management.IMPORTS)}")
        return [management.IMPORTS[rest[0]], *rest[1:]]
    return [management.OURS[command][0], *rest]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if given and given[0] in PASSED_ON:
            return management.run(_passed_on(given[0], given[1:]))
        chosen = parser().parse_args(given)
        if chosen.command == "demo":
            return demo.run(port=chosen.port, host=chosen.host)
        if chosen.command == "database":
            return serve.run()
        if chosen.command == "roles":
            return roles.run(admin_url=chosen.admin_url, database=chosen.database)
        return management.migrate()
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
