"""Names of positions in the reader's language, by the codes that definitions and rows keep."""

from __future__ import annotations

from opsloop.base.people.models import Position


def titles(*, in_force: bool = False) -> dict[str, str]:
    """code -> name of every position; in_force: only of those that were not withdrawn."""
    rows = Position.objects.filter(withdrawn_at=None) if in_force else Position.objects.all()
    return {row.code: row.name for row in rows}


def title_of(code: str) -> str:
    """One position's name, else its code."""
    found = Position.objects.filter(code=code).first()
    return found.name if found is not None else code
