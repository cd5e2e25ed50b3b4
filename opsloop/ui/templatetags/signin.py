"""How a field of a sign-in form is drawn; forms on acts have their own kit."""

from __future__ import annotations

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def control(field: BoundField) -> SafeString:
    """The field's widget in the product's look, told to screen readers when it is wrong.

    A library's placeholder goes: it repeats the label and vanishes when one types.
    """
    field.field.widget.attrs.pop("placeholder", None)
    attrs: dict[str, str | bool] = {"class": "form-control" + (" is-invalid" if field.errors else "")}
    if field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs=attrs)
