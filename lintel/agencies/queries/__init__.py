"""Reads of agencies, teams and workers: who acts, who leads, who links, who is to be told.

The agencies' own tables are open to every worker of the partnership: they say who works where,
and nothing about anybody who is helped.
"""

from lintel.agencies.queries._areas import Areas, areas, set_areas
from lintel.agencies.queries._demo import DemoAccount, demo_accounts
from lintel.agencies.queries._directory import (
    Colleague,
    by_numbers,
    members_of_teams,
    open_teams,
    other_agencies,
    people_of_teams,
    places_in,
    seen_out_by,
    team_by_slug,
    team_names,
    teams,
    workers_of_team,
)
from lintel.agencies.queries._keys import (
    System,
    colleagues,
    key_of_agency,
    keys_of_agency,
    system_of,
)
from lintel.agencies.queries._links import (
    Link,
    MyLinks,
    link_of,
    links_of_team,
    links_to_keep,
    my_links,
    relied_on,
)
from lintel.agencies.queries._who import (
    GUESS_WINDOW,
    SignedIn,
    actor_for,
    actor_of_worker,
    address_of,
    in_post,
    information_lead_places,
    information_leads,
    information_leads_on,
    only_information_lead,
    signed_in,
)

__all__ = [
    "GUESS_WINDOW",
    "Areas",
    "Colleague",
    "DemoAccount",
    "Link",
    "MyLinks",
    "SignedIn",
    "System",
    "actor_for",
    "actor_of_worker",
    "address_of",
    "areas",
    "by_numbers",
    "colleagues",
    "demo_accounts",
    "in_post",
    "information_lead_places",
    "information_leads",
    "information_leads_on",
    "key_of_agency",
    "keys_of_agency",
    "link_of",
    "links_of_team",
    "links_to_keep",
    "members_of_teams",
    "my_links",
    "only_information_lead",
    "open_teams",
    "other_agencies",
    "people_of_teams",
    "places_in",
    "relied_on",
    "seen_out_by",
    "set_areas",
    "signed_in",
    "system_of",
    "team_by_slug",
    "team_names",
    "teams",
    "workers_of_team",
]
