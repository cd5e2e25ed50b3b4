"""Tags and filters that every template may use without loading."""

from __future__ import annotations

from django import template
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.safestring import SafeString, mark_safe
from django_htmx.jinja import htmx_script

from opsloop.ui import formats, icons

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


@register.simple_tag
def htmx() -> SafeString:
    """The one place that says which htmx we run: its version 4 out of django-htmx's wheel."""
    return mark_safe(htmx_script(version=4))  # noqa: S308 built by format_html there


@register.simple_tag(takes_context=True)
def again(context: template.Context, name: str) -> str:
    """A block's content a second time: the title stands in the head and over the page."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block(name) if blocks else None
    return block.render(context) if block else ""
