"""Imports: the same act per row, many rows per transaction; a bad row spoils only itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from opsloop.base.acts import repeat, say
from opsloop.base.acts.attempting import attempt
from opsloop.base.acts.perform import check_call, ids_of, judge, load_subject, named
from opsloop.base.acts.registry import Act
from opsloop.base.acts.run import operation
from opsloop.base.ledger.models import Entry
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
    """One entry per row, `chunk` rows per transaction. Not inside an act: every chunk commits by itself.

    Each row's key is `<call.key>:<row>`, so a repeated import, also one with another chunk, does only what is missing.
    """
    this = named(name)
    check_call(replace(call, key=f"{call.key}:{10**9}" if call.key else None))  # room for the row's number
    numbered = enumerate(rows)
    while part := list(islice(numbered, chunk)):
        with operation(replace(call, key=None)) as op:
            keys = {i: f"{call.key}:{i}" for i, _row in part} if call.key else {}
            known = repeat.entries_of_keys(call.by.pk, keys.values()) if keys else {}
            out = [_row(this, op, call, i, row, keys.get(i), known) for i, row in part]
        yield from out


def _row(this: Act, op: Op, call: Call, i: int, row: RowIn, key: str | None, known: dict[str, Entry]) -> RowOut:
    on, raw = row

    def one() -> Any:
        clean, ids = say.check(this.model, raw), ids_of(this, on)
        if key is not None and key in known:
            return repeat.answer(this, clean, ids, known[key])
        return judge(this, clean, call.by, load_subject(this, call.by, ids, op), op, key)

    result, error = attempt(one)
    op.locked.clear()  # the next row reads its own; keeping them would make each savepoint dearer than the last
    return RowOut(i, result, error)
