"""Small builders over SQLGlot: every tree here renders alike for DuckDB and Spark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlglot import exp

QUANTILE = "quantile_of"
"""Stands for the exact quantile until the dialect is known: what SQLGlot writes for Spark is another number."""
QUANTILES = {"duckdb": "quantile_cont", "spark": "percentile"}
Tree = exp.Expr


def column(name: str, table: str = "") -> exp.Column:
    """A column; names of ours begin with _ and need no quotes."""
    return exp.column(name, table=table or None, quoted=not name.startswith("_"))


def named(tree: Tree, name: str) -> Tree:
    return exp.Alias(this=tree, alias=exp.to_identifier(name, quoted=not name.startswith("_")))


_TYPES = {name: exp.DataType.build(name) for name in ("date", "double", "varchar", "timestamp", "bigint")}


def cast(tree: Tree, type_: str) -> exp.Cast:
    """To date, double, varchar, timestamp or bigint."""
    return exp.Cast(this=tree, to=_TYPES[type_].copy())


def table(name: str, alias: str = "") -> exp.Table:
    """A relation by its name."""
    made = exp.Table(this=exp.to_identifier(name, quoted=not name.startswith("_")))
    if alias:
        made.set("alias", exp.TableAlias(this=exp.to_identifier(alias)))
    return made


def slot(name: str) -> exp.Column:
    """A place that is filled with a literal when the plan is used."""
    return exp.column(f"__slot_{name}__")


def day_slot(name: str) -> exp.Cast:
    return cast(slot(name), "date")


def number(value: float) -> Tree:
    return exp.Literal.number(value)


def double(tree: Tree) -> exp.Cast:
    return cast(tree, "double")


def null(type_: str) -> exp.Cast:
    return cast(exp.Null(), type_)


def both(conditions: Iterable[Tree]) -> Tree | None:
    """All of them, None for none."""
    found = [exp.paren(one.copy()) if isinstance(one, exp.Or) else one for one in conditions]
    return exp.and_(*found) if found else None


def between(value: Tree, low: Tree, high: Tree) -> exp.Between:
    return exp.Between(this=value, low=low, high=high)


def when(condition: Tree, then: Tree, otherwise: Tree | None = None) -> exp.Case:
    case = exp.case().when(condition.copy(), then)
    return case.else_(otherwise) if otherwise is not None else case


def flag(condition: Tree) -> exp.Case:
    """1 or 0."""
    return when(condition, number(1), number(0))


def call(kind: type[exp.Func], tree: Tree) -> Tree:
    return kind(this=tree)


def quantile(tree: Tree, at: Tree) -> exp.Anonymous:
    return exp.Anonymous(this=QUANTILE, expressions=[tree, at])


def count_rows() -> exp.Count:
    return exp.Count(this=exp.Star())


def count_distinct(tree: Tree) -> exp.Count:
    return exp.Count(this=exp.Distinct(expressions=[tree]))


def select(
    what: Sequence[Tree],
    source: str | Tree,
    *,
    where: Tree | None = None,
    group: Sequence[Tree] = (),
    distinct: bool = False,
) -> exp.Select:
    """A SELECT; `source` is a relation's name or a subquery with alias. Its parts are copied, the source is not."""
    made = exp.Select(expressions=[one.copy() for one in what])
    made.from_(table(source) if isinstance(source, str) else source, copy=False)
    if where is not None:
        made = made.where(where, copy=False)
    if group:
        made = made.group_by(*[one.copy() for one in group], copy=False)
    return made.distinct(copy=False) if distinct else made


def sub(tree: exp.Select, alias: str) -> exp.Subquery:
    return tree.subquery(alias, copy=False)


def rendered(tree: Tree, dialect: str) -> str:
    """The text for an engine."""
    text = tree.sql(dialect=dialect, comments=False, copy=False)  # a plan's tree is made for this and used once
    return text.replace(f"{QUANTILE.upper()}(", f"{QUANTILES[dialect]}(").replace(
        f"{QUANTILE}(", f"{QUANTILES[dialect]}("
    )
