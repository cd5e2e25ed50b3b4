"""Texts for people that are put together when they are shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import get_language

from opsloop.base.things.errors import Text


def say(template: Text, **values: Any) -> Text:
    """A text with values that is put together when it is shown, in the language of whoever reads it."""
    return format_lazy("{}", _Late(template, values)) if values else template


def listed(items: Iterable[object]) -> str:
    """甲、乙 or A, B, as the reader's language lists."""
    return ("、" if in_chinese() else ", ").join(map(str, items))


def in_chinese(language: str | None = None) -> bool:
    """Whether `language`, by default the reader's, is a Chinese one: zh-hans, zh-CN."""
    return (language or get_language() or "").lower().startswith("zh")


def as_sorted(name: str) -> str | bytes:
    """What to sort titles by: Chinese ones by their sounds, as GB 18030 has the usual characters, else by letters."""
    return name.encode("gb18030", errors="replace") if in_chinese() else name.casefold()


class _Late:
    """Braces in a person's file are no placeholders, so the template is filled here and nowhere else."""

    def __init__(self, template: Text, values: dict[str, Any]) -> None:
        self.template, self.values = template, values

    def __str__(self) -> str:
        return str(self.template).format(**{name: str(value) for name, value in self.values.items()})
