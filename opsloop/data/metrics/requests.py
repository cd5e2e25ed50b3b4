"""What has to be counted for some questions, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from opsloop.data.metrics.questions import Absent, Where

Key = tuple[date, tuple[str | None, ...]]
Numbers = dict[Key, list[float | None]]


@dataclass(frozen=True, slots=True)
class Ask:
    """A question's shape with its days settled; since is after until when there are no days at all."""

    grain: str
    by: tuple[str, ...]
    where: Where
    since: date
    until: date
    at: int | None
    engine: str


@dataclass(frozen=True, slots=True)
class Request:
    """One metric that is counted directly (no formula, no change), as asked."""

    metric: str
    ask: Ask


@dataclass(frozen=True, slots=True)
class Span:
    """The days that a relation's data covers: from its first row to the last day that was loaded."""

    first: date
    last: date


@dataclass
class Done:
    """What came of counting. waiting: why a request could not be counted yet. sql: the statements run."""

    numbers: dict[Request, Numbers] = field(default_factory=dict)
    waiting: dict[Request, Absent] = field(default_factory=dict)
    snapshots: dict[str, int] = field(default_factory=dict)
    sql: list[str] = field(default_factory=list)
    computed: bool = False
