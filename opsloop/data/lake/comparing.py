"""Two versions of a table beside each other: rows by partition from the manifest, key figures from the files."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from opsloop.data.lake import store
from opsloop.data.lake.manifest import files_of
from opsloop.data.lake.models import Snapshot

NUMBERS = ("INT", "DECIMAL", "DOUBLE", "FLOAT", "REAL")
NO_FIGURE = ("_id", "_load", "_no", "_code")
"""Endings of names whose sum says nothing."""
MOST = 12


@dataclass(frozen=True, slots=True)
class Pair:
    """One figure in both versions; None where a version has it not."""

    name: str
    before: float | Decimal | None
    after: float | Decimal | None

    @property
    def change(self) -> float | Decimal | None:
        if self.before is None or self.after is None:
            return None
        return Decimal(str(self.after)) - Decimal(str(self.before))

    @property
    def differs(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Comparison:
    """partitions: rows of those that differ. figures: sums of the numeric columns that are not personal."""

    partitions: list[Pair]
    same: int
    figures: list[Pair]
    new_columns: list[str]
    gone_columns: list[str]


def compare(before: Snapshot, after: Snapshot) -> Comparison:
    """What differs between two versions of one table."""
    one, two = _rows(before), _rows(after)
    pairs = [Pair(name, one.get(name), two.get(name)) for name in sorted({*one, *two}, reverse=True)]
    names = {c["name"] for c in before.columns}, {c["name"] for c in after.columns}
    sums = _sums(before), _sums(after)
    figures = [Pair(name, sums[0].get(name), sums[1].get(name)) for name in dict.fromkeys([*sums[0], *sums[1]])]
    differing = [pair for pair in pairs if pair.differs]
    return Comparison(
        differing, len(pairs) - len(differing), figures, sorted(names[1] - names[0]), sorted(names[0] - names[1])
    )


def _rows(snapshot: Snapshot) -> dict[str, int]:
    rows = files_of(snapshot).order_by().values("partition").annotate(n=Sum("rows"))
    return {row["partition"]: row["n"] for row in rows}


def figures_of(snapshot: Snapshot) -> list[str]:
    """Columns whose sum is worth a look."""
    found = [c["name"] for c in snapshot.columns if not c.get("personal") and _is_figure(c["name"], c["type"])]
    return found[:MOST]


def _is_figure(name: str, type_: str) -> bool:
    return any(word in type_.upper() for word in NUMBERS) and not name.lower().endswith(NO_FIGURE) and "[" not in type_


def _sums(snapshot: Snapshot) -> dict[str, float | Decimal | None]:
    names = figures_of(snapshot)
    parts = ", ".join(f"sum({store.identifier(name)})" for name in names)
    if not parts:
        return {}
    cursor = store.connect().cursor()
    try:
        row = cursor.execute(f"select {parts} from {store.relation(snapshot)}").fetchall()[0]
    finally:
        cursor.close()
    return dict(zip(names, row, strict=True))
