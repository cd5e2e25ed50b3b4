"""opsloop sql QUERY: one SELECT in the same child as on the page; without --by everything personal is masked."""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from opsloop.base.things.errors import ActError
from opsloop.config.cli import Failed
from opsloop.config.commands.playbook import person
from opsloop.data.sql import asking, checking, results, running
from opsloop.ui.listkit.export import harmless

WIDEST = 60
EXACT = 16
"""Characters of a number that a double holds without loss."""


def sql(said: argparse.Namespace) -> int:
    """Print the rows. With --by the question is recorded as that person's. Raises Failed with line and column."""
    text = sys.stdin.read() if said.query == "-" else said.query
    with tempfile.TemporaryDirectory() as folder:
        found = _run(text, said, Path(folder) / "rows.jsonl")
        {"json": _json, "csv": _csv, "table": _table}[said.format](found)
    if found.more:
        print(f"opsloop: only the first {found.rows} rows; narrow it", file=sys.stderr)
    return 0


def _run(text: str, said: argparse.Namespace, file: Path) -> running.Result:
    try:
        if said.by is None:
            return running.run(text, None, file, at=said.snapshot, limits=running.JOB)
        run = asking.ask(person(said.by), text, at=said.snapshot, limits=running.JOB)
        if run.fault:
            raise Failed(_placed(checking.Fault(run.fault, run.line, run.column)))
        columns = running.read_columns(run.file)
        return running.Result(run.file, columns, run.rows, run.more, run.seconds, run.version or 0)
    except checking.BadQuery as error:
        raise Failed(_placed(error.fault)) from error
    except ActError as error:
        raise Failed(str(error)) from error


def _placed(fault: checking.Fault) -> str:
    where = ", ".join(f"{word} {n}" for word, n in (("line", fault.line), ("column", fault.column)) if n is not None)
    return f"{where}: {fault.text}" if where else fault.text


def _json(found: running.Result) -> None:
    names = [column.name for column in found.columns]
    rows = [dict(zip(names, map(_number, row, found.columns), strict=True)) for row in found.read()]
    columns = [{"name": column.name, "type": column.type} for column in found.columns]
    print(
        json.dumps(
            {"columns": columns, "rows": rows, "more": found.more, "snapshot": found.version}, ensure_ascii=False
        )
    )


def _number(value: Any, column: running.Column) -> Any:
    """Decimals stand in JSON as numbers, as far as these are exact."""
    exact = isinstance(value, str) and results.is_number(column) and len(value) <= EXACT
    return float(value) if exact else value


def _csv(found: running.Result) -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow([harmless(column.name) for column in found.columns])
    writer.writerows([harmless(value) for value in row] for row in found.read())


def _table(found: running.Result) -> None:
    lines = [[column.name for column in found.columns], *([_short(value) for value in row] for row in found.read())]
    widths = [max(_width(line[at]) for line in lines) for at in range(len(found.columns))]
    for n, line in enumerate(lines):
        print(_padded(line, widths))
        if n == 0:
            print("  ".join("-" * width for width in widths))


def _short(value: Any) -> str:
    text = "" if value is None else str(value).replace("\n", " ")
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"


def _padded(line: Sequence[str], widths: Iterable[int]) -> str:
    return "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)).rstrip()


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
