"""What a template needs to draw a form field with the component library, and to say in a sentence what is wrong with it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import widgets
from django.forms.boundfield import BoundField
from django.utils.text import Truncator
from markupsafe import Markup, escape

from commissioning.form_fields import Boxes

# Django's own complaints name no field; a complaint of ours does, and carries no code.
_STOCK = frozenset(
    {
        *("invalid", "invalid_choice", "invalid_date", "invalid_time", "invalid_list", "invalid_pk_value", "invalid_image", "invalid_extension"),
        *("list", "empty", "missing", "contradiction", "min_value", "max_value", "step_size", "min_length", "max_length", "max_digits"),
        *("max_decimal_places", "max_whole_digits", "null_characters_not_allowed"),
    }
)
_STOCK_REQUIRED = str(forms.Field.default_error_messages["required"])
_PAIR_LABELS = {"0": "Date", "1": "Time", "min": "At least", "max": "At most", "after": "From", "before": "Until"}


@dataclass(frozen=True)
class Part:
    """Which component draws a field, and the parameters it takes."""

    kind: str
    params: dict[str, Any]


def part(bound: BoundField) -> Part:
    """The component for a bound field. Raises TypeError for a widget that none draws."""
    for types, build in _BUILDERS:
        if isinstance(bound.field.widget, types):
            return build(bound)
    raise TypeError(f"No component draws {type(bound.field.widget).__name__}, the widget of {bound.name}.")


def label(bound: BoundField) -> str:
    """The field's label, which says so if it may be left empty; of one that is needed sometimes, the hint says when."""
    said_elsewhere = bound.field.required or isinstance(bound.field.widget, forms.CheckboxInput) or hasattr(bound.field, "is_needed_sometimes")
    optional = "" if said_elsewhere else " (optional)"
    return f"{str(bound.label).rstrip(':')}{optional}"


def complaints(bound: BoundField) -> list[str]:
    """What is wrong with the field, as sentences that name it."""
    return [_sentence(bound, error) for error in bound.errors.as_data()]


def _sentence(bound: BoundField, error: ValidationError) -> str:
    name = Truncator(str(bound.label).rstrip(": ")).chars(80)
    message = " ".join(error.messages)
    if message == _STOCK_REQUIRED:
        return _what_to_give(bound, name)
    if error.code not in _STOCK or name.lower() in message.lower():
        return message
    return f"{name} {message}" if name.endswith("?") else f"{name}: {message[:1].lower()}{message[1:]}"


def _what_to_give(bound: BoundField, name: str) -> str:
    widget = bound.field.widget
    if isinstance(widget, forms.FileInput):
        return f"Choose a file for “{name}”."
    if isinstance(widget, forms.CheckboxInput):
        return f"Tick “{name}”."
    if isinstance(widget, widgets.ChoiceWidget):
        return f"Choose an answer for “{name}”."
    return f"Fill in “{name}”."


def problems(*forms_in_error: Any) -> list[dict[str, str]]:
    """Everything wrong with these forms and formsets, each with a link to where it is put right, for the error summary."""
    return [problem for form in forms_in_error if form is not None for problem in _problems(form)]


def _problems(form: Any) -> Iterator[dict[str, str]]:
    if isinstance(form, forms.BaseFormSet):
        yield from ({"text": str(message)} for message in form.non_form_errors())
        for number, row in enumerate(form.forms, start=1):
            yield from ({**problem, "text": f"{row_name(row, number)}: {problem['text']}"} for problem in _problems(row))
        return
    yield from ({"text": message} for message in form.non_field_errors())
    for bound in form:
        for message in complaints(bound):
            yield {"text": message} if bound.is_hidden else {"text": message, "href": f"#{_anchor(bound)}"}
    if hasattr(form, "own_problems"):
        yield from form.own_problems()


def row_name(form: Any, number: int) -> str:
    """What a row of a table of forms is called: its `row_title`, or its number."""
    return str(getattr(form, "row_title", "")) or f"Row {number}"


def _anchor(bound: BoundField) -> str:
    """The id of the box to go to."""
    names = _box_names(bound)
    return f"{bound.auto_id}-{next((name for name in names if name in _wrong_boxes(bound)), names[0])}" if names else bound.auto_id


def _box_names(bound: BoundField) -> list[str]:
    widget = bound.field.widget
    return [suffix.lstrip("_") for suffix in _suffixes(widget)] if isinstance(widget, forms.MultiWidget) else []


