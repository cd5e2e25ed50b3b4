"""What is due by the clock, for `opsloop run`: each app adds its part in its jobs.py.

    @when_due("sources", order=10, may=("sources.load",))
    def load_due(ctx: Due) -> list[str]: ...

The scheduled jobs do the same by themselves while a worker runs; `opsloop run` does it now, for a day that is named.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from opsloop.base.people.models import Person


@dataclass(frozen=True, slots=True)
class Due:
    """by: who acts, with the rights that the part named. now: the moment that it is taken to be."""

    by: Person
    now: datetime


@dataclass(frozen=True, slots=True)
class Done:
    """What one part did: a line for people, its values for programs, and whether something went wrong."""

    text: str
    data: dict[str, object]
    failed: bool = False


Fn = Callable[[Due], list[Done]]


@dataclass(frozen=True, slots=True)
class Part:
    """One app's part, done in the order of `order`."""

    name: str
    order: int
    may: tuple[str, ...]
    fn: Fn


parts: dict[str, Part] = {}


def when_due(name: str, *, order: int, may: tuple[str, ...]) -> Callable[[Fn], Fn]:
    """Add a part. Raises RuntimeError when another module has one of this name."""

    def put(fn: Fn) -> Fn:
        if name in parts and parts[name].fn.__module__ != fn.__module__:
            raise RuntimeError(f"two parts named {name}: in {parts[name].fn.__module__} and {fn.__module__}")
        parts[name] = Part(name, order, may, fn)
        return fn

    return put


def in_order() -> list[Part]:
    """All parts as they are to be done."""
    return sorted(parts.values(), key=lambda one: (one.order, one.name))
