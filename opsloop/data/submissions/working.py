"""What pages call: the sheet is judged outside any transaction, then the act keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _t

from opsloop.base.acts import Call, Invalid, perform
from opsloop.base.things import texts
from opsloop.data.submissions.actions import Cell, layout_of
from opsloop.data.submissions.checking import Faults, faults
from opsloop.data.submissions.models import Submission

NAMED = 8
"""So many rows are named one by one."""


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


def empty_rows(sheet: Submission, cells: Sequence[Cell]) -> list[str]:
    """Given rows in which nothing stands, by their names. Of a sheet that was handed in those that held figures."""
    layout = layout_of(sheet)
    filled = {row.get(layout.given) for row in layout.read((one.row, one.column, one.value) for one in cells)}
    before = None if sheet.to_fill else {row.get(layout.given) for row in sheet.rows}
    return [label for label in layout.labels if label not in filled and (before is None or label in before)]


def submit(sheet: Submission, cells: Sequence[Cell], call: Call, *, leave_out: bool = False) -> Submission:
    """Hand the sheet in. Raises Invalid naming each cell that does not fit, and what the act refuses.

    leave_out: given rows that are empty stay out of the numbers; without it a sheet with such rows is not taken.
    """
    return _done("submissions.submit", sheet, cells, call, leave_out)


def correct(
    sheet: Submission, cells: Sequence[Cell], reason: str, call: Call, *, leave_out: bool = False
) -> Submission:
    """Change figures that were handed in. Raises as `submit`."""
    return _done("submissions.correct", sheet, cells, call, leave_out, reason=reason)


def _done(act: str, sheet: Submission, cells: Sequence[Cell], call: Call, leave_out: bool, **more: str) -> Submission:
    faults = {f"cells.{row}.{column}": said for (row, column), said in check(sheet, cells).faults.items()}
    empty = [] if leave_out else empty_rows(sheet, cells)
    if empty and not faults and plain(cells):  # a sheet on which nothing stands at all is refused by the act
        faults["empty"] = [_t("These rows are empty: {rows}.").format(rows=listed(empty))]
    if faults:
        raise Invalid(faults)
    done: Submission = perform(act, {"cells": plain(cells), **more}, call, on=sheet.pk)
    return done


def listed(names: Sequence[str]) -> str:
    """The first names, and how many more."""
    shown = texts.listed(names[:NAMED])
    return shown if len(names) <= NAMED else _t("{names} and {n} more").format(names=shown, n=len(names) - NAMED)


def plain(cells: Sequence[Cell]) -> list[dict[str, object]]:
    """Cells as the act takes them from a door."""
    return [{"row": one.row, "column": one.column, "value": one.value} for one in cells if one.value.strip()]
