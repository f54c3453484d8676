"""The Jinja environment of all pages.

`{{ ui.NAME(...) }}` calls a component of ours (`lintel/web/jinja2/web/components/`),
`{{ govuk.NAME({...}) }}` one of GOV.UK's, with no import line in the page.
"""

from collections.abc import Callable
from typing import Any

import jinja2
from django.conf import settings
from django.contrib.messages import get_messages
from django.templatetags.static import static as hashed_static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from markupsafe import Markup

from lintel.web import once, rescue, safe, words
from lintel.web.form_components import component
from lintel.web.forms import error_list, groups_of
from lintel.web.who import who_field

COMPONENTS = "web/components/{}.html"


class Undefined(jinja2.StrictUndefined):
    """Strict, but for what components need: a key left out of a dict, and no `caller`.

    A misspelt name or a missing attribute in a page is an error, never an empty space.
    """

    def __new__(
        cls,
        hint: str | None = None,
        obj: Any = jinja2.utils.missing,
        name: str | None = None,
        *rest: Any,
        **more: Any,
    ) -> Any:
        if isinstance(obj, dict) or name == "caller":
            return jinja2.Undefined(hint, obj, name)
        return super().__new__(cls)


class Macros:
    """Macros by attribute, loaded from template modules when first used."""

    def __init__(self, environment: jinja2.Environment, kind: str) -> None:
        self._environment = environment
        self._kind = kind

    def __getattr__(self, name: str) -> Any:
        """The macro `name`; AttributeError when there is none."""
        if name.startswith("__"):
            raise AttributeError(name)
        if self._kind == "govuk":
            path = f"govuk_frontend_jinja/components/{name.replace('_', '-')}/macro.html"
            macro = "govuk" + "".join(part.capitalize() for part in name.split("_"))
        else:
            path, macro = COMPONENTS.format(_home_of(name)), name
        try:
            module = self._environment.get_template(path).module
        except jinja2.TemplateNotFound:
            raise AttributeError(f"No component {name}") from None
        return getattr(module, macro)


# Which file holds each of our components: one file a family keeps them few.
FAMILIES = {
    "page": {
        "back",
        "page_heading",
        "sub_navigation",
        "side_navigation",
        "empty_state",
        "alert",
        "print_button",
        "who_may_read",
        "details",
        "actions",
        "button_menu",
        "link_button",
        "typed",
    },
    "people": {
        "identity_bar",
        "flag",
        "timeline",
        "messages",
        "tag",
        "clock",
        "summary_card",
        "task_list",
    },
    "lists": {"filter_panel", "pagination", "table", "search_box"},
}


def _home_of(name: str) -> str:
    """The file (without folder or ending) of the component `name`."""
    for family, names in FAMILIES.items():
        if name in names:
            return family
    raise AttributeError(f"No component {name}")


