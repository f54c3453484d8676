"""More invented community services: company, learning, law, work about the house."""

from datetime import date

from lintel.config.synth.directory.health import CRISIS
from lintel.config.synth.directory.plans import (
    NIGHTS,
    Land,
    Plan,
    ages,
    at,
    districts,
    hall,
    needs,
    not_for,
    office,
    phone,
    room,
    routes,
    wait,
    whole,
    winter,
)
from lintel.directory.entry import Catchment, Entry, Hours, Inside, Piece
from lintel.directory.states import CatchmentKind, Status

YOUNG = "Youth services agreement 2026 (invented)"
ANYBODY = "self family landlord partner gp professional"
# GP practices of the invented area.
SIDINGS_SURGERY, WHARF_SURGERY = "X81001", "X81002"


def plans(today: date, land: Land) -> list[Plan]:
    """All of them."""
    return [
        *_company(today, land),
        *_young(today, land),
        *_rights(today, land),
        *_health(today, land),
        *_house(today, land),
    ]


def _company(today: date, land: Land) -> list[Plan]:
    return [
        Plan(
            "shethernley-carers",
            "shethernley-carers",
            Entry(
                name="Shethernley Carers",
                summary="For anybody who looks after somebody: a break, a group, a form filled in",
                needs=needs("carers lonely money"),
                phones=phone("01632 960530"),
                locations=[hall(land, "carers", "Carers’ house", "15 Hawthorn Way", "QX2 4AB")],
                hours=[
                    *office(),
                    at("WE", "18:30-20:30", weeks=[2], note="group"),
                    at("SU", "14:00-16:00", weeks=[-1], note="young carers"),
                ],
                catchments=whole(),
                rules=[ages("Aged 8 and over", YOUNG, low=8)],
                referral=routes(ANYBODY),
            ),
            Inside(direct_line="01632 960580", request_kind="referral"),
            team="shethernley-carers-team",
            checked=26,
        ),
        Plan(
            "mens-shed",
            "Wharfside Men’s Shed",
            Entry(
                name="Wharfside Men’s Shed",
                summary="Tools, tea and talk, shoulder to shoulder",
                needs=needs("lonely low_mood older"),
                phones=phone("01632 960531"),
                fees="£2 towards tea",
                locations=[hall(land, "mens-shed", "Arch 3", "Wharf Lane", "QX1 2AA")],
                hours=[at("MO WE", "10:00-15:00")],
                catchments=districts("QX1", "QX2", "QX3", "QX4"),
                rules=[ages("Aged 18 and over", "House rules (invented)", low=18)],
                referral=routes("self family"),
            ),
            checked=88,
        ),
        Plan(
            "befriending",
            "Good Neighbours Shethernley",
            Entry(
                name="Good Neighbours befriending",
                summary="A visit or a call every week from somebody who likes to talk",
                needs=needs("lonely older disability"),
                phones=phone("01632 960532"),
                languages=["English", "Urdu", "Punjabi"],
                hours=[at("MO-TH", "10:00-14:00")],
                catchments=whole(),
                rules=[ages("Aged 55 and over", "Grant agreement 2026 (invented)", low=55)],
                waiting=wait(today, 40),
                capacity=room(today, 3, 60, "volunteers free"),
                referral=routes(ANYBODY),
            ),
            checked=58,
        ),
        Plan(
            "bereavement-group",
            "Cruse Lane Bereavement Group",
            Entry(
                name="Bereavement group",
                summary="After somebody has died, however long ago",
                needs=needs("low_mood lonely"),
                phones=phone("01632 960533"),
                locations=[
                    hall(land, "bereavement", "Meeting house", "2 Chapel Street", "QX3 1AB")
                ],
                hours=[at("TH", "19:00-21:00", weeks=[1, 3])],
                catchments=whole(),
                rules=[ages("Aged 18 and over", "", low=18)],
                referral=routes("self family gp partner"),
            ),
            checked=140,
        ),
        Plan(
            "allotment-project",
            "allotment",
            Entry(
                name="The Allotment Project",
                summary="Growing things, outdoors, in a small group",
                needs=needs("low_mood lonely mental_health"),
                phones=phone("01632 960534"),
                locations=[hall(land, "allotment", "Plot 40", "Quarry Bank", "QX1 6AB")],
                hours=[
                    at("TU TH", "10:00-15:00", note="in the greenhouse when it rains"),
                    at("SA", "10:00-13:00"),
                ],
                closures=[winter(today)],
                catchments=whole(),
                waiting=wait(today, 7),
                referral=routes(ANYBODY),
            ),
            Inside(direct_line="01632 960584", request_kind="referral"),
            team="allotment-team",
            checked=34,
        ),
        Plan(
            "lunch-club",
            "St Aidan’s, Kiln Hill",
            Entry(
                name="Lunch club",
                summary="Two courses and a lift home",
                needs=needs("lonely older"),
                phones=phone("01632 960535"),
                fees="£5",
                locations=[
                    hall(land, "lunch-club", "St Aidan’s hall", "12 Kiln Street", "QX1 2AD")
                ],
                hours=[at("TH", "12:00-14:00")],
                catchments=districts("QX1 1", "QX1 2", "QX1 3", "QX2 1"),
                rules=[ages("Aged 60 and over", "", low=60)],
                referral=routes("self family landlord"),
            ),
            checked=70,
        ),
        Plan(
            "welcome-circle",
            "Welcome Circle",
            Entry(
                name="Welcome Circle",
                summary="New to the country: English, forms and friends",
                needs=needs("lonely advice homeless"),
                phones=phone("01632 960536"),
                languages=["English", "Arabic", "Kurdish", "Tigrinya", "Ukrainian", "Dari"],
                locations=[hall(land, "welcome", "The Old Library", "9 Union Terrace", "QX1 1BA")],
                hours=[at("MO WE", "10:00-12:00"), at("MO", "18:00-20:00")],
                catchments=whole(),
                referral=routes("self family landlord partner"),
            ),
            checked=21,
        ),
    ]


