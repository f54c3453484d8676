"""The one error of the embedded server."""


class EmbeddedError(RuntimeError):
    """The server can't be started or reached; the message says what to do about it."""
