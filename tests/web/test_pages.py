"""Headers, error pages and the service's own pages."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import NoReverseMatch, reverse

from lintel.web import views

pytestmark = pytest.mark.django_db
OWN_PAGES = ["/urgent-help/", "/privacy/", "/accessibility/", "/demo/components", "/note/"]
ERRORS = {"not-found": 404, "denied": 403, "conflict": 409, "invalid": 400, "too-many": 429}


@pytest.fixture
def client(pages):
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    "path", [*OWN_PAGES, *[f"/fail/{k}/" for k in ERRORS], "/fail/broken/", "/no"]
)
def test_every_page_has_the_headers_and_nothing_inline(client, path):
    answer = client.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    html = answer.content.decode()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", html))
    assert re.findall(r"<script[^>]*>([^<]+)</script>", html) == []
    assert [u for u in re.findall(r'(?:src|href)="([^"]*)"', html) if "//" in u] == []
    assert html.count("<h1") == 1
    assert re.search(r"<title>[^<]{5,} – Lintel</title>", html)
    assert 'lang="en"' in html


@pytest.mark.parametrize(("kind", "status"), ERRORS.items())
def test_the_domains_errors_become_pages(client, kind, status):
    answer = client.get(f"/fail/{kind}/")
    assert answer.status_code == status
    words = {
        "denied": "Only the lead of the receiving team may reopen a request.",
        "conflict": "Amina Shah took it at 10:42am today.",
        "invalid": "The end is before the start",
        "too-many": "Try again after 3pm.",
        "not-found": "Page not found",
    }
    assert words[kind] in answer.content.decode()


def plain(answer):
    """A page without what is random in it."""
    return re.sub(rb'value="[^"]+"', b"", answer.content)


def test_absent_and_hidden_are_one_page(client):
    """To the byte, whoever looks and from wherever (DESIGN.md, masked requests)."""
    for user in (None, get_user_model().objects.create_user("someone@example.test")):
        if user:
            client.force_login(user)
        hidden = client.get("/fail/not-found/", headers={"Referer": "http://testserver/note/"})
        absent = client.get("/nothing/here/")
        assert hidden.status_code == absent.status_code == 404
        assert plain(hidden) == plain(absent)
        assert {k: v for k, v in hidden.items() if k != "Content-Length"} == {
            k: v for k, v in absent.items() if k != "Content-Length"
        }


def test_a_broken_page_asks_nothing_of_a_database_that_may_be_the_cause(
    pages, rf, django_assert_num_queries
):
    with django_assert_num_queries(0):
        assert views.server_error(rf.get("/")).status_code == 500


def test_a_broken_page_tells_nothing(client):
    user = get_user_model().objects.create_user("someone@example.test")
    client.force_login(user)
    answer = client.get("/fail/broken/")
    html = answer.content.decode()
    assert answer.status_code == 500
    assert "John" not in html
    assert "RuntimeError" not in html
    assert user.email not in html
    assert "urgent help" in html


def test_a_conflict_keeps_what_was_typed_and_leads_back(client):
    typed = {
        "what_happened": "He would not open the door to anybody.",
        "decision": "advice",
        "password": "hush hush hush hush hush",
        "csrfmiddlewaretoken": "t" * 64,
    }
    html = client.post(
        "/fail/conflict/", typed, headers={"Referer": "http://testserver/note/"}
    ).content.decode()
    assert "He would not open the door to anybody." in html
    assert "What happened" in html
    assert "hush" not in html
    assert 'href="/note/"' in html


@pytest.mark.parametrize("referer", ["http://evil.example/x", "javascript:alert(1)", "", "//x"])
def test_the_way_back_never_leaves_the_site(client, referer):
    html = client.get("/fail/denied/", headers={"Referer": referer}).content.decode()
    assert "Go back" not in html


def test_what_was_typed_is_never_html(client):
    evil = "<script>alert('a longer text than twenty')</script>"
    html = client.post("/fail/conflict/", {evil: evil}).content.decode()
    assert "<script>alert" not in html


def test_a_wrong_form_says_so_in_the_title_and_at_the_top(client):
    html = client.post("/note/", {"when": "32 May"}).content.decode()
    assert "<title>Error: A note – Lintel</title>" in html
    assert html.index("There is a problem") < html.index("<h1")
    assert 'href="#id_when"' in html


def test_messages_are_shown_by_kind(pages, rf):
    from django.contrib.messages import add_message, constants
    from django.contrib.messages.storage.cookie import CookieStorage
    from django.shortcuts import render

    request = rf.get("/")
    request._messages = CookieStorage(request)
    for level in (constants.SUCCESS, constants.WARNING, constants.INFO):
        add_message(request, level, f"Level {level} <b>")
    html = render(request, "web/errors/404.html").content.decode()
    assert "govuk-notification-banner--success" in html
    assert "moj-alert--warning" in html
    assert html.count("&lt;b&gt;") == 3


def test_navigation_with_counts_and_who_is_signed_in(pages, rf):
    from django.shortcuts import render

    request = rf.get("/")
    request.signed_in_as = {"name": "Sam Okoro", "detail": "Shethernley Homes"}
    items = [
        {"text": "My day", "href": "/", "current": True},
        {"text": "Inbox", "href": "/inbox/", "count": 7},
    ]
    html = render(request, "web/errors/404.html", {"navigation": items}).content.decode()
    assert "Sam Okoro, Shethernley Homes" in html
    assert re.search(r'href="/" aria-current="page"', html)
    assert re.search(r"Inbox <span class=\"lintel-count\">.*7", html)
    try:
        assert f'action="{reverse("account_logout")}"' in html
    except NoReverseMatch:
        assert "Sign out" not in html


def test_the_demos_pages_exist_only_in_the_demo(client, settings):
    assert client.get("/demo/components").status_code == 200
    settings.LINTEL_DEMO = False
    answer = client.get("/demo/components")
    assert answer.status_code == 404
    assert b"invented" not in answer.content


def test_a_misspelt_name_is_an_error_and_a_missing_key_is_not(pages):
    import jinja2
    from django.template import engines

    environment = engines["jinja2"].env
    with pytest.raises(jinja2.UndefinedError):
        environment.from_string("{{ misspelt }}").render()
    with pytest.raises(jinja2.UndefinedError):
        environment.from_string("{{ x.misspelt }}").render(x=re)
    with pytest.raises(jinja2.UndefinedError):
        environment.from_string("{% if misspelt %}{% endif %}").render()
    assert environment.from_string("{{ x.left_out or 'none' }}").render(x={}) == "none"
    assert environment.from_string("{{ x }}").render(x="<b>") == "&lt;b&gt;"
