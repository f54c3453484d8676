"""Over the API, too, the sender's side can't tell who is known to a service (docs/adr/0009).

Every operation that a sender's key opens is called at each moment; status, headers and body must
be the same but for the reference.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from lintel.agencies.actions._keys import KEY_PREFIX, digest_of
from lintel.agencies.models import Integration, Token
from lintel.agencies.states import Scope
from lintel.kernel.actor import Actor, as_system
from lintel.requests.api import show
from lintel.requests.models import Handling
from tests.api.caller import Caller
from tests.requests.driver import Act, Script, both_ways, differences

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TAKE = Act(2 * HOUR, "desk", "take")
ASK = Act(3 * HOUR, "desk", "return_for_information", {"questions": ["danger"], "words": "Why?"})
ANSWER = Act(2 * DAY, "officer", "answer_questions", {"words": "No"})
DECIDE = Act(26 * HOUR, "desk", "decide", {"decision": "acting", "words": "I see him on Friday."})
CLOSE = Act(30 * HOUR, "desk", "close", {"words": "Done"})
SCRIPTS = [
    Script("decided and closed", (TAKE, DECIDE, CLOSE)),
    Script("returned and answered", (TAKE, ASK, ANSWER)),
    Script("typed, urgent", (TAKE, DECIDE), listed=False, urgency="urgent"),
    Script("a message", (TAKE, DECIDE), kind="message"),
]
LISTS = ("requests/sent", "requests/sent?shown=decided", "requests/inbox")
ACTS = ("withdraw", "information", "answer")
# Whose keys are looked at: the sender's, and that of who answers for the sender's team.
LOOKED_AT = ("Olu Officer",)


class Looking:
    """Takes down all that the API answers to a worker's key, as a system would get it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.patch = monkeypatch

    def __call__(self, actor: Actor, reference: str, now: datetime) -> dict[str, Any]:
        """Every answer, by operation."""
        if actor.name not in LOOKED_AT and not actor.lead_team_ids:
            return {}
        self.patch.setattr("lintel.config.middleware.present", lambda: now)
        caller = self.caller(actor, now)
        paths = [*LISTS, f"requests/sent/{reference}", f"requests/desk/{reference}"]
        found = {path: caller.get(path) for path in paths}
        for act in ACTS:
            found[act] = self.tried(caller, f"requests/sent/{reference}/{act}")
        return {
            path.replace(reference, "REFERENCE"): self.plain(answer, reference)
            for path, answer in found.items()
        }

    def caller(self, actor: Actor, now: datetime) -> Caller:
        """A system with a key of the worker's; the same numbers in both runs."""
        raw = f"{KEY_PREFIX}{actor.worker_id}"
        key = 1_000_000 + actor.worker_id
        if not Token.objects.filter(pk=key).exists():
            system = Integration.objects.create(
                pk=key, agency_id=actor.agency_id, name=f"System {key}", created=now
            )
            Token.objects.create(
                pk=key,
                integration=system,
                worker_id=actor.worker_id,
                digest=digest_of(raw),
                scopes=Scope.values,
                created=now,
                expires=now + timedelta(days=100),
            )
        return Caller(raw)

    def tried(self, caller: Caller, path: str) -> Any:
        """What an act would answer. It is undone: what it does is the domain's own test."""
        with transaction.atomic():
            answer = caller.post(path, {"words": "No"}, key=None)
            transaction.set_rollback(True)
        return answer

    def plain(self, answer: Any, reference: str) -> tuple[Any, ...]:
        """All of an answer, without the reference."""
        body = answer.content.decode().replace(reference, "REFERENCE")
        return answer.status_code, sorted(answer.headers.items()), body


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_the_sender_cannot_tell(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    known, unknown = both_ways(script, Looking(monkeypatch))
    assert (known.team_kind, unknown.team_kind) == ("cmht", "one_stop_shop")
    assert differences(known, unknown) == []
    statuses = {
        answer[0]
        for _, seen in known.moments
        for key, looked in seen.items()
        if key.endswith(" looks")
        for answer in looked.values()
    }
    assert statuses >= {200, 404, 409}


def test_a_planted_leak_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    original = show.sent_one

    def leaky(view: Any) -> Any:
        with as_system():
            desk = Handling.objects.filter(reference=view.request.reference).first()
            health = desk is not None and desk.team.kind == "cmht"
        told = original(view)
        return told.model_copy(update={"means": told.means + ("." if health else "")})

    monkeypatch.setattr(show, "sent_one", leaky)
    found = differences(*both_ways(Script("nobody does anything"), Looking(monkeypatch)))
    assert found
    assert all("looks" in where for where in found)
