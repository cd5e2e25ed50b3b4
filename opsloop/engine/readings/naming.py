"""Titles of what is read, in the reader's language."""

from __future__ import annotations

from opsloop.playbook import queries
from opsloop.playbook.book import Playbook
from opsloop.playbook.reading.labels import language
from opsloop.playbook.translations import words

_kept: tuple[Playbook | None, dict[tuple[str, str, str], str]] = (None, {})


def title_of(kind: str, ident: str) -> str:
    """Its title in the book in force; empty where it holds later or no longer."""
    global _kept
    book = queries.published()
    if _kept[0] is not book:
        _kept = (book, {})
    key = (kind, ident, language())
    if key not in _kept[1]:
        item = book.item(kind, ident)
        _kept[1][key] = words(book, item, language()).title if item is not None and item.obj is not None else ""
    return _kept[1][key]
