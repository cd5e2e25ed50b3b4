"""Where a case comes from, told by apps above: a recurring case says which of its days this is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from opsloop.base.people.models import Person
from opsloop.engine.cases.models import Case


@dataclass(frozen=True, slots=True)
class Origin:
    """One line above the case. url: empty for who may not open it."""

    text: str
    url: str = ""
    icon: str = "repeat"


Finder = Callable[[Case, Person], Origin | None]
"""None where the case does not come from there; one query at most, as every case page asks."""

_finders: list[Finder] = []


def origin(finder: Finder) -> Finder:
    """Decorator: asked by the page of every case."""
    if finder not in _finders:
        _finders.append(finder)
    return finder


def origins(case: Case, person: Person) -> list[Origin]:
    """In the order in which the apps are loaded."""
    return [found for one in _finders if (found := one(case, person)) is not None]
