"""One aggregate in its three guises: at once, in parts by day, and the parts put together."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from opsloop.data.metrics.definition import Having, Measure
from opsloop.data.metrics.expressions import ROWS
from opsloop.data.metrics.planning import trees
from opsloop.data.metrics.planning.scan import Scan
from opsloop.data.metrics.planning.trees import Tree, double

ADDITIVE = ("sum", "count", "average", "min", "max")


@dataclass(frozen=True, slots=True)
class Aggregate:
    """kind: sum, count, average, min, max, quantile, distinct. value: None for rows. where: None for all rows."""

    kind: str
    value: Tree | None
    where: Tree | None = None
    at: float = 0.5

    @property
    def additive(self) -> bool:
        """Can it be put together from its parts by day?"""
        return self.kind in ADDITIVE

    def filtered(self) -> Tree:
        """The value of rows that count, else NULL."""
        value = self.value.copy() if self.value is not None else trees.number(1)
        return value if self.where is None else trees.when(self.where, value)

    def whole(self) -> Tree:
        """Over the rows at once. Rows there, but none that count: a sum and a count are 0, the rest unknown."""
        value = self.filtered()
        match self.kind:
            case "sum" if self.where is not None:
                some = exp.EQ(this=trees.call(exp.Max, trees.flag(self.where)), expression=trees.number(1))
                return double(trees.when(some, trees.call(exp.Sum, value), trees.number(0)))
            case "sum":
                return double(trees.call(exp.Sum, value))
            case "count":
                plain = self.value is None and self.where is None
                return double(trees.count_rows() if plain else trees.call(exp.Count, value))
            case "distinct":
                return double(trees.count_distinct(value))
            case "average":
                return trees.call(exp.Avg, double(value))
            case "quantile":
                return trees.quantile(double(value), trees.number(self.at))
            case _:
                return double(trees.call(exp.Min if self.kind == "min" else exp.Max, value))

    def parts(self, name: str) -> list[Tree]:
        """What to keep for each day, named after `name`."""
        value = self.filtered()
        match self.kind:
            case "sum":
                made = {name: trees.call(exp.Sum, value)}
                if self.where is not None:
                    made[f"{name}_w"] = trees.call(exp.Max, trees.flag(self.where))
            case "count":
                made = {name: trees.count_rows() if value.is_number else trees.call(exp.Count, value)}
            case "average":
                made = {name: trees.call(exp.Sum, value), f"{name}_n": trees.call(exp.Count, value.copy())}
            case _:
                made = {name: trees.call(exp.Min if self.kind == "min" else exp.Max, value)}
        return [trees.named(tree, key) for key, tree in made.items()]

    def together(self, name: str, table: str) -> Tree:
        """The parts of several days as one value."""
        part = trees.column(name, table)
        match self.kind:
            case "sum" if self.where is not None:
                some = exp.EQ(this=trees.call(exp.Max, trees.column(f"{name}_w", table)), expression=trees.number(1))
                return double(trees.when(some, trees.call(exp.Sum, part), trees.number(0)))
            case "sum" | "count":
                return double(trees.call(exp.Sum, part))
            case "average":
                n = trees.call(exp.Sum, trees.column(f"{name}_n", table))
                none = exp.func("nullif", double(n), trees.number(0))
                return exp.Div(this=double(trees.call(exp.Sum, part)), expression=none, typed=False, safe=False)
            case _:
                return double(trees.call(exp.Min if self.kind == "min" else exp.Max, part))


def aggregate(scan: Scan, one: Measure | Having) -> Aggregate:
    """What a measure (without its `having`) or a condition aggregates."""
    where = scan.expression(one.where) if isinstance(one, Measure) and one.where else None
    if one.count:
        value = None if one.count == ROWS else scan.expression(one.count)
        return Aggregate("distinct" if one.distinct else "count", value, where)
    if one.sum or isinstance(one, Having):
        return Aggregate("sum", scan.expression(one.sum), where)
    if one.median or one.quantile:
        at = float(one.at) if one.quantile and one.at is not None else 0.5
        return Aggregate("quantile", scan.expression(one.median or one.quantile), where, at)
    kind = next(name for name in ("average", "min", "max") if getattr(one, name))
    return Aggregate(kind, scan.expression(getattr(one, kind)), where)


def fulfils(value: Tree, having: Having) -> Tree:
    """The condition of a `having` on its aggregate."""
    found: list[Tree] = []
    if having.at_least is not None:
        found.append(exp.GTE(this=value.copy(), expression=trees.number(float(having.at_least))))
    if having.at_most is not None:
        found.append(exp.LTE(this=value.copy(), expression=trees.number(float(having.at_most))))
    return trees.both(found) or exp.true()
