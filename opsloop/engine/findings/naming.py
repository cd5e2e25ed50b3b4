"""The title of a finding as its reader reads it, where a machine gave it: what the thing behind it is called.

What people wrote is never touched. A title counts as the machine's while it is, word for word, what the thing calls
itself in one of the house's languages; who changes it has written it.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.utils import translation

Namer = Callable[[int, str], tuple[str, ...]]
"""(number of a thing, part of it) -> what a finding of it may be called in the active language, in each language in
the same order; nothing where the thing is not there."""
namers: dict[str, Namer] = {}


def names_findings(label: str, namer: Namer) -> None:
    """Findings that come from this kind of thing may have its name as their title. Called once by the kind's app."""
    namers[label] = namer


def read(title: str, label: str, number: int | None, part: str) -> str:
    """The title in the reader's language if the thing gave it, else as it stands."""
    namer = namers.get(label)
    if namer is None or number is None:
        return title
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            names = namer(number, part)
        if title in names:
            return dict(zip(names, namer(number, part), strict=True))[title]
    return title
