"""What tables are called by people. The apps that fill them know; the lake lies below and asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Known = Callable[[], Mapping[str, str]]
_known: list[Known] = []


def names_tables(known: Known) -> Known:
    """Decorator: the function answers table -> title, in the reader's language."""
    _known.append(known)
    return known


def table_titles() -> dict[str, str]:
    """Titles of all tables that somebody knows."""
    found: dict[str, str] = {}
    for known in _known:
        found |= known()
    return found
