"""Invented community services, and two national lines that are real."""

from datetime import date

from lintel.config.synth.directory import community_more
from lintel.config.synth.directory.health import CRISIS, CRISIS_WORDS
from lintel.config.synth.directory.plans import (
    Land,
    Plan,
    ages,
    at,
    christmas,
    districts,
    hall,
    id_of,
    needs,
    not_for,
    office,
    phone,
    room,
    routes,
    wait,
    wards,
    whole,
)
from lintel.directory.entry import Catchment, Entry, Hours, Inside, Piece
from lintel.directory.states import Audience, BankHolidays, CatchmentKind, Status

# Organisations that are no agencies of the partnership. Those in REAL exist.
REAL = ("NHS 111", "Samaritans")
ORGANISATIONS = (
    *REAL,
    "Shethern Valley Debt Advice",
    "Shethernley Food Bank",
    "Suffield Community Pantry",
    "Wharfside Men’s Shed",
    "Good Neighbours Shethernley",
    "Clear Spaces",
    "Safe Harbour",
    "Turning Tide",
    "Cruse Lane Bereavement Group",
    "The Loft",
    "Shethernley Law Centre",
    "Two Doors Mediation",
    "Shethern Valley Fire and Rescue",
    "Handy Hands",
    "Second Sofa",
    "St Aidan’s, Kiln Hill",
    "Suffield Volunteer Cars",
    "Shethernley Talking Therapies",
    "Welcome Circle",
    "Shethernley Libraries",
    "Sidings Surgery",
    "Independent Living Shethernley",
)


def plans(today: date, land: Land) -> list[Plan]:
    """All of them."""
    return [
        *_lines(),
        *_safety(today, land),
        *_food_and_money(today, land),
        *community_more.plans(today, land),
    ]


def _lines() -> list[Plan]:
    return [
        Plan(
            "nhs-111-mental-health",
            "NHS 111",
            Entry(
                name="NHS 111, mental health option",
                summary="Ring 111 and choose option 2, day and night",
                description="The national line. This one is real. If somebody is in danger now, "
                "ring 999.",
                always_open=True,
                needs=needs("crisis"),
                phones=phone("111", "Choose option 2"),
                url="https://111.nhs.uk/",
                fees="Free to call",
                catchments=whole(priority=2),
                referral=routes("self family landlord partner gp professional"),
            ),
            checked=8,
            owner="Joan Bright",
        ),
        Plan(
            "samaritans",
            "Samaritans",
            Entry(
                name="Samaritans",
                summary="Somebody who listens, day and night, about anything",
                description="The national line. This one is real.",
                always_open=True,
                needs=needs("low_mood lonely crisis"),
                phones=phone("116 123"),
                url="https://www.samaritans.org/",
                fees="Free to call",
                catchments=whole(priority=6),
                referral=routes("self"),
            ),
            checked=8,
            owner="Joan Bright",
        ),
    ]


