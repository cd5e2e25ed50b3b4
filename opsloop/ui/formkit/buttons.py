"""Buttons of acts: there for those who may, greyed with its reason where the object's state forbids it."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from opsloop.base.acts import Act, registry
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.ui.formkit.views import act_url
from opsloop.ui.icons import icon as draw


def act_button(
    person: Person | None, name: str, obj: Model | None = None, *, label: Any = "", style: str = "", icon: str = "",
    then: str = "", **values: Any,
) -> SafeString:  # fmt: skip
    """A link to the act's form, opened in the drawer; empty for those who may not. Unknown acts are nobody's.

    style="icon …": the icon alone, its word for those who point at it or do not see it.
    """
    act = registry.get(name)
    if act is None or person is None or "page" not in act.doors or not can(person, name, obj):
        return mark_safe("")
    words, bare = label or act.label, bool(icon) and "icon" in style.split()
    said = format_html('<span class="visually-hidden">{}</span>', words) if bare else words
    picture = draw(icon) if icon else ""
    css = f"btn btn-{style}" if style else "btn"
    if obj is not None and (reason := act.why_not(obj)):
        return format_html(
            '<button type="button" class="{} btn-not" aria-disabled="true" data-why="{}" title="{}">{}{}'
            '<span class="visually-hidden"> ({})</span></button>',
            css, reason, reason, picture, said, reason,
        )  # fmt: skip
    url = act_url(name, obj, **{**values, **({"_next": then} if then else {})})
    hint = format_html(' title="{}"', words) if bare else ""
    return format_html(
        '<a class="{}" href="{}" hx-get="{}" hx-target="#drawer-body"{}>{}{}</a>', css, url, url, hint, picture, said
    )


def acts_on(person: Person, obj: Model) -> list[Act]:
    """Every act with a page that this person may do on this object, whatever its state."""
    found = [
        act
        for act in registry.values()
        if act.subject is not None and not act.subject.many and act.subject.type is type(obj) and "page" in act.doors
    ]
    return [act for act in found if can(person, act.name, obj)]
