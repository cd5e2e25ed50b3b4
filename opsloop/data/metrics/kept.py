"""Results kept in this process by (plan, what it was filled with, data versions): a new version is a new key."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Any

MOST_ROWS = 200_000
"""Over all results together; one of more than a tenth of it is not kept."""
Rows = list[tuple[Any, ...]]


class Kept:
    """The newest used results."""

    def __init__(self, most: int = MOST_ROWS) -> None:
        self.most, self.count = most, 0
        self._rows: OrderedDict[Hashable, Rows] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Rows | None:
        with self._lock:
            found = self._rows.get(key)
            if found is not None:
                self._rows.move_to_end(key)
            return found

    def put(self, key: Hashable, rows: Rows) -> None:
        if len(rows) > self.most // 10:
            return
        with self._lock:
            if key not in self._rows:
                self.count += len(rows) + 1
                self._rows[key] = rows
            while self.count > self.most:
                _key, old = self._rows.popitem(last=False)
                self.count -= len(old) + 1

    def clear(self) -> None:
        with self._lock:
            self._rows.clear()
            self.count = 0
