"""What the open data's JSON is made of, as JSON Schema: our own words for the standard's shapes.

Keys that UK 3.0 doesn't have, but HSDS does (phones, capacities, words on eligibility, asking and
waiting), are among them; `source` alone is ours.
"""

from typing import Any

from lintel.directory.states import Status

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
WHOLE: Schema = {"type": "integer", "minimum": 0}
YES_NO: Schema = {"type": "boolean"}
ID: Schema = {"type": "string", "format": "uuid"}
LINK: Schema = {"type": "string", "format": "uri", "pattern": "^https?://"}
EMAIL: Schema = {"type": "string", "format": "email"}
DATE: Schema = {"type": "string", "format": "date"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
CLOCK: Schema = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}
KIND_OF_PLACE: Schema = {"enum": ["physical", "postal", "virtual"]}


def named(name: str) -> Schema:
    """A schema of `SCHEMAS` by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def many(name: str) -> Schema:
    """A list of them, never empty: what there is none of is left out."""
    return {"type": "array", "items": named(name), "minItems": 1}


def thing(required: str, **properties: Schema) -> Schema:
    """An object with an id."""
    return {
        "type": "object",
        "properties": {"id": ID} | properties,
        "required": ["id", *required.split()],
    }


SERVICE: dict[str, Schema] = {
    "organization_id": ID,
    "name": TEXT,
    "description": TEXT,
    "url": LINK,
    "email": EMAIL,
    "status": {"enum": [str(status) for status in Status]},
    "fees": TEXT,
    "minimum_age": WHOLE,
    "maximum_age": WHOLE,
    "assured_date": DATE,
    "alert": TEXT,
    "last_modified": MOMENT,
    "organization": named("Organization"),
    "source": named("Source"),
}
WHOLE_SERVICE: dict[str, Schema] = {
    "phones": many("Phone"),
    "schedules": many("Schedule"),
    "service_areas": many("ServiceArea"),
    "languages": many("Language"),
    "cost_options": many("CostOption"),
    "attributes": many("Attribute"),
    "eligibility_description": TEXT,
    "application_process": TEXT,
    "wait_time": TEXT,
    "capacities": many("Capacity"),
}
ALWAYS = "organization_id name status last_modified organization"
LOCATION: dict[str, Schema] = {
    "location_type": KIND_OF_PLACE,
    "name": TEXT,
    "latitude": {"type": "number", "minimum": -90, "maximum": 90},
    "longitude": {"type": "number", "minimum": -180, "maximum": 180},
}
WHOLE_LOCATION = LOCATION | {
    "addresses": many("Address"),
    "accessibility": many("Accessibility"),
}
ORGANIZATION: dict[str, Schema] = {
    "name": TEXT,
    "description": TEXT,
    "email": EMAIL,
    "website": LINK,
    "logo": LINK,
}
LINKED: dict[str, Schema] = {"service_id": ID, "location_id": ID}
TAXONOMY: dict[str, Schema] = {"name": TEXT, "description": TEXT}

SCHEMAS: dict[str, Schema] = {
    "Service": thing(ALWAYS, **SERVICE),
    "WholeService": thing(
        ALWAYS, **SERVICE, **WHOLE_SERVICE, service_at_locations=many("LocationOfService")
    ),
    "ServiceHere": thing(ALWAYS, **SERVICE, **WHOLE_SERVICE),
    "Organization": thing("name description", **ORGANIZATION),
    "WholeOrganization": thing(
        "name description services", **ORGANIZATION, services=many("Service")
    ),
    "Source": {"type": "object", "properties": {"name": TEXT, "licence": TEXT}},
    "Location": thing("location_type", **LOCATION),
    "WholeLocation": thing("location_type", **WHOLE_LOCATION),
    "LocationOfService": thing(
        "service_id location_id location", **LINKED, location=named("WholeLocation")
    ),
    "ServiceAtLocation": thing(
        "service_id location_id location service",
        **LINKED,
        location=named("Location"),
        service=named("Service"),
    ),
    "WholeServiceAtLocation": thing(
        "service_id location_id location service",
        **LINKED,
        location=named("WholeLocation"),
        service=named("ServiceHere"),
    ),
    "Address": thing(
        "location_id address_1 city state_province postal_code country address_type",
        location_id=ID,
        address_1=TEXT,
        city=TEXT,
        state_province=TEXT,
        postal_code=TEXT,
        country={"const": "GB"},
        address_type=KIND_OF_PLACE,
    ),
    "Accessibility": thing("location_id description", location_id=ID, description=TEXT),
    "Phone": thing("service_id number", service_id=ID, number=TEXT, description=TEXT),
    "Schedule": thing(
        "service_id freq interval byday opens_at closes_at description",
        service_id=ID,
        service_at_location_id=ID,
        valid_from=DATE,
        valid_to=DATE,
        freq={"enum": ["WEEKLY", "MONTHLY"]},
        interval={"const": 1},
        byday={"type": "string", "pattern": "^(-?[1-5])?[A-Z]{2}(,(-?[1-5])?[A-Z]{2})*$"},
        opens_at=CLOCK,
        closes_at=CLOCK,
        description=TEXT,
        notes=TEXT,
    ),
    "ServiceArea": thing(
        "service_id name service_area",
        service_id=ID,
        name=TEXT,
        service_area=TEXT,
        extent=TEXT,
        extent_type={"enum": ["geojson", "text"]},
        uri=LINK,
    ),
    "Language": thing("service_id name", service_id=ID, name=TEXT),
    "CostOption": thing("service_id amount_description", service_id=ID, amount_description=TEXT),
    "Capacity": thing(
        "service_id unit available updated",
        service_id=ID,
        unit=named("Unit"),
        available=WHOLE,
        maximum=WHOLE,
        updated=MOMENT,
    ),
    "Unit": thing("name", name=TEXT),
    "Attribute": thing(
        "link_id taxonomy_term_id link_type taxonomy_term",
        link_id=ID,
        taxonomy_term_id=ID,
        link_type={"enum": ["need", "category"]},
        taxonomy_term=named("TaxonomyTerm"),
    ),
    "TaxonomyTerm": thing(
        "name description taxonomy taxonomy_id term",
        name=TEXT,
        description=TEXT,
        taxonomy=TEXT,
        taxonomy_id=ID,
        term=TEXT,
        code=TEXT,
    ),
    "Taxonomy": thing("name description", **TAXONOMY),
    "WholeTaxonomy": thing(
        "name description taxonomy_terms", **TAXONOMY, taxonomy_terms=many("TaxonomyTerm")
    ),
    "About": {
        "type": "object",
        "properties": {"version": TEXT, "profile": LINK, "openapi_url": LINK},
        "required": ["version", "profile", "openapi_url"],
    },
    "Problem": {
        "type": "object",
        "properties": {
            "type": TEXT,
            "title": TEXT,
            "status": {"type": "integer"},
            "detail": TEXT,
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"parameter": TEXT, "detail": TEXT},
                    "required": ["parameter", "detail"],
                },
            },
        },
        "required": ["type", "title", "status", "detail"],
    },
}
PAGING: dict[str, Schema] = {
    "total_items": WHOLE,
    "total_pages": WHOLE,
    "page_number": {"type": "integer", "minimum": 1},
    "size": WHOLE,
    "first_page": YES_NO,
    "last_page": YES_NO,
    "empty": YES_NO,
}


def page_of(name: str) -> Schema:
    """A page of such things."""
    return {
        "type": "object",
        "properties": PAGING | {"contents": {"type": "array", "items": named(name)}},
        "required": [*PAGING, "contents"],
    }
