"""Tags and filters that every template may use without loading."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import Model
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from opsloop.base.files.queries import visible_attachments
from opsloop.base.kinds import known
from opsloop.base.links.queries import linked
from opsloop.base.policy.rules import can
from opsloop.base.things.texts import listed
from opsloop.ui import formats, icons
from opsloop.ui.detailkit import facts, history
from opsloop.ui.formkit import buttons

register = template.Library()

register.simple_tag(icons.icon, name="icon")
register.filter("number", formats.number)
register.filter("short", formats.short)
register.filter("money", formats.money)
register.filter("percent", formats.percent)
register.filter("delta", formats.delta)
register.filter("points", formats.points)
register.filter("day", formats.day)
register.filter("moment", formats.moment)
register.filter("minutes", formats.minutes)
register.filter("listed", listed)


@register.simple_tag
def htmx() -> SafeString:
    """The one place that says which htmx we run: its version 4 out of django-htmx's wheel."""
    return format_html('<script defer src="{}"></script>', static("django_htmx/htmx-4.min.js"))


@register.simple_tag(takes_context=True)
def again(context: template.Context, name: str) -> str:
    """A block's content a second time: the title stands in the head and over the page."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block(name) if blocks else None
    return block.render(context) if block else ""


@register.simple_tag(takes_context=True)
def act_button(context: template.Context, name: str, obj: Model | None = None, **said: Any) -> SafeString:
    """{% act_button "risks.accept" risk style="primary" icon="check" %}: see forms/buttons.py."""
    return buttons.act_button(context.get("person"), name, obj, **said)


@register.inclusion_tag("forms/buttons.html", takes_context=True)
def act_buttons(context: template.Context, obj: Model, first: int = 2) -> dict[str, Any]:
    """Every act that the person may do on this object: the first as buttons, the rest behind a menu.

    What its state allows comes before what it forbids.
    """
    person = context["person"]
    acts = sorted(buttons.acts_on(person, obj), key=lambda act: bool(act.why_not(obj)))
    drawn = [buttons.act_button(person, act.name, obj) for act in acts]
    return {"first": drawn[:first], "rest": drawn[first:]}


@register.inclusion_tag("details/facts.html", takes_context=True, name="facts")
def facts_tag(context: template.Context, obj: Model, *names: Any) -> dict[str, Any]:
    """{% facts person "name" "number" "phone" %} inside <dl class="facts">."""
    return {"facts": facts.facts_of(obj, context["person"], names)}


@register.simple_tag
def fact(label: Any, value: Any) -> SafeString:
    """A line of facts that is no column."""
    return format_html(
        '<div class="fact"><dt>{}</dt><dd>{}</dd></div>',
        label,
        mark_safe(facts.shown(value)),  # noqa: S308
    )


@register.inclusion_tag("details/history.html", takes_context=True, name="history")
def history_tag(context: template.Context, obj: Model, limit: int = history.SHOWN) -> dict[str, Any]:
    """{% history risk %}: what was done with it, from the ledger."""
    told = history.told_of(obj, context["person"], limit)
    return {"told": told[:limit], "more": len(told) > limit}


@register.inclusion_tag("details/told_list.html", takes_context=True)
def told(context: template.Context, entries: list[Any]) -> dict[str, Any]:
    """Ledger entries as sentences, with what each changed."""
    return {"told": history.told(entries, context["person"], whole=True)}


@register.inclusion_tag("details/coming.html", name="coming")
def coming_tag(kind: str, ident: str | None) -> dict[str, Any]:
    """{% coming "metric" row.ident %}: from which day another definition of what the page shows holds, if one waits."""
    return {"coming": known.coming(kind, ident) if ident else ()}


@register.inclusion_tag("details/files.html", takes_context=True, name="files")
def files_tag(context: template.Context, obj: Model) -> dict[str, Any]:
    """{% files risk %}: its attachments, and a button to add one for those who may."""
    person = context["person"]
    return {
        "files": list(visible_attachments(person, obj).order_by("-at")),
        "may_attach": can(person, "files.attach"),
        "about": f"{obj._meta.label_lower}:{obj.pk}",
        "person": person,
        "request": context["request"],
    }


@register.inclusion_tag("details/links.html", takes_context=True, name="links")
def links_tag(context: template.Context, obj: Any, without: str = "") -> dict[str, Any]:
    """{% links risk %}: what it is linked to, and a button to link it for those who may.

    without: the beginning of labels of models, as `playbook.`, that the page shows in a place of their own.
    """
    person = context["person"]
    found = linked(obj, person)
    return {
        "links": [one for one in found if not (without and one.other._meta.label_lower.startswith(without))],
        "may_tie": can(person, "links.tie"),
        "about": f"{obj._meta.label_lower}:{obj.pk}",
        "person": person,
        "request": context["request"],
    }
