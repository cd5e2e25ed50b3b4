"""What pages call: the sheet is judged outside any transaction, then the act keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from opsloop.base.acts import Call, Invalid, perform
from opsloop.data.submissions.actions import Cell, layout_of
from opsloop.data.submissions.checking import Faults, faults
from opsloop.data.submissions.models import Submission


@dataclass(frozen=True, slots=True)
class Checked:
    """Rows as they would be kept, and what is wrong by (row as typed, from 0; column)."""

    rows: list[dict[str, str]]
    faults: Faults


def check(sheet: Submission, cells: Sequence[Cell]) -> Checked:
    """Judge typed cells by the source's contract. Rows are numbered as they were typed."""
    layout = layout_of(sheet)
    placed = layout.placed((one.row, one.column, one.value) for one in cells)
    at, rows = list(placed), list(placed.values())
    found = faults(sheet.source.ident, layout, rows, sheet.day, sheet.department.code)
    return Checked(rows, {(at[row], column): said for (row, column), said in found.items()})


def submit(sheet: Submission, cells: Sequence[Cell], call: Call) -> Submission:
    """Hand the sheet in. Raises Invalid naming each cell that does not fit, and what the act refuses."""
    return _done("submissions.submit", sheet, cells, call)


def correct(sheet: Submission, cells: Sequence[Cell], reason: str, call: Call) -> Submission:
    """Change figures that were handed in. Raises as `submit`."""
    return _done("submissions.correct", sheet, cells, call, reason=reason)


def _done(act: str, sheet: Submission, cells: Sequence[Cell], call: Call, **more: str) -> Submission:
    found = check(sheet, cells).faults
    if found:
        raise Invalid({f"cells.{row}.{column}": said for (row, column), said in found.items()})
    done: Submission = perform(act, {"cells": plain(cells), **more}, call, on=sheet.pk)
    return done


def plain(cells: Sequence[Cell]) -> list[dict[str, object]]:
    """Cells as the act takes them from a door."""
    return [{"row": one.row, "column": one.column, "value": one.value} for one in cells if one.value.strip()]
