"""Signing in by password and second factor, choosing a password, and sessions that end."""

import re
import time
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from lintel.agencies import actions
from lintel.agencies.models import User
from lintel.config import middleware
from tests import factories

pytestmark = pytest.mark.django_db
PASSWORD = "plinth gannet otherwise"


def code_for(secret):
    counter = next(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counter))


@pytest.fixture(autouse=True)
def _settings(settings):
    settings.LINTEL_SECOND_FACTOR = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def worker():
    made = factories.worker(email="olu@north.example", password=PASSWORD)
    EmailAddress.objects.create(user=made.user, email=made.user.email, verified=True, primary=True)
    return made


def with_totp(worker):
    secret = generate_totp_secret()
    TOTP.activate(worker.user, secret)
    return secret


def sign_in(client, email="olu@north.example", password=PASSWORD):
    return client.post("/accounts/login/", {"login": email, "password": password})


def test_a_worker_without_second_factor_is_sent_to_set_one_up(client, worker):
    assert sign_in(client)["Location"] == "/"
    for path in ("/", "/teams/", "/keys/", "/accounts/password/change/"):
        assert client.get(path)["Location"] == "/accounts/2fa/", path
    page = client.get("/accounts/2fa/").content.decode()
    assert "Set up a second step" in page
    assert 'aria-label="Main"' not in page
    assert client.get("/privacy/").status_code == 200


@pytest.mark.django_db(transaction=True)  # The notice is sent after the commit.
def test_setting_up_an_app_opens_the_door_and_shows_codes_once(client, worker):
    sign_in(client)
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r'Secret: <strong class="lintel-secret">([A-Z2-7]+)</strong>', page)[1]
    assert "<svg" in page
    wrong = client.post("/accounts/2fa/totp/activate/", {"code": "000000"})
    assert "There is a problem" in wrong.content.decode()
    done = client.post("/accounts/2fa/totp/activate/", {"code": code_for(secret)})
    assert done["Location"] == "/accounts/2fa/recovery-codes/"
    codes = re.findall(r"<code>(\w+)</code>", client.get(done["Location"]).content.decode())
    assert len(codes) == 10
    assert "<code>" not in client.get(done["Location"]).content.decode()
    assert client.get("/teams/").status_code == 200
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in kept
    assert any("authenticator app was set up" in message.body for message in mail.outbox)


def test_with_a_second_factor_the_password_alone_opens_nothing(client, worker):
    secret = with_totp(worker)
    assert sign_in(client)["Location"].startswith("/accounts/2fa/authenticate/")
    assert client.get("/")["Location"].startswith("/accounts/login/")
    assert "Second step" in client.get("/accounts/2fa/authenticate/").content.decode()
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "There is a problem" in wrong.content.decode()
    assert client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})["Location"] == "/"
    assert client.get("/").status_code == 200


def test_after_signing_in_one_goes_where_one_wanted(client, worker):
    with_totp(worker)
    page = client.get("/accounts/login/?next=/teams/").content.decode()
    assert 'name="next" value="/teams/"' in page
    answer = client.post(
        "/accounts/login/",
        {"login": "olu@north.example", "password": PASSWORD, "next": "https://elsewhere.example/"},
    )
    assert "elsewhere" not in answer["Location"]


def test_an_unknown_address_and_a_wrong_password_look_alike(client, worker):
    def shown(answer):
        page = re.sub(r'value="[^"]*"', "", answer.content.decode())
        return answer.status_code, page

    assert shown(sign_in(client, "nobody@north.example")) == shown(
        sign_in(client, password="wrong")
    )


def test_guessing_a_password_is_stopped_and_counts_for_all_processes(client, worker):
    for _ in range(5):
        sign_in(client, password="wrong")
    late = sign_in(Client(REMOTE_ADDR="10.9.8.7"))
    assert "Too many failed login attempts" in late.content.decode()
    from django.core.cache import caches

    assert type(caches["default"]).__name__ == "DatabaseCache"
    assert "olu" not in str(list(_cache_keys()))


def _cache_keys():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM config_cache")
        return [row[0] for row in cursor.fetchall()]


def test_a_forgotten_password_tells_nobody_who_is_here(client, worker):
    answers = []
    for email in ("olu@north.example", "nobody@north.example"):
        answer = client.post("/accounts/password/reset/", {"email": email})
        answers.append((answer.status_code, answer["Location"]))
    assert answers[0] == answers[1]
    known, unknown = mail.outbox
    assert known.subject == unknown.subject
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", known.body)[1]
    form = client.get(client.get(link)["Location"])
    assert form.status_code == 200
    path = form.request["PATH_INFO"]
    short = client.post(path, {"password1": "short", "password2": "short"})
    assert "at least 12 characters" in short.content.decode()
    assert (
        client.post(path, {"password1": PASSWORD + "!", "password2": PASSWORD + "!"})["Location"]
        == "/accounts/password/reset/key/done/"
    )
    assert sign_in(client, password=PASSWORD + "!")["Location"] == "/"
    assert "no longer works" in Client().get(link, follow=True).content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/signup/",
        "/accounts/email/",
        "/accounts/3rdparty/",
        "/accounts/3rdparty/signup/",
        "/accounts/social/signup/",
        "/accounts/login/code/confirm/",
        "/accounts/confirm-email/",
    ],
)
def test_nobody_makes_an_account_for_themselves(client, path):
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


