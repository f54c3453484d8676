"""What was typed when a session ended half-way: kept for its writer, and for nobody else."""

import datetime as dt
import re

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.contrib.auth import get_user_model
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lintel.web import rescue, who

pytestmark = pytest.mark.django_db
TYPED = {
    "signs": ["noise", "arrears"],
    "when": "3 May 2026",
    "what": "John has newspapers up to the windows.",
}


@pytest.fixture
def officer():
    return get_user_model().objects.create_user("officer@example.test")


@pytest.fixture
def nurse():
    return get_user_model().objects.create_user("nurse@example.test")


def opened_by(user, client=None):
    """A client whose form was opened by `user`, and the form's hidden fields."""
    client = client or Client()
    client.force_login(user)
    html = client.get("/note/").content.decode()
    main = html[html.index("<main") :]
    return client, {
        name: re.search(f'name="{name}" value="([^"]+)"', main)[1] for name in ("_who", "_once")
    }


def end_session(client):
    """What an expired session is to the browser: the cookie is there, the row is gone."""
    client.session.flush()


def test_what_was_typed_comes_back_after_signing_in(pages, officer):
    client, hidden = opened_by(officer)
    end_session(client)
    answer = client.post("/note/", {**TYPED, **hidden})
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/?next=/note/")
    waiting = "Sign in within an hour"
    assert waiting in client.get("/urgent-help/").content.decode()
    client.force_login(officer)
    page = client.get("/note/")
    html = page.content.decode()
    assert "We kept what you typed" in html
    assert waiting not in html
    assert TYPED["what"] in html
    assert 'value="3 May 2026"' in html
    assert html.count(" checked") == 2
    assert pages.SENT == []


def test_a_new_visit_shows_it_again_and_sending_ends_it(pages, officer):
    client, hidden = opened_by(officer)
    end_session(client)
    client.post("/note/", {**TYPED, **hidden})
    client.force_login(officer)
    assert TYPED["what"] in client.get("/note/").content.decode()
    assert TYPED["what"] in client.get("/note/").content.decode()
    assert client.post("/note/", {**TYPED, **hidden}).status_code == 302
    assert len(pages.SENT) == 1
    again = client.get("/note/").content.decode()
    assert TYPED["what"] not in again
    assert "We kept" not in again


def test_a_wrong_form_does_not_end_it(pages, officer):
    client, hidden = opened_by(officer)
    end_session(client)
    client.post("/note/", {**TYPED, **hidden})
    client.force_login(officer)
    assert client.post("/note/", {**hidden, "when": "32 May"}).status_code == 200
    assert TYPED["what"] in client.get("/note/").content.decode()


def test_another_user_never_gets_it(pages, officer, nurse):
    client, hidden = opened_by(officer)
    end_session(client)
    client.post("/note/", {**TYPED, **hidden})
    client.force_login(nurse)
    html = client.get("/note/").content.decode()
    assert TYPED["what"] not in html
    assert "We kept" not in html
    assert rescue.SESSION_KEY not in client.session
    client.logout()
    client.force_login(officer)
    assert TYPED["what"] not in client.get("/note/").content.decode()


def test_what_is_kept_is_unreadable_without_the_key_of_its_writer(pages, officer, nurse):
    client, hidden = opened_by(officer)
    end_session(client)
    client.post("/note/", {**TYPED, **hidden})
    kept = client.session[rescue.SESSION_KEY]
    assert "John" not in kept
    assert b"John" in rescue._cipher(str(officer.pk)).decrypt(kept.encode())
    for other in (rescue._cipher(str(nurse.pk)), Fernet(Fernet.generate_key())):
        with pytest.raises(InvalidToken):
            other.decrypt(kept.encode())


def test_it_is_kept_for_an_hour(pages, officer, monkeypatch):
    client, hidden = opened_by(officer)
    end_session(client)
    client.post("/note/", {**TYPED, **hidden})
    client.force_login(officer)
    monkeypatch.setattr(rescue, "KEPT_SECONDS", -1)
    assert TYPED["what"] not in client.get("/note/").content.decode()


