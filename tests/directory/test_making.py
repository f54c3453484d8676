"""What other tests set the scene with does publish."""

import pytest

from lintel.directory import queries
from lintel.directory.place import Place
from lintel.directory.states import Audience
from tests.directory import making

pytestmark = pytest.mark.django_db


def test_a_made_entry_is_published_and_routed_to() -> None:
    made = making.published("Money advice", catchments=[making.postcodes("QX1")])
    making.published("Duty desk", audience=Audience.PARTNERS)
    answer = queries.route(Place(postcode="QX1 2AB"), need="money", when=making.NOW)
    assert [option.slug for option in answer.options] == [made.slug]
