"""Finding a person: what is found, what is forgiven, and that sight is the limit."""

import string
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lintel.kernel.actor import bound
from lintel.kernel.sight.states import Source
from lintel.people import actions, queries
from lintel.people.models import Home, Person, RentAccount, Tenancy
from lintel.people.search import terms_of
from tests import factories
from tests.support.db import as_role

NOW = timezone.now
TODAY = date(2026, 11, 22)


@pytest.fixture
def officer(db):
    return factories.worker(factories.team())


def lives(officer, name, address="1 Example Street", postcode="SH1 4AB", reference="", **fields):
    """A tenant of the officer's patch, with the words of the tenancy made by the database."""
    team = officer.memberships.get().team
    held = officer.patches_held.first()
    patch = held.patch if held else factories.patch(team, officer)
    person = factories.person(name, **fields)
    home = factories.home(patch, address=address, postcode=postcode)
    more = {"reference": reference} if reference else {}
    factories.tenancy(person, home, folded="", **more)
    return person


def found(officer, words, **more):
    actor = factories.actor(officer)
    with bound(actor):
        return [row.person.name for row in queries.search(actor, words=words, now=NOW(), **more)]


@pytest.mark.parametrize(
    "typed",
    [
        "john",
        "JOHN",
        "marsden",
        "Marsden, John",
        "jo mars",
        "o sullivan",
        "O'Sullivan",
        "osullivan",
        "joe",
        "jonh",  # swapped
        "marsdn",  # missed
        "marsdeen",  # doubled
        "karsden",  # another first letter
        "osulivan",
        "jon marsdn",  # a slip in each, the first in a short name
        "4/7/1971",
        "04.07.71",
        "4 July 1971",
        "July 4, 1971",
        "4th of July 1971",
        "1971-07-04",
        "04071971",
        "7/4/1971",  # day and month swapped
        "john 1971",
        "maundy close",
        "12 maundy",
        "12 mundy close",
        "SH3 9ZQ",
        "sh39zq",
        "SHE-000417",
        "she000417",
        "000417",
        "john maundy 4/7/71",
    ],
)
def test_what_people_type_finds_the_tenant(officer, typed):
    lives(
        officer,
        "John Marsden-O’Sullivan",
        known_as="Joe",
        born=date(1971, 7, 4),
        address="Flat 4, 12 Maundy Close, Shethernley",
        postcode="SH3 9ZQ",
        reference="SHE-000417",
    )
    lives(officer, "Alice Brown", born=date(1980, 1, 2), address="9 Station Road")
    assert found(officer, typed) == ["John Marsden-O’Sullivan"]


@pytest.mark.parametrize(
    "typed", ["", "   ", "...", "%", "_", "\x00", "'; DROP TABLE", "\\q", "(("]
)
def test_nonsense_finds_nobody_and_breaks_nothing(officer, typed):
    lives(officer, "John Marsden", reference="R-1")
    assert found(officer, typed) == []


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Zoë Łukasiewicz", "zoe lukasiewicz"),
        ("Siobhán Ní Bhriain", "siobhan bhriain"),
        ("Seán Müller", "sean muller"),
        ("李 小龍", "李"),
        ("Иван Петров", "иван"),
        ("محمد علي", "محمد"),
        ("Nguyễn Thị Hương", "nguyen huong"),
    ],
)
def test_names_of_all_scripts(officer, name, typed):
    lives(officer, name, reference="R-1")
    assert found(officer, typed) == [name]


def test_the_likeliest_comes_first(officer):
    for name in ("Jon Smithson", "John Smith", "Joan Smyth", "Smith Johns"):
        lives(officer, name)
    assert found(officer, "john smith")[0] == "John Smith"
    assert set(found(officer, "john smith")) == {
        "John Smith", "Smith Johns", "Jon Smithson", "Joan Smyth",
    }  # fmt: skip


