"""Folders for servers of a test's own."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def open_folder() -> Iterator[Path]:
    """A temporary folder that other users can pass through, and with a short path.

    pytest's own are closed to the unprivileged user that runs the server where tests run as root.
    """
    folder = Path(tempfile.mkdtemp(prefix="lintel-", dir="/tmp"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
