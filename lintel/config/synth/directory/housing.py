"""Entries of the invented landlords, the council, the one-stop shop and those who support."""

from datetime import date

from lintel.config.synth.directory.health import CRISIS, CRISIS_WORDS
from lintel.config.synth.directory.plans import (
    Land,
    Open,
    Plan,
    ages,
    at,
    christmas,
    covering,
    hall,
    id_of,
    needs,
    office,
    phone,
    room,
    routes,
    wait,
    wards,
    whole,
)
from lintel.config.synth.places_story import SHETHERNLEY, SUFFIELD, VALE
from lintel.directory.entry import Catchment, Entry, Inside, Piece, Rule
from lintel.directory.states import CatchmentKind, RuleKind, VersionState

SUPPORT_POLICY = "Housing support agreement 2025, schedule 2 (invented)"
OUT_OF_HOURS = "Repairs that can’t wait: 01632 960199, day and night."


def plans(today: date, land: Land) -> list[Plan]:
    """One for each team that takes requests."""
    return [
        *_offices(today, land),
        _lettings(),
        _homes_support(today),
        _options(today, land),
        _commissioning(),
        _shop(today, land),
        _maundy(today, land),
        _suffield_support(today, land),
        _bridgeway(today),
        _mind(today, land),
        _partnership(),
    ]


# Slug, agency, name, whose, telephone, address, postcode, days since it was checked.
OFFICES = (
    (
        "canalside-office",
        "shethernley-homes",
        "Canalside housing office",
        "Shethernley Homes",
        "01632 960101",
        ("Canalside office", "2 Canal Street", "QX1 3AB"),
        9,
    ),
    (
        "moorgate-office",
        "shethernley-homes",
        "Moorgate housing office",
        "Shethernley Homes",
        "01632 960102",
        ("Moorgate office", "60 Moorgate Road", "QX4 1AB"),
        101,
    ),
    (
        "sdha-office",
        "sdha",
        "SDHA housing office",
        "Shethernley and District Housing Association",
        "01632 960103",
        ("SDHA office", "8 Station Road", "QX4 1DE"),
        44,
    ),
    (
        "suffield-office",
        "suffield-homes",
        "Suffield neighbourhood office",
        "Suffield Homes",
        "01632 960104",
        ("Suffield Homes", "5 Chapel Street", "QX7 1DA"),
        25,
    ),
    (
        "canal-street-office",
        "canal-street-ha",
        "Canal Street office",
        "Canal Street Housing Association",
        "01632 960105",
        ("Canal Street office", "19 Canal Street", "QX1 3DA"),
        60,
    ),
    (
        "elmfield-office",
        "elmfield",
        "Elmfield almshouses office",
        "Elmfield Almshouses",
        "01632 960106",
        ("The Lodge", "Elmfield Avenue", "QX4 4AB"),
        130,
    ),
)


def _offices(today: date, land: Land) -> list[Plan]:
    """They have no catchment: a landlord is told by the home, not by the address."""
    return [
        Plan(
            slug,
            agency,
            Entry(
                name=name,
                summary=f"For tenants of {whose}, and for anybody worried about one",
                description="Rent, repairs, neighbours, or a worry about how somebody is. You "
                "needn’t be the tenant.",
                needs=needs("neighbours money losing_home advice"),
                phones=phone(number),
                locations=[hall(land, slug, *where)],
                hours=[at("MO-TH", "09:00-17:00"), at("FR", "09:00-16:30")],
                closures=[christmas(today)],
                out_of_hours_words=OUT_OF_HOURS,
                rules=[
                    Rule(
                        kind=RuleKind.NEED,
                        words=f"Tenants of {whose} and people in their homes",
                        source="Tenancy policy (invented)",
                    )
                ],
                referral=routes("self family partner professional"),
            ),
            Inside(
                direct_line=f"{number[:-3]}{int(number[-3:]) + 50} (workers only)",
                duty_rota="One housing officer is on duty each day from 9am to 5pm.",
                referral_rules="Ask for the housing officer of the patch, or for duty.",
                request_kind="concern",
            ),
            team=slug,
            checked=checked,
        )
        for slug, agency, name, whose, number, where, checked in OFFICES
    ]


def _lettings() -> Plan:
    return Plan(
        "homes-lettings",
        "shethernley-homes",
        Entry(
            name="Shethernley Homes lettings",
            summary="Looking for a home to rent from Shethernley Homes, and moving within it",
            needs=needs("homeless leaving_hospital older disability"),
            phones=phone("01632 960107"),
            url="https://shethernley-homes.example/lettings",
            hours=[at("MO TU TH FR", "10:00-16:00"), at("WE", "13:00-16:00")],
            referral=routes("self family partner professional"),
            how_to_ask="Register on the website, or ring if you can’t.",
        ),
        Inside(
            direct_line="01632 960157",
            referral_rules="A nomination names the person’s needs, never their diagnosis.",
            request_kind="referral",
        ),
        team="homes-lettings",
        checked=51,
    )