def test_a_person_without_birth_date_tenancy_or_fixed_address(officer):
    team = officer.memberships.get().team
    someone = factories.person("Robin Vale", born=None, no_fixed_address=True)
    factories.involvement(someone, team, officer)
    actor = factories.actor(officer)
    with bound(actor):
        (row,) = queries.search(actor, words="robin", now=NOW())
    assert (row.person.born, row.address, row.person.no_fixed_address) == (None, "", True)


def test_two_of_one_name_at_one_address_are_told_apart(officer):
    for born, reference in ((date(1950, 1, 1), "SHE-1"), (date(1980, 1, 1), "SHE-2")):
        lives(officer, "Tom Hay", born=born, reference=reference)
    actor = factories.actor(officer)
    with bound(actor):
        rows = queries.search(actor, words="tom hay", now=NOW())
    assert {(r.person.born.year, r.reference) for r in rows} == {(1950, "SHE-1"), (1980, "SHE-2")}


def test_nobody_outside_sight(officer):
    other = factories.worker(factories.team())
    lives(other, "John Marsden", born=date(1971, 7, 4), reference="SHE-9")
    for typed in ("john", "marsden", "4/7/1971", "example street", "sh1 4ab", "she-9"):
        assert found(officer, typed) == []
        assert found(other, typed) == ["John Marsden"]


def test_a_worker_does_not_find_themself(officer):
    person = lives(officer, "John Marsden")
    assert found(officer, "john") == ["John Marsden"]
    with as_role(factories.LOAD):
        Person.objects.filter(pk=person.pk).update(worker=officer)
    assert found(officer, "john") == []


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_one_slip_in_a_name_is_forgiven(officer, data):
    name = data.draw(st.text(string.ascii_lowercase, min_size=5, max_size=12))
    at = data.draw(st.integers(0, len(name) - 1))
    letter = data.draw(st.sampled_from(string.ascii_lowercase))
    slip = data.draw(st.sampled_from(["other", "missed", "extra", "swapped", "none"]))
    typed = {
        "other": name[:at] + letter + name[at + 1 :],
        "missed": name[:at] + name[at + 1 :],
        "extra": name[:at] + letter + name[at:],
        "swapped": name[:at] + name[at : at + 2][::-1] + name[at + 2 :],
        "none": name,
    }[slip]
    full = f"Xq {name.title()}"
    person = factories.person(full, born=None)
    factories.involvement(person, officer.memberships.get().team, officer)
    actor = factories.actor(officer)
    with bound(actor):
        page = queries.search(actor, words=typed, now=NOW(), per_page=1000)
        assert person.pk in [row.person.id for row in page]


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(typed=st.text(max_size=120))
def test_whatever_is_typed_nobody_outside_sight_is_found(hidden_and_seen, typed):
    officer, seen = hidden_and_seen
    actor = factories.actor(officer)
    with bound(actor):
        page = queries.search(actor, words=typed, now=NOW(), per_page=1000)
        assert {row.person.id for row in page} <= seen
        assert page.paginator.count <= len(seen)


@pytest.fixture
def hidden_and_seen(officer):
    other = factories.worker(factories.team())
    names = ["Ana Lee", "Bo A", "I 1", "É Ø", "John Smith", "李 小龍"]
    for name in names:
        lives(other, name)
    return officer, {lives(officer, name).pk for name in names}


def test_pages_and_counts(officer):
    for n in range(30):
        lives(officer, f"Sam Number{n:02}")
    actor = factories.actor(officer)
    with bound(actor):
        first = queries.search(actor, words="sam", now=NOW())
        second = queries.search(actor, words="sam", now=NOW(), page=2)
        beyond = queries.search(actor, words="sam", now=NOW(), page=99)
    assert (first.paginator.count, len(first), len(second), second.number) == (30, 25, 5, 2)
    assert not {r.person.id for r in first} & {r.person.id for r in second}
    assert [r.person.id for r in beyond] == [r.person.id for r in first]


def queries_of(officer, act):
    actor = factories.actor(officer)
    with bound(actor), CaptureQueriesContext(connection) as seen:
        act(actor)
    return len(seen)


