"""What an action can say instead of doing what was asked.

Every domain raises these and nothing else for expected failures, so that pages and the API word
them in one place (`lintel.web.middleware.DomainErrors`, `lintel.requests.api`).
"""

from collections.abc import Mapping


class DomainError(Exception):
    """The root of all expected failures."""


class NotFound(DomainError):
    """Absent, or outside the actor's sight: the two are never told apart."""


class Denied(DomainError):
    """The actor may see the thing but may not do this; `reason` says why, in words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Conflict(DomainError):
    """The thing moved on since the actor looked; `words` says what happened."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class Invalid(DomainError):
    """Input breaks a rule; `errors` maps a field name ("" for the whole form) to words."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = dict(errors)


class TooMany(DomainError):
    """A limit on how often this may be done was reached; `words` says when to try again."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words
