"""Does what stands on a sheet fit the contract? Judged by the same SQL as every load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.data.cleaning import sql
from opsloop.data.cleaning.reading import Reading
from opsloop.data.cleaning.selecting import select
from opsloop.data.lake import store
from opsloop.data.sources.contracts import contract
from opsloop.data.sources.faults import reason
from opsloop.data.submissions.layout import Layout

Row = Mapping[str, str]
Faults = dict[tuple[int, str], list[str]]
"""(row from 0, column or "") -> what is wrong, in the reader's language."""


def faults(ident: str, layout: Layout, rows: Sequence[Row], day: date, place: str) -> Faults:
    """What is wrong with each figure; empty when the sheet could be loaded as it is."""
    if not rows:
        return {}
    own = {layout.definition.time: day.isoformat(), layout.asked.place: place}
    whole = [{**row, **own} for row in rows]
    found: Faults = {}
    for at, code in [*_broken(ident, layout, whole), *_strange(ident, layout, whole), *_twice(layout, rows)]:
        column = code.partition(":")[0]
        cell = (at, column if column in layout.definition.columns and column not in own else "")
        found.setdefault(cell, []).append(_said(code, layout))
    return found


def _said(code: str, layout: Layout) -> str:
    if code.endswith(":twice"):
        return _t("This row is there twice.")
    return reason(code, layout.definition)


def _broken(ident: str, layout: Layout, rows: Sequence[Row]) -> list[tuple[int, str]]:
    """(row, reason) of the contract's conditions."""
    names = list(layout.definition.columns)
    values = ", ".join(
        f"({at}, {', '.join(sql.literal(row[name]) if row.get(name) else 'null' for name in names)})"
        for at, row in enumerate(rows)
    )
    relation = f"(values {values}) as sheet(_at, {', '.join(f'c{n}' for n in range(len(names)))})"
    columns = {name: f"cast(c{n} as varchar)" for n, name in enumerate(names)}
    reading = Reading(relation=relation, columns=columns, line="_at")
    query = select(contract(ident, layout.definition), reading, timezone.now())
    cursor = store.connect().cursor()
    try:
        cursor.execute("set TimeZone = 'UTC'")
        got = cursor.execute(f"select _line, unnest(_reasons) from ({query}) where _reasons is not null").fetchall()  # noqa: S608  # values are quoted
    finally:
        cursor.close()
    return [(int(at), str(code)) for at, code in got]


def _strange(ident: str, layout: Layout, rows: Sequence[Row]) -> list[tuple[int, str]]:
    """(row, reason) of values that are not found where the contract says; what was never loaded judges nothing."""
    out: list[tuple[int, str]] = []
    for rule in contract(ident, layout.definition).columns:
        wanted = sorted({row[rule.name] for row in rows if row.get(rule.name)})
        if rule.reference is None or not wanted:
            continue
        table, column = rule.reference
        listed = ", ".join(map(sql.literal, wanted))
        text = f"cast({sql.name(column)} as varchar)"
        try:
            query = f"select distinct {text} from {sql.name(table)} where {text} in ({listed})"  # noqa: S608  # quoted
            known = {str(one) for (one,) in store.fetch(query, [table])}
        except LookupError:
            continue
        out += [
            (at, f"{rule.name}:not_found")
            for at, row in enumerate(rows)
            if row.get(rule.name) and row[rule.name] not in known
        ]
    return out


def _twice(layout: Layout, rows: Sequence[Row]) -> list[tuple[int, str]]:
    seen: set[str] = set()
    out = []
    for at, row in enumerate(rows):
        name = layout.name_of(row)
        if name in seen and layout.key:
            out.append((at, f"{layout.key[0]}:twice"))
        seen.add(name)
    return out
