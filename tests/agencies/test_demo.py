"""Sign-in without a password: in the demonstration, and nowhere else."""

import os
import subprocess
import sys

import pytest
from django.urls import resolve
from django.urls.exceptions import Resolver404

from lintel.config.synth import story
from tests import factories

pytestmark = pytest.mark.django_db
PATHS = ("/demo", "/demo/accounts.json", "/demo/sign-in")


@pytest.mark.parametrize("path", PATHS)
def test_outside_the_demo_the_addresses_do_not_exist(client, path):
    factories.worker(email="olu@north.example")
    with pytest.raises(Resolver404):
        resolve(path)
    assert client.get(path).status_code == 404
    assert client.post(path, {"email": "olu@north.example"}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_the_views_refuse_even_when_they_are_reached(client, settings):
    settings.ROOT_URLCONF = "tests.agencies.urls_for_middleware"  # includes them, demo or not
    worker = factories.worker(email="olu@north.example")
    for path in PATHS[:2]:
        assert client.get(path).status_code == 404
    assert client.post("/demo/sign-in", {"email": worker.user.email}).status_code == 404
    assert "_auth_user_id" not in client.session


@pytest.fixture
def demo(settings):
    settings.ROOT_URLCONF = "tests.agencies.urls_for_middleware"
    settings.LINTEL_DEMO = True


def test_accounts_are_listed_and_signed_in_as(client, demo):
    team = factories.team(name="North office")
    worker = factories.worker(team, email="olu@north.example", name="Olu Ade")
    factories.worker(email="somebody@real-address.org")  # Never an account of the demo.
    listed = client.get("/demo/accounts.json").json()
    assert listed == [
        {
            "name": "Olu Ade",
            "role": worker.job_title,
            "agency": team.agency.name,
            "email": "olu@north.example",
        }
    ]
    page = client.get("/demo").content.decode()
    assert "Olu Ade" in page
    assert "real-address" not in page
    answer = client.post("/demo/sign-in", {"email": "Olu@North.example"})
    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert client.get("/").status_code == 200


def test_a_script_signs_in_with_one_plain_post(demo):
    from django.test import Client

    factories.worker(email="olu@north.example")
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/demo/sign-in", {"email": "olu@north.example"}).status_code == 303


@pytest.mark.parametrize(
    ("email", "status"),
    [("", 400), ("nobody@north.example", 404), ("somebody@real-address.org", 404)],
)
def test_another_e_mail_is_said_to_be_unknown(client, demo, email, status):
    factories.worker(email="somebody@real-address.org")
    answer = client.post("/demo/sign-in", {"email": email})
    assert answer.status_code == status
    assert b"e-mail" in answer.content
    shown = client.post("/demo/sign-in", {"email": email}, headers={"accept": "text/html"})
    assert shown.status_code == status
    assert "_auth_user_id" not in client.session


def test_who_has_left_is_no_account(client, demo):
    from django.utils import timezone

    factories.worker(email="olu@north.example", left_on=timezone.localdate())
    assert client.get("/demo/accounts.json").json() == []
    assert client.post("/demo/sign-in", {"email": "olu@north.example"}).status_code == 404


def test_the_stories_accounts_come_first_with_what_to_try(client, demo):
    key = story.KEY_ACCOUNTS[0]
    factories.worker(factories.agency(name="Aardvark"), email="first@a.example", name="Aaron")
    factories.worker(email=key, name="Zed of the story")
    names = [account["name"] for account in client.get("/demo/accounts.json").json()]
    assert names == ["Zed of the story", "Aaron"]
    assert "Start with one of these" in client.get("/demo").content.decode()


def test_signing_in_as_another_ends_the_former_session(client, demo):
    for email in ("olu@north.example", "nell@trust.example"):
        factories.worker(email=email)
        client.post("/demo/sign-in", {"email": email})
    from lintel.agencies.models import User

    assert User.objects.get(pk=client.session["_auth_user_id"]).email == "nell@trust.example"


@pytest.mark.parametrize(("value", "there"), [("", False), ("0", False), ("1", True)])
def test_only_the_setting_makes_the_addresses(value, there):
    """In a process of its own, as a server starts."""
    script = (
        "import django; django.setup()\n"
        "from django.urls import resolve, Resolver404\n"
        "try: resolve('/demo/sign-in'); print('there')\n"
        "except Resolver404: print('absent')"
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith("LINTEL_")}
    environment |= {"LINTEL_DEMO": value, "DJANGO_SETTINGS_MODULE": "lintel.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ("there" if there else "absent")
