"""John, his workers, and browsers signed in as each."""

from dataclasses import dataclass
from typing import Any

from django.test import Client

from lintel.agencies.models import Team, Worker
from lintel.agencies.states import TeamKind
from lintel.kernel.actor import Account, bound_account
from lintel.kernel.sight.states import Category
from lintel.people.models import Note, Person
from lintel.sharing.models import Viewer
from lintel.sharing.states import ViewerKind
from tests import factories


@dataclass
class World:
    """A tenant, his housing officer, his nurse, and what they hold about him."""

    john: Person
    officer: Worker
    nurse: Worker
    cmht: Team
    note: Note
    me: Viewer

    def client(self, user: Any) -> Client:
        """A browser in which this account is signed in."""
        client = Client()
        client.force_login(user)
        return client

    @property
    def own(self) -> Client:
        """The person's own browser."""
        return self.client(self.me.user)

    def carer(self, *categories: Category, **fields: Any) -> Viewer:
        """A carer who may see these."""
        return factories.viewer(
            self.john, ViewerKind.CARER, categories, relation="Alan, my brother", **fields
        )

    def account(self) -> Account:
        """The person, as an action takes it."""
        return Account(self.me.user_id, self.john.pk, ViewerKind.SELF, self.john.name)

    def bound(self) -> Any:
        """A transaction bound to the person's account."""
        return bound_account(self.me.user_id)


def build() -> World:
    """John and those around him."""
    officer = factories.worker(factories.team(name="Wharf office"), name="Amina Yusuf")
    john = factories.tenant(officer, "John Tressell", known_as="John")
    cmht = factories.team(kind=TeamKind.CMHT, name="North team")
    nurse = factories.worker(cmht, name="Daniel Okafor")
    factories.involvement(john, cmht, nurse)
    note = factories.note(john, officer, "Neighbour complained about noise.")
    factories.contact(john, officer.agency, "01632 960001")
    return World(john, officer, nurse, cmht, note, factories.viewer(john))
