"""One Django field for each argument of an act. A field parses; whether the value is right is the act's business."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from django import forms
from django.db.models import Choices
from django.utils.translation import gettext as _t

from opsloop.base.acts.args import Param
from opsloop.base.people.models import Person
from opsloop.ui.formkit.pick import Pick, choices_of

FILE = "files.stored"
"""A file argument is a model: the page keeps the upload and passes its id."""
FULL_WIDTH = str.maketrans("０１２３４５６７８９．－，", "0123456789.-,")


class TypedNumber(forms.DecimalField):
    """Takes 1,234.50 and full-width digits, as people paste them."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.translate(FULL_WIDTH).replace(",", "").replace(" ", "").lstrip("¥￥")
        return super().to_python(value)


class WholeNumber(TypedNumber):
    """A number without a fraction; 3.5 is passed on so that the act's validator says no."""

    def clean(self, value: Any) -> Any:
        found: Any = super().clean(value)
        return int(found) if found is not None and found == found.to_integral_value() else found


class Lines(forms.CharField):
    """A list of plain values, one a line."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list | tuple) else value


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name) or []


class Files(forms.FileField):
    """Several uploads at once."""

    widget = ManyFiles({"multiple": True})

    def clean(self, data: Any, initial: Any = None) -> Any:
        if not data:
            return [super().clean(None, initial)] if self.required else []
        return [super(Files, self).clean(one, initial) for one in data]


Maker = Callable[..., forms.Field]
PLAIN: dict[Any, Maker] = {
    int: lambda **said: WholeNumber(widget=_text(inputmode="numeric"), **said),
    float: lambda **said: TypedNumber(widget=_text(inputmode="decimal"), **said),
    Decimal: lambda **said: TypedNumber(widget=_text(inputmode="decimal"), **said),
    date: lambda **said: forms.DateField(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **said),
    datetime: lambda **said: forms.DateTimeField(widget=moment_input(), **said),
    bool: lambda **said: forms.BooleanField(**{**said, "required": False}),
}


def _text(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs)


def moment_input() -> forms.DateTimeInput:
    """A date and a time in the organisation's zone."""
    return forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


def is_file(param: Param) -> bool:
    return param.is_model and param.type._meta.label_lower == FILE


def field(param: Param, by: Person, subject: Any, source: str, place: str = "") -> forms.Field:
    """The field of one argument. `source` is the act's name, `place` the path of a nested row's column."""
    common: dict[str, Any] = {
        "label": param.label,
        "help_text": param.help,
        "required": param.required and not param.optional,
        "initial": None if param.required else param.default,
    }
    if param.is_model:
        return _model_field(param, by, subject, source, place or param.name, common)
    if isinstance(param.type, type) and issubclass(param.type, Enum):
        return _choice_field(param, common)
    if param.many:
        return Lines(**common)
    if param.type is str:
        widget: forms.Widget = forms.Textarea({"rows": 3}) if param.arg.long else forms.TextInput()
        if param.arg.ref and not common["required"]:
            widget = forms.HiddenInput()
        return forms.CharField(max_length=param.max, widget=widget, **common)
    return PLAIN[param.type](**common)


def _model_field(
    param: Param, by: Person, subject: Any, source: str, place: str, common: dict[str, Any]
) -> forms.Field:
    if is_file(param):
        return Files(**common) if param.many else forms.FileField(**common)
    on = [one.pk for one in subject] if isinstance(subject, list) else getattr(subject, "pk", None)
    made = forms.ModelMultipleChoiceField if param.many else forms.ModelChoiceField
    return made(choices_of(param, by, subject), widget=Pick(source, place, many=param.many, on=on), **common)


def _choice_field(param: Param, common: dict[str, Any]) -> forms.Field:
    kind = param.type
    said = kind.choices if issubclass(kind, Choices) else [(one.value, one.name) for one in kind]
    if isinstance(common["initial"], Enum):
        common["initial"] = common["initial"].value
    if param.many:
        return forms.MultipleChoiceField(choices=said, widget=forms.CheckboxSelectMultiple, **common)
    empty = [] if not param.optional and not param.required else [("", _t("Please choose"))]
    return forms.ChoiceField(choices=[*empty, *said], **common)
