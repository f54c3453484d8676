"""The forms of requests: what they ask, refuse and hand on."""

import pytest
from django.http import QueryDict

from lintel.requests.forms import desk, raising
from lintel.requests.presenters.guidance import BY_SIGN, next_steps
from lintel.requests.states import Decision, Kind, PersonKnows, Sign, Urgency

CONCERN = {
    "signs": [Sign.HOARDING, Sign.NOISE],
    "seen": "Piles up to the ceiling",
    "urgency": Urgency.SOON,
    "person_knows": PersonKnows.NOT_ASKED,
}


def typed(**fields: object) -> QueryDict:
    made = QueryDict(mutable=True)
    for name, value in fields.items():
        made.setlist(name, value if isinstance(value, list) else [value])
    return made


def test_a_concern_asks_for_what_matters_in_words() -> None:
    form = raising.ListedConcernForm(typed())
    assert not form.is_valid()
    assert set(form.errors) == {"signs", "seen", "urgency", "person_knows"}
    assert form.errors["urgency"] == ["Select how urgent it is"]


def test_a_concern_about_somebody_unlisted_needs_more_than_a_name() -> None:
    form = raising.UnlistedConcernForm(typed(about_name="Zoë Ó Briain", **CONCERN))
    assert not form.is_valid()
    assert list(form.errors) == ["about_address"]


@pytest.mark.parametrize(
    "facts",
    [
        {"about_born": "about 50"},
        {"about_address": "no fixed address, sleeps at the station", "about_postcode": "sh1"},
    ],
)
def test_a_birth_date_or_a_place_beside_the_name_will_do(facts: dict[str, str]) -> None:
    form = raising.UnlistedConcernForm(typed(about_name="J", **facts, **CONCERN))
    assert form.is_valid(), form.errors


def test_an_address_alone_asks_for_its_postcode() -> None:
    form = raising.UnlistedConcernForm(typed(about_name="J", about_address="1 Row", **CONCERN))
    assert list(form.errors) == ["about_postcode"]


def test_a_worker_of_several_teams_says_where_the_answer_comes_back_to() -> None:
    one = raising.ListedConcernForm(typed(**CONCERN), teams=[(7, "North")])
    assert one.is_valid()
    assert one.team() is None
    teams = [(7, "North"), (8, "South")]
    assert "team_id" in raising.ListedConcernForm(typed(**CONCERN), teams=teams).errors
    two = raising.ListedConcernForm(typed(team_id="8", **CONCERN), teams=teams)
    assert two.is_valid()
    assert two.team() == 8


def test_advice_keeps_only_the_first_half_of_a_postcode() -> None:
    form = raising.AdviceForm(
        typed(seen="Somebody", asked_for="What now?", urgency=Urgency.ROUTINE, postcode="sh1 4ab")
    )
    assert form.is_valid(), form.errors
    assert form.cleaned_data["postcode"] == "SH1"


@pytest.mark.parametrize(
    "words",
    [
        "She lives at SH1 4AB",
        "born 3/4/1972",
        "ring 01632 960 001",
        "NHS 943 476 5919",
        "j.slipper@example.com",
    ],
)
def test_advice_without_a_name_takes_nothing_that_names(words: str) -> None:
    form = raising.AdviceForm(typed(seen=words, asked_for="?", urgency=Urgency.ROUTINE))
    assert list(form.errors) == ["seen"]


@pytest.mark.parametrize(
    "words", ["He was ill in 2019, at 10 or 11 at night", "3 visits in 14 days", "No. 12 is noisy"]
)
def test_advice_without_a_name_takes_ordinary_words(words: str) -> None:
    form = raising.AdviceForm(typed(seen=words, asked_for="?", urgency=Urgency.ROUTINE))
    assert form.is_valid(), form.errors


@pytest.mark.parametrize(
    ("fields", "handed_on"),
    [
        (
            {"decision": Decision.ACTING, "acting_words": "Visit on Monday", "reason": "no"},
            (Decision.ACTING, "Visit on Monday", "", ""),
        ),
        (
            {"decision": Decision.ADVICE, "advice": "Ring first"},
            (Decision.ADVICE, "", "", "Ring first"),
        ),
        (
            {"decision": Decision.PASSED_ON, "passed_on": "Crisis team, spoke to duty"},
            (Decision.PASSED_ON, "Crisis team, spoke to duty", "", ""),
        ),
        (
            {"decision": Decision.NOT_FOR_US, "reason": "Under 18", "better_route": "CAMHS"},
            (Decision.NOT_FOR_US, "Under 18", "CAMHS", ""),
        ),
    ],
)
def test_a_decision_hands_on_what_its_own_fields_say(fields: dict, handed_on: tuple) -> None:
    form = desk.DecideForm(typed(version="3", **fields))
    assert form.is_valid(), form.errors
    made = form.decided()
    assert (made["decision"], made["words"], made["better_route"], made["advice"]) == handed_on


def test_a_no_needs_a_reason_and_a_better_route() -> None:
    form = desk.DecideForm(typed(decision=Decision.NOT_FOR_US))
    assert not form.is_valid()
    assert set(form.errors) == {"reason", "better_route"}


def test_what_the_domain_says_of_words_stands_beside_the_field_that_was_shown() -> None:
    form = desk.DecideForm(typed(decision=Decision.NOT_FOR_US, reason="x", better_route="y"))
    assert form.is_valid()
    form.take({"words": "Say more", "better_route": "Name a service"})
    assert form.errors["reason"] == ["Say more"]
    assert form.errors["better_route"] == ["Name a service"]


def test_contacts_are_filled_in_on_both_sides_or_on_neither() -> None:
    form = desk.CloseForm(
        typed(words="Done", when_1="At night", who_1="Crisis line", when_2="Rent")
    )
    assert not form.is_valid()
    assert list(form.errors) == ["who_2"]
    form = desk.CloseForm(typed(words="Done", when_1="At night", who_1="Crisis line"))
    assert form.is_valid()
    assert form.contacts() == [("At night", "Crisis line")]


def test_a_masked_return_needs_a_standard_question() -> None:
    questions = [("when", "When did you last see them?")]
    masked = desk.ReturnForm(typed(words="hm"), questions=questions, masked=True)
    assert not masked.is_valid()
    free = desk.ReturnForm(typed(words="Which floor?"), questions=questions, masked=False)
    assert free.is_valid()


def test_guidance_knows_every_sign_and_puts_danger_first() -> None:
    assert set(BY_SIGN) == set(Sign)
    assert next_steps([Sign.NOISE], Urgency.URGENT)[0].startswith("If a life is in danger")
    assert len(next_steps([], Urgency.ROUTINE)) == 1
    assert Kind.CONCERN
