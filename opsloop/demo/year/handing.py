"""What was simulated waits here for the act that writes it: by its part and a hash of what people said in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from opsloop.base.people.models import Absence
from opsloop.demo.year.running import Run
from opsloop.engine.cases.many import Come


@dataclass
class Part:
    """Cases, each with those that it called, and absences."""

    cases: list[Come]
    absences: list[Absence] = field(default_factory=list)


_waiting: dict[tuple[int, str], Part] = {}


def hand_over(number: int, runs: Sequence[Run], absences: Sequence[Absence] = ()) -> str:
    """Answers the hash."""
    digest = sha256()
    for run in runs:
        digest.update(f"{run.case.title}{run.said}".encode())
    comes: dict[int, Come] = {}
    for run in runs:
        above = comes[run.above.no] if run.above else None
        comes[run.no] = Come(run.case, run.state, run.log, run.given, above, run.parent_activation)
    _waiting[number, digest.hexdigest()] = Part(list(comes.values()), list(absences))
    return digest.hexdigest()


def taken(number: int, digest: str) -> Part | None:
    """What was handed over, once."""
    return _waiting.pop((number, digest), None)
