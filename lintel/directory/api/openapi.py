"""The description of the open data, OpenAPI 3.1, from the tables that it is served by."""

from typing import Any

from lintel.directory.api.parameters import NARROWING, NEARNESS, PAGING, PARAMETERS
from lintel.directory.oruk.described import SCHEMAS, named, page_of

WORDS = """\
The public directory of a local partnership, in the national standard for services: Open Referral
UK 3.0 (HSDS-UK). Open to everybody, without a key, from any site.

Ids stay the same for as long as what they name is there. Times of the day are Europe/London's;
one that isn't after the opening time is on the next day, and 23:59 is midnight at a day's end.
What has no value is left out. A page past the last one is empty, and not an error. Every address
answers with and without a slash at its end, to GET, HEAD and OPTIONS. Errors are problem details
(RFC 9457); a parameter that isn't taken, or can't be read, is one.
"""
LIST = {
    "services": ("Service", (*PAGING, *NARROWING), "Services, by name."),
    "service_at_locations": (
        "ServiceAtLocation",
        (*PAGING, *NARROWING, *NEARNESS),
        "Services at locations: by name, or the nearest to a postcode first.",
    ),
    "organizations": ("Organization", PAGING, "Organisations that run these services, by name."),
    "taxonomies": ("Taxonomy", PAGING, "Taxonomies that are in use: Lintel’s needs first."),
    "taxonomy_terms": ("TaxonomyTerm", PAGING, "Terms that are in use, by taxonomy and name."),
}
ONE = {
    "services": "A service, with all that is public.",
    "service_at_locations": "A service at a location, with all that holds there.",
    "organizations": "An organisation, with its services.",
    "taxonomies": "A taxonomy, with its terms.",
    "taxonomy_terms": "A term.",
}
WITHOUT_MORE = {"TaxonomyTerm"}
REASONS = {
    "304": "It hasn’t changed since (If-None-Match).",
    "400": "A parameter isn’t right.",
    "404": "There is nothing here that is open to all.",
    "500": "A fault of ours.",
}


def described(licence: str = "", licence_url: str = "") -> dict[str, Any]:
    """The whole description, with the licence of the partnership's own entries if it states one."""
    stated = {"name": licence, "url": licence_url} if licence_url else {"name": licence}
    paths: dict[str, Any] = {
        "/": {"get": _get("about", "What this is.", named("About"), ("400",))},
        "/openapi.json": {
            "get": _get("description", "This description.", {"type": "object"}, ("400",))
        },
    }
    for name, (thing, parameters, words) in LIST.items():
        paths[f"/{name}"] = {
            "get": _get(f"list_{name}", words, page_of(thing), ("400",))
            | {"parameters": [_parameter(one) for one in parameters]}
        }
        whole = thing if thing in WITHOUT_MORE else f"Whole{thing}"
        paths[f"/{name}/{{id}}"] = {
            "get": _get(f"one_{name}", ONE[name], named(whole), ("400", "404"))
            | {"parameters": [ID]}
        }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Lintel: the directory as open data",
            "version": "3.0",
            "summary": "Open Referral UK 3.0 (HSDS-UK), levels 1 and 2.",
            "description": WORDS,
            **({"license": stated} if licence else {}),
        },
        "servers": [{"url": "/oruk/v3"}],
        "paths": paths,
        "components": {"schemas": SCHEMAS},
    }


ID = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "Its id.",
    "schema": {"type": "string", "format": "uuid"},
}


def _get(
    name: str, words: str, schema: dict[str, Any], problems: tuple[str, ...]
) -> dict[str, Any]:
    problem = {"content": {"application/problem+json": {"schema": named("Problem")}}}
    header = {"schema": {"type": "string"}}
    return {
        "operationId": name,
        "summary": words,
        "responses": {
            "200": {
                "description": words,
                "headers": {
                    "ETag": header,
                    "Access-Control-Allow-Origin": {"schema": {"const": "*"}},
                },
                "content": {"application/json": {"schema": schema}},
            },
            "304": {"description": REASONS["304"]},
            **{status: {"description": REASONS[status]} | problem for status in (*problems, "500")},
        },
    }


def _parameter(name: str) -> dict[str, Any]:
    found = PARAMETERS[name]
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": found.words,
        "schema": dict(found.schema),
    }
