"""What a publication writes for metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from opsloop.base.kinds.registry import Change
from opsloop.base.people.models import Person
from opsloop.data.metrics.models import Metric


def compile_metrics(changes: Sequence[Change], by: Person) -> None:
    """Rows of the changed metrics; inside the publishing act."""
    Metric.put(changes)


def translate_metrics(language: str, texts: Mapping[str, Mapping[str, str]]) -> None:
    """Titles, meanings and the like in another language; inside the publishing act."""
    Metric.put_words(language, texts)
