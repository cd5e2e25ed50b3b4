"""SQLite as Django drives it; what is written with `%s` is turned into `?` once for each text, not at each call.

Django looks through every statement with a regular expression before it runs it; for the wide rows of a case that took
as long as the statement itself (`python -m bench cases`).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db.backends.sqlite3 import base

KEPT, LONGEST = 1024, 8192
"""So many texts are kept, none longer than this: statements over hundreds of rows are seldom the same again."""


class Cursor(base.SQLiteCursorWrapper):
    """Django's, with a memory."""

    def convert_query(self, query: str, *, param_names: Iterable[str] | None = None) -> str:
        """With `?` (or `:name`) in the places of the parameters."""
        if param_names is not None:
            return super().convert_query(query, param_names=param_names)
        return _converted(query) if len(query) <= LONGEST else _convert(query)


def _convert(query: str) -> str:
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


_converted = lru_cache(maxsize=KEPT)(_convert)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, with these cursors."""

    def create_cursor(self, name: str | None = None) -> Any:
        """A cursor on the open connection."""
        return self.connection.cursor(factory=Cursor)
