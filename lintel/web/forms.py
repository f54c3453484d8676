"""The form base class and the renderer that turns any Django form into GOV.UK components.

A form declares fields and nothing else; labels, hints, errors, the error summary, reveals and
character counts come from here. See docs/pages.md for how to use them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms.boundfield import BoundField
from django.forms.renderers import BaseRenderer
from django.forms.renderers import Jinja2 as DjangosOwn
from django.http import QueryDict
from django.template.loader import get_template

from lintel.web import once
from lintel.web.fields import (
    EmailField,
    PhoneField,
    PlainDateField,
    PlainDateTimeField,
    PostcodeField,
)

__all__ = [
    "EmailField",
    "Form",
    "LintelRenderer",
    "PhoneField",
    "PlainDateField",
    "PlainDateTimeField",
    "PostcodeField",
]

CHOICE_WIDGETS = (forms.RadioSelect, forms.CheckboxSelectMultiple, forms.Select)


class LintelRenderer(BaseRenderer):
    """Renders forms and fields with our templates, bare widgets with Django's own."""

    form_template_name = "web/forms/form.html"
    field_template_name = "web/forms/field.html"

    def __init__(self) -> None:
        self._djangos_own = DjangosOwn()

    def get_template(self, template_name: str) -> Any:
        """The template by name, from the project's templates or from Django's widgets."""
        if template_name.startswith("django/forms/"):
            return self._djangos_own.get_template(template_name)
        return get_template(template_name)


def required_words(field: forms.Field, label: str) -> str:
    """What a required field says when it is empty: `Enter your name`, `Select how urgent it is`."""
    label = label.strip()
    if label.endswith("?"):
        return f"Answer “{label}”"
    first = label[:1].lower() + label[1:] if not label[:2].isupper() else label
    if isinstance(field, forms.FileField):
        return f"Choose a file for {first}"
    if isinstance(field, forms.BooleanField):
        return f"Tick the box: {first}"
    if isinstance(field.widget, CHOICE_WIDGETS):
        return f"Select {first}"
    return f"Enter {first}"


def with_plain_lines(data: Any) -> Any:
    """Posted data with each line ending as one character, as the page counts it.

    Browsers send two, so that a text at its limit would be refused for its line endings.
    """
    if not isinstance(data, QueryDict) or not any("\r" in v for _, vs in data.lists() for v in vs):
        return data
    plain = data.copy()
    for name, values in data.lists():
        plain.setlist(name, [v.replace("\r\n", "\n").replace("\r", "\n") for v in values])
    return plain


def django_says(field: forms.Field, code: str) -> str:
    """Django's own words of this kind of field for an error code; empty where it has none."""
    for kind in type(field).__mro__:
        found = getattr(kind, "default_error_messages", {})
        if code in found:
            return str(found[code])
    return ""


def own_words(field: forms.Field, label: str) -> dict[str, str]:
    """What a field says when it is wrong, in place of Django's words (by Django's codes).

    Words that a form gives itself stay; see `Form.__init__`.
    """
    name = f"“{label}”" if label.endswith("?") else label
    return {
        "required": required_words(field, label),
        "max_length": f"{name} must be %(limit_value)d characters or fewer: it has %(show_value)d",
        "min_length": f"{name} must be %(limit_value)d characters or more",
        "max_value": f"{name} must be %(limit_value)s or less",
        "min_value": f"{name} must be %(limit_value)s or more",
        "invalid_choice": "Select one of the choices on the page",
        "invalid_list": "Select one of the choices on the page",
        **({"invalid": "Enter a number, like 12"} if isinstance(field, forms.IntegerField) else {}),
    }