def _homes_support(today: date) -> Plan:
    return Plan(
        "homes-support",
        "shethernley-homes",
        Entry(
            name="Shethernley Homes tenancy support",
            summary="Help to keep a home going: bills, benefits, forms, letters, neighbours",
            needs=needs("running_a_home money losing_home hoarding"),
            phones=phone("01632 960108"),
            languages=["English", "Urdu", "Arabic by interpreter"],
            hours=office(),
            catchments=covering(("*",)),
            rules=[ages("Aged 16 and over", SUPPORT_POLICY, low=16)],
            waiting=wait(today, 10),
            capacity=room(today, 6, 140),
            referral=routes("self family landlord partner"),
        ),
        Inside(
            direct_line="01632 960158",
            duty_rota="Kevin until 1pm, then whoever is in the office.",
            thresholds="Anybody who may lose the home within three months comes first.",
            request_kind="referral",
        ),
        team="homes-support",
        checked=33,
    )


def _options(today: date, land: Land) -> Plan:
    changed = {"waiting": wait(today, 1, "Seen the same day before 2pm", said=1)}
    return Plan(
        "housing-options",
        "shethernley-council",
        Entry(
            name="Housing options",
            summary="Losing your home, or nowhere to stay tonight",
            description="The council’s homelessness team. The sooner you ask the more can be "
            "done: 56 days before somebody has to leave is the law’s own measure.",
            needs=needs("homeless losing_home leaving_hospital safety"),
            phones=phone("01632 960400"),
            languages=["English", "Polish", "Romanian", "Kurdish by interpreter"],
            locations=[
                hall(
                    land,
                    "housing-options",
                    "Town Hall",
                    "Market Place",
                    "QX1 1AD",
                    access="Ramp at the side door. Hearing loop.",
                )
            ],
            hours=[at("MO-FR", "08:45-17:00")],
            out_of_hours_words="Nowhere to stay tonight: 01632 960499, from 5pm to 8:45am.",
            catchments=covering(("*",)),
            waiting=wait(today, 3, said=70),
            referral=routes("self family landlord partner gp professional"),
            how_to_ask="Ring, or come before 2pm to be seen the same day. Public bodies use the "
            "duty to refer.",
        ),
        Inside(
            direct_line="01632 960410 (duty to refer, workers only)",
            duty_rota="Two officers a day; the names are on the council’s rota at 8:30am.",
            referral_rules="With the person’s agreement. Say where they may stay tonight.",
            thresholds="None for advice.",
            request_kind="referral",
        ),
        team="housing-options",
        checked=18,
        open=Open(VersionState.IN_REVIEW, changed, "We see people on the same day now."),
    )


def _commissioning() -> Plan:
    return Plan(
        "council-commissioning",
        "shethernley-council",
        Entry(
            name="Adult commissioning",
            summary="Buys and checks support services for the council; sees nobody’s records",
            needs=needs("advice"),
            email="commissioning@shethernley-council.example",
            hours=office(),
            referral=routes("partner professional"),
        ),
        Inside(request_kind="advice", notes="Gaps and long waits: tell Fiona."),
        team="council-commissioning",
        checked=70,
    )


def _shop(today: date, land: Land) -> Plan:
    return Plan(
        "one-stop-shop",
        "the-door",
        Entry(
            name="One-stop shop for advice and referral",
            summary="Don’t know whom to ask? Ask here. For tenants, families and any landlord",
            description="Somebody who knows every service on these pages. You needn’t give a "
            "name to ask for advice. Private landlords are welcome.",
            needs=needs(
                "advice mental_health low_mood losing_home money running_a_home hoarding "
                "neighbours carers lonely"
            ),
            phones=phone("01632 960300"),
            email="ask@the-door.example",
            languages=["English", "Urdu", "Polish", "British Sign Language on Wednesdays"],
            locations=[
                hall(
                    land,
                    "one-stop-shop",
                    "The Door",
                    "11 Wharf Lane",
                    "QX1 2AA",
                    access="Level entrance, a hearing loop, and tea.",
                )
            ],
            hours=[
                at("MO-FR", "08:30-18:00"),
                at("SA", "10:00-13:00", location=id_of("location", "one-stop-shop", "The Door")),
            ],
            out_of_hours=CRISIS,
            out_of_hours_words="If it can’t wait until we open: " + CRISIS_WORDS,
            catchments=whole(),
            waiting=wait(today, 0, "Answered the same day"),
            referral=routes("self family landlord partner gp professional"),
            how_to_ask="Ring, write, or walk in.",
        ),
        Inside(
            direct_line="01632 960310 (workers only)",
            duty_rota="Joan; Tomasz on Thursdays and Fridays.",
            referral_rules="Anything that you can’t place. We pass it on within a working day.",
            thresholds="None.",
            request_kind="advice",
        ),
        team="one-stop-shop",
        checked=3,
    )


