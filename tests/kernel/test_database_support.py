"""The tests' own ground: who they act as, and that nothing stays behind."""

import pytest
from django.db import connection, connections

from lintel.kernel import roles
from tests.support.database import acting_as


def who() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, session_user")
        return cursor.fetchone()


def make_group(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO auth_group (name) VALUES (%s)", [name])


def count_groups() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM auth_group")
        return cursor.fetchone()[0]


def test_a_test_acts_as_the_application(db: None) -> None:
    assert who() == (roles.APP, roles.APP)


def test_another_role_sets_the_scene_in_the_same_transaction(db: None) -> None:
    with acting_as(roles.OWNER):
        assert who() == (roles.OWNER, roles.OWNER)
        make_group("scene")
        assert count_groups() == 1
    assert who() == (roles.APP, roles.APP)


def test_an_error_puts_the_role_back(db: None) -> None:
    with pytest.raises(ZeroDivisionError), acting_as(roles.OWNER):
        raise ZeroDivisionError
    assert who() == (roles.APP, roles.APP)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
@pytest.mark.parametrize("again", [1, 2])
def test_what_a_committing_test_wrote_is_gone(again: int) -> None:
    with acting_as(roles.OWNER):
        make_group("kept")
    assert who() == (roles.APP, roles.APP)
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT current_user, session_user, (SELECT count(*) FROM auth_group)")
        assert cursor.fetchone() == (roles.OWNER, roles.OWNER, 1)


def test_what_migrations_wrote_is_back_after_a_committing_test(db: None) -> None:
    with acting_as(roles.OWNER), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_content_type")
        assert cursor.fetchone()[0] > 0