def _young(today: date, land: Land) -> list[Plan]:
    return [
        Plan(
            "the-loft",
            "The Loft",
            Entry(
                name="The Loft",
                summary="Drop-in for young people: talk, food, music, a counsellor upstairs",
                needs=needs("young low_mood mental_health"),
                phones=phone("01632 960540"),
                locations=[hall(land, "the-loft", "The Loft", "88 Moorgate Road", "QX4 1BA")],
                hours=[
                    at("MO-FR", "15:30-20:00"),
                    at("FR SA", "20:00-01:00", note="late, with a youth worker at the door"),
                ],
                catchments=whole(),
                rules=[ages("Aged 11 to 25", YOUNG, 11, 25)],
                referral=routes(ANYBODY),
            ),
            checked=16,
        ),
        Plan(
            "first-key",
            "young-people",
            Entry(
                name="First Key for Young People",
                summary="Sixteen to twenty-four and nowhere safe to live",
                needs=needs("young homeless losing_home"),
                phones=phone("01632 960541"),
                hours=office(),
                out_of_hours_words="Tonight: ring housing options out of hours, 01632 960499.",
                catchments=whole(priority=3),
                rules=[ages("Aged 16 to 24", YOUNG, 16, 24)],
                waiting=wait(today, 6),
                capacity=room(today, 4, 31, "rooms"),
                referral=routes(ANYBODY),
            ),
            Inside(
                direct_line="01632 960591",
                thresholds="Sixteen and seventeen year olds: children’s services first.",
                request_kind="referral",
            ),
            team="young-people-team",
            checked=42,
        ),
    ]


def _rights(today: date, land: Land) -> list[Plan]:
    return [
        Plan(
            "law-centre",
            "Shethernley Law Centre",
            Entry(
                name="Shethernley Law Centre",
                summary="Free legal help: notices, eviction, repairs, benefits appeals",
                needs=needs("losing_home advice money"),
                phones=phone("01632 960550"),
                fees="Free for most people",
                locations=[hall(land, "law-centre", "Law Centre", "2 Market Place", "QX1 1AE")],
                hours=[
                    at("MO TU TH FR", "09:30-17:00"),
                    at("WE", "17:00-19:00", note="clinic, come early"),
                ],
                catchments=whole(),
                rules=[not_for("Not for landlords: ask King’s Street Advice")],
                referral=routes("self family partner professional"),
            ),
            checked=19,
        ),
        Plan(
            "mediation",
            "Two Doors Mediation",
            Entry(
                name="Two Doors tenancy mediation",
                summary="Somebody in the middle, when neighbours or a landlord and a tenant are "
                "stuck",
                needs=needs("neighbours losing_home"),
                phones=phone("01632 960551"),
                hours=[at("MO-FR", "09:00-13:00")],
                catchments=whole(),
                waiting=wait(today, 18),
                referral=routes("self landlord partner"),
                how_to_ask="Both sides must agree; we ring each of them.",
            ),
            checked=67,
        ),
        Plan(
            "suffield-housing-options",
            "suffield-council",
            Entry(
                name="Suffield housing options",
                summary="Losing your home, or nowhere to stay, in Suffield",
                needs=needs("homeless losing_home leaving_hospital"),
                phones=phone("01632 960700"),
                locations=[hall(land, "suffield-options", "Moot Hall", "Market Place", "QX7 1AA")],
                hours=[at("MO-TH", "09:00-16:30"), at("FR", "09:00-16:00")],
                out_of_hours_words="Nowhere to stay tonight: 01632 960799.",
                catchments=districts("QX7", priority=3, label="Suffield"),
                referral=routes(ANYBODY),
            ),
            Inside(direct_line="01632 960710", request_kind="referral"),
            team="suffield-council-team",
            checked=31,
        ),
        Plan(
            "veterans-link",
            "veterans",
            Entry(
                name="Veterans’ Housing Link",
                summary="Served, at any time, for any length? We open doors",
                needs=needs("homeless losing_home running_a_home mental_health"),
                phones=phone("01632 960552"),
                hours=[at("MO-FR", "08:00-16:00")],
                catchments=whole(),
                rules=[ages("Aged 18 and over", "", low=18)],
                referral=routes(ANYBODY),
            ),
            team="veterans-team",
            checked=49,
        ),
        Plan(
            "night-shelter",
            "night-shelter",
            Entry(
                name="Shethernley Night Shelter",
                summary="A bed tonight, a wash and breakfast",
                needs=needs("homeless"),
                phones=phone("01632 960553"),
                locations=[hall(land, "night-shelter", "The Shelter", "1 Bridge End", "QX1 3BA")],
                hours=NIGHTS,
                catchments=whole(priority=4),
                rules=[ages("Aged 18 and over", "Licence conditions (invented)", low=18)],
                capacity=room(today, 3, 16, "beds", said=0),
                referral=routes(ANYBODY),
            ),
            Inside(
                direct_line="01632 960593",
                duty_rota="Two workers a night.",
                request_kind="referral",
            ),
            team="night-shelter-team",
            checked=2,
        ),
        Plan(
            "pottery-lane",
            "pottery-lane",
            Entry(
                name="Pottery Lane Tenants’ Co-operative",
                summary="Forty homes that their tenants run",
                needs=needs("neighbours"),
                phones=phone("01632 960554"),
                hours=[at("TU", "18:00-19:30", note="committee members in the common room")],
                referral=routes("self family partner"),
            ),
            team="pottery-lane-team",
            checked=180,
        ),
    ]


