"""Who gets to a person's own view, and who doesn't."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from lintel.agencies.states import TeamKind
from lintel.kernel.sight.states import Category
from lintel.sharing.models import Viewer
from lintel.sharing.states import ViewerKind
from tests import factories
from tests.support.db import as_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def john():
    """A tenant with a nurse, a support worker and somebody in his circle."""
    officer = factories.worker(factories.team(), name="Amina Yusuf")
    made = factories.tenant(officer, "John Tressell", known_as="John")
    nurse = factories.worker(factories.team(kind=TeamKind.CMHT, name="North team"), name="Daniel")
    factories.involvement(made, nurse.memberships.get().team, nurse)
    support = factories.worker(factories.team(kind=TeamKind.FLOATING_SUPPORT), name="Sam Lee")
    factories.involvement(made, support.memberships.get().team, support)
    factories.circle(made, officer, reach_words="on Mondays")
    return made


def body(answer):
    return answer.content.decode()


def test_a_person_sees_who_is_around_them(client, john):
    client.force_login(factories.viewer(john).user)
    answer = client.get("/me/")
    assert answer.status_code == 200
    for words in ("Hello John", "Amina Yusuf", "on Mondays", "Daniel", "North team", "Sam Lee"):
        assert words in body(answer), words
    assert answer["Cache-Control"].count("no-store") == 1
    assert "@person.invalid" not in body(answer)


def test_a_carer_sees_what_they_were_let_see_and_nothing_more(client, john):
    carer = factories.viewer(john, ViewerKind.CARER, [Category.SUPPORT_NEEDS])
    client.force_login(carer.user)
    page = body(client.get("/me/"))
    assert "Sam Lee" in page
    assert "They let you" in page
    for words in ("Daniel", "North team", "on Mondays"):
        assert words not in page


def test_the_page_is_gone_in_the_moment_that_the_permission_ends(client, john):
    carer = factories.viewer(john, ViewerKind.CARER, [Category.SUPPORT_NEEDS])
    client.force_login(carer.user)
    assert client.get("/me/").status_code == 200
    with as_role("postgres"):
        Viewer.objects.filter(pk=carer.pk).update(ended=timezone.now())
    answer = client.get("/me/")
    assert answer.status_code == 403
    assert "John" not in body(answer)
    assert client.get("/me/").status_code == 302  # And signed out.


def test_a_permission_works_within_its_time_only(client, john):
    now = timezone.now()
    for times in (
        {"begins": now + timedelta(hours=1)},
        {"begins": now - timedelta(days=2), "until": now - timedelta(days=1)},
    ):
        client.force_login(factories.viewer(john, ViewerKind.CARER, list(Category), **times).user)
        assert client.get("/me/").status_code == 403


def test_a_worker_opens_nobodys_own_page(client, john):
    worker = factories.worker()
    factories.viewer(john, user=worker.user)  # Even if a row said so.
    client.force_login(worker.user)
    answer = client.get("/me/")
    assert answer.status_code == 403
    assert "John" not in body(answer)


def test_a_persons_account_opens_no_workers_page(client, john):
    client.force_login(factories.viewer(john).user)
    for path in ("/", "/people/", f"/people/{john.pk}/", "/requests/inbox/", "/nowhere-of-ours/"):
        answer = client.get(path)
        assert answer.status_code in {302, 404}, path
        if answer.status_code == 302:
            assert answer["Location"] == "/me/"
    answer = client.post(f"/people/{john.pk}/note", {"words": "x"})
    assert answer.status_code in {302, 404}


def test_an_account_that_is_nobodys_is_signed_out(client):
    client.force_login(factories.own_account())
    assert client.get("/me/").status_code == 403
    assert "_auth_user_id" not in client.session


def test_signed_out_the_way_leads_to_the_persons_own_sign_in(client):
    answer = client.get("/me/")
    assert answer["Location"] == "/me/sign-in/?next=/me/"
    assert client.get("/me/sign-in/").status_code == 200


def test_who_may_look_at_several_chooses_whom(client, john):
    mary = factories.person("Mary Hill")
    stranger = factories.person("Somebody Else")
    carer = factories.viewer(john, ViewerKind.CARER)
    factories.viewer(mary, ViewerKind.ADVOCATE, user=carer.user)
    client.force_login(carer.user)
    assert client.get("/me/")["Location"] == "/me/whom/"
    page = body(client.get("/me/whom/"))
    assert "John Tressell" in page
    assert "Mary Hill" in page
    client.post("/me/whom/", {"whose": stranger.pk})
    assert client.get("/me/")["Location"] == "/me/whom/"
    client.post("/me/whom/", {"whose": mary.pk})
    page = body(client.get("/me/"))
    assert "Mary Hill" in page
    assert "Amina" not in page


def test_leaving_signs_out_and_goes_elsewhere(client, john):
    client.force_login(factories.viewer(john).user)
    assert 'href="/me/leave/"' in body(client.get("/me/"))
    answer = client.get("/me/leave/")
    assert answer["Location"].startswith("https://www.bbc.co.uk/")
    assert client.get("/me/")["Location"] == "/me/sign-in/?next=/me/"


def test_afterwards_the_connection_is_the_applications_again(client, john):
    client.force_login(factories.viewer(john).user)
    client.get("/me/")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, coalesce(current_setting('lintel.account', true), '')")
        assert cursor.fetchone() == ("lintel_app", "")
