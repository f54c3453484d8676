"""Every read of the directory."""

from lintel.directory.queries.places import find
from lintel.directory.queries.routing import Answer, Option, TeamHit, route, teams_covering
from lintel.directory.queries.teams import areas_of_teams

__all__ = ["Answer", "Option", "TeamHit", "areas_of_teams", "find", "route", "teams_covering"]
