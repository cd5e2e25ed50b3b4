"""When a row is set aside, as SQL: one condition and one code for each thing that can be wrong with a column."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from opsloop.data.cleaning import casts, marks, sql
from opsloop.data.cleaning.contract import Contract, Rule

TOLERANCE_S = 300
"""Clocks differ: a moment is after the load when it is more than this later."""


@dataclass(frozen=True, slots=True)
class Condition:
    """`code` is SQL for the reason's code, such as 'amount:at_least', where `holds` is true."""

    holds: str
    code: str


def raw(name: str) -> str:
    """The column of the text as read."""
    return sql.name(f"r_{name}")


def made(name: str) -> str:
    """The column of the typed value before its default."""
    return sql.name(f"t_{name}")


def conditions(contract: Contract, loaded_at: datetime) -> Iterator[Condition]:
    """Everything that the contract demands of one row, column by column."""
    for rule in contract.columns:
        yield from _presence(rule, contract.needed(rule.name))
        yield from _named(rule, contract)
        yield from _limits(rule)
        yield from _order(rule, loaded_at)


def anything(contract: Contract, loaded_at: datetime, by_reader: Collection[str] = ()) -> Iterator[str]:
    """Conditions of which one holds just where one of `conditions` does, but fewer: every good row pays for each.

    by_reader: columns of which no text is left; what their reader could not type is no row.
    """
    for rule in contract.columns:
        text, value = raw(rule.name), made(rule.name)
        if contract.needed(rule.name) and rule.default is None:
            yield f"{value} is null"  # empty or unreadable alike
        elif rule.type != "text" and rule.name not in by_reader:
            yield f"({value} is null and {marks.filled(text)})"
        yield from (one.holds for one in (*_named(rule, contract), *_limits(rule), *_order(rule, loaded_at)))


def _said(rule: Rule, code: str) -> str:
    return sql.literal(f"{rule.name}:{code}")


def _presence(rule: Rule, needed: bool) -> Iterator[Condition]:
    text, value = raw(rule.name), made(rule.name)
    filled = marks.filled(text)
    if needed and rule.default is None:
        empty = f"{value} is null" if rule.type == "text" else f"({value} is null and not {filled})"
        yield Condition(empty, _said(rule, "missing"))
    if rule.type == "text":
        return
    code = _said(rule, f"not_{rule.type}")
    if rule.type in ("date", "datetime") and not rule.formats:
        code = f"case when {casts.ambiguous(text)} then {_said(rule, 'ambiguous')} else {code} end"
    yield Condition(f"({value} is null and {filled})", code)


def _named(rule: Rule, contract: Contract) -> Iterator[Condition]:
    """What a text that names its row cannot be: a number of which digits are lost, so that two rows become one, or the
    word for totals, whose row would count everything twice. Without a key the first column names the row."""
    if rule.type != "text" or rule.allowed or rule.name not in (contract.key or contract.names[:1]):
        return
    yield Condition(marks.shown_short(sql.name(rule.name)), _said(rule, "shown_short"))
    yield Condition(marks.of_totals(sql.name(rule.name)), _said(rule, "of_totals"))


def _limits(rule: Rule) -> Iterator[Condition]:
    value = sql.name(rule.name)
    if rule.allowed:
        listed = ", ".join(casts.constant(rule, one) for one in rule.allowed)
        yield Condition(f"{value} not in ({listed})", _said(rule, "allowed"))
    if rule.at_least is not None:
        yield Condition(f"{value} < {casts.constant(rule, rule.at_least)}", _said(rule, "at_least"))
    if rule.at_most is not None:
        yield Condition(f"{value} > {casts.constant(rule, rule.at_most)}", _said(rule, "at_most"))
    if rule.pattern:
        yield Condition(f"not regexp_full_match({value}, {sql.literal(rule.pattern)})", _said(rule, "pattern"))
    if rule.longest is not None:
        yield Condition(f"length({value}) > {rule.longest}", _said(rule, "longest"))


def _order(rule: Rule, loaded_at: datetime) -> Iterator[Condition]:
    value = sql.name(rule.name)
    if rule.not_after == "load":
        now = int(loaded_at.timestamp()) + TOLERANCE_S
        latest = f"make_timestamptz({now}000000)"
        if rule.type == "date":
            # a day is after the load when it has not begun anywhere on earth
            latest = f"date '{datetime.fromtimestamp(now + 14 * 3600, UTC):%Y-%m-%d}'"
        yield Condition(f"{value} > {latest}", _said(rule, "after_load"))
    elif rule.not_after:
        yield Condition(f"{value} > {sql.name(rule.not_after)}", _said(rule, "after"))
