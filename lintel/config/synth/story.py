"""Shethernley: its agencies, teams and workers, and the people of the seeds' stories.

All invented. The postcode area QX does not exist. Stories: seed 000 case example 1 (John) and 2
(Suffield's sign-up), seed 002 (the man moved out of county), seed 003 (the ward).
"""

from dataclasses import dataclass, field
from datetime import date

from lintel.agencies.states import AgencyKind as A
from lintel.agencies.states import Role, Side
from lintel.agencies.states import TeamKind as T


@dataclass(frozen=True)
class TeamPlan:
    """A team: slug, name, kind, what it covers, how many patches."""

    slug: str
    name: str
    kind: T
    covers: tuple[str, ...] = ()
    patches: tuple[str, ...] = ()
    phone: str = ""


@dataclass(frozen=True)
class AgencyPlan:
    """An agency and its teams."""

    slug: str
    name: str
    kind: A
    teams: tuple[TeamPlan, ...] = ()
    # Share of the area's tenancies.
    homes: float = 0.0


@dataclass(frozen=True)
class WorkerPlan:
    """A named worker: first team is theirs; `lead`, `links`, `roles` and patches as stated."""

    name: str
    title: str
    team: str
    lead: bool = False
    links: Side | None = None
    roles: tuple[Role, ...] = ()
    patches: tuple[str, ...] = ()
    hint: str = ""
    key: bool = False


AGENCIES = (
    AgencyPlan(
        "shethernley-homes",
        "Shethernley Homes",
        A.LANDLORD,
        (
            TeamPlan(
                "canalside-office",
                "Canalside housing office",
                T.HOUSING_OFFICE,
                patches=("Wharf and Kiln", "Lock Bank", "Canal Street"),
                phone="01632 960101",
            ),
            TeamPlan(
                "moorgate-office",
                "Moorgate housing office",
                T.HOUSING_OFFICE,
                patches=("Moorgate Point", "Quarry Bank", "Sidings"),
                phone="01632 960102",
            ),
            TeamPlan("homes-lettings", "Shethernley Homes lettings", T.LETTINGS),
            TeamPlan(
                "homes-support", "Shethernley Homes tenancy support", T.TENANCY_SUPPORT, ("*",)
            ),
            TeamPlan("homes-information", "Shethernley Homes information team", T.INFORMATION),
        ),
        0.62,
    ),
    AgencyPlan(
        "shethern-valley-trust",
        "Shethern Valley Mental Health Trust",
        A.TRUST,
        (
            TeamPlan(
                "cmht-north",
                "Community mental health team, north",
                T.CMHT,
                ("QX1", "QX2"),
                phone="01632 960201",
            ),
            TeamPlan(
                "cmht-south",
                "Community mental health team, south",
                T.CMHT,
                ("QX3", "QX4", "QX7"),
                phone="01632 960202",
            ),
            TeamPlan("crisis", "Crisis and home treatment team", T.CRISIS, ("*",)),
            TeamPlan("outreach", "Assertive outreach team", T.OUTREACH, ("*",)),
            TeamPlan("larch-ward", "Larch Ward", T.WARD),
            TeamPlan("discharge", "Hospital discharge service", T.DISCHARGE, ("*",)),
            TeamPlan("trust-information", "Trust information team", T.INFORMATION),
        ),
    ),
    AgencyPlan(
        "shethernley-council",
        "Shethernley Council",
        A.COUNCIL,
        (
            TeamPlan("housing-options", "Housing options", T.HOMELESSNESS, ("*",)),
            TeamPlan("council-commissioning", "Adult commissioning", T.COMMISSIONING),
        ),
    ),
    AgencyPlan(
        "the-door",
        "The Door, Shethernley",
        A.VOLUNTARY,
        (
            TeamPlan(
                "one-stop-shop",
                "One-stop shop for advice and referral",
                T.ONE_STOP_SHOP,
                ("*",),
                phone="01632 960300",
            ),
        ),
    ),
    AgencyPlan(
        "sdha",
        "Shethernley and District Housing Association",
        A.LANDLORD,
        (
            TeamPlan(
                "sdha-office",
                "SDHA housing office",
                T.HOUSING_OFFICE,
                patches=("SDHA north", "SDHA south"),
            ),
            TeamPlan("maundy", "Maundy project", T.FLOATING_SUPPORT, ("QX1", "QX2", "QX3", "QX4")),
        ),
        0.17,
    ),
    AgencyPlan(
        "suffield-homes",
        "Suffield Homes",
        A.LANDLORD,
        (
            TeamPlan(
                "suffield-office",
                "Suffield neighbourhood office",
                T.HOUSING_OFFICE,
                patches=("Suffield town", "Suffield villages"),
            ),
            TeamPlan("suffield-support", "Suffield tenancy support", T.TENANCY_SUPPORT, ("QX7",)),
        ),
        0.13,
    ),
    AgencyPlan(
        "bridgeway",
        "Bridgeway floating support",
        A.VOLUNTARY,
        (TeamPlan("bridgeway-team", "Bridgeway support team", T.FLOATING_SUPPORT, ("*",)),),
    ),
    AgencyPlan(
        "shethernley-mind",
        "Mind in Shethernley (invented)",
        A.VOLUNTARY,
        (TeamPlan("mind-community", "Mind community team", T.VOLUNTARY, ("*",)),),
    ),
    AgencyPlan(
        "commissioners",
        "Shethern Valley Commissioning Partnership",
        A.COMMISSIONER,
        (TeamPlan("partnership", "Partnership office", T.COMMISSIONING),),
    ),
    AgencyPlan(
        "canal-street-ha",
        "Canal Street Housing Association",
        A.LANDLORD,
        (
            TeamPlan(
                "canal-street-office",
                "Canal Street office",
                T.HOUSING_OFFICE,
                patches=("Canal Street HA",),
            ),
        ),
        0.05,
    ),
    AgencyPlan(
        "elmfield",
        "Elmfield Almshouses",
        A.LANDLORD,
        (TeamPlan("elmfield-office", "Elmfield office", T.HOUSING_OFFICE, patches=("Elmfield",)),),
        0.03,
    ),
)

