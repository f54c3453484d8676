"""`python -m bench [--deep] [--only lists,pages,...]`."""

import argparse
import subprocess
import sys
from pathlib import Path

from bench import area


def main() -> int:
    """Each size in a process of its own: Django's settings are read once."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument(
        "--deep", action="store_true", help="the long figures of the whole area too"
    )
    parser.add_argument("--tenth-only", action="store_true", help="only the tenth")
    parser.add_argument("--only", default="", help="names of parts, comma between")
    options = parser.parse_args()
    sizes = [area.TENTH] if options.tenth_only else [area.TENTH, area.WHOLE]
    embedded = area.server()
    try:
        for size in sizes if options.only not in {"directory", "history", "stays"} else []:
            finished = subprocess.run(
                [
                    *(sys.executable, "-m", "bench.one", size.name, options.only),
                    *(["deep"] if options.deep else []),
                ],
                cwd=Path(__file__).parent.parent,
                check=False,
            )
            if finished.returncode:
                return finished.returncode
        for part in ("directory", "history", "stays"):
            if options.only and part not in options.only.split(","):
                continue
            finished = subprocess.run(
                [sys.executable, "-m", f"bench.{part}"],
                cwd=Path(__file__).parent.parent,
                check=False,
            )
            if finished.returncode:
                return finished.returncode
    finally:
        embedded.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
