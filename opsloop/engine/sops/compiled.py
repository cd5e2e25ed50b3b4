"""What a publication writes for SOPs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from opsloop.base.kinds.registry import Change
from opsloop.base.people.models import Person
from opsloop.engine.sops.models import Sop


def compile_sops(changes: Sequence[Change], by: Person) -> None:
    """Rows of the changed SOPs; inside the publishing act."""
    Sop.put(changes)


def translate_sops(language: str, texts: Mapping[str, Mapping[str, str]]) -> None:
    """Titles, checklists, messages and the like in another language; inside the publishing act."""
    Sop.put_words(language, texts)
