"""What a command changes, and what it asks of the world around."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from opsloop.engine.cases.flow.state import Activation, Head, Item, State, Timer, Vote


class No(Exception):
    """A rule says no. code names the rule; the texts stand where people are spoken to."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


class World(Protocol):
    """What the case must ask at this moment. People are numbers, positions codes."""

    def holders(self, position: str) -> tuple[int, ...]:
        """Who holds it now, for this case's department; in their order."""
        ...

    def above(self, position: str) -> str:
        """The position that it reports to, or nothing."""
        ...

    def boss(self, person: int) -> int | None:
        """Whom this person reports to."""
        ...

    def substitute(self, person: int) -> int | None:
        """Who stands in for them now, None while they are here."""
        ...

    def present(self, person: int) -> bool:
        """Do they still work here?"""
        ...

    def covers(self, person: int, authority: str, amount: Decimal) -> bool:
        """Does their authority reach so far, with what they gave before?"""
        ...

    def has_read(self, person: int) -> bool:
        """Have they read this version of the SOP?"""
        ...

    def subject(self) -> Mapping[str, object]:
        """What the case is about, by the names of its values."""
        ...

    def granted(self, authority: str) -> Decimal:
        """The greatest amount that was given in this case under this authority."""
        ...

    def due(self, limit: str, start: datetime, position: str, share: Decimal = Decimal(1)) -> datetime:
        """When this share of the limit is over, on the calendar of that position's department."""
        ...

    def later(self, limit: str, due: datetime, paused: datetime, resumed: datetime, position: str) -> datetime:
        """The new end after a pause."""
        ...


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the process log."""

    verb: str
    node: str = ""
    round: int = 0
    item: int | None = None
    activation: int | None = None
    by: int | None = None
    behalf: int | None = None
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Note:
    """Somebody is told. kind names the text; positions are told through their holders."""

    kind: str
    people: tuple[int, ...] = ()
    positions: tuple[str, ...] = ()
    node: str = ""
    item: int | None = None
    say: str = ""


@dataclass(frozen=True, slots=True)
class Calls:
    """Sub-cases to start (activation, sop) and to cancel (activation)."""

    start: tuple[tuple[int, str], ...] = ()
    cancel: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """New and changed rows as they are now."""

    head: Head
    activations: tuple[Activation, ...] = ()
    items: tuple[Item, ...] = ()
    votes: tuple[Vote, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one command came to. `state` is the whole afterwards."""

    state: State
    changes: Changes
    events: tuple[Event, ...] = ()
    timers: tuple[Timer, ...] = ()
    notes: tuple[Note, ...] = ()
    calls: Calls = field(default_factory=Calls)
