"""Makes a database and the built pages ready for the demo. Run as a process of its own.

It is the only part of the demo that knows the owner's address, and it ends before the first page
is served.
"""

import os
import sys
from pathlib import Path


def main() -> int:
    """Migrate, collect the built pages, and fill an empty area; each only where needed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lintel.config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", database="owner", interactive=False, verbosity=0)
    _collect()
    _fill()
    return 0


def _collect() -> None:
    """Collect the hashed files when a source is newer than what was collected."""
    from django.conf import settings
    from django.core.management import call_command

    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    sources = [
        path.stat().st_mtime
        for folder in settings.STATICFILES_DIRS
        for path in Path(folder).rglob("*")
    ]
    if not manifest.exists() or max(sources, default=0) > manifest.stat().st_mtime:
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)


def _fill() -> None:
    from lintel.config.commands.demo_data import load_if_empty

    if load_if_empty():
        print("The demonstration area is loaded: everything in it is invented.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
