"""Fields of the database that Django doesn't bring."""

from datetime import datetime

from django.contrib.postgres.fields import DateTimeRangeField
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.types.multirange import Multirange


class MomentsField(DateTimeRangeField):
    """Any number of ranges of time (`tstzmultirange`). Derived by SQL: never written from here.

    `__contains` with a moment asks whether it lies in one of them. Read as a Multirange.
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """The column's type."""
        return "tstzmultirange"


def holds(moments: Multirange[datetime] | None, moment: datetime) -> bool:
    """Whether the moment lies in one of the ranges."""
    return any(moment in one for one in moments or ())
