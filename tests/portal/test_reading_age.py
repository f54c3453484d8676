"""The words that a person reads in their own view: reading age 9 to 11 (grade 4 to 6).

Measured with Flesch and Kincaid's grade, each page as it is rendered with everything on it, and
the words of forms and code beside it. What workers wrote, and names, are not ours to measure.
"""

import re
from html import unescape

import pytest
import textstat
from django import forms as django_forms
from django.test import Client

from lintel.kernel.sight.states import Category
from lintel.portal import forms, words
from lintel.sharing.states import OverrideReason, Purpose
from tests import factories

pytestmark = pytest.mark.django_db

# Grade 6 is the end of the school year in which children turn 11 (in England: year 6).
HIGHEST = 6.0
# Too few words say nothing about how hard they are to read.
FEWEST = 12
PAGES = (
    "/me/",
    "/me/plan/",
    "/me/hospital/",
    "/me/sharing/",
    "/me/sharing/answer/",
    "/me/sharing/no-to-all/",
    "/me/record/",
    "/me/record/say/",
    "/me/contact/",
    "/me/help/",
    "/me/carers/",
    "/me/carers/let-look/",
    "/me/feedback/",
    "/me/looked/",
    "/me/looked/questions/",
    "/me/opened/",
    "/me/ways/",
    "/me/ways/passkey/",
    "/me/ways/code/type/",
)
SIGNED_OUT = (
    "/me/sign-in/",
    "/me/letter/",
    "/me/sign-in/passkey/",
    "/me/sign-in/code/type/",
)
TAGS = re.compile(r"<[^>]+>")
END = "\x00"


def said(html: str) -> str:
    """The words of a page's main part, a sentence for each part of it.

    What workers wrote, and who and when that was, is left out.
    """
    main = re.search(r"<main.*?</main>", html, re.S)
    text = main[0] if main else html
    text = re.sub(r"<(script|style|template|svg|blockquote|select).*?</\1>", " ", text, flags=re.S)
    text = re.sub(r'<(\w+)[^>]*class="[^"]*lintel-typed.*?</\1>', " ", text, flags=re.S)
    # A heading, an item or a label ends as a sentence does.
    text = re.sub(r"</(h[1-6]|p|li|label|legend|button|dt|dd|a|div|summary)>", END, text)
    parts = [" ".join(unescape(part).split()) for part in TAGS.sub(" ", text).split(END)]
    return " ".join(
        part if part[-1] in ".?!" else f"{part.rstrip(':,')}." for part in parts if len(part) > 1
    )


def grade(text: str) -> float:
    """The school grade that the text can be read in."""
    return float(textstat.flesch_kincaid_grade(text))


@pytest.fixture
def full(world):
    """A view with something on every page, in short words of others."""
    factories.circle(
        world.john,
        world.officer,
        role_words="helper",
        reach_words="by phone",
        agreed_words="Come on Monday.",
    )
    factories.consent(
        world.john, world.officer, world.cmht, [Category.TENANCY], persons_words="Yes, fine."
    )
    world.carer(Category.PLAN)
    trust = world.cmht.agency
    factories.override(world.john, world.officer, trust, [Category.SAFETY, Category.TENANCY])
    return world


def test_every_page_of_the_own_view_is_easy_to_read(full):
    browser, out = full.own, Client()
    hard = {}
    for path in (*PAGES, *SIGNED_OUT):
        page = (out if path in SIGNED_OUT else browser).get(path)
        assert page.status_code == 200, path
        text = said(page.content.decode())
        assert len(text.split()) >= FEWEST, (path, text)
        if (found := grade(text)) > HIGHEST:
            hard[path] = (found, text)
    assert not hard, "\n\n".join(f"{path} {g}: {text}" for path, (g, text) in hard.items())


def test_no_page_of_the_own_view_goes_unmeasured():
    from lintel.portal.urls import urlpatterns

    known = {path.removeprefix("/me/") for path in (*PAGES, *SIGNED_OUT)}
    # Asked about one thing, they are measured below as templates; the rest have no words.
    other = {"whom/", "leave/", "look-no-more", "sharing/undo/"}
    routes = {str(p.pattern) for p in urlpatterns if "<" not in str(p.pattern)}
    assert routes - known - other == set()


def test_what_asks_about_one_thing_is_easy_to_read(full, settings):
    from lintel.sharing.models import Consent, Viewer
    from tests.support.db import as_role

    with as_role("postgres"):
        consent, viewer = Consent.objects.get().pk, Viewer.objects.get(kind="carer").pk
    settings.LINTEL_PERSON_CODES = ["email"]
    paths = (
        "/me/ways/code/email/",
        f"/me/sharing/{consent}/take-back/",
        f"/me/record/{full.note.pk}/say/",
        f"/me/carers/{viewer}/stop/",
    )
    made = full.own.post(
        "/me/carers/let-look/", {"kind": "carer", "relation": "Al", "categories": ["10"]}
    )
    pages = [full.own.get(path).content.decode() for path in paths] + [made.content.decode()]
    full.own.post("/me/sharing/no-to-all/")
    pages.append(full.own.get("/me/sharing/undo/").content.decode())
    assert "take back your no" in pages[-1]
    letter = full.client(full.officer.user).post(
        f"/people/{full.john.pk}/own-view/", {"proved": "Sent by post to the person’s home"}
    )
    pages.append(letter.content.decode().split("lintel-no-print")[1])
    for page in pages:
        text = said(page)
        assert grade(text) <= HIGHEST, (grade(text), text)


def test_words_of_forms_and_lists_are_easy_to_read():
    texts = [f"{text}." for text in (*words.MINE.values(), *words.WHAT_FOR.values())]
    texts += [*words.WHY_WITHOUT.values(), *words.IN_DANGER.values()]
    for name in ("AnswerForm", "WishForm", "HelpForm", "RemarkForm", "LookForm", "FeedbackForm"):
        for field in getattr(forms, name).base_fields.values():
            assert isinstance(field, django_forms.Field)
            texts += [f"{field.label}." if field.label[-1] != "?" else field.label]
            texts += [field.help_text] if field.help_text else []
    assert grade(" ".join(texts)) <= HIGHEST
    assert set(words.MINE) == set(Category)
    assert set(words.WHAT_FOR) == set(Purpose)
    assert set(words.IN_DANGER) == set(OverrideReason)


def test_the_measure_can_fail():
    hard = (
        "Notwithstanding the aforementioned confidentiality considerations, information concerning"
        " your circumstances may be disclosed to participating organisations."
    )
    assert grade(hard) > HIGHEST