class Form(forms.Form):
    """The base of every form of Lintel's.

    Class attributes, all optional:

    - `reveals`: `{"tenant_knows": {"no": ["why_not"]}}` shows fields under a choice. A field under
      a choice that wasn't made is neither required nor kept.
    - `choice_hints`: `{"urgency": {"today": "Somebody may come to harm"}}`.
    - `exclusive`: `{"signs": "none"}`: a tick box ("None of these") that unticks the others.
    - `fieldsets`: `[("Who is this about", ["name", "born"]), ...]` groups fields under legends.
    - `page_heading`: the name of the one field whose label is the page's h1.
    - `small_headings`: labels in bold when a form asks more than one thing (True by default).
    """

    reveals: ClassVar[Mapping[str, Mapping[Any, Sequence[str]]]] = {}
    choice_hints: ClassVar[Mapping[str, Mapping[Any, str]]] = {}
    exclusive: ClassVar[Mapping[str, Any]] = {}
    fieldsets: ClassVar[Sequence[tuple[str, Sequence[str]]]] = ()
    page_heading: ClassVar[str] = ""
    small_headings: ClassVar[bool] = True
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        if self.is_bound:
            self.data = with_plain_lines(self.data)
        posted = self.data.get(once.FIELD) if self.is_bound else None
        self.once_token = once.token_of(posted) or once.new_token()
        for name, field in self.fields.items():
            label = str(field.label or name.replace("_", " ").capitalize())
            for code, said in own_words(field, label).items():
                # Only what Django would say itself is replaced.
                if str(field.error_messages.get(code, "")) == django_says(field, code):
                    field.error_messages[code] = said
        for names in (n for by_choice in self.reveals.values() for n in by_choice.values()):
            for name in names:
                if name not in self.fields:
                    raise ValueError(f"{type(self).__name__}.reveals names no field: {name}")

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """The initial value; also one that `lintel.web.rescue` kept."""
        value = super().get_initial_for_field(field, field_name)
        if self.prefix and (full := self.add_prefix(field_name)) in self.initial:
            value = self.initial[full]
        if isinstance(field, forms.MultipleChoiceField) and isinstance(value, str):
            return [value]
        if isinstance(field, forms.BooleanField) and isinstance(value, str):
            return value not in {"", "False", "false", "0"}
        return value

    # Reveals ---------------------------------------------------------------------------------

    def revealed_by(self) -> dict[str, tuple[str, Any]]:
        """Which field and choice shows each field that is shown only on a choice."""
        return {
            name: (field, choice)
            for field, choices in self.reveals.items()
            for choice, names in choices.items()
            for name in names
        }

    def _is_shown(self, name: str, above: Mapping[str, tuple[str, Any]]) -> bool:
        """Whether the choice that shows the field was made (and shown itself)."""
        if name not in above:
            return True
        field, choice = above[name]
        if not self._is_shown(field, above):
            return False
        bound = self[field]
        chosen = bound.data
        if isinstance(bound.field, forms.BooleanField):
            return bool(bound.field.to_python(chosen)) is bool(choice)
        if isinstance(chosen, list | tuple):
            return str(choice) in [str(item) for item in chosen]
        return str(chosen) == str(choice)

    def _clean_fields(self) -> None:
        """Clean the fields; those that weren't shown are emptied, and not required."""
        above = self.revealed_by()
        hidden = [name for name in above if name in self.fields and not self._is_shown(name, above)]
        super()._clean_fields()  # type: ignore[misc]
        for name in hidden:
            self.errors.pop(name, None)
            field = self.fields[name]
            many = isinstance(field, forms.MultipleChoiceField)
            self.cleaned_data[name] = [] if many else getattr(field, "empty_value", None)
        for name, alone in self.exclusive.items():
            chosen = [str(v) for v in self.cleaned_data.get(name) or []]
            if str(alone) in chosen and len(chosen) > 1:
                label = dict(self.fields[name].choices)[alone]  # type: ignore[attr-defined]
                self.add_error(name, f"Select either “{label}” or the others, not both")

    # What the domain says --------------------------------------------------------------------

    def take(self, errors: Mapping[str, str]) -> None:
        """Add what the domain found wrong (`lintel.kernel.errors.Invalid.errors`) to the fields.

        A name that isn't a field of this form becomes an error of the whole form.
        """
        for name, message in errors.items():
            self.add_error(name if name in self.fields else None, message)

    # For the templates ------------------------------------------------------------------------

    def summary(self) -> list[dict[str, str]]:
        """The error summary: {"text", "href"} in the order of the fields on the page."""
        return error_list(self)

    def groups(self) -> Iterator[tuple[str, list[BoundField]]]:
        """The visible fields by fieldset (legend "" for none), without those under a choice."""
        under = set(self.revealed_by())
        grouped = {name for _, names in self.fieldsets for name in names}
        alone = [f for f in self.visible_fields() if f.name not in under | grouped]
        for legend, names in self.fieldsets:
            yield legend, [self[name] for name in names if name not in under]
        if alone:
            yield "", alone


def groups_of(form: forms.BaseForm) -> list[tuple[str, list[BoundField]]]:
    """The fields of any Django form as `Form.groups` gives them."""
    if isinstance(form, Form):
        return list(form.groups())
    return [("", form.visible_fields())]


def in_page_order(form: forms.BaseForm) -> list[BoundField]:
    """The visible fields in the order in which they stand on the page, reveals in their place."""
    ordered: list[BoundField] = []

    def add(bound: BoundField) -> None:
        ordered.append(bound)
        if isinstance(form, Form):
            for names in form.reveals.get(bound.name, {}).values():
                for name in names:
                    add(form[name])

    for _, fields in groups_of(form):
        for bound in fields:
            add(bound)
    return ordered


def error_list(form: forms.BaseForm) -> list[dict[str, str]]:
    """The error summary of any Django form: {"text", "href"}; errors of the whole form first."""
    visible = in_page_order(form)
    first = target_of(visible[0]) if visible else ""
    found = [
        {"text": str(message), "href": f"#{first}" if first else ""}
        for key in (NON_FIELD_ERRORS, *[f.name for f in form.hidden_fields()])
        for message in form.errors.get(key, [])
    ]
    for bound in visible:
        found += [{"text": str(m), "href": f"#{target_of(bound)}"} for m in bound.errors]
    return found


def target_of(bound: BoundField) -> str:
    """The id that an error summary links to: the input, or the first of several."""
    return bound.auto_id or bound.html_name
