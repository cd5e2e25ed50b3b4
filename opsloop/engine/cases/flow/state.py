"""Where a case stands: the rows that advance() reads and changes. Numbers count within the case and never repeat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias


class CaseStatus(StrEnum):
    """Where the case stands."""

    NEW = "new"
    RUNNING = "running"
    SUSPENDED = "suspended"
    DONE = "done"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"


LIVE = (CaseStatus.RUNNING, CaseStatus.SUSPENDED)


class Status(StrEnum):
    """Where an activation or a work item stands. UNNEEDED: decided without it; REPLACED: done again in a new round."""

    WAITING = "waiting"
    OPEN = "open"
    DONE = "done"
    UNNEEDED = "unneeded"
    REPLACED = "replaced"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    REMOVED = "removed"


ALIVE = (Status.WAITING, Status.OPEN)
PASSED = (Status.DONE, Status.SKIPPED)


class Work(StrEnum):
    """The kind of a work item. COUNTERSIGN: added before or after an approver, must agree as well."""

    DO = "do"
    APPROVE = "approve"
    COUNTERSIGN = "countersign"
    COPY = "copy"


class Alert(StrEnum):
    """The kind of a timer."""

    WARN = "warn"
    OVERDUE = "overdue"
    AGAIN = "again"
    WAIT = "wait"


Pauses: TypeAlias = tuple[tuple[str, str], ...]
"""From when to when it stood still, in the order of time, as ISO moments. Kept so that a limit that is counted again
leaves them out again."""


@dataclass(frozen=True, slots=True)
class Head:
    """The case itself. last_no is the greatest number given; kept holds messages that came too early.

    doers: who did which step in whatever round, also those on whose behalf; approved: who approved last, while no step
    was done since; judged: the level that the values last asked for; pauses: when the whole case stood still.
    """

    status: CaseStatus = CaseStatus.NEW
    initiator: int = 0
    values: Mapping[str, object] = field(default_factory=dict)
    level: str = ""
    judged: str = ""
    started: datetime | None = None
    happened: datetime | None = None
    due: datetime | None = None
    suspended: datetime | None = None
    ended: datetime | None = None
    last_no: int = 0
    rev: int = 0
    acted: bool = False
    doers: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    approved: int | None = None
    pauses: Pauses = ()
    kept: Mapping[str, tuple[Mapping[str, object], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Activation:
    """A block that is running or has run. round: of the parent's turn in which it was opened; turn: of its children.

    mark: the greatest number given when it was closed, so what was opened by its end has greater ones.
    """

    no: int
    node: str
    parent: int | None = None
    round: int = 1
    turn: int = 1
    branch: str = ""
    status: Status = Status.OPEN
    opened: datetime | None = None
    closed: datetime | None = None
    reason: str = ""
    mark: int = 0
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """Work for one person. needs: items that must be settled before it opens; seat: which of the approvers, -1 added.

    assignee: who has it; owner: who delegated it and gets it back; by and behalf: who did it, and for whom.
    position: as whose holder, found: how ("", manager, admin, nobody). paused: since when it stands still; held: the
    end of its limit when the pause began, while `due` is None; pauses: those that are over.
    """

    no: int
    node: str
    kind: Work
    activation: int | None = None
    round: int = 1
    status: Status = Status.OPEN
    seat: int = -1
    weight: int = 1
    needs: tuple[int, ...] = ()
    host: int | None = None
    added_by: int | None = None
    position: str = ""
    found: str = ""
    authority: str = ""
    candidates: tuple[int, ...] = ()
    assignee: int | None = None
    owner: int | None = None
    limit: str = ""
    opened: datetime | None = None
    due: datetime | None = None
    pauses: Pauses = ()
    claimed: datetime | None = None
    begun: datetime | None = None
    read: datetime | None = None
    done: datetime | None = None
    by: int | None = None
    behalf: int | None = None
    outcome: str = ""
    comment: str = ""
    automatic: bool = False
    urged: datetime | None = None
    urges: int = 0
    paused: datetime | None = None
    held: datetime | None = None


@dataclass(frozen=True, slots=True)
class Vote:
    """One yes or no. Void votes stay visible: a return began a new round."""

    no: int
    item: int
    activation: int
    round: int
    by: int | None
    behalf: int | None
    yes: bool
    automatic: str = ""
    comment: str = ""
    at: datetime | None = None
    void: bool = False


@dataclass(frozen=True, slots=True)
class Timer:
    """Something to do at a moment. fired and closed ones are never looked at again."""

    no: int
    kind: Alert
    at: datetime
    activation: int | None = None
    item: int | None = None
    limit: str = ""
    position: str = ""
    share: str = ""
    notify: tuple[str, ...] = ()
    fired: datetime | None = None
    closed: bool = False
    paused: bool = False

    @property
    def live(self) -> bool:
        return self.fired is None and not self.closed


@dataclass(frozen=True, slots=True)
class State:
    """A case with its rows by number. Closed rows may be left out where a command does not look back (`looks_back`)."""

    head: Head = field(default_factory=Head)
    activations: Mapping[int, Activation] = field(default_factory=dict)
    items: Mapping[int, Item] = field(default_factory=dict)
    votes: Mapping[int, Vote] = field(default_factory=dict)
    timers: Mapping[int, Timer] = field(default_factory=dict)
