"""The accounts of the demonstration."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from lintel.agencies.models import Membership
from lintel.agencies.queries._who import in_post


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One account of the demonstration area, as the demo's sign-in shows it."""

    name: str
    role: str
    agency: str
    team: str
    email: str


def demo_accounts(now: datetime) -> list[DemoAccount]:
    """The accounts that one may sign in as in the demo: invented workers, by agency and name.

    Only addresses under `.example`, which can belong to nobody (RFC 2606).
    """
    found = (
        in_post(now)
        .filter(user__email__endswith=".example")
        .select_related("agency", "user")
        .prefetch_related(
            Prefetch(
                "memberships",
                Membership.objects.filter(valid__contains=now).select_related("team"),
                to_attr="current",
            )
        )
        .order_by("agency__name", "name")
    )
    return [
        DemoAccount(
            name=worker.name,
            role=worker.job_title,
            agency=worker.agency.name,
            team=", ".join(sorted({m.team.name for m in worker.current})),
            email=worker.user.email,
        )
        for worker in found
    ]
