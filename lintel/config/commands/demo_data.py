"""Fills an empty database with the demonstration area."""

import importlib


def load_if_empty() -> bool:
    """Load the demonstration area unless there is one; return whether it was loaded."""
    from lintel.agencies.models import Agency

    if Agency.objects.using("owner").exists():
        return False
    try:
        synth = importlib.import_module("lintel.config.synth")
    except ModuleNotFoundError as error:
        if error.name != "lintel.config.synth":
            raise
        print("This version has no demonstration area: the database is left empty.", flush=True)
        return False
    synth.load_demo()
    return True
