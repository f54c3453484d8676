"""A landlord's tenancies in, from CSV or XLSX: read, check each row, merge all or nothing."""

from lintel.people.imports.columns import FileRefused
from lintel.people.imports.run import Outcome, import_tenancies

__all__ = ["FileRefused", "Outcome", "import_tenancies"]
