"""Every read of the directory."""

from lintel.directory.queries.routing import Answer, Option, TeamHit, route, teams_covering

__all__ = ["Answer", "Option", "TeamHit", "route", "teams_covering"]
