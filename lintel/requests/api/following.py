"""What was sent: the list, one request, and what its sender may still do."""

from typing import Annotated

from ninja import Path, Query, Router
from pydantic import Field

from lintel.requests import actions, queries
from lintel.requests.api import given, show, told
from lintel.requests.api import texts as t
from lintel.requests.api.again import MaybeKey, cursor_of, once_only, place_of
from lintel.requests.api.auth import FOLLOW, RAISE
from lintel.requests.states import Kind, Shown
from lintel.web.http import LintelRequest

router = Router(tags=["following"])
Cursor = Annotated[
    Annotated[str, Field(max_length=200, pattern=r"^[A-Za-z0-9_-]+$")] | None,
    Query(description="`next` of the part before."),
]
Limit = Annotated[int, Query(ge=1, le=100)]
Reference = Annotated[t.Reference, Path()]


@router.get("/sent", response=told.SentList, auth=FOLLOW, operation_id="sent")
def listing(
    request: LintelRequest,
    shown: Annotated[Shown | None, Query()] = None,
    kind: Annotated[Kind | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> told.SentList:
    """What the worker, and the teams that the worker answers for, have sent; newest first."""
    filters = {"shown": [shown] if shown else None, "kind": [kind] if kind else None}
    rows, place = queries.sent_part(
        request.actor, now=request.now, filters=filters, after=place_of(cursor), limit=limit
    )
    return told.SentList(items=[show.sent_line(row) for row in rows], next=cursor_of(place))


@router.get("/sent/{reference}", response=told.SentTold, auth=FOLLOW, operation_id="sent_one")
def one(request: LintelRequest, reference: Reference) -> told.SentTold:
    """One request as its sender is shown it. Reading it here doesn't mark it as read."""
    return show.sent_one(queries.sent_one(request.actor, reference, now=request.now))


def _stands(request: LintelRequest, reference: str) -> told.Stands:
    shown = queries.shown_of(request.actor, reference, now=request.now)
    return told.Stands(reference=reference, shown=shown)


@router.post(
    "/sent/{reference}/withdraw", response=told.Stands, auth=RAISE, operation_id="withdraw"
)
def withdraw(
    request: LintelRequest, reference: Reference, body: given.Said, key: MaybeKey = None
) -> told.Stands:
    """Take it back, and say why. Whoever has it is told."""

    def work() -> told.Stands:
        actions.withdraw(request.actor, now=request.now, reference=reference, words=body.words)
        return _stands(request, reference)

    return once_only(request, key, ("withdraw", reference), body, work, told.Stands)


@router.post(
    "/sent/{reference}/information",
    response=told.Stands,
    auth=RAISE,
    operation_id="add_information",
)
def information(
    request: LintelRequest, reference: Reference, body: given.Said, key: MaybeKey = None
) -> told.Stands:
    """Add to what was sent; in an open thread, write to whoever has it."""

    def work() -> told.Stands:
        actions.add_information(
            request.actor, now=request.now, reference=reference, words=body.words
        )
        return _stands(request, reference)

    return once_only(request, key, ("information", reference), body, work, told.Stands)


@router.post("/sent/{reference}/answer", response=told.Stands, auth=RAISE, operation_id="answer")
def answer(
    request: LintelRequest, reference: Reference, body: given.Said, key: MaybeKey = None
) -> told.Stands:
    """Answer the questions that came back. 409 when none waits."""

    def work() -> told.Stands:
        actions.answer_questions(
            request.actor, now=request.now, reference=reference, words=body.words
        )
        return _stands(request, reference)

    return once_only(request, key, ("answer", reference), body, work, told.Stands)
