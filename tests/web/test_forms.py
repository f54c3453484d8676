"""Forms: which component each field is, what it says, and what is kept of it."""

import re
from html.parser import HTMLParser
from typing import ClassVar

import pytest
from django import forms
from django.http import QueryDict

from lintel.web.form_components import component
from lintel.web.forms import (
    EmailField,
    Form,
    PhoneField,
    PlainDateField,
    PostcodeField,
    error_list,
    required_words,
)

CHOICES = [("yes", "Yes"), ("no", "No"), ("unsure", "Not sure")]


class Every(Form):
    text = forms.CharField(max_length=100, help_text="As they like to be called.")
    area = forms.CharField(widget=forms.Textarea)
    long = forms.CharField(widget=forms.Textarea, max_length=500)
    number = forms.IntegerField()
    date = PlainDateField()
    postcode = PostcodeField()
    phone = PhoneField()
    email = EmailField()
    select = forms.ChoiceField(choices=CHOICES)
    radios = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect)
    boxes = forms.MultipleChoiceField(choices=CHOICES, widget=forms.CheckboxSelectMultiple)
    box = forms.BooleanField()
    file = forms.FileField()
    secret = forms.CharField(widget=forms.PasswordInput)
    hidden = forms.CharField(widget=forms.HiddenInput)


@pytest.mark.parametrize(
    ("name", "expected", "says_when_empty"),
    [
        ("text", "input", "Enter text"),
        ("area", "textarea", "Enter area"),
        ("long", "character_count", "Enter long"),
        ("number", "input", "Enter number"),
        ("date", "input", "Enter date"),
        ("postcode", "input", "Enter postcode"),
        ("phone", "input", "Enter phone"),
        ("email", "input", "Enter email address"),
        ("select", "select", "Select select"),
        ("radios", "radios", "Select radios"),
        ("boxes", "checkboxes", "Select boxes"),
        ("box", "checkboxes", "Tick the box: box"),
        ("file", "file_upload", "Choose a file for file"),
        ("secret", "password_input", "Enter secret"),
    ],
)
def test_each_field_is_its_component_and_says_when_it_is_empty(name, expected, says_when_empty):
    form = Every({})
    assert component(form[name])[0] == expected
    assert form.errors[name] == [says_when_empty]


