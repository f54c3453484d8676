"""Fills an empty database with the demonstration area, or gives an older one what it lacks."""

import importlib


def load_if_empty() -> bool:
    """Load the demonstration area, or the part of it that is missing; whether anything was."""
    # Asked here, so that a later start doesn't wait for the generator to be read in.
    if _complete():
        return False
    try:
        synth = importlib.import_module("lintel.config.synth")
    except ModuleNotFoundError as error:
        if error.name != "lintel.config.synth":
            raise
        print("This version has no demonstration area: the database is left empty.", flush=True)
        return False
    loaded: bool = synth.load_demo()
    return loaded


def _complete() -> bool:
    from lintel.agencies.models import Agency
    from lintel.directory.models import Service

    return Agency.objects.using("owner").exists() and Service.objects.using("owner").exists()
