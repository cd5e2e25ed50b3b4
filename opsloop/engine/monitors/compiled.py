"""What a publication writes for monitors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from opsloop.base.jobs.api import enqueue
from opsloop.base.kinds.registry import Change
from opsloop.base.people.models import Person
from opsloop.engine.monitors.models import Monitor

BACKTEST = "monitors.backtest_new"


def compile_monitors(changes: Sequence[Change], by: Person) -> None:
    """Rows of the changed monitors, and a job that back-tests them; inside the publishing act."""
    if any(not row.withdrawn for row in Monitor.put(changes)):
        enqueue(BACKTEST, behalf=None)


def translate_monitors(language: str, texts: Mapping[str, Mapping[str, str]]) -> None:
    """Titles and notes in another language; inside the publishing act."""
    Monitor.put_words(language, texts)
