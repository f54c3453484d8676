"""The data for trials that lies beside a checkout, in `shared/data`; a clean clone has none."""

import os
from pathlib import Path

import pytest

VARIABLE = "LINTEL_SHARED_DATA"


def folder() -> Path | None:
    """The folder, by `LINTEL_SHARED_DATA` or above the project's root; None where there is none."""
    if named := os.environ.get(VARIABLE):
        return Path(named) if Path(named).is_dir() else None
    for above in Path(__file__).resolve().parents:
        if (above / "shared" / "data").is_dir():
            return above / "shared" / "data"
    return None


def needed(*parts: str) -> Path:
    """A file or folder in it; the test is skipped, with the reason, where it isn't there."""
    found = folder()
    if found is None or not found.joinpath(*parts).exists():
        pytest.skip(f"shared/data/{'/'.join(parts)} isn't here (set {VARIABLE} to its folder)")
    return found.joinpath(*parts)