def _safety(today: date, land: Land) -> list[Plan]:
    return [
        Plan(
            "safe-harbour-line",
            "Safe Harbour",
            Entry(
                name="Safe Harbour helpline",
                summary="Afraid of somebody at home? Talk to us. For women, men and children",
                description="We don’t ring back on a number that somebody else may answer.",
                always_open=True,
                needs=needs("safety"),
                phones=phone("01632 960501", "Day and night"),
                languages=["English", "Punjabi", "Urdu", "Polish", "Any other by interpreter"],
                catchments=whole(priority=2),
                referral=routes("self family landlord partner gp professional"),
            ),
            checked=28,
        ),
        Plan(
            "safe-harbour-refuge",
            "Safe Harbour",
            Entry(
                name="Safe Harbour refuge",
                summary="A safe place to stay for women and their children",
                description="Where it is is never written down. Ring, day and night.",
                always_open=True,
                needs=needs("safety homeless"),
                phones=phone("01632 960502", "Workers only"),
                catchments=whole(priority=3),
                capacity=room(today, 1, 9, "rooms", said=1),
                rules=[ages("Women aged 16 and over, with or without children", "", low=16)],
                referral=routes("partner professional"),
            ),
            Inside(
                direct_line="01632 960503",
                referral_rules="By telephone only. Never put a woman’s whereabouts in writing.",
                request_kind="",
            ),
            audience=Audience.PARTNERS,
            checked=28,
        ),
        Plan(
            "home-fire-safety",
            "Shethern Valley Fire and Rescue",
            Entry(
                name="Home fire safety visit",
                summary="Free visit: smoke alarms, cookers, candles, cigarettes and ways out",
                description="For anybody who smokes in bed, leaves pans on, or has too many "
                "things at home. We look at ways out, not at housework.",
                needs=needs("hoarding safety older disability"),
                phones=phone("01632 960510"),
                fees="Free",
                hours=[at("MO-FR", "08:00-18:00"), at("SA", "09:00-13:00")],
                catchments=whole(),
                waiting=wait(today, 12, "Within 48 hours if there has been a fire"),
                referral=routes("self family landlord partner gp professional"),
            ),
            checked=65,
        ),
        Plan(
            "clear-spaces",
            "Clear Spaces",
            Entry(
                name="Clear Spaces",
                summary="Help with too many things at home, at the pace of whoever lives there",
                description="Nobody throws anything away for you. A worker comes every week for "
                "six months or more.",
                needs=needs("hoarding"),
                phones=phone("01632 960511"),
                hours=[at("TU-FR", "10:00-16:00")],
                # Every ward but Quarry Bank, which nobody pays for: a gap for the lead to see.
                catchments=wards(
                    [code for name, code in land.wards.items() if name != "Quarry Bank"],
                    "Shethernley, except the ward of Quarry Bank",
                ),
                rules=[ages("Aged 18 and over", "Grant agreement 2026 (invented)", low=18)],
                waiting=wait(today, 63, "About two months"),
                capacity=room(today, 0, 22),
                referral=routes("self family landlord partner gp professional"),
            ),
            checked=94,
        ),
        Plan(
            "lighthouse-recovery",
            "lighthouse",
            Entry(
                name="Lighthouse Recovery",
                summary="Drinking or drugs: come as you are",
                needs=needs("drugs_alcohol"),
                phones=phone("01632 960512"),
                locations=[hall(land, "lighthouse", "Lighthouse", "77 Foundry Close", "QX4 2AB")],
                hours=[
                    at("MO-FR", "09:00-17:00"),
                    at("MO TH", "17:00-19:30", note="evening clinic"),
                    at("SA", "10:00-13:00", note="drop-in, no appointment"),
                ],
                out_of_hours=CRISIS,
                out_of_hours_words="Somebody has taken too much: ring 999. " + CRISIS_WORDS,
                catchments=whole(),
                rules=[ages("Aged 18 and over", "Contract 2025 (invented)", low=18)],
                waiting=wait(today, 4),
                referral=routes("self family landlord partner gp professional"),
            ),
            Inside(direct_line="01632 960562", request_kind="referral"),
            team="lighthouse-team",
            checked=14,
        ),
        Plan(
            "turning-tide",
            "Turning Tide",
            Entry(
                name="Turning Tide alcohol service",
                summary="For people who would like to drink less, and their families",
                needs=needs("drugs_alcohol carers"),
                phones=phone("01632 960513"),
                locations=[hall(land, "turning-tide", "The Boathouse", "3 Lock Bank", "QX2 2AB")],
                hours=[at("MO-FR", "12:00-20:00")],
                catchments=districts("QX1", "QX2", "QX3", "QX4"),
                rules=[
                    ages("Aged 16 and over", "Contract 2025 (invented)", low=16),
                    not_for("Not when drunk: come back tomorrow, you are welcome"),
                ],
                waiting=wait(today, 9),
                referral=routes("self family landlord partner gp"),
            ),
            checked=120,
        ),
    ]


