"""Published texts in the reader's language: rows that keep the translations of their definition beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import get_language


class Translated(models.Model):
    """Mixin of a row with a `title` and a `definition` as JSON. words: language -> dotted field -> text."""

    title: Any
    definition: Any
    words = models.JSONField(default=dict, editable=False)

    class Meta:
        abstract = True

    @property
    def texts(self) -> Mapping[str, str]:
        """Those of the reader's language; none in the language of the files."""
        found: Mapping[str, str] = self.words.get(language(), {})
        return found

    @property
    def name(self) -> str:
        """The title as the reader reads it."""
        return self.texts.get("title") or str(self.title)

    @property
    def said(self) -> dict[str, Any]:
        """The definition as the reader reads it."""
        found: dict[str, Any] = in_words(self.definition, self.texts) if self.texts else self.definition
        return found


def language() -> str:
    """The reader's language as folders of translations are called: en of en-gb."""
    return (get_language() or "").partition("-")[0]


def in_words(value: Any, texts: Mapping[str, str]) -> Any:
    """JSON with the texts in place of those at their dotted paths; a path that is not there is passed over."""
    if isinstance(value, dict):
        return {key: in_words(one, _below(texts, str(key))) for key, one in value.items()}
    if isinstance(value, list):
        return [in_words(one, _below(texts, str(n))) for n, one in enumerate(value)]
    return texts.get("", value) if isinstance(value, str) else value


def _below(texts: Mapping[str, str], key: str) -> dict[str, str]:
    start = f"{key}."
    found = {path.removeprefix(start): text for path, text in texts.items() if path.startswith(start)}
    return {**found, "": texts[key]} if texts.get(key) else found