def test_the_number_of_queries_does_not_grow(officer):
    counts = []
    for more in (5, 45):
        for _ in range(more):
            lives(officer, "Sam Hall")
        counts.append(
            (
                queries_of(officer, lambda a: actions.find(a, words="sam", now=NOW())),
                queries_of(officer, lambda a: actions.look_through(a, now=NOW())),
            )
        )
    assert counts[0] == counts[1]
    assert counts[0][0] <= 4
    assert counts[0][1] <= 4


def test_a_search_is_recorded_without_its_words(officer):
    person = lives(officer, "John Marsden")
    actor = factories.actor(officer)
    with bound(actor):
        actions.find(actor, words="marsden", now=NOW())
        actions.find(actor, words="nobodyofthatname", now=NOW())
    with as_role("postgres"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT verb, person_ids, kernel_access::text FROM kernel_access ORDER BY id"
        )
        rows = cursor.fetchall()
    assert [(verb, ids) for verb, ids, _ in rows] == [("searched", [person.pk]), ("searched", [])]
    assert not any("marsden" in text or "nobody" in text for _, _, text in rows)


def test_what_a_tenancy_is_found_by_follows_its_home(officer):
    lives(officer, "John Marsden", address="1 Old Row")
    with as_role(factories.LOAD):
        Home.objects.filter(address="1 Old Row").update(address="1 New Row")
    assert found(officer, "old row") == []
    assert found(officer, "new row") == ["John Marsden"]


@pytest.mark.parametrize(
    ("typed", "born"),
    [
        ("4/7/71", {date(1971, 7, 4)}),
        ("4/7/21", {date(2021, 7, 4), date(1921, 7, 4)}),
        ("31 March 1980", {date(1980, 3, 31)}),
        ("29/2/1972", {date(1972, 2, 29)}),
        ("30/2/1972", set()),
        ("may", set()),
        ("april may", set()),
        ("10 june street", set()),
    ],
)
def test_dates_among_words(typed, born):
    terms = terms_of(typed, fold=lambda w: w.lower(), today=TODAY)
    assert {d for term in terms for d in term.born} == born


def test_a_search_asks_for_six_things_at_most():
    assert len(terms_of("a b c d e f g h", fold=str, today=TODAY)) == 6


def test_my_people(officer):
    first = lives(officer, "Zed One", address="2 Beech Road")
    second = lives(officer, "Amy Two", address="9 Ash Road")
    with as_role(factories.LOAD):
        for person, balance in ((first, 500), (second, -20)):
            tenancy = Tenancy.objects.get(person=person)
            RentAccount.objects.create(
                person=person,
                owner=tenancy.owner,
                tenancy=tenancy,
                balance_pence=balance,
                as_of=TODAY,
            )
    actor = factories.actor(officer)

    def names(**how):
        with bound(actor):
            return [r.person.name for r in queries.patch(actor, now=NOW(), **how)]

    assert names() == ["Amy Two", "Zed One"]
    assert names(sort="address") == ["Zed One", "Amy Two"]
    assert names(sort="owed", down=True) == ["Zed One", "Amy Two"]
    assert names(filters=queries.Filters(arrears=True)) == ["Zed One"]
    assert names(filters=queries.Filters(only=frozenset({second.pk}))) == ["Amy Two"]
    assert names(filters=queries.Filters(only=frozenset())) == []
    with bound(actor):
        ((patch_id, _),) = queries.my_patches(actor, now=NOW())
    assert names(filters=queries.Filters(patch_id=patch_id)) == ["Amy Two", "Zed One"]
    assert names(filters=queries.Filters(patch_id=patch_id + 1000)) == []
    with bound(actor):
        rows = {r.person.id: r for r in queries.patch(actor, now=NOW(), new={first.pk})}
    assert rows[first.pk].something_new
    assert not rows[second.pk].something_new
    assert rows[first.pk].sources == (Source.PATCH,)


def test_a_hand_over_moves_the_list(officer):
    lives(officer, "Amy Two")
    assert found(officer, "amy") == ["Amy Two"]
    held = officer.patches_held.get()
    held.valid = factories.since(end=NOW() - timedelta(minutes=1))
    held.save()
    assert found(officer, "amy") == []
