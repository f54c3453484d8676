"""Entries of the invented mental health trust."""

from datetime import date

from lintel.config.synth.directory.plans import (
    Land,
    Plan,
    ages,
    at,
    covering,
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
    whole,
)
from lintel.directory.entry import Entry, Inside, Rule
from lintel.directory.states import BankHolidays, RuleKind, Setting

TRUST = "shethern-valley-trust"
CRISIS_WORDS = "Ring the crisis and home treatment team, day and night: 01632 960209."
POLICY = "Trust operational policy for community teams, 2025, section 4 (invented)"
CRISIS = id_of("service", "crisis")
DUTY = (
    "A duty nurse answers from 9am to 5pm. Monday and Thursday: Siobhan. Tuesday and Friday: "
    "Daniel. Wednesday: whoever is on the board. Ask for “duty”."
)


def plans(today: date, land: Land) -> list[Plan]:
    """One for each team of the trust that takes requests."""
    return [
        _cmht_north(today, land),
        _cmht_south(today, land),
        _crisis(land),
        _outreach(today),
        _larch(today, land),
        _discharge(today, land),
    ]


def _cmht_north(today: date, land: Land) -> Plan:
    return Plan(
        "cmht-north",
        TRUST,
        Entry(
            name="Community mental health team, north",
            summary="Help at home for adults with serious mental health needs, north Shethernley",
            description="Nurses, social workers, a psychiatrist and a psychologist. They visit "
            "people at home, plan care with them, and talk with those who matter to them. "
            "You don’t need to know somebody’s diagnosis to ask.",
            needs=needs("mental_health low_mood leaving_hospital running_a_home"),
            phones=phone("01632 960201", "Duty desk"),
            languages=["English", "Urdu", "Polish", "British Sign Language by arrangement"],
            locations=[
                hall(
                    land,
                    "cmht-north",
                    "Kiln House health centre",
                    "40 Kiln Street",
                    "QX1 2AE",
                    access="Level entrance. Lift. A quiet room can be booked.",
                )
            ],
            hours=[
                *office(),
                at("TU", "17:00-19:30", note="evening clinic, by appointment"),
            ],
            out_of_hours=CRISIS,
            out_of_hours_words=CRISIS_WORDS,
            catchments=districts("QX1", "QX2", priority=2),
            rules=[
                ages("Aged 18 and over", POLICY, low=18),
                Rule(
                    kind=RuleKind.SETTING,
                    words="People living at home or in a hostel",
                    settings=[Setting.HOME, Setting.HOSTEL],
                    source=POLICY,
                ),
            ],
            waiting=wait(today, 21, "Urgent: within 5 working days"),
            referral=routes("gp partner landlord professional"),
            how_to_ask="Ring the duty desk, or use this service from your own desk. Say what you "
            "have seen, not what you think it is.",
        ),
        Inside(
            direct_line="01632 960211 (duty nurse, workers only)",
            duty_rota=DUTY,
            referral_rules="Tell the person first if it is safe to. Name, address and what was "
            "seen is enough. We answer within 2 working days.",
            thresholds="Two or more of: not eating, not sleeping for a week, hearing or fearing "
            "things that others don’t, not safe with fire or medicines, recent hospital stay. "
            "One of them with a child in the home.",
            request_kind="referral",
            notes="Joint visits with housing on Wednesdays: ask the link worker.",
        ),
        team="cmht-north",
        checked=12,
    )


def _cmht_south(today: date, land: Land) -> Plan:
    return Plan(
        "cmht-south",
        TRUST,
        Entry(
            name="Community mental health team, south",
            summary="Help at home for adults with serious mental health needs, south Shethernley "
            "and Suffield",
            description="Nurses, social workers and a psychiatrist who visit people at home. They "
            "also cover Suffield, by agreement with the neighbouring trust.",
            needs=needs("mental_health low_mood leaving_hospital running_a_home"),
            phones=phone("01632 960202", "Duty desk"),
            languages=["English", "Punjabi"],
            locations=[
                hall(land, "cmht-south", "Pottery Row clinic", "3 Pottery Row", "QX3 2AB"),
                hall(land, "cmht-south", "Suffield clinic", "1 Bridge End", "QX7 1AB"),
            ],
            hours=[
                *office(),
                at(
                    "TH",
                    "13:00-16:00",
                    location=id_of("location", "cmht-south", "Suffield clinic"),
                    note="drop-in",
                ),
            ],
            out_of_hours=CRISIS,
            out_of_hours_words=CRISIS_WORDS,
            catchments=[
                *districts("QX3", "QX4", priority=2),
                *districts("QX7", priority=2, label="Suffield, by agreement with its own trust"),
            ],
            rules=[ages("Aged 18 and over", POLICY, low=18)],
            waiting=wait(today, 34, "Longer than we would like", said=40),
            referral=routes("gp partner landlord professional"),
            how_to_ask="Ring the duty desk, or use this service from your own desk.",
        ),
        Inside(
            direct_line="01632 960212 (duty nurse, workers only)",
            duty_rota="Olu on Mondays and Tuesdays, Beth on Wednesdays to Fridays.",
            referral_rules="As for the north team.",
            thresholds="As for the north team.",
            request_kind="referral",
        ),
        team="cmht-south",
        checked=97,
    )


