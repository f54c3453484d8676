"""The API keeps to its own description: schemathesis, over WSGI, with real keys and rows.

Each operation is called with what its description allows and with what it doesn't. Where the
description can't know what exists, real references, people and teams are put in, so that what
succeeds is looked at too: at the end each operation must have answered both ways.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import schemathesis
from django.utils import timezone
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import GenerationConfig, SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode

from lintel.agencies.models import Guess
from lintel.config.wsgi import application
from lintel.kernel.actor import bound
from lintel.kernel.sight.states import Category
from lintel.people.models import Tenancy
from lintel.requests import actions, relay
from lintel.requests.api import problems
from lintel.requests.models import Request
from lintel.requests.states import Decision
from tests import factories
from tests.api.caller import issue
from tests.requests.world import World, concern, make_world
from tests.support.db import as_role

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]
EXAMPLES = 8
# What the description can't say is told with 422 as well: a reason is needed for "not for us",
# a consent for a referral. That nothing valid fails otherwise is the other tests' business.
LEFT_OUT = {"positive_data_acceptance"}
load_all_checks()


class Scene:
    """Who calls, and what is really there for them to ask about."""

    def __init__(self) -> None:
        self.world: World = make_world()
        self.sender = issue(self.world.officer).raw
        self.receiver = issue(self.world.nurse).raw
        self.numbers = count(1)
        self.answered: Counter[int] = Counter()
        factories.consent(
            self.world.tenant, self.world.officer, self.world.cmht, [Category.IDENTITY]
        )
        with as_role("postgres"):
            self.tenancy = Tenancy.objects.get(person=self.world.tenant).reference

    def key_for(self, path: str) -> str:
        """The key of the side that the operation is for."""
        desk = "/desk/" in path or path.endswith("/inbox")
        return self.receiver if desk else self.sender

    def reference(self, operation: str) -> str:
        """A request that is in the state in which the operation can be done."""
        self.forget()
        officer, nurse = self.world.actor("officer"), self.world.actor("nurse")
        # Long ago, so that what is shown later is shown by now.
        at = timezone.now() - timedelta(days=20)
        with bound(officer):
            made = actions.raise_concern(officer, now=at, **concern(self.world.tenant.pk))
        relay.deliver(made.pk, now=at)
        now = at + timedelta(hours=1)
        acted: dict[str, Any] = {"now": now, "reference": made.reference}
        with bound(nurse):
            if operation not in ("acknowledge", "take"):
                actions.take(nurse, **acted)
            if operation == "answer":
                actions.return_for_information(nurse, **acted, questions=["danger"])
            if operation == "close":
                actions.decide(nurse, **acted, decision=Decision.ACTING, words="I see to it.")
        return made.reference

    def forget(self) -> None:
        """Let the limits on guessing start anew: thousands of calls are no slip of the finger."""
        with as_role("postgres"):
            Guess.objects.all().delete()
            Request.objects.update(sent=timezone.now() - timedelta(days=30))

    def make_real(self, case: schemathesis.Case) -> None:
        """Put what exists in the place of what was made up, where that has the right form."""
        operation = case.operation.definition.raw["operationId"]
        path = case.path_parameters or {}
        if "reference" in path:
            path["reference"] = self.reference(operation)
        if "tenancy" in path:
            path["tenancy"] = self.tenancy
        if "code" in path:
            path["code"] = "denied"
        if case.headers and "Idempotency-Key" in case.headers:
            case.headers["Idempotency-Key"] = f"contract-{next(self.numbers)}"
        if not isinstance(case.body, dict):
            return
        who = case.body.get("who", {})
        who |= {k: v for k, v in self.known().items() if k in who}
        if "to_team" in case.body:
            redirects = operation == "redirect"
            case.body["to_team"] = self.world.other_cmht.slug if redirects else self.world.cmht.slug
        for name in ("team", "follows", "version"):
            case.body.pop(name, None)

    def known(self) -> dict[str, Any]:
        """The tenant, in each of the ways in which a system may say who."""
        about = {"name": "John", "born": "1972"}
        return {"person_id": self.world.tenant.pk, "tenancy": self.tenancy, "about": about}


def describe() -> Any:
    """The description, as anybody gets it."""
    config = SchemathesisConfig()
    config.projects.default.generation = GenerationConfig(
        modes=list(GenerationMode), with_security_parameters=False, deterministic=True
    )
    return schemathesis.openapi.from_wsgi("/api/openapi.json", application, config=config)


schema = describe()


@pytest.fixture
def scene() -> Iterator[Scene]:
    """One for each operation; afterwards it must have answered both ways."""
    made = Scene()
    yield made
    statuses = {status // 100 for status in made.answered}
    assert not statuses or statuses >= {2, 4}, made.answered


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_each_operation_is_as_described(case: schemathesis.Case, scene: Scene) -> None:
    positive = case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE
    scene.forget()
    if positive:
        scene.make_real(case)
    excluded = [check for check in CHECKS.get_all() if check.__name__ in LEFT_OUT]
    headers = {"Authorization": f"Bearer {scene.key_for(case.operation.path)}"}
    answer = case.call_and_validate(headers=headers, excluded_checks=excluded)
    scene.answered[answer.status_code] += 1


def call(scene: Scene, path: str, **parameters: str) -> Any:
    """One call, with all checks."""
    case = schema[path]["GET"].Case(path_parameters=parameters)
    return case.call_and_validate(headers={"Authorization": f"Bearer {scene.sender}"})


@pytest.mark.parametrize("what", ["a fault", "a status", "a body", "a type"])
def test_a_planted_breach_is_found(
    what: str, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, reference = "/api/v1/requests/sent/{reference}", "LN-2222-2222"
    call(scene, path, reference=reference)
    call(scene, "/api/v1/me")
    if what == "a fault":
        monkeypatch.setattr("lintel.requests.api.finding.agencies.system_of", lambda actor: None)
        path = "/api/v1/me"
    elif what == "a status":
        kind = problems.Kind(418, "Teapot", "")
        monkeypatch.setitem(problems.KINDS, "not-found", kind)
    elif what == "a body":
        monkeypatch.setattr("lintel.requests.api.problems.type_of", lambda code: None)
    else:
        monkeypatch.setattr("lintel.requests.api.problems.MEDIA_TYPE", "application/json")
    with pytest.raises(FailureGroup):
        call(scene, path, **({} if what == "a fault" else {"reference": reference}))
