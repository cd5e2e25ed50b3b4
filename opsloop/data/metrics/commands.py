"""Behind `opsloop metric` and `opsloop explain`: the answers as plain values and as lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from unicodedata import east_asian_width

from opsloop.base.people.models import Person
from opsloop.data.metrics.api import explain
from opsloop.data.metrics.plain import doubts, told
from opsloop.data.metrics.questions import Breakdown, CannotAnswer, Part, Question, Split

OVERLAP = "(overlap)"
"""Stands in tables for what is counted in several parts; in JSON the part is marked."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer to print. data: as JSON; table: a head and its rows."""

    data: dict[str, Any]
    table: list[list[Any]]

    def csv(self) -> str:
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([["" if v is None else v for v in row] for row in self.table])
        return out.getvalue().rstrip("\n")

    def lines(self) -> list[str]:
        """Columns beside each other; a Chinese character is two wide."""
        told = [[_text(value) for value in row] for row in self.table]
        widths = [max(map(_width, column)) for column in zip(*told, strict=True)]
        made = ["  ".join(t + " " * (w - _width(t)) for t, w in zip(row, widths, strict=True)).rstrip() for row in told]
        return [made[0], "  ".join("-" * w for w in widths), *made[1:]]


def metric(question: Question, person: Person | None = None) -> Shown:
    """The answer as plain values and as a table; `doubts` (存疑) is there when a person should know something of these
    days first. Raises CannotAnswer."""
    data, heads, result = told(question, person)
    if question.at is None and (said := doubts(result.metric, [(result.since, result.until)])):
        data["doubts"] = said
    return Shown(data, [heads, *([row.get(head) for head in heads] for row in data["rows"])])


def explained(
    name: str,
    days: tuple[date, date, date, date],
    by: Sequence[str] | None,
    at: int | None,
    person: Person | None = None,
) -> Shown:
    """Why the metric differs between two spans. Raises CannotAnswer where there is nothing to compare."""
    found = explain(name, *days, by=by, at=at, person=person)
    if found.difference is None:
        raise CannotAnswer(found.why)
    data: dict[str, Any] = {
        "metric": found.metric, "unit": found.unit, "snapshot": found.snapshot, "now": found.now, "then": found.then,
        "difference": found.difference,
        "factors": [_part(part) for part in (found.factors.parts if found.factors else ())],
        "splits": [_split(split) for split in found.splits],
    }  # fmt: skip
    if at is None and (said := doubts(name, [days[:2], days[2:]])):
        data["doubts"] = said
    return Shown(data, _table(found))


def _split(split: Split) -> dict[str, Any]:
    made: dict[str, Any] = {"by": split.by, "parts": [_part(part) for part in split.parts]}
    return made | ({"within": split.within, "mix": split.mix} if split.within is not None else {})


def _part(part: Part) -> dict[str, Any]:
    made: dict[str, Any] = {"name": part.name, "effect": part.effect, "now": part.now, "then": part.then}
    return made | ({"overlap": True} if part.overlap else {})


def _table(found: Breakdown) -> list[list[Any]]:
    rows: list[list[Any]] = [["by", "name", "then", "now", "effect"]]
    rows.append(["", found.title, found.then, found.now, found.difference])
    for split in [*([found.factors] if found.factors else []), *found.splits]:
        rows += [
            [split.by, OVERLAP if part.overlap else part.name, part.then, part.now, part.effect] for part in split.parts
        ]
    return rows


def _text(value: Any) -> str:
    return "" if value is None else f"{value:.10g}" if isinstance(value, float) else str(value)


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
