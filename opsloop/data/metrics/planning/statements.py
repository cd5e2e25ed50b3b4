"""Several parts over one relation as one statement, rendered once and filled with days and values each time.

A plan depends on definitions and shapes only, so it is kept; what it is filled with are days, filter values and the
relations at the bottom.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlglot import exp

from opsloop.data.datasets.catalogue import Catalogue, Relation
from opsloop.data.metrics.planning import trees
from opsloop.data.metrics.planning.parts import PERIOD, Part, build
from opsloop.data.metrics.planning.pieces import Piece, Shape
from opsloop.data.metrics.planning.scan import BASE, Scan

Asked = tuple[tuple[Piece, Shape], ...]
_SLOT = re.compile(r"__slot_(\w+?)__")
LATE = frozenset({"cohort", "funnel"})
"""Pieces that look at days after those asked, or at all before: their own rows are narrowed further inside."""


@dataclass(frozen=True)
class Plan:
    """A statement with places to fill. parts: for each, how many dimensions and numbers it gives.

    reads: relations named in it. text: after the WITH entries of these relations; windows: parts that need spans.
    """

    text: str
    dialect: str
    parts: tuple[tuple[int, int], ...]
    reads: tuple[str, ...]
    windows: tuple[int, ...]

    def filled(self, heads: Sequence[str], values: Mapping[str, str], spans: Mapping[int, str]) -> str:
        """The whole statement. heads: WITH entries of `reads`; values: slot -> literal; spans: part -> rows."""
        more = [
            f"_w{n} as (\nselect * from (values {spans[n]}) as _x(_period, _before, _since, _until)\n)"
            for n in self.windows
        ]
        text = _SLOT.sub(lambda found: values[found[1]], self.text)
        return "with " + ",\n".join([*heads, *more, text])


class Plans:
    """Plans by what they depend on; of the last so many."""

    def __init__(self, size: int = 512) -> None:
        self._made = lru_cache(maxsize=size)(self._make)
        self._known: Catalogue | None = None

    def get(self, known: Catalogue, relation: Relation, time: str, asked: Asked, dialect: str) -> Plan:
        """Raises CannotAnswer for a dimension that the relation does not have."""
        self._known = known
        return self._made(known.version, relation.name, time, asked, dialect)

    def _make(self, version: str, relation: str, time: str, asked: Asked, dialect: str) -> Plan:
        assert self._known is not None
        return plan(self._known, self._known.relations[relation], time, asked, dialect)

    def clear(self) -> None:
        self._made.cache_clear()


def plan(known: Catalogue, relation: Relation, time: str, asked: Asked, dialect: str) -> Plan:
    """One statement for all parts: one base that reads the relation, and their SELECTs joined by UNION ALL."""
    scan = Scan(known, relation, time)
    alone = len(asked) == 1
    parts = [Part(n, piece, shape, scan, alone or piece.kind in LATE) for n, (piece, shape) in enumerate(asked)]
    selects = [build(part) for part in parts]
    widths = [(len(part.shape.by), len(part.piece.slots)) for part in parts]
    dims, numbers = max(w[0] for w in widths), max(w[1] for w in widths)
    told = [_padded(n, made, widths[n], dims, numbers) for n, made in enumerate(selects)]
    base = scan.base(trees.day_slot("base_since"), trees.day_slot("base_until"))
    whole: exp.Query = told[0]
    for one in told[1:]:
        whole = exp.union(whole, one, distinct=False, copy=False)
    kept = " materialized" if len(parts) > 1 and dialect == "duckdb" else ""
    text = f"{BASE} as{kept} (\n{trees.rendered(base, dialect)}\n)\n{trees.rendered(whole, dialect)}"
    windows = tuple(part.n for part in parts if part.piece.window is not None)
    return Plan(text, dialect, tuple(widths), scan.reads, windows)


def _padded(n: int, made: exp.Select, width: tuple[int, int], dims: int, numbers: int) -> exp.Select:
    """The same columns for every part: its number, the period, dimensions and numbers, NULL where it has fewer."""
    told: list[trees.Tree] = [trees.named(trees.number(n), "_part"), trees.column(PERIOD)]
    for i in range(dims):
        told.append(trees.column(f"_d{i}") if i < width[0] else trees.named(trees.null("varchar"), f"_d{i}"))
    for i in range(numbers):
        told.append(trees.column(f"_v{i}") if i < width[1] else trees.named(trees.null("double"), f"_v{i}"))
    return trees.select(told, trees.sub(made, f"_p{n}"))