def test_an_idle_session_ends(client, worker, monkeypatch, settings):
    settings.LINTEL_SECOND_FACTOR = False
    sign_in(client)
    start = timezone.now()

    def at(minutes):
        monkeypatch.setattr(middleware, "present", lambda: start + timedelta(minutes=minutes))
        return client.get("/").status_code

    assert [at(minutes) for minutes in (0, 29, 58, 87)] == [200] * 4
    assert at(118) == 302


def test_a_session_ends_after_its_longest_time_however_busy(client, worker, monkeypatch, settings):
    settings.LINTEL_SECOND_FACTOR = False
    sign_in(client)
    start = timezone.now()
    seen = []
    for minutes in range(0, 9 * 60, 20):
        moment = start + timedelta(minutes=minutes)
        monkeypatch.setattr(middleware, "present", lambda moment=moment: moment)
        seen.append(client.get("/").status_code)
    assert seen.index(302) == 25  # 8 hours and 20 minutes: the first look after the eighth hour.


def test_sign_out_everywhere_ends_the_other_sessions(worker, settings):
    settings.LINTEL_SECOND_FACTOR = False
    here, there = Client(), Client()
    sign_in(here)
    sign_in(there)
    assert here.post("/sign-out-everywhere/")["Location"] == "/accounts/login/"
    assert there.get("/").status_code == 302
    sign_in(there)
    assert there.get("/").status_code == 200


def test_signing_out_ends_the_session(client, worker, settings):
    settings.LINTEL_SECOND_FACTOR = False
    sign_in(client)
    assert client.post("/accounts/logout/")["Location"] == "/accounts/login/"
    assert client.get("/").status_code == 302


def test_an_invited_worker_chooses_a_password_and_sets_up_the_second_step(client):
    team = factories.team(slug="north", name="North")
    call_command(
        "invite_worker",
        "ada@north.example",
        name="Ada",
        job="Officer",
        agency=team.agency.slug,
        team="north",
    )
    made = User.objects.get(email="ada@north.example")
    assert not made.has_usable_password()
    link = re.search(r"http://localhost:8000(/\S+)", mail.outbox[0].body)[1]
    assert "Ada" not in mail.outbox[0].body
    path = client.get(link)["Location"]
    client.post(path, {"password1": PASSWORD, "password2": PASSWORD})
    sign_in(client, "ada@north.example")
    assert client.get("/")["Location"] == "/accounts/2fa/"
    with pytest.raises(CommandError, match="already"):
        call_command(
            "invite_worker", "ADA@north.example", name="A", job="B", agency=team.agency.slug
        )


def test_a_worker_who_leaves_is_out_at_once(worker, settings):
    settings.LINTEL_SECOND_FACTOR = False
    from lintel.agencies.states import Role

    manager = factories.worker(worker.agency, roles=[Role.MANAGER])
    client = Client()
    sign_in(client)
    assert client.get("/").status_code == 200
    actions.leave(
        factories.actor(manager),
        worker_id=worker.pk,
        on=timezone.localdate(),
        now=timezone.now(),
    )
    assert client.get("/").status_code == 302
    assert sign_in(client)["Location"] == "/"
    assert client.get("/").status_code == 403


def test_the_second_factor_is_obligatory_unless_demo_or_test():
    import os
    import subprocess
    import sys

    def asked(**flags):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("LINTEL_")}
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                "from lintel.config import signin as s; print(s.LINTEL_SECOND_FACTOR)",
            ],
            env={**environment, **flags},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    assert asked() == "True"
    assert asked(LINTEL_DEMO="0") == "True"
    assert asked(LINTEL_DEMO="1") == "False"


def test_signing_in_is_not_faster_for_an_unknown_address(client, worker, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
    worker.user.set_password(PASSWORD)
    worker.user.save()
    times = {}
    for email in ("olu@north.example", "nobody@north.example"):
        tries = []
        for _ in range(4):
            start = time.process_time()
            sign_in(client, email, "wrong wrong wrong")
            tries.append(time.process_time() - start)
        times[email] = min(tries)
    quick, slow = sorted(times.values())
    assert slow / quick < 1.6, times
