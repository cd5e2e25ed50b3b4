"""One pass over a file: texts to typed rows, each with its business day and, if anything is wrong, all reasons.

The stage is a temporary table in the file's order, so that a row's rowid is its ordinal: lines are looked up for the
few rows aside only, and of two rows with one key the later is known. The good path pays for no line numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from opsloop.data.cleaning import casts, sql
from opsloop.data.cleaning.conditions import anything, conditions, made, raw
from opsloop.data.cleaning.contract import Contract, Rule
from opsloop.data.cleaning.reading import Reading, Unreadable

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

STAGE = "_stage"
MOST_REJECTS = 1_000_000


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that DuckDB's reader could not split into the file's columns."""

    position: int
    code: str
    text: str


def stage(con: DuckDBPyConnection, contract: Contract, reading: Reading, loaded_at: datetime) -> list[Reject]:
    """Fill the table `_stage`. Answers the rows that never became columns. Raises Unreadable."""
    con.execute("drop table if exists reject_errors")
    con.execute("drop table if exists reject_scans")
    con.execute(f"create or replace temp table {STAGE} as {select(contract, reading, loaded_at)}")
    return _rejects(con) if reading.rejects else []


def select(contract: Contract, reading: Reading, loaded_at: datetime) -> str:
    """The SELECT of the whole pass: one layer for each step, so that no text is parsed twice."""
    names, rules = contract.names, contract.columns
    keep = ", ".join(raw(one) for one in (*names, *reading.extras))
    if reading.line:
        keep += ", _line"
    if reading.broken:
        keep += ", _broken, _text"
    body = _texts(contract, reading)
    for step in ("p_", "b_"):
        out = [f"{_step(step, rule)} as {sql.name(step + rule.name)}" for rule in rules]
        body = f"select {keep}, {', '.join(out)} from ({body})"
    out = [f"{casts.typed(r, raw(r.name), sql.name('b_' + r.name))} as {made(r.name)}" for r in rules]
    body = f"select {keep}, {', '.join(out)} from ({body})"
    body = f"select *, {', '.join(_final(contract))} from ({body})"
    wrong = [(one.holds, one.code) for one in conditions(contract, loaded_at)]
    bad = " or ".join(anything(contract, loaded_at)) or "false"
    if reading.broken:
        bad = f"_broken or {bad}"
    # in a CASE, AND and OR stop at the first answer; elsewhere DuckDB works out every part for every row
    body = f"select *, case when {bad} then true else false end as _bad{_day(contract)} from ({body})"
    return f"select {', '.join(_output(contract, reading, wrong))} from ({body})"


def _texts(contract: Contract, reading: Reading) -> str:
    given = {**reading.columns, **reading.extras}
    out = [f"{given.get(one, 'cast(null as varchar)')} as {raw(one)}" for one in (*contract.names, *reading.extras)]
    if reading.line:
        out.append(f"{reading.line} as _line")
    if reading.broken:
        out += [f"{reading.broken[1]} as _broken", f"{reading.text} as _text"]
    return f"select {', '.join(out)} from {reading.relation}"


def _step(step: str, rule: Rule) -> str:
    return casts.parsed(rule, raw(rule.name)) if step == "p_" else casts.bounded(rule, sql.name("p_" + rule.name))


def _final(contract: Contract) -> list[str]:
    out = []
    for rule in contract.columns:
        value = made(rule.name)
        if rule.default is not None:
            value = f"coalesce({value}, {casts.constant(rule, rule.default)})"
        out.append(f"{value} as {sql.name(rule.name)}")
    if contract.time and contract.rule(contract.time).type == "datetime":
        out.append(f"make_timestamp(epoch_us({made(contract.time)})) as _utc")
    return out


def _day(contract: Contract) -> str:
    if not contract.adds_day:
        return ""
    rule = contract.rule(contract.time)
    value = "_utc" if rule.type == "datetime" else sql.name(rule.name)
    return f", {casts.business_day(rule, value, contract.zone, contract.day_starts)} as day"


def _output(contract: Contract, reading: Reading, wrong: Sequence[tuple[str, str]]) -> list[str]:
    said = ", ".join(f"case when {holds} then {code} end" for holds, code in wrong)
    reasons = f"list_filter([{said}]::varchar[], lambda x: x is not null)"
    if reading.broken:
        reasons = f"case when _broken then [{sql.literal(reading.broken[0])}] else {reasons} end"
    texts = ", ".join(raw(one) for one in (*contract.names, *reading.extras))
    out = [sql.name(one) for one in contract.names]
    out += [f"{casts.trimmed(raw(one))} as {sql.name(one)}" for one in reading.extras]
    out += ["day"] if contract.adds_day else []
    out += [f"case when _bad then {reasons} end as _reasons", f"case when _bad then [{texts}]::varchar[] end as _raw"]
    out += ["_line"] if reading.line else []
    out += ["case when _broken then _text end as _text"] if reading.broken else []
    return out


def _rejects(con: DuckDBPyConnection) -> list[Reject]:
    found = con.execute(
        "select line_byte_position, min(error_type), min(csv_line) from reject_errors"
        f" where line_byte_position is not null group by 1 order by 1 limit {MOST_REJECTS + 1}"
    ).fetchall()
    if len(found) > MOST_REJECTS:
        raise Unreadable("no_table")
    return [Reject(position, _CODES.get(kind, "ragged"), text or "") for position, kind, text in found]


_CODES = {
    "MISSING COLUMNS": "too_few",
    "TOO MANY COLUMNS": "too_many",
    "UNQUOTED VALUE": "quotes",
    "LINE SIZE OVER MAXIMUM": "too_long",
    "INVALID ENCODING": "unreadable",
}
