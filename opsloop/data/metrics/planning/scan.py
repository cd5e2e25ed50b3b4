"""One reading of a relation: which columns are needed, of itself and of relations it refers to.

A reference is followed by a left join on a key, so that rows are neither lost nor multiplied.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from opsloop.data.datasets.catalogue import Catalogue, Relation
from opsloop.data.metrics.expressions import expression
from opsloop.data.metrics.planning import trees
from opsloop.data.metrics.planning.finding import HOUR, Path, find
from opsloop.data.metrics.planning.trees import Tree

BASE, DAY = "_base", "_day"


@dataclass
class Scan:
    """The base of a statement while its parts ask for columns. `time` is empty for a relation without days."""

    known: Catalogue
    relation: Relation
    time: str
    projected: dict[str, Tree] = field(default_factory=dict)
    paths: dict[Path, str] = field(default_factory=dict)

    def column(self, text: str) -> exp.Column:
        """The column as the base has it."""
        found = find(self.known, self.relation, text)
        alias = self._alias(found.path)
        if found.column.type == HOUR:
            return self._hour(alias)
        name = found.column.name if not found.path else f"{alias}__{found.column.name}"
        if name not in self.projected:
            self.projected[name] = trees.column(found.column.name, alias)
        return trees.column(name)

    def _hour(self, alias: str) -> exp.Column:
        from opsloop.data.metrics.planning.clock import hour  # noqa: PLC0415  # the zone table, which few ask

        clock = self.relation.clock
        assert clock is not None
        self.projected.setdefault("_hour", hour(trees.column(clock.column, alias), clock.zone))
        return trees.column("_hour")

    def text(self, dim: str) -> Tree:
        """A dimension as text."""
        found = find(self.known, self.relation, dim)
        plain = found.column.type.upper().startswith("VARCHAR")
        return self.column(dim) if plain else trees.cast(self.column(dim), "varchar")

    def moment(self, text: str) -> Tree:
        """A column as a moment."""
        kind = find(self.known, self.relation, text).column.type.upper()
        return self.column(text) if kind.startswith("TIMESTAMP") else trees.cast(self.column(text), "timestamp")

    def expression(self, text: str) -> Tree:
        """A small expression over the base's columns; divisions are of doubles, and by zero unknown."""
        tree = expression(text).copy()
        root = exp.Paren(this=tree)
        for named in list(root.find_all(exp.Column)):
            named.replace(self.column(f"{named.table}.{named.name}" if named.table else named.name))
        for one in list(root.find_all(exp.Div, exp.Mod)):
            one.set("expression", exp.func("nullif", trees.double(one.expression), trees.number(0)))
            one.set("this", trees.double(one.this))
        return root if isinstance(root.this, exp.Binary | exp.Connector) else root.this

    def _alias(self, path: Path) -> str:
        if path not in self.paths:
            self.paths[path] = "_r" if not path else f"_j{len(self.paths)}"
            if path:
                self._alias(path[:-1])
        return self.paths[path]

    def base(self, low: Tree | None, high: Tree | None) -> exp.Select:
        """The SELECT of all that was asked for, of the days between."""
        self._alias(())
        what = [trees.named(tree, name) for name, tree in self.projected.items()]
        day: Tree | None = trees.column(self.time, "_r") if self.time else None
        if day is not None and self.relation.columns[self.time].type.upper() != "DATE":
            day = trees.cast(day, "date")
        if day is not None:
            what.append(trees.named(day, DAY))
        made = exp.Select(expressions=what or [trees.named(trees.number(1), "_one")])
        made = made.from_(trees.table(self.relation.name, "_r"), copy=False)
        for path in sorted(self.paths, key=len):
            if path:
                step = path[-1]
                on = exp.EQ(
                    this=trees.column(step.column, self.paths[path[:-1]]),
                    expression=trees.column(step.key, self.paths[path]),
                )
                other = trees.table(step.relation, self.paths[path])
                made = made.join(other, on=on, join_type="left", copy=False)
        if day is not None and low is not None and high is not None:
            made = made.where(trees.between(day.copy(), low, high), copy=False)
        return made

    @property
    def reads(self) -> tuple[str, ...]:
        """The relations that the base reads."""
        return tuple(sorted({self.relation.name, *(path[-1].relation for path in self.paths if path)}))