def _crisis(land: Land) -> Plan:
    return Plan(
        "crisis",
        TRUST,
        Entry(
            name="Crisis and home treatment team",
            summary="Somebody may come to harm today because of their mental health",
            description="Day and night. Anybody can ring: the person, family, a neighbour, a "
            "landlord. If somebody is hurt or in danger now, ring 999 first.",
            emergency=True,
            always_open=True,
            needs=needs("crisis"),
            phones=phone("01632 960209", "Day and night"),
            languages=["English", "Any other by telephone interpreter"],
            locations=[
                hall(
                    land,
                    "crisis",
                    "Shethern Valley Hospital, crisis suite",
                    "Hospital Road",
                    "QX1 1AB",
                    access="Ring the bell at the blue door, day and night.",
                )
            ],
            catchments=whole(priority=1),
            rules=[ages("Aged 16 and over", "Crisis care agreement 2025 (invented)", low=16)],
            referral=routes("self family landlord partner gp professional"),
            how_to_ask="Ring. Nobody is too early, and nobody has to prove anything.",
        ),
        Inside(
            direct_line="01632 960219 (answered in 2 minutes, workers only)",
            duty_rota="A shift leader is always there: days 8am to 8pm, nights 8pm to 8am.",
            referral_rules="Ring first, write after. No form stands in the way of a crisis.",
            thresholds="Risk to life, or a home that can’t be kept up for another night.",
            request_kind="concern",
        ),
        team="crisis",
        checked=6,
    )


def _outreach(today: date) -> Plan:
    return Plan(
        "outreach",
        TRUST,
        Entry(
            name="Assertive outreach team",
            summary="For people who have had enough of services, and need somebody who keeps "
            "coming back",
            needs=needs("mental_health homeless drugs_alcohol"),
            phones=phone("01632 960203"),
            hours=[at("MO-FR", "08:00-20:00"), at("SA", "10:00-16:00")],
            out_of_hours=CRISIS,
            out_of_hours_words=CRISIS_WORDS,
            catchments=covering(("*",)),
            rules=[
                ages("Aged 18 and over", POLICY, low=18),
                not_for(
                    "We don’t take people with a diagnosis of personality disorder",
                    "Team leaflet, 2019 (invented)",
                    diagnosis_alone=True,
                ),
            ],
            waiting=wait(today, 14),
            capacity=room(today, 2, 60),
            referral=routes("partner professional"),
            how_to_ask="Through a community team, the street outreach workers or a hostel.",
        ),
        Inside(
            direct_line="01632 960213",
            duty_rota="Rob, or whoever has the team telephone.",
            referral_rules="Talk to us before you write: we may know the person already.",
            thresholds="Has lost touch with two services or more within a year.",
            request_kind="referral",
        ),
        team="outreach",
        checked=82,
    )


def _larch(today: date, land: Land) -> Plan:
    return Plan(
        "larch-ward",
        TRUST,
        Entry(
            name="Larch Ward",
            summary="Hospital ward for adults; ask here about somebody who is a patient",
            description="The ward’s discharge worker talks with landlords and the housing "
            "options team before somebody goes home.",
            needs=needs("leaving_hospital"),
            phones=phone("01632 960204"),
            locations=[
                hall(land, "larch-ward", "Shethern Valley Hospital", "Hospital Road", "QX1 1AB")
            ],
            hours=[
                at(
                    "MO-SU",
                    "10:00-20:00",
                    bank_holidays=BankHolidays.OPEN,
                    note="visiting times",
                )
            ],
            out_of_hours=CRISIS,
            out_of_hours_words="The ward answers at night for patients’ families only.",
            rules=[ages("Aged 18 to 65", "Ward statement of purpose (invented)", 18, 65)],
            capacity=room(today, 1, 18, "beds", said=1),
            referral=routes("professional"),
        ),
        Inside(
            direct_line="01632 960214",
            duty_rota="Kwame is the discharge worker; the nurse in charge when he is off.",
            request_kind="message",
        ),
        team="larch-ward",
        checked=30,
    )


def _discharge(today: date, land: Land) -> Plan:
    return Plan(
        "discharge",
        TRUST,
        Entry(
            name="Hospital discharge service",
            summary="Makes sure that a home is ready before somebody leaves hospital",
            needs=needs("leaving_hospital losing_home homeless"),
            phones=phone("01632 960205"),
            locations=[
                hall(land, "discharge", "Shethern Valley Hospital", "Hospital Road", "QX1 1AB")
            ],
            hours=[at("MO-FR", "08:30-16:30")],
            out_of_hours_words="Leave a message; it is heard at 8:30am.",
            catchments=covering(("*",)),
            rules=[
                ages("Aged 18 and over", POLICY, low=18),
                Rule(
                    kind=RuleKind.SETTING,
                    words="People in hospital, or home for less than 28 days",
                    settings=[Setting.HOSPITAL],
                    source="Discharge protocol 2026 (invented)",
                ),
            ],
            waiting=wait(today, 2),
            referral=routes("partner professional landlord family"),
        ),
        Inside(
            direct_line="01632 960215",
            duty_rota="Dawn; on leave, the bed manager.",
            referral_rules="Ring as soon as you hear that a tenant is in hospital.",
            request_kind="referral",
        ),
        team="discharge",
        checked=79,
    )
