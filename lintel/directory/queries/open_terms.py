"""In which edition the open data is, and all the terms that are in use in it."""

from threading import Lock
from uuid import UUID

from django.db import connection

from lintel.directory.oruk.vocabulary import OTHER, Vocabulary, Word
from lintel.directory.states import Audience, ServiceState


def edition() -> str:
    """A short text that is another one whenever anything that is told may be: one query.

    What routing rests on counts its own changes; organisations and feeds are few, and their rows
    are stamped by the database (`xmin`) with the number of the transaction that wrote them.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT concat(count(*), '.', max(id)) FROM directory_edition),"
            " (SELECT concat(count(*), '.', sum(xmin::text::bigint)) FROM directory_organisation),"
            " (SELECT concat(count(*), '.', sum(xmin::text::bigint)) FROM directory_feed)"
        )
        return "-".join(cursor.fetchone())


_lock = Lock()
_kept: dict[str, tuple[str, Vocabulary]] = {}


def vocabulary(of_edition: str) -> Vocabulary:
    """All terms in use; read again in an edition (`edition()`) that this process doesn't know."""
    where = str(connection.settings_dict["NAME"])
    kept = _kept.get(where)
    if kept is None or kept[0] != of_edition:
        with _lock:
            kept = _kept[where] = (of_edition, Vocabulary(tuple(_imported())))
    return kept[1]


def _imported() -> list[Word]:
    """The terms of imported entries, each once, as one of the entries has it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT term->>'id', min(term->>'taxonomy'), min(term->>'name'), min(term->>'code')"
            " FROM directory_service, jsonb_array_elements(document->'terms') AS term"
            " WHERE state = %s AND audience = %s AND term_ids <> '{}' GROUP BY 1",
            [ServiceState.PUBLISHED, Audience.PUBLIC],
        )
        return [
            Word(UUID(term), taxonomy or OTHER, name or code or "No name", code)
            for term, taxonomy, name, code in cursor.fetchall()
        ]
