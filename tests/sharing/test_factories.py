"""The factories make what they say, and sight follows."""

import pytest

from lintel.agencies.states import TeamKind
from lintel.kernel.actor import bound
from lintel.kernel.sight.models import Sight
from lintel.people.models import Involvement, Note, Person, Tenancy
from tests import factories
from tests.support.db import as_role, value

pytestmark = pytest.mark.django_db


def test_tenant_is_in_sight_of_the_officer_only() -> None:
    office = factories.team()
    officer, colleague = factories.worker(office), factories.worker(office)
    tenant = factories.tenant(officer)
    with bound(factories.actor(officer)):
        assert list(Person.objects.all()) == [tenant]
        assert Tenancy.objects.count() == 1
    with bound(factories.actor(colleague)):
        assert not Person.objects.exists()
    assert not Person.objects.exists()


def test_consent_opens_what_it_names() -> None:
    officer = factories.worker()
    tenant = factories.tenant(officer)
    cmht = factories.team(kind=TeamKind.CMHT)
    nurse = factories.worker(cmht)
    note = factories.note(tenant, officer)
    factories.involvement(tenant, cmht)
    factories.consent(tenant, officer, cmht, [1, 2])
    with bound(factories.actor(nurse)):
        assert list(Person.objects.all()) == [tenant]
        assert not Note.objects.exists()
        assert not Involvement.objects.exists()
        assert set(Sight.objects.values_list("category", flat=True)) == {1, 2}
    factories.consent(tenant, officer, cmht, [1, 3])
    with bound(factories.actor(nurse)):
        assert list(Note.objects.all()) == [note]
    with as_role("postgres"):
        assert value("SELECT count(*) FROM sight_differences()") == 0
