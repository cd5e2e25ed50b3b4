"""The running operation: everything that one outermost act does, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from opsloop.base.things.errors import Text, WriteOutsideAct

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import Model

    from opsloop.base.people.models import Person

Diff = dict[str, tuple[Any, Any]]
ObjectRef = tuple[str, Any]
"""(model label, primary key)."""


@dataclass(frozen=True, slots=True)
class Call:
    """How an act was asked for: the door's part, never the rule's.

    `happened` is when it took place if it is recorded later (补录); None means now.
    """

    by: Person
    behalf: Person | None = None
    via: str = "code"
    key: str | None = None
    revision: int | None = None
    overrides: dict[str, str] = field(default_factory=dict)
    dry: bool = False
    happened: datetime | None = None


@dataclass(slots=True)
class Line:
    """One act inside an operation; becomes one ledger entry."""

    act: str
    by: Person
    parent: int | None
    args: dict[str, Any]
    subject: Model | None = None
    ref: ObjectRef | None = None
    """The subject's label and key; the instance loses its key when it is deleted."""
    subjects: list[ObjectRef] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    """The first few names of a bulk act's objects, for its sentence."""
    behalf: Person | None = None
    key: str | None = None
    changes: dict[str, Diff] = field(default_factory=dict)
    private: dict[str, frozenset[str]] = field(default_factory=dict)
    warned: dict[str, Text] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    """Soft rules that spoke and were overridden, each with its reason."""
    result: Any = None

    def warn(self, code: str, text: Text, overrides: Mapping[str, str]) -> None:
        """A soft rule spoke: keep the reason given for it, or ask for one."""
        if reason := overrides.get(code, "").strip():
            self.reasons[code] = reason
        else:
            self.warned[code] = text


@dataclass(slots=True)
class Op:
    """One transaction of acts. `locked` maps (model, pk) to the instance that holds the row's lock."""

    call: Call
    lines: list[Line] = field(default_factory=list)
    stack: list[int] = field(default_factory=list)
    locked: dict[tuple[type[Model], Any], Model] = field(default_factory=dict)
    broken: bool = False
    written: list[Callable[[int], None]] = field(default_factory=list)
    """Called with the first entry's number once the entries are written, in the same transaction."""

    def changed(self, label: str, pk: Any, diff: Diff, private: frozenset[str] = frozenset()) -> None:
        """Note what changed on one row; the first old and the last new value count."""
        if not diff:
            return
        line = self.lines[self.stack[-1]]
        name = f"{label}:{pk}"
        mine = line.changes.setdefault(name, {})
        for column, (old, new) in diff.items():
            mine[column] = (mine[column][0] if column in mine else old, new)
        if hidden := private & diff.keys():
            line.private[name] = line.private.get(name, frozenset()) | hidden

    def wrote(self, label: str, pk: Any) -> bool:
        """Did an act of this operation already write this row?"""
        return any(f"{label}:{pk}" in line.changes for line in self.lines)


current_op: ContextVar[Op | None] = ContextVar("op", default=None)


def running() -> Op:
    """The operation that runs now. Raises RuntimeError outside of one."""
    op = current_op.get()
    if op is None:
        raise RuntimeError("this works only inside an operation")
    return op


def happened_at() -> datetime:
    """When what is being recorded happened: the moment that a late entry (补录) names, else now."""
    op = current_op.get()
    return (op.call.happened if op is not None else None) or timezone.now()


def need_op(model: type[Model]) -> Op:
    """The operation a write of `model` belongs to. Raises WriteOutsideAct when no act runs."""
    op = current_op.get()
    if op is None or not op.stack:
        raise WriteOutsideAct(f"{model.__name__} is written outside an act; write an act in actions.py and call it")
    return op


def warn(code: str, text: Text) -> None:
    """A soft rule: the act goes through only if the person gave a reason for this code. All are asked at once."""
    op = running()
    if not op.stack:
        raise RuntimeError("warn works only inside an act")
    op.lines[op.stack[-1]].warn(code, text, op.call.overrides)
