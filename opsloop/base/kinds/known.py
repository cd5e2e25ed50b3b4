"""What the book knows of a published thing: its versions and who names it. The playbook answers; data asks.

Apps below the playbook must not import it, so it puts its answers here when it is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of a thing. changed: fields that differ from the version before, in the reader's language."""

    number: int
    from_day: date
    reason: str
    by: str
    changed: tuple[str, ...]
    withdrawn: bool
    url: str
    keys: tuple[str, ...] = ()
    """The same fields by their keys in the file."""


@dataclass(frozen=True, slots=True)
class Named:
    """A published thing in the reader's words, and its page."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Naming:
    """A published thing that names another in one of its fields."""

    kind: str
    kind_title: str
    ident: str
    title: str
    fields: tuple[str, ...]
    url: str


Editions = Callable[[str, str], Sequence[Edition]]
NamedBy = Callable[[str, str], Named | None]
Namings = Callable[[str, str], Sequence[Naming]]
_answers: dict[str, Callable[[str, str], object]] = {}


def provide(*, editions: Editions, coming: Editions, namings: Namings, named: NamedBy) -> None:
    """Called once by the app that keeps the published book."""
    _answers.update(editions=editions, coming=coming, namings=namings, named=named)


def named(kind: str, ident: str) -> Named | None:
    """A thing that is in force, or None."""
    return _answers["named"](kind, ident) if "named" in _answers else None  # type: ignore[return-value]


def editions(kind: str, ident: str) -> Sequence[Edition]:
    """All versions of a thing, newest first; none where nothing is published."""
    return _answers["editions"](kind, ident) if "editions" in _answers else ()  # type: ignore[return-value]


def coming(kind: str, ident: str) -> Sequence[Edition]:
    """Its versions that are published and hold from a later day, in the order of their days; of one day the last."""
    return _answers["coming"](kind, ident) if "coming" in _answers else ()  # type: ignore[return-value]


def namings(kind: str, ident: str) -> Sequence[Naming]:
    """Everything in force today that names the thing by its id, in the order of kinds and titles."""
    return _answers["namings"](kind, ident) if "namings" in _answers else ()  # type: ignore[return-value]