def _practices(label: str, *codes: str, priority: int = 5) -> list[Catchment]:
    piece = Piece(kind=CatchmentKind.GP, codes=list(codes), label=label)
    return [Catchment(pieces=[piece], priority=priority)]


def _health(today: date, land: Land) -> list[Plan]:
    return [
        Plan(
            "talking-therapies",
            "Shethernley Talking Therapies",
            Entry(
                name="Shethernley Talking Therapies",
                summary="Talking treatment for low mood and worry; ask for it yourself",
                needs=needs("low_mood"),
                phones=phone("01632 960560"),
                url="https://talking.example/",
                hours=[at("MO-TH", "08:00-20:00"), at("FR", "08:00-17:00")],
                out_of_hours=CRISIS,
                catchments=whole(priority=4),
                rules=[ages("Aged 16 and over", "Service specification (invented)", low=16)],
                waiting=wait(today, 38, "First call within 2 weeks"),
                referral=routes("self gp professional"),
            ),
            checked=13,
        ),
        Plan(
            "social-prescribing",
            "Sidings Surgery",
            Entry(
                name="Social prescribing link worker",
                summary="For patients of the surgery: what else might help, and who goes with you",
                needs=needs("lonely low_mood money older"),
                phones=phone("01632 960561"),
                locations=[hall(land, "social", "Sidings Surgery", "2 Sidings View", "QX4 3AA")],
                hours=[at("MO-FR", "09:00-13:00")],
                catchments=_practices(
                    "people registered with Sidings Surgery or Wharf Surgery",
                    SIDINGS_SURGERY,
                    WHARF_SURGERY,
                ),
                referral=routes("self gp"),
            ),
            checked=53,
        ),
        Plan(
            "independent-living",
            "Independent Living Shethernley",
            Entry(
                name="Independent Living Shethernley",
                summary="Run by disabled people: equipment, personal assistants, your rights",
                needs=needs("disability running_a_home advice"),
                phones=phone("01632 960565", "Text or ring"),
                languages=["English", "British Sign Language"],
                hours=office(),
                catchments=whole(),
                referral=routes(ANYBODY),
            ),
            checked=37,
        ),
    ]


def _house(today: date, land: Land) -> list[Plan]:
    return [
        Plan(
            "handyperson",
            "Handy Hands",
            Entry(
                name="Handy Hands handyperson",
                summary="Grab rails, locks, light bulbs, a shelf",
                needs=needs("older disability running_a_home leaving_hospital"),
                phones=phone("01632 960570"),
                fees="£15 an hour; free after a hospital stay",
                hours=[at("MO-FR", "08:00-16:00")],
                catchments=districts("QX1", "QX2", "QX3", "QX4"),
                waiting=wait(today, 11),
                referral=routes(ANYBODY),
            ),
            checked=76,
        ),
        Plan(
            "volunteer-cars",
            "Suffield Volunteer Cars",
            Entry(
                name="Suffield volunteer cars",
                summary="A lift to hospital, the surgery or the shops",
                needs=needs("older disability lonely"),
                phones=phone("01632 960572"),
                fees="45p a mile",
                hours=_bookings(),
                catchments=districts("QX7"),
                referral=routes("self family gp"),
            ),
            checked=99,
            owner="nobody",
        ),
        Plan(
            "wharf-street-drop-in",
            "Good Neighbours Shethernley",
            Entry(
                name="Wharf Street drop-in",
                summary="Closed in the summer; ask befriending instead",
                needs=needs("lonely"),
                status=Status.DEFUNCT,
                phones=phone("01632 960532"),
                referral=routes("self"),
            ),
            checked=110,
        ),
    ]


def _bookings() -> list[Hours]:
    return [at("MO-FR", "10:00-12:00", note="to book; cars run when you need them")]
