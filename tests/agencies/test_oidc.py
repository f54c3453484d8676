"""Signing in by an agency's own provider: against a real one (npm's oidc-provider)."""

import json
import os
import re
import subprocess
import sysconfig
from pathlib import Path

import pytest
import requests
from allauth.socialaccount.models import SocialAccount

from lintel.agencies.models import User
from lintel.config.signin import oidc_apps
from lintel.web import assets
from tests import factories

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).parent / "oidc"
CALLBACK = "http://testserver/accounts/oidc/north/login/callback/"
SECRET = "only-for-tests-only-for-tests-only-for-tests"
ACCOUNTS = {
    "olu": {"email": "olu@north.example", "email_verified": True, "name": "Olu"},
    "olu-mfa": {"email": "olu@north.example", "email_verified": True, "amr": ["pwd", "mfa"]},
    "unsure": {"email": "olu@north.example", "email_verified": False},
    "stranger": {"email": "stranger@north.example", "email_verified": True},
    "foreign": {"email": "nell@trust.example", "email_verified": True},
    "moved": {"email": "mo@north.example", "email_verified": True},
}


def node_folder():
    """The wheel's Node, which the provider supports; else the machine's."""
    scripts = Path(sysconfig.get_path("scripts"))
    return scripts if (scripts / "node").exists() else assets.node_folder()


@pytest.fixture(scope="module")
def provider():
    """The provider's address."""
    folder = node_folder()
    environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    mark, lock = FOLDER / "node_modules/.package-lock.json", FOLDER / "package-lock.json"
    if not mark.exists() or mark.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run(
            [folder / "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=FOLDER,
            env=environment,
            check=True,
            capture_output=True,
            timeout=300,
        )
    own = {
        "ACCOUNTS": json.dumps(ACCOUNTS),
        "CLIENT": "lintel",
        "SECRET": SECRET,
        "CALLBACK": CALLBACK,
    }
    process = subprocess.Popen(
        [folder / "node", "provider.js"],
        cwd=FOLDER,
        env={**environment, **own},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()


def environ(provider, **more):
    prefix = "LINTEL_OIDC_NORTH_"
    return {
        "LINTEL_OIDC": "north",
        prefix + "LABEL": "North Homes",
        prefix + "URL": provider,
        prefix + "CLIENT": "lintel",
        prefix + "SECRET": SECRET,
        prefix + "DOMAINS": "north.example",
        **{prefix + key: value for key, value in more.items()},
    }


@pytest.fixture
def configure(settings, provider):
    """Set the provider up as a deployment would, with more of its settings."""

    def set_up(**more):
        apps = oidc_apps(environ(provider, **more))
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": apps}
        }

    set_up()
    return set_up


@pytest.fixture
def olu():
    return factories.worker(email="olu@north.example")


def sign_in(client, account):
    """Press the button, be `account` at the provider, and come back; the last answer."""
    page = client.get("/accounts/login/?next=/teams/").content.decode()
    start = re.search(r'href="(/accounts/oidc/north/login/[^"]*)"', page)[1].replace("&amp;", "&")
    return come_back(client, client.get(start)["Location"], account)


def come_back(client, target, account):
    """Follow the provider's redirects, as `account`, until it sends us back to Lintel."""
    there = requests.Session()
    there.cookies.set("be", account)
    for _ in range(8):
        if target.startswith(CALLBACK):
            return client.get(target.removeprefix("http://testserver"))
        answer = there.get(target, allow_redirects=False, timeout=10)
        target = requests.compat.urljoin(answer.url, answer.headers["Location"])
    raise AssertionError("The provider never sent us back.")


def signed_in_as(client):
    number = client.session.get("_auth_user_id")
    return User.objects.get(pk=number).email if number else None


def test_a_worker_signs_in_and_is_known_by_number_from_then_on(client, configure, olu):
    assert sign_in(client, "olu")["Location"] == "/teams/"
    assert signed_in_as(client) == "olu@north.example"
    assert client.get("/teams/").status_code == 200
    assert SocialAccount.objects.get().uid == "olu"
    client.logout()
    sign_in(client, "olu")
    assert signed_in_as(client) == "olu@north.example"
    assert SocialAccount.objects.count() == 1


@pytest.mark.parametrize("account", ["unsure", "stranger", "foreign"])
def test_no_account_is_made_and_no_others_is_opened(client, configure, olu, account):
    """Not for an unverified address, an unknown one, or one under another agency's domain."""
    factories.worker(email="nell@trust.example")
    answer = sign_in(client, account)
    assert "There is no account for you here" in answer.content.decode()
    assert signed_in_as(client) is None
    assert User.objects.count() == 2
    assert SocialAccount.objects.count() == 0


def test_a_provider_that_is_sure_of_its_addresses_may_be_trusted(client, configure, olu):
    configure(EMAIL_TRUSTED="1")
    sign_in(client, "unsure")
    assert signed_in_as(client) == "olu@north.example"


def test_who_moved_to_another_agency_is_not_opened_by_the_old_one(client, configure):
    mo = factories.worker(email="mo@north.example").user
    sign_in(client, "moved")
    assert signed_in_as(client) == "mo@north.example"
    client.logout()
    mo.email = "mo@trust.example"
    mo.save()
    assert "There is no account for you here" in sign_in(client, "moved").content.decode()
    assert signed_in_as(client) is None


@pytest.mark.parametrize(
    ("account", "trusted", "opens"),
    [("olu", "", False), ("olu", "mfa", False), ("olu-mfa", "mfa", True), ("olu", "always", True)],
)
def test_the_second_factor_may_be_the_providers(
    client, configure, settings, olu, account, trusted, opens
):
    settings.LINTEL_SECOND_FACTOR = True
    configure(SECOND_FACTOR=trusted)
    sign_in(client, account)
    answer = client.get("/teams/")
    assert answer.status_code == (200 if opens else 302)
    assert opens or answer["Location"] == "/accounts/2fa/"


def test_a_provider_joins_no_account_that_is_signed_in(client, configure, olu):
    other = factories.worker(email="eve@north.example")
    client.force_login(other.user)
    start = client.get("/accounts/oidc/north/login/?process=connect")["Location"]
    assert start.startswith("http://127.0.0.1")
    come_back(client, start, "stranger")
    assert SocialAccount.objects.count() == 0


def test_half_a_provider_does_not_start(provider):
    whole = environ(provider)
    for missing in ("URL", "CLIENT", "SECRET", "DOMAINS"):
        with pytest.raises(KeyError):
            oidc_apps({k: v for k, v in whole.items() if k != f"LINTEL_OIDC_NORTH_{missing}"})
    assert oidc_apps({}) == []


def test_a_forged_return_signs_nobody_in(client, configure, olu):
    client.get("/accounts/oidc/north/login/?process=login")
    answer = client.get("/accounts/oidc/north/login/callback/?code=x&state=forged")
    assert "did not work" in answer.content.decode()
    assert signed_in_as(client) is None