SMALL_AGENCIES = (
    ("pottery-lane", "Pottery Lane Tenants’ Co-operative", A.LANDLORD),
    ("suffield-council", "Suffield District Council", A.COUNCIL),
    ("hope-kitchen", "Hope Kitchen", A.VOLUNTARY),
    ("kings-street-advice", "King’s Street Advice", A.VOLUNTARY),
    ("shethernley-carers", "Shethernley Carers", A.VOLUNTARY),
    ("lighthouse", "Lighthouse Recovery", A.VOLUNTARY),
    ("allotment", "The Allotment Project", A.VOLUNTARY),
    ("night-shelter", "Shethernley Night Shelter", A.VOLUNTARY),
    ("credit-union", "Shethern Valley Credit Union", A.VOLUNTARY),
    ("veterans", "Veterans’ Housing Link", A.VOLUNTARY),
    ("young-people", "First Key for Young People", A.VOLUNTARY),
    ("private-hartley", "Hartley Lettings", A.PRIVATE_LANDLORD),
    ("private-mistry", "Mistry Homes", A.PRIVATE_LANDLORD),
    ("private-lowfield", "Lowfield Property", A.PRIVATE_LANDLORD),
)

WORKERS = (
    WorkerPlan(
        "Amina Yusuf",
        "Housing officer",
        "canalside-office",
        patches=("Wharf and Kiln",),
        key=True,
        hint="Worried about a tenant, John. Raise a concern from People.",
    ),
    WorkerPlan(
        "Daniel Okafor",
        "Community psychiatric nurse",
        "cmht-north",
        key=True,
        hint="Reads the team inbox and decides.",
    ),
    WorkerPlan(
        "Joan Bright",
        "Adviser",
        "one-stop-shop",
        lead=True,
        links=Side.HOUSING,
        key=True,
        hint="Runs the one-stop shop’s desk.",
    ),
    WorkerPlan(
        "Priya Nair",
        "Information governance lead",
        "homes-information",
        roles=(Role.INFORMATION_LEAD,),
        key=True,
        hint="Looks up who has seen what, and why.",
    ),
    WorkerPlan(
        "Ruth Adeyemi",
        "Senior housing officer and link worker",
        "canalside-office",
        links=Side.HEALTH,
        patches=("Lock Bank",),
        key=True,
        hint="The office’s link worker with mental health services.",
    ),
    WorkerPlan(
        "Graham Pike",
        "Neighbourhood manager",
        "canalside-office",
        lead=True,
        roles=(Role.MANAGER,),
        key=True,
        hint="Leads the housing office; overdue requests climb to him.",
    ),
    WorkerPlan(
        "Helen Marsh",
        "Team manager",
        "cmht-north",
        lead=True,
        roles=(Role.MANAGER,),
        key=True,
        hint="Leads the community team.",
    ),
    WorkerPlan(
        "Siobhan Reilly",
        "Duty nurse and link worker",
        "cmht-north",
        links=Side.HOUSING,
        key=True,
        hint="The community team’s link worker with housing.",
    ),
    WorkerPlan(
        "Marcus Webb",
        "Information governance lead",
        "trust-information",
        roles=(Role.INFORMATION_LEAD,),
        key=True,
        hint="The trust’s information lead.",
    ),
    WorkerPlan(
        "Stephen Lowe",
        "Partnership lead",
        "partnership",
        lead=True,
        roles=(Role.PARTNERSHIP_LEAD,),
        key=True,
        hint="Where an overdue request ends up.",
    ),
    WorkerPlan(
        "Kwame Boateng",
        "Ward discharge worker",
        "larch-ward",
        lead=True,
        key=True,
        hint="Femi is on his ward.",
    ),
    WorkerPlan(
        "Leanne Carter",
        "Homelessness officer",
        "housing-options",
        lead=True,
        links=Side.HEALTH,
        key=True,
        hint="Housing options at the council.",
    ),
    WorkerPlan(
        "Nadia Hussain",
        "Project worker",
        "maundy",
        lead=True,
        key=True,
        hint="SDHA’s Maundy project.",
    ),
    WorkerPlan(
        "Ian Fletcher",
        "Neighbourhood housing officer",
        "suffield-office",
        lead=True,
        links=Side.HEALTH,
        patches=("Suffield town",),
        key=True,
        hint="Suffield’s sign-up.",
    ),
    WorkerPlan(
        "Chloe Barnes",
        "Support worker",
        "bridgeway-team",
        lead=True,
        key=True,
        hint="A worker who is a tenant too.",
    ),
    WorkerPlan(
        "Fiona Drake",
        "Commissioner",
        "council-commissioning",
        lead=True,
        key=True,
        hint="Commissions services; sees no person.",
    ),
    WorkerPlan("Tomasz Zieliński", "Adviser", "one-stop-shop"),
    WorkerPlan("Michelle Grant", "Housing officer", "canalside-office", patches=("Canal Street",)),
    WorkerPlan(
        "Wayne Sutton",
        "Housing manager",
        "moorgate-office",
        lead=True,
        links=Side.HEALTH,
        patches=("Moorgate Point",),
    ),
    WorkerPlan(
        "Sunita Patel", "Housing officer", "moorgate-office", patches=("Quarry Bank", "Sidings")
    ),
    WorkerPlan("Angela Frost", "Lettings officer", "homes-lettings", lead=True),
    WorkerPlan("Kevin Marsden", "Tenancy support worker", "homes-support", lead=True),
    WorkerPlan(
        "Olu Bankole", "Community psychiatric nurse", "cmht-south", lead=True, links=Side.HOUSING
    ),
    WorkerPlan("Beth Haynes", "Social worker", "cmht-south"),
    WorkerPlan("Yasmin Qureshi", "Crisis nurse", "crisis", lead=True),
    WorkerPlan("Rob Tierney", "Outreach worker", "outreach", lead=True),
    WorkerPlan("Dawn Swift", "Discharge co-ordinator", "discharge", lead=True, links=Side.HOUSING),
    WorkerPlan(
        "Carol Nash",
        "Housing officer",
        "sdha-office",
        lead=True,
        links=Side.HEALTH,
        patches=("SDHA north", "SDHA south"),
    ),
    WorkerPlan("Harjit Gill", "Housing officer", "suffield-office", patches=("Suffield villages",)),
    WorkerPlan("Pauline Dyson", "Tenancy support co-ordinator", "suffield-support", lead=True),
    WorkerPlan("Jamal Francis", "Community worker", "mind-community", lead=True),
    WorkerPlan(
        "Irene Clegg",
        "Housing manager",
        "canal-street-office",
        lead=True,
        patches=("Canal Street HA",),
    ),
    WorkerPlan("Bernard Hale", "Warden", "elmfield-office", lead=True, patches=("Elmfield",)),
)