def test_files_are_not_kept_and_the_page_says_so(pages, officer):
    client, hidden = opened_by(officer)
    end_session(client)
    letter = SimpleUploadedFile("letter.txt", b"a private letter")
    client.post("/note/", {**TYPED, **hidden, "letter": letter})
    assert b"private" not in rescue._cipher(str(officer.pk)).decrypt(
        client.session[rescue.SESSION_KEY].encode()
    )
    client.force_login(officer)
    assert "choose them again" in client.get("/note/").content.decode()


def test_passwords_and_tokens_are_not_kept(pages, officer):
    client, hidden = opened_by(officer)
    end_session(client)
    client.post("/note/", {**TYPED, **hidden, "new_password": "hush hush hush"})
    plain = rescue._cipher(str(officer.pk)).decrypt(client.session[rescue.SESSION_KEY].encode())
    assert b"hush" not in plain
    assert hidden["_once"].encode() not in plain


@pytest.mark.parametrize(
    "token",
    ["", "rubbish", "other path", "old", "other salt"],
)
def test_nothing_is_kept_without_proof_of_who_opened_the_form(pages, officer, token, monkeypatch):
    made = {
        "": "",
        "rubbish": "rubbish",
        "other path": who.who_token(officer.pk, "/elsewhere/"),
        "old": who.who_token(officer.pk, "/note/"),
        "other salt": signing.dumps([str(officer.pk), "/note/"], salt="another"),
    }[token]
    if token == "old":
        monkeypatch.setattr(who, "LONGEST", -1)
    client = Client()
    client.post("/note/", {**TYPED, "_who": made})
    assert rescue.SESSION_KEY not in client.session


def test_the_kept_text_is_in_no_page_before_signing_in(pages, officer):
    client, hidden = opened_by(officer)
    end_session(client)
    client.post("/note/", {**TYPED, **hidden})
    assert TYPED["what"] not in client.get("/note/").content.decode()
    assert client.session[rescue.SESSION_KEY]


def test_a_form_opened_by_somebody_else_is_refused(pages, officer, nurse):
    client, hidden = opened_by(officer)
    client.force_login(nurse)
    answer = client.post("/note/", {**TYPED, **hidden})
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "Somebody else is signed in now" in html
    assert TYPED["what"] not in html
    assert pages.SENT == []


def test_a_form_of_the_one_signed_in_is_sent(pages, officer):
    client, hidden = opened_by(officer)
    assert client.post("/note/", {**TYPED, **hidden}).status_code == 302
    assert pages.SENT[0]["when"] == dt.date(2026, 5, 3)
    assert pages.SENT[0]["once"] == hidden["_once"]


def test_a_failed_check_keeps_what_was_typed_for_its_writer(pages, officer):
    """Signing in anew in another window changes the CSRF token of a form that is still open."""
    client, hidden = opened_by(officer, Client(enforce_csrf_checks=True))
    answer = client.post("/note/", {**TYPED, **hidden, "csrfmiddlewaretoken": "x" * 64})
    assert answer.status_code == 403
    assert "We kept what you typed" in answer.content.decode()
    assert TYPED["what"] in client.get("/note/").content.decode()
    assert pages.SENT == []


def test_a_failed_check_of_somebody_signed_out_leads_to_signing_in(pages, officer):
    client, hidden = opened_by(officer, Client(enforce_csrf_checks=True))
    end_session(client)
    answer = client.post("/note/", {**TYPED, **hidden})
    assert answer.status_code == 302
    client.force_login(officer)
    assert TYPED["what"] in client.get("/note/").content.decode()


def test_another_sites_form_keeps_nothing(pages, officer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)
    answer = client.post("/note/", TYPED)
    assert answer.status_code == 403
    assert "We kept" not in answer.content.decode()
    assert rescue.SESSION_KEY not in client.session


def test_too_much_is_not_kept(pages, officer):
    client, hidden = opened_by(officer)
    end_session(client)
    client.post("/note/", {**hidden, "what": "x" * (rescue.LARGEST + 1)})
    assert rescue.SESSION_KEY not in client.session
