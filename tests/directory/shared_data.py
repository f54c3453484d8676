"""The folder of real data that a clean clone doesn't have: where it is, or why a test skips."""

import os
from pathlib import Path

import pytest

VARIABLE = "LINTEL_SHARED_DATA"


def shared(name: str) -> Path:
    """The file or folder of that name in the shared data; skips the test where there is none."""
    given = os.environ.get(VARIABLE)
    above = [parent / "shared" / "data" for parent in Path(__file__).resolve().parents]
    for folder in [Path(given)] if given else above:
        if (folder / name).exists():
            return folder / name
    pytest.skip(f"{name} is not here: it comes with the shared data ({VARIABLE} names its folder)")
