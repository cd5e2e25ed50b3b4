"""Days as they stand in addresses."""

from __future__ import annotations

from datetime import date

EARLIEST, LATEST = date(1901, 1, 1), date(8999, 12, 31)


def day_of(text: str) -> date | None:
    """2026-03-01; None for what is no day, or so far off that a year before or after it would be none."""
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if EARLIEST <= found <= LATEST else None
