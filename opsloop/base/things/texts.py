"""Texts for people that are put together when they are shown."""

from __future__ import annotations

from typing import Any

from django.utils.text import format_lazy

from opsloop.base.things.errors import Text


def say(template: Text, **values: Any) -> Text:
    """A text with values that is put together when it is shown, in the language of whoever reads it."""
    return format_lazy("{}", _Late(template, values)) if values else template


class _Late:
    """Braces in a person's file are no placeholders, so the template is filled here and nowhere else."""

    def __init__(self, template: Text, values: dict[str, Any]) -> None:
        self.template, self.values = template, values

    def __str__(self) -> str:
        return str(self.template).format(**{name: str(value) for name, value in self.values.items()})