class Tags(HTMLParser):
    """All start tags of a page: (name, attributes)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def tags(html, name):
    return [attributes for tag, attributes in Tags(str(html)).found if tag == name]


def test_every_input_has_a_label_and_every_error_a_place_to_go():
    html = str(Every({}))
    ids = {a["id"] for _, a in Tags(html).found if "id" in a}
    labels = {a["for"] for a in tags(html, "label")}
    shown = [a for t in ("input", "textarea", "select") for a in tags(html, t)]
    for attributes in shown:
        if attributes.get("type") != "hidden":
            assert attributes["id"] in labels, attributes
    for entry in error_list(Every({})):
        assert entry["href"].lstrip("#") in ids, entry
    assert len(ids) == len([1 for _, a in Tags(html).found if "id" in a]), "ids are unique"


def test_hints_and_errors_are_read_with_their_field():
    first = tags(Every({}), "input")[0]
    assert first["aria-describedby"] == "id_text-hint id_text-error"


def test_nothing_is_said_to_be_required_by_the_browser():
    # The browser's own bubbles would stand before the words of ours.
    html = str(Every())
    assert " required" not in html
    assert "maxlength=" not in re.sub("data-maxlength=", "", html)


@pytest.mark.parametrize(
    ("label", "widget", "says"),
    [
        ("Name", forms.TextInput, "Enter name"),
        ("How soon?", forms.RadioSelect, "Answer “How soon?”"),
        ("NHS number", forms.TextInput, "Enter NHS number"),
        ("How soon it is needed", forms.Select, "Select how soon it is needed"),
    ],
)
def test_required_words(label, widget, says):
    assert required_words(forms.Field(widget=widget), label) == says


def test_own_words_win_over_ours():
    class Own(Form):
        name = forms.CharField(error_messages={"required": "Say whom you mean"})

    assert Own({}).errors["name"] == ["Say whom you mean"]


class Revealing(Form):
    knows = forms.ChoiceField(label="Do they know?", choices=CHOICES, widget=forms.RadioSelect)
    why_not = forms.CharField(label="Why not?")
    reasons = forms.MultipleChoiceField(
        choices=[("fear", "Fear"), ("other", "Other")], widget=forms.CheckboxSelectMultiple
    )
    other = forms.CharField(label="What else")
    tell = forms.BooleanField(label="Tell someone", required=False)
    whom = EmailField(label="Whom")

    reveals: ClassVar = {
        "knows": {"no": ["why_not", "reasons"]},
        "reasons": {"other": ["other"]},
        "tell": {True: ["whom"]},
    }


def posted(*pairs):
    data = QueryDict(mutable=True)
    for name, value in pairs:
        data.appendlist(name, value)
    return data


@pytest.mark.parametrize(
    ("data", "wrong", "kept"),
    [
        ([("knows", "yes")], set(), {"why_not": "", "reasons": [], "other": "", "whom": ""}),
        ([("knows", "yes"), ("why_not", "left over")], set(), {"why_not": ""}),
        ([("knows", "no")], {"why_not", "reasons"}, {}),
        ([("knows", "no"), ("why_not", "x"), ("reasons", "fear")], set(), {"other": ""}),
        ([("knows", "no"), ("why_not", "x"), ("reasons", "other")], {"other"}, {}),
        ([("knows", "yes"), ("reasons", "other"), ("other", "x")], set(), {"other": ""}),
        ([], {"knows"}, {}),
        ([("knows", "yes"), ("tell", "on")], {"whom"}, {}),
        ([("knows", "yes"), ("whom", "not an address")], set(), {"whom": ""}),
    ],
)
def test_a_field_under_a_choice_counts_only_when_the_choice_is_made(data, wrong, kept):
    form = Revealing(posted(*data))
    assert set(form.errors) == wrong
    assert {name: form.cleaned_data[name] for name in kept} == kept


def test_revealed_fields_stand_inside_their_choice():
    html = str(Revealing())
    assert html.count('name="why_not"') == 1
    assert 'data-aria-controls="conditional-id_knows-2"' in html
    inside = html[html.index('id="conditional-id_knows-2"') : html.index("Not sure")]
    assert 'name="why_not"' in inside
    assert 'name="other"' in inside


def test_a_choice_that_reveals_no_field_is_a_mistake_of_the_programmer():
    class Wrong(Form):
        a = forms.ChoiceField(choices=CHOICES)
        reveals: ClassVar = {"a": {"yes": ["nothing"]}}

    with pytest.raises(ValueError, match="nothing"):
        Wrong()


class Signs(Form):
    signs = forms.MultipleChoiceField(
        choices=[("noise", "Noise"), ("none", "None of these")],
        widget=forms.CheckboxSelectMultiple,
    )
    exclusive: ClassVar = {"signs": "none"}


def test_none_of_these_stands_alone():
    assert Signs(posted(("signs", "none"))).is_valid()
    both = Signs(posted(("signs", "none"), ("signs", "noise")))
    assert both.errors["signs"] == ["Select either “None of these” or the others, not both"]
    assert 'data-behaviour="exclusive"' in str(Signs())


class Grouped(Form):
    last = forms.CharField()
    name = forms.CharField()
    born = PlainDateField()
    fieldsets: ClassVar = [("About the person", ["name", "born"])]


def test_fieldsets_come_first_and_errors_follow_the_page():
    html = str(Grouped())
    assert html.index("About the person") < html.index('name="name"') < html.index('name="last"')
    assert [e["href"] for e in Grouped({}).summary()] == ["#id_name", "#id_born", "#id_last"]


def test_what_the_domain_finds_stands_beside_its_field():
    form = Grouped(posted(("last", "x"), ("name", "y"), ("born", "today")))
    assert form.is_valid()
    form.take({"name": "Somebody is called that already", "": "Not now", "unknown": "Nor that"})
    assert form.errors["name"] == ["Somebody is called that already"]
    assert form.non_field_errors() == ["Not now", "Nor that"]
    assert form.summary()[0] == {"text": "Not now", "href": "#id_name"}


def test_a_form_keeps_its_token_when_it_comes_back_wrong():
    fresh = Grouped()
    assert fresh.once_token in str(fresh)
    assert Grouped().once_token != fresh.once_token
    assert Grouped(posted(("_once", fresh.once_token))).once_token == fresh.once_token
    for bad in ["", "short", "<script>" * 4, "x" * 500]:
        assert Grouped(posted(("_once", bad))).once_token != bad


def test_what_is_typed_is_never_html():
    evil = '"><script>alert(1)</script>'
    form = Every(posted(*[(name, evil) for name in Every.base_fields]))
    assert "<script" not in str(form)


def test_values_come_back_as_typed():
    form = Every(
        posted(("text", "Ó Súilleabháin"), ("boxes", "yes"), ("boxes", "no"), ("date", "32 May"),
               ("select", "no"), ("radios", "unsure"), ("box", "on"), ("secret", "hush"))
    )  # fmt: skip
    html = str(form)
    assert 'value="Ó Súilleabháin"' in html
    assert 'value="32 May"' in html
    assert "hush" not in html
    checked = {(a["name"], a["value"]) for a in tags(html, "input") if "checked" in a}
    assert checked == {("boxes", "yes"), ("boxes", "no"), ("radios", "unsure"), ("box", "on")}
    assert [a["value"] for a in tags(html, "option") if "selected" in a] == ["no"]


def test_a_form_of_anybody_else_is_rendered_the_same_way():
    class Foreign(forms.Form):
        login = forms.EmailField()
        remember = forms.BooleanField(required=False)

    html = str(Foreign())
    assert "govuk-input" in html
    assert "govuk-checkboxes" in html
    assert "optional" not in html


def test_a_long_answer_says_its_limit_without_script():
    assert "You can enter up to 500 characters" in str(Every())


def test_two_plain_answers_stand_side_by_side_and_the_heading_is_the_question():
    class One(Form):
        agrees = forms.ChoiceField(
            label="Does the tenant agree?",
            choices=CHOICES[:2],
            widget=forms.RadioSelect,
        )
        page_heading = "agrees"

    html = str(One())
    assert "govuk-radios--inline" in html
    assert re.search(r"<h1[^>]*>\s*Does the tenant agree\?\s*</h1>", html)


class Limits(Form):
    what = forms.CharField(label="What happened", max_length=7, widget=forms.Textarea)
    rooms = forms.IntegerField(label="Rooms", min_value=1, max_value=20, required=False)
    area = forms.ChoiceField(label="Area", choices=CHOICES, required=False)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("what", "12345678", "What happened must be 7 characters or fewer: it has 8"),
        ("rooms", "21", "Rooms must be 20 or less"),
        ("rooms", "0", "Rooms must be 1 or more"),
        ("rooms", "many", "Enter a number, like 12"),
        ("area", "mars", "Select one of the choices on the page"),
        ("what", "123\r\n567", None),
    ],
)
def test_what_is_wrong_is_said_plainly(name, value, says):
    form = Limits(posted(("what", "x"), *[(name, value)]))
    assert form.errors.get(name) == ([says] if says else None)


class Telling(Form):
    knows = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect)
    why_not = forms.CharField(widget=forms.Textarea, max_length=500)
    more = forms.CharField(widget=forms.Textarea)
    reveals: ClassVar = {"knows": {"no": ["why_not"]}}


class Text(HTMLParser):
    """The text inside each textarea, as a browser would have it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.inside = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.inside = dict(attrs)["name"] if tag == "textarea" else ""

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        if self.inside:
            self.found[self.inside] = self.found.get(self.inside, "") + data


@pytest.mark.parametrize("text", ["one\ntwo\n  three", "a\r\n\r\nb", "\n first", "<b>\n&amp;"])
def test_lines_come_back_as_they_were_typed(text):
    form = Telling(posted(("knows", "no"), ("why_not", text), ("more", text)))
    form.is_valid()
    shown = Text(str(form)).found
    for name in ("why_not", "more"):
        # A browser drops one line break right after the tag.
        got = shown[name]
        assert got.removeprefix("\n").replace("\r\n", "\n") == text.replace("\r\n", "\n"), name
