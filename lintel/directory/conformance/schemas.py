"""The published schemas of the standard, from a folder."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

# What each address gives: in a list, and by itself. (The published description names the wrong
# schema for one service at a location; this is the one that is meant.)
NAMES = {
    "services": ("service_list", "service"),
    "taxonomies": ("taxonomy", "taxonomy"),
    "taxonomy_terms": ("taxonomy_term", "taxonomy_term"),
    "service_at_locations": ("service_at_location_list", "service_at_location"),
}
WHENCE = "github.com/OpenReferralUK/uk-profile, folder schema/compiled"


class Schemas:
    """Validators by name. The folder is a copy of `schema/compiled` of the UK profile."""

    def __init__(self, folder: Path) -> None:
        """Read them. Raises FileNotFoundError (what is missing), ValueError (it is broken)."""
        files = {name for pair in NAMES.values() for name in pair}
        missing = sorted(name for name in files if not (folder / f"{name}.json").is_file())
        if missing:
            raise FileNotFoundError(
                f"No {', '.join(missing)} in {folder}. The schemas are at {WHENCE}."
            )
        read = {
            file.name: DRAFT202012.create_resource(json.loads(file.read_text()))
            for file in folder.glob("*.json")
        }
        registry: Registry[Any] = Registry().with_resources(read.items())
        self._validators = {
            name: Draft202012Validator(
                read[f"{name}.json"].contents, registry=registry, format_checker=FormatChecker()
            )
            for name in files
        }

    def faults(self, name: str, told: object) -> list[str]:
        """What the schema has against it."""
        return [
            f"{error.json_path}: {error.message[:200]}"
            for error in self._validators[name].iter_errors(told)
        ]
