"""Which kinds people read and confirm, who of them is concerned, and what they are asked about it.

    read_by("position", lambda ident, obj: [ident])

The app that owns a kind registers it beside the kind; engine/readings asks. A kind that is not here is read by nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `right` is one of the options; `why` is said once it was passed."""

    ask: str
    options: tuple[str, ...]
    right: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Quiz:
    """needs: per cent of right answers by which one passes, that mark included. tries: how often one may try."""

    needs: int
    tries: int
    questions: tuple[Question, ...]


Concerns = Callable[[str, Any], Iterable[str]]
"""(id, object) -> codes of the positions that the thing concerns."""
Asks = Callable[[Any], Quiz | None]
"""object -> its quiz, None where it brings none. Texts stand under `quiz.questions.N.ask`, `.options.M`, `.why`."""


@dataclass(frozen=True, slots=True)
class Reader:
    """How one kind is read."""

    concerns: Concerns
    quiz: Asks | None = None


readers: dict[str, Reader] = {}


def read_by(kind: str, concerns: Concerns, *, quiz: Asks | None = None) -> None:
    """Say who has to read the things of a kind. Raises RuntimeError for a second answer from another module."""
    known = readers.get(kind)
    if known is not None and known.concerns.__module__ != concerns.__module__:
        raise RuntimeError(f"two answers who reads {kind}: {known.concerns.__module__} and {concerns.__module__}")
    readers[kind] = Reader(concerns, quiz)