DOMAINS = {
    "shethernley-homes": "shethernley-homes.example",
    "shethern-valley-trust": "shethern-valley-trust.example",
}


def email_of(name: str, agency_slug: str) -> str:
    """An invented address on a domain that can't exist."""
    local = "".join(
        c if c.isascii() and c.isalpha() else "-" for c in name.lower().replace("ń", "n")
    )
    return f"{local.strip('-')}@{DOMAINS.get(agency_slug, agency_slug + '.example')}"


def _agency_of_team() -> dict[str, str]:
    return {team.slug: agency.slug for agency in AGENCIES for team in agency.teams}


AGENCY_OF_TEAM = _agency_of_team()
KEY_ACCOUNTS = [email_of(w.name, AGENCY_OF_TEAM[w.team]) for w in WORKERS if w.key]
HINTS = {email_of(w.name, AGENCY_OF_TEAM[w.team]): w.hint for w in WORKERS if w.key}


@dataclass(frozen=True)
class PersonPlan:
    """A named person of a story."""

    name: str
    born: date | None
    known_as: str = ""
    died: date | None = None
    landlord: str = ""
    patch: str = ""
    address: str = ""
    postcode: str = ""
    kind: str = "secure"
    started: date = date(2019, 4, 1)
    arrears_pence: int = 0
    contacts: tuple[tuple[str, str, str], ...] = ()
    notes: tuple[tuple[str, int, str, str], ...] = ()  # worker, category, words, agency
    involved: tuple[tuple[str, str, str], ...] = ()  # worker, team, role words
    also_worker: str = ""
    no_fixed_address: bool = False
    extra: dict[str, str] = field(default_factory=dict)


