"""From a bound Django field to a GOV.UK component and its parameters.

One function decides which component a field is, so that every form looks and reads alike and the
choice can be tested as a table (`tests/web/test_forms.py`).
"""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.html import conditional_escape
from markupsafe import Markup

from lintel.web import safe
from lintel.web.forms import Form

WIDTHS = {
    "date": "govuk-input--width-20",
    "datetime": "govuk-input--width-30",
    "postcode": "govuk-input--width-10",
    "phone": "govuk-input--width-20",
}
DJANGOS_ROWS = forms.Textarea().attrs["rows"]
# What browsers may fill in or show a keyboard for. Nothing about another person is remembered:
# autocomplete is off unless the field's widget says otherwise.
KINDS: dict[str, dict[str, Any]] = {
    "postcode": {"autocapitalize": "characters"},
    "phone": {"type": "tel"},
    "email": {"type": "email", "spellcheck": False},
}


def component(bound: BoundField) -> tuple[str, dict[str, Any]]:
    """The name of the GOV.UK component for the field, and the parameters of its macro."""
    field, widget = bound.field, bound.field.widget
    params = _common(bound)
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checkboxes", _choices(bound, params)
    if isinstance(widget, forms.RadioSelect):
        return "radios", _choices(bound, params)
    if isinstance(widget, forms.CheckboxInput):
        return "checkboxes", _single_box(bound, params)
    if isinstance(widget, forms.Select):
        return "select", _select(bound, params)
    if isinstance(widget, forms.FileInput):
        return "file_upload", params
    if isinstance(widget, forms.Textarea):
        text = _text(bound)
        # HTML drops one line break right after the tag; this one is for it to drop.
        params["value"] = f"\n{text}" if text[:1] in {"\n", "\r"} else text
        rows = widget.attrs.get("rows")
        params["rows"] = 5 if rows in {None, DJANGOS_ROWS} else rows
        limit = getattr(field, "max_length", None)
        if limit:
            params["maxlength"] = limit
            params["threshold"] = 50
            return "character_count", params
        return "textarea", params
    if isinstance(widget, forms.PasswordInput):
        params["autocomplete"] = widget.attrs.get("autocomplete", "current-password")
        return "password_input", params
    return "input", _input(bound, params)


def _text(bound: BoundField) -> str:
    """The field's value as text, empty for None."""
    value = bound.value()
    return "" if value is None else str(bound.field.widget.format_value(value) or "")


def _html_or_text(value: Any) -> dict[str, Any]:
    """A macro's text, or html when the value is marked safe."""
    text = str(value)
    return {"html": conditional_escape(value)} if hasattr(value, "__html__") else {"text": text}


def label_of(bound: BoundField) -> dict[str, Any]:
    """The label (or legend): bold when the form asks several things, h1 when it is the page's."""
    form = bound.form
    optional = " (optional)" if isinstance(form, Form) and not bound.field.required else ""
    text = f"{bound.label}{optional}"
    if isinstance(form, Form) and form.page_heading == bound.name:
        return {"text": text, "isPageHeading": True, "size": "l"}
    bold = not _is_revealed(bound) and getattr(form, "small_headings", False)
    return {"text": text, "size": "s" if bold else ""}


def _is_revealed(bound: BoundField) -> bool:
    """Whether the field is shown only under a choice."""
    return isinstance(bound.form, Form) and bound.name in bound.form.revealed_by()


def _label_params(bound: BoundField, element: str) -> dict[str, Any]:
    """The label as parameters of a `label` or a fieldset's `legend`."""
    label = label_of(bound)
    size = label.pop("size")
    if size:
        label["classes"] = f"govuk-{element}--{size}"
    elif element == "fieldset__legend":
        label["classes"] = "govuk-!-font-weight-regular"
    return label


def _common(bound: BoundField) -> dict[str, Any]:
    """What every component takes: name, id, label, hint, error, classes, attributes."""
    attributes = {
        k: v
        for k, v in bound.field.widget.attrs.items()
        if k
        not in {
            "class",
            "rows",
            "cols",
            "autocomplete",
            "inputmode",
            "spellcheck",
            "type",
            "maxlength",
            "minlength",
            "prefix",
            "suffix",
        }
    }
    params: dict[str, Any] = {
        "id": bound.auto_id or bound.html_name,
        "name": bound.html_name,
        "label": _label_params(bound, "label"),
        "attributes": attributes,
    }
    if bound.help_text:
        params["hint"] = _html_or_text(bound.help_text)
    if bound.errors:
        params["errorMessage"] = {"text": " ".join(str(e) for e in bound.errors)}
    if classes := bound.field.widget.attrs.get("class"):
        params["classes"] = classes
    if bound.field.disabled:
        params["disabled"] = True
    return params