def _maundy(today: date, land: Land) -> Plan:
    return Plan(
        "maundy",
        "sdha",
        Entry(
            name="Maundy project",
            summary="A room, then a home: support for people who have slept rough",
            needs=needs("homeless running_a_home drugs_alcohol"),
            phones=phone("01632 960110"),
            locations=[hall(land, "maundy", "Larkspur Court", "Lark Rise", "QX2 1SR")],
            hours=[at("MO-SU", "09:00-21:00")],
            out_of_hours_words="A night worker is in the building for those who live there.",
            # Wards by their codes, where the team's plan names districts: the same addresses.
            catchments=wards(list(land.wards.values()), "every ward of Shethernley", priority=3),
            rules=[ages("Aged 18 and over", SUPPORT_POLICY, low=18)],
            capacity=room(today, 2, 14, "rooms"),
            waiting=wait(today, 45),
            referral=routes("partner professional"),
        ),
        Inside(
            direct_line="01632 960160",
            duty_rota="Nadia; the night worker from 9pm.",
            thresholds="Has slept rough within the last six months.",
            request_kind="referral",
        ),
        team="maundy",
        checked=84,
    )


def _suffield_support(today: date, land: Land) -> Plan:
    pieces = [
        Piece(
            kind=CatchmentKind.DRAWN,
            shape=land.around(SUFFIELD),
            label="Suffield and its villages, as drawn on the map",
        ),
        # Drawn generously: what lies beyond the boundary is left out.
        Piece(
            kind=CatchmentKind.AREAS,
            codes=[SHETHERNLEY, VALE],
            excluding=True,
            label="not across the boundary",
        ),
    ]
    return Plan(
        "suffield-support",
        "suffield-homes",
        Entry(
            name="Suffield tenancy support",
            summary="Help with bills and settling in, from the day that you sign",
            needs=needs("running_a_home money losing_home"),
            phones=phone("01632 960111"),
            locations=[
                hall(land, "suffield-support", "Suffield Homes", "5 Chapel Street", "QX7 1DA")
            ],
            hours=[at("MO TU WE TH", "09:00-16:00")],
            catchments=[Catchment(pieces=pieces, priority=4)],
            waiting=wait(today, 5),
            referral=routes("self family landlord partner"),
        ),
        Inside(direct_line="01632 960161", duty_rota="Pauline.", request_kind="referral"),
        team="suffield-support",
        checked=40,
    )


def _bridgeway(today: date) -> Plan:
    return Plan(
        "bridgeway-team",
        "bridgeway",
        Entry(
            name="Bridgeway floating support",
            summary="A worker who comes to you, for up to a year, whoever your landlord is",
            needs=needs("running_a_home money losing_home lonely"),
            phones=phone("01632 960112"),
            hours=[at("MO-FR", "09:00-17:00"), at("WE", "17:00-19:00", note="by telephone")],
            # After a landlord's own support, which is nearer.
            catchments=whole(priority=7),
            rules=[ages("Aged 18 and over", SUPPORT_POLICY, low=18)],
            waiting=wait(today, 28),
            capacity=room(today, 0, 90),
            referral=routes("self family landlord partner gp professional"),
        ),
        Inside(
            direct_line="01632 960162",
            thresholds="Must have a tenancy, or be about to sign one.",
            request_kind="referral",
        ),
        team="bridgeway-team",
        checked=22,
    )


def _mind(today: date, land: Land) -> Plan:
    changed = {"how_to_ask": "Just come."}
    return Plan(
        "mind-community",
        "shethernley-mind",
        Entry(
            name="Mind community team (invented)",
            summary="Groups, walks, a listening ear and help to get out again",
            needs=needs("low_mood mental_health lonely carers"),
            phones=phone("01632 960113"),
            locations=[
                hall(land, "mind-community", "The Old Library", "9 Union Terrace", "QX1 1BA")
            ],
            hours=[
                at("MO-FR", "09:30-16:30"),
                at("TU", "18:00-20:00", note="evening group"),
                at("SA", "10:00-12:00", weeks=[1, 3], note="walk from the door"),
            ],
            catchments=whole(),
            rules=[ages("Aged 18 and over", "Group guidelines (invented)", low=18)],
            referral=routes("self family landlord partner gp professional"),
            how_to_ask="Ring before you come for the first time, so that somebody looks out for "
            "you.",
        ),
        Inside(direct_line="01632 960163", request_kind="referral"),
        team="mind-community",
        checked=77,
        open=Open(
            VersionState.RETURNED,
            changed,
            "Shorter.",
            "People who are anxious asked for the longer words. Please keep that somebody looks "
            "out for them.",
        ),
    )


def _partnership() -> Plan:
    return Plan(
        "partnership",
        "commissioners",
        Entry(
            name="Partnership office",
            summary="Looks after the agreement between housing and mental health services",
            needs=needs("advice"),
            email="office@commissioners.example",
            hours=office(),
            referral=routes("partner professional"),
        ),
        Inside(request_kind="advice", notes="Overdue requests end up here: Stephen."),
        team="partnership",
        checked=15,
    )
