"""The open data keeps to the description that it serves: schemathesis, over WSGI, with real rows.

Where the description can't know what exists, real ids and a known postcode are put in, so that
what is valid must succeed, and what isn't must be refused.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import load_all_checks
from schemathesis.config import GenerationConfig, SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode

from lintel.config.wsgi import application
from lintel.directory.models import At
from lintel.directory.oruk import ids
from lintel.directory.oruk.vocabulary import NEEDS_NAME
from lintel.directory.states import Need
from tests.directory import making

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]
EXAMPLES = 30
POSTCODE = "QX1 2AB"
load_all_checks()


class Scene:
    """What is really there to be asked for."""

    def __init__(self) -> None:
        making.postcode(POSTCODE)
        made = [making.published(f"Service {number}") for number in range(3)]
        self.ids = {
            "services": made[0].pk,
            "service_at_locations": At.objects.get(service=made[0]).pk,
            "organizations": made[0].organisation_id,
            "taxonomies": ids.taxonomy(NEEDS_NAME),
            "taxonomy_terms": ids.need(Need.MONEY),
        }
        self.answered: Counter[int] = Counter()
        self.takes_something = False

    def make_real(self, case: schemathesis.Case) -> None:
        """Put what exists in the place of what was made up, where that has the right form."""
        kind = case.operation.path.split("/")[1]
        if case.path_parameters:
            case.path_parameters["id"] = str(self.ids[kind])
        if case.query and case.query.keys() & {"postcode", "proximity"}:
            case.query["postcode"] = POSTCODE


def describe() -> Any:
    """The description, as anybody gets it."""
    config = SchemathesisConfig()
    config.projects.default.generation = GenerationConfig(
        modes=list(GenerationMode), deterministic=True
    )
    return schemathesis.openapi.from_wsgi("/oruk/v3/openapi.json", application, config=config)


@pytest.fixture
def scene() -> Iterator[Scene]:
    """One for each operation; afterwards it must have answered well, and refused what is wrong."""
    made = Scene()
    yield made
    statuses = {status // 100 for status in made.answered}
    assert not statuses or statuses >= ({2, 4} if made.takes_something else {2}), made.answered


schema = describe()


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_each_operation_is_as_described(case: schemathesis.Case, scene: Scene) -> None:
    if case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE:
        scene.make_real(case)
    scene.takes_something |= bool(case.query or case.path_parameters)
    scene.answered[case.call_and_validate().status_code] += 1


@pytest.mark.parametrize("what", ["a fault", "a status", "a body", "a type"])
def test_a_planted_breach_is_found(
    what: str, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def call() -> None:
        case = schema["/services"]["GET"].Case(query={"per_page": 2})
        case.call_and_validate()

    call()
    answers = "lintel.directory.api.answers"
    if what == "a fault":
        monkeypatch.setattr(f"{answers}.open_terms.edition", lambda: 1 / 0)
    elif what == "a status":
        monkeypatch.setattr("lintel.directory.api.parameters.PARAMETERS", {})
    elif what == "a body":
        monkeypatch.setattr("lintel.directory.api.views.shapes.service", lambda *_: {"id": "7"})
    else:
        monkeypatch.setattr(f"{answers}.JsonResponse.__init__", _as_text)
    with pytest.raises(FailureGroup):
        call()


def _as_text(self: Any, data: Any, **_: Any) -> None:
    from django.http import HttpResponse

    HttpResponse.__init__(self, str(data), content_type="text/plain")