def _food_and_money(today: date, land: Land) -> list[Plan]:
    return [
        Plan(
            "debt-advice",
            "Shethern Valley Debt Advice",
            Entry(
                name="Debt advice",
                summary="Rent arrears, bills and letters that you have stopped opening",
                needs=needs("money losing_home"),
                phones=phone("01632 960520"),
                fees="Free",
                locations=[
                    hall(land, "debt-advice", "Town centre", "21 Union Terrace", "QX1 1BD"),
                    hall(land, "debt-advice", "Suffield library", "Market Place", "QX7 1AA"),
                ],
                hours=[
                    at(
                        "MO TU TH",
                        "09:30-15:30",
                        location=id_of("location", "debt-advice", "Town centre"),
                    ),
                    at(
                        "WE",
                        "10:00-13:00",
                        location=id_of("location", "debt-advice", "Suffield library"),
                    ),
                ],
                catchments=whole(1),
                waiting=wait(today, 16),
                referral=routes("self family landlord partner gp professional"),
            ),
            checked=36,
        ),
        Plan(
            "kings-street-advice",
            "kings-street-advice",
            Entry(
                name="King’s Street Advice",
                summary="Benefits, work, debt and housing: free, and nobody is told",
                needs=needs("advice money losing_home disability"),
                phones=phone("01632 960521"),
                fees="Free",
                locations=[hall(land, "kings-street", "Advice hall", "4 King’s Street", "QX1 1DE")],
                hours=[
                    at("MO-FR", "10:00-12:30", note="no appointment"),
                    at("MO-TH", "13:30-16:00", note="by appointment"),
                ],
                closures=[christmas(today)],
                catchments=whole(),
                referral=routes("self family landlord partner gp professional"),
            ),
            Inside(direct_line="01632 960571", request_kind="referral"),
            team="kings-street-advice-team",
            checked=55,
        ),
        Plan(
            "food-bank",
            "Shethernley Food Bank",
            Entry(
                name="Shethernley Food Bank",
                summary="Food for three days; no voucher needed the first time",
                needs=needs("money"),
                phones=phone("01632 960522"),
                locations=[
                    hall(land, "food-bank", "St Aidan’s hall", "12 Kiln Street", "QX1 2AD"),
                    hall(land, "food-bank", "Foundry church", "2 Foundry Close", "QX4 2AA"),
                ],
                hours=[
                    at(
                        "TU FR",
                        "10:00-12:00",
                        location=id_of("location", "food-bank", "St Aidan’s hall"),
                    ),
                    at(
                        "WE",
                        "16:00-18:00",
                        location=id_of("location", "food-bank", "Foundry church"),
                    ),
                ],
                # Drawn by hand around where it delivers.
                catchments=[
                    Catchment(
                        pieces=[
                            Piece(
                                kind=CatchmentKind.DRAWN,
                                shape=land.ring("QX1 2AD", 6.5),
                                label="the town, about four miles around Kiln Street",
                            )
                        ],
                        priority=7,
                    )
                ],
                referral=routes("self family landlord partner gp professional"),
            ),
            checked=11,
        ),
        Plan(
            "suffield-pantry",
            "Suffield Community Pantry",
            Entry(
                name="Suffield community pantry",
                summary="£4 a week for a basket of food",
                needs=needs("money lonely"),
                phones=phone("01632 960523"),
                fees="£4 a week",
                locations=[hall(land, "pantry", "Old fire station", "8 Bridge End", "QX7 1BA")],
                hours=[at("TH", "13:00-17:00"), at("SA", "10:00-12:00", weeks=[2, 4])],
                catchments=districts("QX7"),
                referral=routes("self"),
            ),
            checked=150,
        ),
        Plan(
            "credit-union",
            "credit-union",
            Entry(
                name="Shethern Valley Credit Union",
                summary="Savings, small loans and an account that keeps the rent apart",
                needs=needs("money"),
                phones=phone("01632 960524"),
                locations=[
                    hall(land, "credit-union", "Credit union", "30 Station Road", "QX4 1DD")
                ],
                hours=[at("MO-FR", "09:30-16:00"), at("SA", "09:30-12:00")],
                catchments=whole(),
                referral=routes("self landlord partner"),
            ),
            team="credit-union-team",
            checked=61,
        ),
        Plan(
            "hope-kitchen",
            "hope-kitchen",
            Entry(
                name="Hope Kitchen",
                summary="A hot meal and company, no questions",
                needs=needs("lonely homeless money"),
                phones=phone("01632 960525"),
                fees="Free",
                locations=[
                    hall(land, "hope-kitchen", "Hope Kitchen", "6 Tanner’s Yard", "QX1 1FA")
                ],
                hours=[
                    at("MO WE FR SU", "12:00-14:00"),
                    at("MO-SU", "11:00-16:00", bank_holidays=BankHolidays.ONLY),
                    _soup(today),
                ],
                catchments=whole(7),
                referral=routes("self"),
            ),
            team="hope-kitchen-team",
            checked=5,
        ),
        Plan(
            "warm-space",
            "Shethernley Libraries",
            Entry(
                name="Warm space at the library",
                summary="Sit in the warm, read, use a computer; tea at 3pm",
                needs=needs("lonely money older"),
                phones=phone("01632 960526"),
                locations=[hall(land, "library", "Central library", "Market Place", "QX1 1AF")],
                hours=[
                    *office(
                        valid_from=_autumn(today), valid_to=date(_autumn(today).year + 1, 4, 30)
                    ),
                    at("TH", "17:00-20:00"),
                    at("SA", "10:00-16:00"),
                ],
                catchments=whole(priority=8),
                referral=routes("self"),
            ),
            checked=47,
        ),
        Plan(
            "second-sofa",
            "Second Sofa",
            Entry(
                name="Second Sofa furniture reuse",
                summary="Beds, cookers and sofas for a first home, delivered",
                needs=needs("running_a_home money homeless"),
                phones=phone("01632 960527"),
                fees="From £10; free with a referral",
                locations=[hall(land, "second-sofa", "Unit 4", "Sidings View", "QX4 3AB")],
                hours=[at("TU-SA", "09:00-16:30")],
                status=Status.TEMPORARILY_CLOSED,
                catchments=whole(),
                referral=routes("self landlord partner professional"),
            ),
            checked=73,
        ),
    ]


def _autumn(today: date) -> date:
    """The first of October of the winter that it is, or that comes next."""
    return date(today.year - (today.month < 5), 10, 1)


def _soup(today: date) -> Hours:
    first = _autumn(today)
    return at(
        "MO-SU",
        "18:00-20:00",
        valid_from=first,
        valid_to=date(first.year + 1, 2, 28),
        note="soup in winter",
    )