def _input(bound: BoundField, params: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a one-line box, with the width and keyboard that its kind wants."""
    field, attrs = bound.field, bound.field.widget.attrs
    kind = getattr(field, "lintel_kind", "")
    params["value"] = _text(bound)
    params["type"] = attrs.get("type") or getattr(field.widget, "input_type", None) or "text"
    params["autocomplete"] = attrs.get("autocomplete", "off")
    if isinstance(field, forms.IntegerField | forms.DecimalField):
        params |= {"type": "text", "inputmode": "numeric", "spellcheck": False}
        params.setdefault("classes", "govuk-input--width-5")
    for name, value in KINDS.get(kind, {}).items():
        params[name] = value
    if kind in WIDTHS:
        params.setdefault("classes", WIDTHS[kind])
    for name in ("inputmode", "spellcheck"):
        if name in attrs:
            params[name] = attrs[name]
    for name in ("prefix", "suffix"):
        if name in attrs:
            params[name] = {"text": attrs[name]}
    return params


def _chosen(bound: BoundField) -> list[str]:
    """The values that are chosen, as text."""
    value = bound.value()
    if value is None:
        return []
    many = value if isinstance(value, list | tuple | set) else [value]
    return [str(getattr(v, "value", v)) for v in many]


def _fieldset(bound: BoundField, params: dict[str, Any]) -> None:
    """Move the label to a fieldset's legend, as a group of choices needs."""
    params.pop("label")
    params["idPrefix"] = params.pop("id")
    params["fieldset"] = {"legend": _label_params(bound, "fieldset__legend")}


def _choices(bound: BoundField, params: dict[str, Any]) -> dict[str, Any]:
    """Radios or tick boxes: items with their hints, reveals and the one that stands alone."""
    chosen = _chosen(bound)
    form: Any = bound.form
    field: Any = bound.field
    _fieldset(bound, params)
    own = isinstance(form, Form)
    hints = {str(k): v for k, v in form.choice_hints.get(bound.name, {}).items()} if own else {}
    reveals = {str(k): v for k, v in form.reveals.get(bound.name, {}).items()} if own else {}
    alone = str(form.exclusive[bound.name]) if own and bound.name in form.exclusive else None
    items: list[dict[str, Any]] = []
    for value, label in field.choices:
        key = str(getattr(value, "value", value)) if value is not None else ""
        if key == "" and isinstance(bound.field.widget, forms.RadioSelect):
            continue
        if key == alone and items:
            items.append({"divider": "or"})
        item: dict[str, Any] = {"value": key, "checked": key in chosen, **_html_or_text(label)}
        if key == alone:
            item["behaviour"] = "exclusive"
        if key in hints:
            item["hint"] = {"text": hints[key]}
        if key in reveals:
            item["conditional"] = {"html": revealed_html(form, reveals[key])}
        if bound.field.disabled:
            item["disabled"] = True
        items.append(item)
    params["items"] = items
    if (
        len(items) == 2
        and not reveals
        and not hints
        and isinstance(bound.field.widget, forms.RadioSelect)
    ):
        params.setdefault("classes", "govuk-radios--inline")
    return params


def revealed_html(form: Any, names: Any) -> Markup:
    """The fields that a choice shows, rendered."""
    return Markup("").join(safe.html(form[name].as_field_group()) for name in names)


def _single_box(bound: BoundField, params: dict[str, Any]) -> dict[str, Any]:
    """One tick box: its label is the box's own, its hint stands under it."""
    label = params.pop("label")
    params["idPrefix"] = params.pop("id")
    hint = params.pop("hint", None)
    item: dict[str, Any] = {"value": "on", "text": str(bound.label), "checked": bool(bound.value())}
    del label
    if hint:
        item["hint"] = hint
    if isinstance(bound.form, Form):
        names = [n for key, ns in bound.form.reveals.get(bound.name, {}).items() if key for n in ns]
        if names:
            item["conditional"] = {"html": revealed_html(bound.form, names)}
    params["items"] = [item]
    return params


def _select(bound: BoundField, params: dict[str, Any]) -> dict[str, Any]:
    """A list to choose from; only for choices that radios would make too long."""
    chosen = _chosen(bound)
    field: Any = bound.field
    params["items"] = [
        {
            "value": str(getattr(value, "value", value)) if value is not None else "",
            "text": str(label),
            "selected": (str(getattr(value, "value", value)) if value is not None else "")
            in chosen,
        }
        for value, label in field.choices
    ]
    params.pop("rows", None)
    return params
