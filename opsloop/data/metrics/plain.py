"""A metric's answer as plain values: what the command line, the addresses for programs and the client give out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from opsloop.base.people.models import Person
from opsloop.data.metrics.asking import answer
from opsloop.data.metrics.questions import CannotAnswer, Question, Result, Row
from opsloop.data.metrics.trusting import Judges


def plain(question: Question, person: Person | None = None) -> dict[str, Any]:
    """The first metric's rows as a person sees them; as nobody, with everything personal masked. What is in
    doubt is asked apart (`doubts`): it costs a program more than a repeated answer.

    Raises CannotAnswer, also for a metric that waits for its data.
    """
    return told(question, person)[0]


def told(question: Question, person: Person | None) -> tuple[dict[str, Any], list[str], Result]:
    """The same, what its rows have, in order, whether there are rows or not, and what it was made of."""
    found = answer([question], person, strict=True)[0]
    (result,) = found.results
    if result.waiting:
        raise CannotAnswer(result.waiting)
    rows = [_row(row, result, question.by, compare=bool(question.compare)) for row in result.rows]
    data: dict[str, Any] = {
        "metric": result.metric, "unit": result.unit, "grain": question.grain, "by": list(question.by),
        "snapshot": found.snapshot, "rows": rows,
    }  # fmt: skip
    if result.currency:
        data["currency"] = result.currency
    heads = ["period", *question.by, "value", *(["over", "under"] if result.ratio else [])]
    return data, [*heads, *(["then", "change", "why"] if question.compare else [])], result


def doubts(metric: str, spans: Iterable[tuple[date | None, date | None]]) -> list[str]:
    """What is doubtful about the days of these spans, each said once."""
    judges = Judges([metric])
    return list(dict.fromkeys(str(one) for span in spans for one in judges.trust(metric, *span).doubts))


def _row(row: Row, result: Result, by: Sequence[str], *, compare: bool) -> dict[str, Any]:
    made: dict[str, Any] = {
        "period": row.period.isoformat(),
        **dict(zip(by, row.dims, strict=True)),
        "value": row.value,
    }
    if result.ratio:
        made |= {"over": row.over, "under": row.under}
    if row.steps:
        made["steps"] = list(row.steps)
    if compare:
        made |= {"then": row.then, "change": row.change}
    if row.why:
        made["why"] = str(row.why)
    return made
