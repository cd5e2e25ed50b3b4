"""What a publication writes for reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from opsloop.base.kinds.registry import Change
from opsloop.base.people.models import Person
from opsloop.modules.reports.models import Report


def compile_reports(changes: Sequence[Change], by: Person) -> None:
    """Rows of the changed reports; inside the publishing act."""
    Report.put(changes)


def translate_reports(language: str, texts: Mapping[str, Mapping[str, str]]) -> None:
    """Titles in another language; inside the publishing act."""
    Report.put_words(language, texts)