PEOPLE = (
    PersonPlan(
        "John Tressell",
        date(1974, 3, 19),
        known_as="John",
        landlord="shethernley-homes",
        patch="Wharf and Kiln",
        address="Flat 6, Wharf House, Wharf Lane, Shethernley",
        postcode="QX1 2AB",
        arrears_pence=21450,
        contacts=(
            ("phone", "07700 900143", "mornings are best"),
            (
                "through",
                "His brother, Alan Tressell, 07700 900144",
                "John is happy for Alan to be told we called",
            ),
        ),
        notes=(
            (
                "Amina Yusuf",
                3,
                "Neighbour below complained again about noise between 1 and 4 in the morning.",
                "shethernley-homes",
            ),
            (
                "Amina Yusuf",
                5,
                "John says he would like help in the kitchen. He burnt a pan last week.",
                "shethernley-homes",
            ),
            (
                "Daniel Okafor",
                8,
                "Sleep is poor. We talked about evenings and what helps.",
                "shethern-valley-trust",
            ),
        ),
        involved=(
            ("Daniel Okafor", "cmht-north", "Care co-ordinator (community psychiatric nurse)"),
        ),
    ),
    PersonPlan(
        "Neville Harrow",
        date(1968, 11, 2),
        landlord="shethernley-homes",
        patch="Wharf and Kiln",
        address="Flat 5, Wharf House, Wharf Lane, Shethernley",
        postcode="QX1 2AB",
        notes=(
            (
                "Amina Yusuf",
                3,
                "Complained about noise from the flat above. Was kind about it; wants it sorted.",
                "shethernley-homes",
            ),
        ),
    ),
    PersonPlan(
        "Carl Denby",
        date(1975, 6, 8),
        landlord="shethernley-homes",
        patch="Wharf and Kiln",
        address="Flat 2, Kiln House, Kiln Street, Shethernley",
        postcode="QX1 2AD",
    ),
    PersonPlan(
        "Denise Corrigan",
        date(1990, 1, 27),
        landlord="suffield-homes",
        patch="Suffield town",
        address="14 Chapel Street, Suffield",
        postcode="QX7 1DE",
        kind="introductory",
        started=date(2026, 10, 12),
        notes=(
            (
                "Ian Fletcher",
                5,
                "At sign-up Denise asked about help with bills. Offered tenancy support; she would like to meet Pauline.",
                "suffield-homes",
            ),
        ),
        involved=(("Pauline Dyson", "suffield-support", "Tenancy support co-ordinator"),),
    ),
    PersonPlan(
        "Peter Langton",
        date(1981, 9, 14),
        landlord="shethernley-homes",
        patch="Lock Bank",
        address="3 Millrace Court, Shethernley",
        postcode="QX2 3PL",
        arrears_pence=148200,
        notes=(
            (
                "Ruth Adeyemi",
                3,
                "Home empty since spring while Peter was in hospital away from here. Made safe in June.",
                "shethernley-homes",
            ),
            (
                "Ruth Adeyemi",
                10,
                "Agreed with Peter and the team: if he stops answering, ring Siobhan first, then his sister.",
                "shethernley-homes",
            ),
        ),
        involved=(("Siobhan Reilly", "cmht-north", "Care co-ordinator"),),
    ),
    PersonPlan(
        "Femi Adeleke",
        date(1995, 5, 30),
        no_fixed_address=True,
        contacts=(),
        notes=(
            (
                "Kwame Boateng",
                8,
                "Femi would like to be near his aunt when he leaves the ward.",
                "shethern-valley-trust",
            ),
        ),
        involved=(("Kwame Boateng", "larch-ward", "Named worker on the ward"),),
    ),
    PersonPlan(
        "Michael Brady",
        date(1949, 2, 11),
        landlord="shethernley-homes",
        patch="Wharf and Kiln",
        address="22 Kiln Street, Shethernley",
        postcode="QX1 2AE",
    ),
    PersonPlan(
        "Michael Brady",
        date(1979, 8, 23),
        known_as="Mick",
        landlord="shethernley-homes",
        patch="Wharf and Kiln",
        address="22 Kiln Street, Shethernley",
        postcode="QX1 2AE",
    ),
    PersonPlan(
        "Dorothy Ainsworth",
        date(1938, 12, 1),
        died=date(2026, 9, 3),
        landlord="shethernley-homes",
        patch="Wharf and Kiln",
        address="8 Wharf Lane, Shethernley",
        postcode="QX1 2AA",
    ),
    PersonPlan(
        "Zoë Müller-Nguyễn",
        None,
        landlord="shethernley-homes",
        patch="Wharf and Kiln",
        address="10 Wharf Lane, Shethernley",
        postcode="QX1 2AA",
    ),
    PersonPlan(
        "Chloe Barnes",
        date(1993, 7, 7),
        landlord="shethernley-homes",
        patch="Wharf and Kiln",
        address="31 Kiln Street, Shethernley",
        postcode="QX1 2AE",
        also_worker="Chloe Barnes",
    ),
    PersonPlan(
        "Sam Rourke",
        date(1987, 10, 10),
        landlord="sdha",
        patch="SDHA north",
        address="Flat 1, Larkspur Court, Lark Rise, Shethernley",
        postcode="QX2 1SR",
        kind="licence",
        notes=(
            (
                "Nadia Hussain",
                5,
                "On licence with support; the plan is to convert to a tenancy in the new year.",
                "sdha",
            ),
        ),
        involved=(("Nadia Hussain", "maundy", "Project worker"),),
    ),
)
