"""What other apps use of metrics."""

from __future__ import annotations

from collections.abc import Sequence

from opsloop.base.people.models import Person
from opsloop.data.metrics.asking import answer
from opsloop.data.metrics.explaining import explain
from opsloop.data.metrics.plain import plain
from opsloop.data.metrics.questions import (
    Answer,
    Breakdown,
    CannotAnswer,
    Part,
    Question,
    Result,
    Row,
    Split,
    Trust,
    where_of,
)
from opsloop.data.metrics.trusting import Judges, sources_behind, trust, trusts


def ask(question: Question, person: Person | None = None) -> Answer:
    """The answer to a question. Personal dimensions are masked as everywhere in the house; without a person, all are.

    Raises CannotAnswer: no such metric or dimension, a filter on what the person does not read.
    """
    return answer([question], person, strict=True)[0]


def ask_many(questions: Sequence[Question], person: Person | None = None) -> list[Answer]:
    """Answers in the order of the questions, counted together: one statement for each relation.

    What cannot be answered has the reason in its result's `waiting`, so that one tile does not spoil a dashboard.
    """
    return answer(questions, person, strict=False)


__all__ = [
    "Answer", "Breakdown", "CannotAnswer", "Judges", "Part", "Question", "Result", "Row", "Split", "Trust", "ask",
    "ask_many", "explain", "plain", "sources_behind", "trust", "trusts", "where_of",
]  # fmt: skip
