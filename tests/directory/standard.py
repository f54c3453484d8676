"""Checks against the published schemas of Open Referral UK 3.0, and against our description."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from lintel.directory.api import openapi
from tests.support import shared

# What each address gives: in a list, and by itself.
PUBLISHED = {
    "services": ("service_list", "service"),
    "service_at_locations": ("service_at_location_list", "service_at_location"),
    "organizations": ("organization_list", "organization"),
    "taxonomies": ("taxonomy", "taxonomy"),
    "taxonomy_terms": ("taxonomy_term", "taxonomy_term"),
}
FORMATS = FormatChecker()


@cache
def _published(folder: Path, name: str) -> Draft202012Validator:
    read = {
        file.name: Resource(json.loads(file.read_text()), DRAFT202012)
        for file in folder.glob("*.json")
    }
    registry = Registry().with_resources(read.items())
    schema = read[f"{name}.json"].contents
    return Draft202012Validator(schema, registry=registry, format_checker=FORMATS)


@cache
def _ours(name: str) -> Draft202012Validator:
    strict = json.loads(json.dumps(openapi.described()["components"]))
    # Stricter than what is told to others: a key that isn't described is a slip of ours.
    for schema in strict["schemas"].values():
        schema["additionalProperties"] = False
    whole = {"components": strict, "$ref": f"#/components/schemas/{name}"}
    return Draft202012Validator(whole, format_checker=FORMATS)


def faults(told: Any, name: str) -> list[str]:
    """What a published schema has against it; skips the test where the schemas aren't here."""
    validator = _published(shared.needed("oruk", "schemas"), name)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(told)]


def our_faults(told: Any, name: str) -> list[str]:
    """What our own description has against it."""
    return [f"{error.json_path}: {error.message}" for error in _ours(name).iter_errors(told)]