def _suffixes(widget: forms.MultiWidget) -> list[str]:
    """What each box adds to the field's name; the stubs do not know it."""
    return widget.widgets_names  # type: ignore[attr-defined]


def _wrong_boxes(bound: BoundField) -> set[str]:
    """The boxes that a complaint names; all of them if it names none."""
    errors = bound.errors.as_data()
    named = {name for error in errors for name in (getattr(error, "params", None) or {}).get("boxes", ())}
    return named or (set(_box_names(bound)) if errors else set())


def _common(bound: BoundField, title: str = "label") -> dict[str, Any]:
    """What every component takes. The library prints the text of labels and legends as it is, so it goes in escaped."""
    params: dict[str, Any] = {"id": bound.auto_id, "idPrefix": bound.auto_id, "name": bound.html_name, "attributes": _attributes(bound)}
    heading = {"text": escape(label(bound)), "size": "s"}
    params |= {"fieldset": {"legend": heading}} if title == "legend" else {"label": heading}
    if hint := bound.help_text or getattr(bound.field, "example", ""):
        params["hint"] = {"html": escape(hint)}
    if bound.errors:
        params["errorMessage"] = {"html": Markup("<br>").join(complaints(bound))}
    return params


def _attributes(bound: BoundField) -> dict[str, Any]:
    """What goes on the element itself. Limits stay off: the server says what is too long, and nothing typed is cut short."""
    given = bound.field.widget.attrs
    kept = {name: given[name] for name in given if name in {"readonly", "accept"} or name.startswith(("data-", "aria-"))}
    return {name: {"value": value, "optional": True} for name, value in kept.items()}


def _shown(bound: BoundField) -> Any:
    """What stands in the box; a password never does."""
    if isinstance(bound.field.widget, forms.PasswordInput) and not bound.field.widget.render_value:
        return None
    return bound.field.widget.format_value(bound.value())


def _input(bound: BoundField) -> Part:
    field, attrs = bound.field, bound.field.widget.attrs
    kind = field.widget.input_type
    params = {
        **_common(bound),
        "type": "text" if kind == "number" else kind,
        "value": _shown(bound),
        "disabled": field.disabled,
        "width": attrs.get("size") or _width(field),
        "inputmode": _keyboard(field) or attrs.get("inputmode"),
        "prefix": getattr(field, "prefix", None),
        "suffix": getattr(field, "suffix", None),
        "spellcheck": False if kind in {"email", "url", "password"} else None,
        **{name: attrs[name] for name in ("autocomplete", "autocapitalize", "pattern") if name in attrs},
    }
    if isinstance(field, forms.DateField | forms.DateTimeField) and "hint" not in params:
        params["hint"] = {"text": "For example, 27/3/2027." if isinstance(field, forms.DateField) else "For example, 27/3/2027 17:30."}
    return Part("input", params)


def _keyboard(field: forms.Field) -> str:
    """Which keys a touch screen shows for a number."""
    if isinstance(field, forms.DecimalField | forms.FloatField):
        return "decimal"
    return "numeric" if isinstance(field, forms.IntegerField) else ""


def _width(field: forms.Field) -> str | None:
    """How wide a box is, in characters: as wide as what it is for."""
    if isinstance(field, forms.DateTimeField):
        return "20"
    if isinstance(field, forms.IntegerField | forms.DateField | forms.TimeField):
        return "10"
    longest = getattr(field, "max_length", None)
    return next((str(width) for width in (4, 10, 20) if longest and longest <= width), None)


def _textarea(bound: BoundField) -> Part:
    field = bound.field
    text = str(_shown(bound) or "")
    # A browser drops the first line break of a text area.
    value = f"\n{text}" if text.startswith(("\n", "\r")) else text
    params = {**_common(bound), "value": value, "rows": field.widget.attrs.get("rows", 8), "disabled": field.disabled}
    words, characters = getattr(field, "word_limit", None), getattr(field, "max_length", None)
    if words:
        return Part("counted", {**params, "maxwords": words, "textareaDescriptionText": f"You can enter up to {words:,} words"})
    if characters:
        return Part("counted", {**params, "maxlength": characters, "textareaDescriptionText": f"You can enter up to {characters:,} characters"})
    return Part("textarea", params)


