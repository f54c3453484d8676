"""The command: asks a server, prints the report, and ends with 0 only if the levels are met."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from lintel.directory.conformance.asking import Asker

VARIABLE = "LINTEL_SHARED_DATA"
NOT_MET, NOT_RUN = 1, 2


def _parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="python -m lintel.directory.conformance",
        description="Check a server against Open Referral UK 3.0.",
    )
    top.add_argument("url", help="where it is: https://example.org/oruk/v3")
    top.add_argument("--schemas", type=Path, help="folder with the published schemas")
    top.add_argument("--level", type=int, choices=(1, 2), default=2, help="the level to be met")
    top.add_argument("--pages", type=int, default=20, help="so many pages of each list at most")
    top.add_argument("--samples", type=int, default=5, help="so many things of each kind")
    top.add_argument("--most", type=int, default=300, help="so many questions at most")
    top.add_argument("--pause", type=float, default=0.1, help="seconds between two questions")
    top.add_argument("--timeout", type=float, default=20.0, help="seconds to wait for an answer")
    return top


def _folder(given: Path | None) -> Path | None:
    """The folder of the schemas: as given, or in the data for trials beside a checkout."""
    if given is not None:
        return given
    shared = os.environ.get(VARIABLE)
    above = [Path(shared)] if shared else []
    above += [folder / "shared" / "data" for folder in Path(__file__).resolve().parents]
    return next((one / "oruk" / "schemas" for one in above if (one / "oruk").is_dir()), None)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; 0 if the level is met, 1 if it isn't, 2 if that couldn't be found out."""
    given = _parser().parse_args(arguments)
    try:
        from lintel.directory.conformance.checks import Run
        from lintel.directory.conformance.schemas import WHENCE, Schemas
    except ImportError as error:
        return _sorry(f"{error.name} is needed: make install-dev")
    folder = _folder(given.schemas)
    if folder is None:
        return _sorry(f"Say where the schemas are (--schemas). They are at {WHENCE}.")
    try:
        asker = Asker(given.url, most=given.most, pause=given.pause, timeout=given.timeout)
        schemas = Schemas(folder)
    except (OSError, ValueError) as error:
        return _sorry(str(error))
    report = Run(asker, schemas, pages=given.pages, samples=given.samples).all()
    sys.stdout.write(f"Open Referral UK 3.0: {asker.base}\n\n")
    sys.stdout.writelines(f"{line}\n" for line in report.lines())
    sys.stdout.write(f"{asker.asked} questions asked.\n")
    return 0 if report.met(given.level) else NOT_MET


def _sorry(words: str) -> int:
    sys.stderr.write(f"{words}\n")
    return NOT_RUN


if __name__ == "__main__":
    sys.exit(main())
