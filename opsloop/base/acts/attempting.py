"""To live with a no: a part of an act that is undone as if it had never been tried."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction

from opsloop.base.things.errors import ActError, Warned
from opsloop.base.things.frame import Op, running

T = TypeVar("T")


def attempt(fn: Callable[[], T]) -> tuple[T | None, ActError | None]:
    """Run acts inside another act and live with their refusal: (result, None) or (None, the no).

    After a no the database, the entries, changes, warnings and the instances under lock are as before, so the
    caller may go on with its own. Instances first locked inside must be read again.
    """
    op = running()
    before = _Before(op)
    try:
        with transaction.atomic():
            got = fn()
            if warned := {c: t for line in op.lines[before.lines :] for c, t in line.warned.items()}:
                raise Warned(warned)
            return got, None
    except ActError as error:
        before.put_back(op)
        return None, error


class _Before:
    """Everything of an operation that a rolled back savepoint does not put back by itself."""

    def __init__(self, op: Op) -> None:
        self.lines, self.depth, self.broken, self.locked = len(op.lines), len(op.stack), op.broken, dict(op.locked)
        self.written = len(op.written)
        self.rows = [(row, dict(row.__dict__), dict(row._state.fields_cache)) for row in op.locked.values()]
        self.open: list[tuple[int, dict[str, Any]]] = [(i, _parts(op, i)) for i in op.stack]

    def put_back(self, op: Op) -> None:
        for key, row in op.locked.items():
            if self.locked.get(key) is not row:
                row.__dict__["_op"] = None  # it shows what was rolled back: saving it raises StaleRow
        for row, values, cache in self.rows:
            row.__dict__.clear()
            row.__dict__.update(values)
            row._state.fields_cache.clear()
            row._state.fields_cache.update(cache)
        del op.lines[self.lines :], op.stack[self.depth :], op.written[self.written :]
        op.broken, op.locked = self.broken, self.locked
        for i, parts in self.open:
            for name, value in parts.items():
                setattr(op.lines[i], name, value)


def _parts(op: Op, i: int) -> dict[str, Any]:
    """Copies of what a running line has gathered so far."""
    line = op.lines[i]
    return {
        "changes": {name: dict(diff) for name, diff in line.changes.items()},
        "private": dict(line.private),
        "subjects": list(line.subjects),
        "warned": dict(line.warned),
        "reasons": dict(line.reasons),
    }