def _options(bound: BoundField) -> list[tuple[str, list[dict[str, Any]]]]:
    """The choices by group (the group "" has no name), each with its value, text and whether it is chosen."""
    widget = bound.field.widget
    value = bound.value()
    return [(str(group or ""), options) for group, options, _ in widget.optgroups(bound.html_name, widget.format_value(value))]


def _select(bound: BoundField) -> Part:
    items: list[dict[str, Any]] = []
    for group, options in _options(bound):
        if group:
            items.append({"text": group, "value": "", "disabled": True})
        items += [{"value": str(option["value"]), "text": _choice_text(option), "selected": bool(option["selected"])} for option in options]
    return Part("select", {**_common(bound), "items": items, "disabled": bound.field.disabled})


def _choice_text(option: dict[str, Any]) -> str:
    return "Choose one" if option["value"] in {"", None} and set(str(option["label"])) == {"-"} else str(option["label"])


def _choices(bound: BoundField) -> dict[str, Any]:
    """The choices, each under its group's heading; the first has the field's own id, so that the error summary leads to it."""
    items: list[dict[str, Any]] = []
    groups = [(group, [option for option in options if _choice_text(option) != "Choose one"]) for group, options in _options(bound)]
    for group, options in groups:
        if group:
            items.append({"divider": escape(group)})
        items += [
            {
                "value": str(option["value"]),
                "text": _text_in_group(option, group),
                "checked": bool(option["selected"]),
                "disabled": bound.field.disabled or bool(option["attrs"].get("disabled")),
            }
            for option in options
        ]
    first = next((item for item in items if "value" in item), {})
    first["id"] = bound.auto_id
    return {**_common(bound, "legend"), "id": None, "items": items, "classes": "app-grouped" if any(group for group, _ in groups) else ""}


def _text_in_group(option: dict[str, Any], group: str) -> Markup:
    """What a choice says: its group stands above it for the eye, and whoever hears the choices one by one is told it with each."""
    hidden = Markup('<span class="nhsuk-u-visually-hidden">, {}</span>').format(group) if group else ""
    return escape(option["label"]) + hidden


def _radios(bound: BoundField) -> Part:
    return Part("radios", _choices(bound))


def _checkboxes(bound: BoundField) -> Part:
    return Part("checkboxes", _choices(bound))


def _checkbox(bound: BoundField) -> Part:
    common = _common(bound)
    checked = bool(bound.field.widget.check_test(bound.value()))
    item = {"value": "on", "text": common["label"]["text"], "checked": checked, "disabled": bound.field.disabled}
    item |= {key: common[key] for key in ("hint", "attributes") if key in common}
    return Part("checkboxes", {key: common[key] for key in ("idPrefix", "name", "errorMessage") if key in common} | {"items": [item]})


def _file(bound: BoundField) -> Part:
    return Part("file", {**_common(bound), "multiple": bool(bound.field.widget.allow_multiple_selected), "disabled": bound.field.disabled})


def _boxes(bound: BoundField) -> Part:
    widget = bound.field.widget
    value = bound.value()
    values = value if isinstance(value, list | tuple) else widget.decompress(value)
    wrong = _wrong_boxes(bound)
    labels = widget.labels if isinstance(widget, Boxes) else _PAIR_LABELS
    items = [
        {
            "id": f"{bound.auto_id}-{name}",
            "name": f"{bound.html_name}{suffix}",
            "label": labels.get(name, name.capitalize()),
            "value": box.format_value(text),
            "width": {"day": "2", "month": "2", "year": "4", "time": "5"}.get(name, "10"),
            "inputmode": "numeric" if name in {"day", "month", "year"} else "text",
            "error": name in wrong,
        }
        for name, suffix, box, text in zip(_box_names(bound), _suffixes(widget), widget.widgets, values, strict=True)
    ]
    return Part("boxes", {**_common(bound, "legend"), "items": items})


def _hidden(bound: BoundField) -> Part:
    return Part("hidden", {"html": bound.as_hidden()})


_BUILDERS: Iterable[tuple[Any, Any]] = (
    ((forms.HiddenInput, forms.MultipleHiddenInput, forms.SplitHiddenDateTimeWidget), _hidden),
    ((forms.CheckboxSelectMultiple, forms.SelectMultiple), _checkboxes),
    (forms.RadioSelect, _radios),
    (forms.Select, _select),
    (forms.CheckboxInput, _checkbox),
    (forms.FileInput, _file),
    (forms.Textarea, _textarea),
    (forms.MultiWidget, _boxes),
    (widgets.Input, _input),
)