def static(path: str) -> str:
    """The address of a built or static file, with its content's hash in the name.

    Where files are served straight from their folders (tests), there is no manifest of hashes
    and the plain name is used.
    """
    if getattr(settings, "WHITENOISE_USE_FINDERS", False):
        return f"{settings.STATIC_URL}{path}"
    return hashed_static(path)


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a named page."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def url_if(name: str) -> str:
    """The address of a page of a domain above; empty where there is no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@jinja2.pass_context
def form_start(
    context: jinja2.runtime.Context,
    form: Any = None,
    action: str = "",
    files: bool | None = None,
    classes: str = "",
) -> Markup:
    """The opening of a form that is sent: tag, CSRF token, and who opened it (`_who`).

    `form` is None for a form that is only a button; it then gets its own `_once`.
    """
    many = form.is_multipart() if files is None and form is not None else bool(files)
    request = context.get("request")
    hidden = safe.html(context.get("csrf_input") or "") + who_field(request, action)
    if form is None or not hasattr(form, "once_token"):
        hidden += once.hidden(once.new_token())
    return safe.html(
        format_html(
            '<form method="post" novalidate{}{}{}>{}',
            format_html(' action="{}"', action) if action else "",
            format_html(' enctype="{}"', "multipart/form-data") if many else "",
            format_html(' class="{}"', classes) if classes else "",
            hidden,
        )
    )


@jinja2.pass_context
def post_form(
    context: jinja2.runtime.Context,
    form: Any,
    submit: str = "Continue",
    action: str = "",
    cancel: str = "",
    cancel_text: str = "Cancel",
    warning: bool = False,
    caller: Any = None,
) -> Markup:
    """A whole form: its fields, what `{% call %}` adds below them, and its buttons.

    `cancel` is an address; `warning` makes the button red, for what can't be taken back.
    """
    template = context.environment.get_template("web/forms/post_form.html")
    return safe.html(
        template.render(
            start=form_start(context, form, action),
            form=form,
            submit=submit,
            cancel=cancel,
            cancel_text=cancel_text,
            warning=warning,
            inner=caller() if caller else "",
        )
    )


@jinja2.pass_context
def button_form(
    context: jinja2.runtime.Context,
    action: str,
    text: str,
    fields: dict[str, Any] | None = None,
    classes: str = "",
    hidden_text: str = "",
) -> Markup:
    """A form that is one button: does something by POST, with no question asked.

    `fields` become hidden inputs; `classes` as for GOV.UK's button; `hidden_text` is read aloud
    after `text`, where several buttons on a page say the same.
    """
    template = context.environment.get_template("web/forms/button_form.html")
    return safe.html(
        template.render(
            start=form_start(context, None, action, files=False, classes="lintel-button-form"),
            text=text,
            fields=fields or {},
            classes=classes,
            hidden_text=hidden_text,
        )
    )


def rendered_field(made: jinja2.Environment) -> Callable[[Any], Markup]:
    """The function that renders a bound field as its GOV.UK component."""

    def render(bound: Any) -> Markup:
        name, params = component(bound)
        return safe.html(getattr(made.globals["govuk"], name)(params))

    return render


def form_once(form: Any) -> Markup:
    """The hidden `_once` of a form; nothing for a form that isn't ours."""
    token = getattr(form, "once_token", "")
    return once.hidden(token) if token else Markup("")


def _govuk_environment(options: dict[str, Any]) -> jinja2.Environment:
    """The environment of GOV.UK's own macros, which need two things otherwise than ours.

    They leave names undefined on purpose, as their JavaScript originals do. And they indent what
    they nest for the look of the source, which would put spaces into every line that somebody
    typed in a textarea under a choice: here indenting does nothing.
    """
    package = jinja2.PackageLoader("govuk_frontend_jinja")
    loader = jinja2.PrefixLoader({"govuk_frontend_jinja": package})
    made = jinja2.Environment(  # noqa: S701  autoescape is among the options
        **{**options, "undefined": jinja2.Undefined, "loader": loader}
    )
    made.filters["indent"] = lambda text, *_, **__: text
    return made


def environment(**options: Any) -> jinja2.Environment:
    """The environment, as Django's Jinja2 backend asks for it."""
    options["autoescape"] = True
    options["undefined"] = Undefined
    made = jinja2.Environment(**options)  # noqa: S701  autoescape is set above
    made.globals.update(
        ui=Macros(made, "ui"),
        govuk=Macros(_govuk_environment(options), "govuk"),
        static=static,
        url=url,
        url_if=url_if,
        get_messages=get_messages,
        settings_demo=lambda: bool(getattr(settings, "LINTEL_DEMO", False)),
        form_start=form_start,
        post_form=post_form,
        button_form=button_form,
        signed_in=signed_in,
        sign_out_url=sign_out_url,
        rendered_field=rendered_field(made),
        form_groups=groups_of,
        form_once=form_once,
        error_list=error_list,
        rescue_is_waiting=rescue.is_waiting,
        rescued_notice=lambda request: getattr(request, "lintel_rescued", None),
    )
    made.filters.update(
        date=words.date_words,
        datetime=words.datetime_words,
        time=words.time_words,
        count=words.count_words,
        listed=words.listed,
        moment=words.moment_words,
        number=lambda n: f"{n:,}",
    )
    return made


def sign_out_url() -> str:
    """Where signing out is done; empty when this deployment has no such page."""
    try:
        return reverse("account_logout")
    except NoReverseMatch:
        return ""


def signed_in(request: Any) -> dict[str, str] | None:
    """Who the header says is signed in: {"name", "detail"}, or None.

    `request.signed_in_as` (set by whoever knows the worker) wins over the user's own name.
    """
    known = getattr(request, "signed_in_as", None)
    if known:
        return dict(known)
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    return {"name": user.get_full_name() or user.get_username(), "detail": ""}
