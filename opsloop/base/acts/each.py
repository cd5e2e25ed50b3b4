"""Imports: the same act per row, many rows per transaction; a bad row spoils only itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from opsloop.base.acts import say
from opsloop.base.acts.perform import answer_again, entry_of, load_subject, named, values_of
from opsloop.base.acts.registry import Act
from opsloop.base.acts.run import attempt, invoke, operation
from opsloop.base.things.errors import ActError
from opsloop.base.things.frame import Call, Op

RowIn = tuple[Any, dict[str, Any]]
"""(the object's id or None, plain values)."""


@dataclass(frozen=True, slots=True)
class RowOut:
    """What became of one row: its place from 0, the act's result, or why not."""

    row: int
    result: Any
    error: ActError | None


def each(name: str, rows: Iterable[RowIn], call: Call, *, chunk: int = 200) -> Iterator[RowOut]:
    """One entry per row, `chunk` rows per transaction. Each row's key is `<call.key>:<row>`, so a repeat is known."""
    this = named(name)
    todo = list(rows)
    for start in range(0, len(todo), chunk):
        part = list(enumerate(todo[start : start + chunk], start))
        with operation(replace(call, key=None)) as op:
            out = [_row(this, op, call, i, row) for i, row in part]
        yield from out


def _row(this: Act, op: Op, call: Call, i: int, row: RowIn) -> RowOut:
    on, raw = row
    key = f"{call.key}:{i}" if call.key else None

    def one() -> Any:
        clean = say.check(this.model, raw)
        if key and (entry := entry_of(call.by.pk, key)):
            return answer_again(this, clean, on, entry)
        subject = load_subject(this, call.by, on) if this.subject else None
        values = values_of(this, clean, call.by, subject)
        return invoke(this, op, subject, {"by": call.by, **values}, key=key)

    result, error = attempt(one)
    return RowOut(i, result, error)
