"""Who must know that a calendar changed: apps with open limits put a function here, in their jobs.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Change:
    """From `from_day` on limits may end at another time. `code` is None when every calendar may be concerned."""

    code: str | None
    from_day: date


Hook = Callable[[Change], None]
on_change: list[Hook] = []
"""Called inside the act that changes the calendar: a hook enqueues the job that recomputes its open limits.

Provisional limits and those that end on or after `from_day` are concerned. Any calendar code may be: which one a
department uses can change with the file's `for`.
"""


def changed(change: Change) -> None:
    """Call every hook. What a hook raises undoes the act."""
    for hook in on_change:
        hook(change)
