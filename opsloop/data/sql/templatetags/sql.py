"""{{ flags|at:3 }}: one element of a sequence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template

from opsloop.ui.jobs.rhythm import in_words

register = template.Library()


@register.filter
def at(values: Sequence[Any], index: int) -> Any:
    """The element at a place."""
    return values[index]


@register.filter
def rhythm(line: str) -> str:
    """A cron line in words."""
    return in_words(line)
