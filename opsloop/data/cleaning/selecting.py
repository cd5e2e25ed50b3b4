"""The SELECT of one careful pass: texts to typed rows, each with its business day and all reasons against it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from opsloop.data.cleaning import casts, native, sql
from opsloop.data.cleaning.conditions import anything, conditions, made, raw
from opsloop.data.cleaning.contract import Contract, Rule
from opsloop.data.cleaning.reading import Reading


def select(contract: Contract, reading: Reading, loaded_at: datetime) -> str:
    """Every row of a relation of texts, with all reasons against it."""
    body = _weighed(contract, _typed(contract, reading), ("_broken",) if reading.broken else (), loaded_at)
    wrong = [(one.holds, one.code) for one in conditions(contract, loaded_at)]
    return f"select {', '.join(_output(contract, reading, wrong))} from ({body})"


def select_plain(contract: Contract, reading: Reading, by_reader: Collection[str], loaded_at: datetime) -> str:
    """Every row of a relation in which the columns `by_reader` are typed already. What is not surely good has an
    empty list of reasons."""
    rules = [contract.rule(name) for name in by_reader]
    doubts = [one for rule in rules if rule.type != "text" for one in native.doubts(rule, raw(rule.name))]
    body = _typed(contract, reading, by_reader)
    if texts := [raw(rule.name) for rule in rules if rule.type == "text"]:
        # one look at all of them costs half of a look at each
        body = f"select *, concat({', '.join(texts)}) as _together from ({body})"
        doubts = [native.blemished("_together"), *doubts]
    body = _weighed(contract, body, doubts, loaded_at, by_reader)
    own = "case when _bad then []::varchar[] end as _reasons, null::varchar[] as _raw, null::bigint as _line"
    return f"select {', '.join(_values(contract, reading))}, {own}, null::double as _place from ({body})"


def _typed(contract: Contract, reading: Reading, by_reader: Collection[str] = ()) -> str:
    """One layer for each step, so that no text is parsed twice."""
    keep = ", ".join(raw(one) for one in (*contract.names, *reading.extras))
    for own in _own(reading):
        keep += f", {own}"
    if reading.broken:
        keep += ", _broken, _text"
    body = _texts(contract, reading)
    careful = [rule for rule in contract.columns if rule.name not in by_reader]
    for step in ("p_", "b_"):
        out = [f"{_step(step, rule)} as {sql.name(step + rule.name)}" for rule in careful]
        body = f"select {', '.join([keep, *out])} from ({body})"
    out = [f"{casts.typed(r, raw(r.name), sql.name('b_' + r.name))} as {made(r.name)}" for r in careful]
    out += [f"{native.typed(contract.rule(one), raw(one))} as {made(one)}" for one in by_reader]
    return f"select {keep}, {', '.join(out)} from ({body})"


def _weighed(
    contract: Contract, body: str, more: Sequence[str], loaded_at: datetime, by_reader: Collection[str] = ()
) -> str:
    """Typed rows with the contract's columns, `day`, and `_bad`: is anything wrong, or one of the conditions `more`?"""
    body = f"select *, {', '.join(_final(contract))} from ({body})"
    bad = " or ".join((*more, *anything(contract, loaded_at, by_reader))) or "false"
    # in a CASE, AND and OR stop at the first answer; elsewhere DuckDB works out every part for every row
    return f"select *, case when {bad} then true else false end as _bad{_day(contract)} from ({body})"


def _values(contract: Contract, reading: Reading) -> list[str]:
    """What a staged row holds of its file."""
    out = [sql.name(one) for one in contract.names]
    out += [f"{casts.trimmed(raw(one))} as {sql.name(one)}" for one in reading.extras]
    return [*out, "day"] if contract.adds_day else out


def _texts(contract: Contract, reading: Reading) -> str:
    given = {**reading.columns, **reading.extras}
    out = [f"{given.get(one, 'cast(null as varchar)')} as {raw(one)}" for one in (*contract.names, *reading.extras)]
    out += [f"{said} as {own}" for own, said in _own(reading).items()]
    if reading.broken:
        out += [f"{reading.broken[1]} as _broken", f"{reading.text} as _text"]
    return f"select {', '.join(out)} from {reading.relation}"


def _own(reading: Reading) -> dict[str, str]:
    """What the relation knows of a row beside its cells."""
    said = {"_line": reading.line and f"cast({reading.line} as bigint)", "_place": reading.place}
    return {own: expression for own, expression in said.items() if expression}


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
    out = _values(contract, reading)
    out += [f"case when _bad then {reasons} end as _reasons", f"case when _bad then [{texts}]::varchar[] end as _raw"]
    out += [
        "_line" if reading.line else "null::bigint as _line",
        "_place" if reading.place else "null::double as _place",
    ]
    out += ["case when _broken then _text end as _text"] if reading.broken else []
    return out
