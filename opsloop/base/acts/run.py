"""The act decorator and the operation that carries it: one short transaction, one permission check, one entry."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar, cast

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.acts.attempting import attempt
from opsloop.base.acts.events import Done, send
from opsloop.base.acts.locks import lock
from opsloop.base.acts.registry import DOORS, Act, When, register
from opsloop.base.ledger import write as ledger
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import allowed
from opsloop.base.policy.standing import Standing
from opsloop.base.things.errors import Forbidden, Refused, SwallowedNo, Text, Warned
from opsloop.base.things.frame import Call, Line, Op, current_op

__all__ = ["act", "acting", "admit", "ambient", "attempt", "breaking", "carry_out", "operation"]

F = TypeVar("F", bound=Callable[..., Any])
BULK_LIMIT = 1000
LATE = timedelta(hours=2)
"""Something recorded this long after it happened needs a reason (补录)."""

_ambient: ContextVar[Call | None] = ContextVar("ambient", default=None)


def act(
    name: str,
    label: Text,
    *,
    done: Text,
    when: When | None = None,
    doors: frozenset[str] = DOORS,
    tool: bool = False,
) -> Callable[[F], F]:
    """Make a function an act. The decorated function keeps its type: editors and mypy see the plain signature.

    `when(obj)` answers why the object's state does not allow it, or None: checked under the lock and shown on the
    greyed button. `doors` takes the act off some doors. `tool` lets assistants call it.
    """

    def wrap(fn: F) -> F:
        signature = inspect.signature(fn)

        @functools.wraps(fn)
        def run(*args: Any, **values: Any) -> Any:
            values = dict(signature.bind(*args, **values).arguments)
            subject = values.pop(this.subject.name) if this.subject is not None else None
            outer = current_op.get()
            if outer is not None:
                with breaking(outer):
                    return invoke(this, outer, subject, values)
            with operation(ambient(values["by"])) as op:
                return invoke(this, op, subject, values)

        this = Act(name, label, done, fn, run, when, doors, tool)
        register(this)
        run.act = this  # type: ignore[attr-defined]
        return cast(F, run)

    return wrap


@contextmanager
def acting(call: Call) -> Iterator[None]:
    """For jobs and listeners: the acts called inside carry this call's behalf, via, overrides and happened."""
    token = _ambient.set(call)
    try:
        yield
    finally:
        _ambient.reset(token)


def ambient(by: Person) -> Call:
    """The call of a plain function call: what `acting` said, or nothing but who."""
    kept = _ambient.get()
    return replace(kept, by=by, key=None, revision=None) if kept else Call(by=by)


@contextmanager
def operation(call: Call) -> Iterator[Op]:
    """One transaction for all acts called inside. Raises Warned, SwallowedNo, Refused; then nothing is kept.

    It is over before the commit, so that listeners begin their own.
    """
    op = Op(call)
    with transaction.atomic(durable=True):
        token = current_op.set(op)
        try:
            yield op
            _close(op)
        finally:
            current_op.reset(token)


@contextmanager
def breaking(op: Op | None) -> Iterator[None]:
    """An act inside a running operation: whatever it raises must reach the end of the operation, or `attempt`."""
    try:
        yield
    except BaseException:
        if op is not None:
            op.broken = True
        raise


def _close(op: Op) -> None:
    if op.broken:
        raise SwallowedNo("an act inside said no and its caller went on; use attempt()")
    if warned := {code: text for line in op.lines for code, text in line.warned.items()}:
        raise Warned(warned)
    if op.call.dry:
        transaction.set_rollback(True)
        return
    first = ledger.write(op)
    for note in op.written:
        note(first)
    done = [_done(line, first + i) for i, line in enumerate(op.lines)]
    transaction.on_commit(lambda: send(done), robust=True)


def _done(line: Line, entry_id: int) -> Done:
    label, pk = line.ref or ("", None)
    touched = frozenset(name.rpartition(":")[0] for name in line.changes)
    return Done(line.act, entry_id, line.by.pk, label, pk, touched)


def invoke(this: Act, op: Op, subject: Any, values: dict[str, Any]) -> Any:
    """One act called as a function inside `op`."""
    return carry_out(this, op, subject, values, admit(this, op, subject, values["by"]))


def admit(this: Act, op: Op, subject: Any, by: Person) -> Standing:
    """Lock, permission, state. Answers where `by` stands. Raises NotFound, Forbidden, Refused."""
    subjects = subjects_of(this, subject)
    lock(op, subjects)
    standing = _permit(this, by, subjects)
    for one in subjects:
        if said := this.why_not(one):
            raise Refused(said)
    return standing


def carry_out(
    this: Act, op: Op, subject: Any, values: dict[str, Any], standing: Standing, key: str | None = None
) -> Any:
    """The function itself, and its line in the operation. Only after `admit`."""
    line = _line(this, op, subject, values, standing)
    line.key = key
    op.lines.append(line)
    op.stack.append(len(op.lines) - 1)
    try:
        if len(op.lines) == 1:
            _check_times(op, line)
        line.result = this.fn(subject, **values) if this.subject is not None else this.fn(**values)
    finally:
        op.stack.pop()
    if this.subject is None and isinstance(line.result, Model):
        line.subject = line.result
        line.ref = (line.result._meta.label_lower, line.result.pk)
    return line.result


def subjects_of(this: Act, subject: Any) -> list[Model]:
    """The objects of an act as a list. Raises Refused for none or too many in a bulk act."""
    if this.subject is None:
        return []
    if not this.subject.many:
        return [subject]
    if not subject:
        raise Refused(_t("Nothing was chosen."), field="on")
    if len(subject) > BULK_LIMIT:
        raise Refused(_t("At most {n} at once.").format(n=BULK_LIMIT), field="on")
    return list(subject)


def _permit(this: Act, by: Person, subjects: list[Model]) -> Standing:
    """The standing that allows it; for a bulk act one as a substitute wins, so that the entry says so."""
    found: list[Standing] = []
    targets: list[Model | None] = [*subjects] or [None]
    for one in targets:
        standing = allowed(by, this.name, one)
        if standing is None:
            raise Forbidden(_t("You may not do this: {act}").format(act=this.label))
        found.append(standing)
    return next((s for s in found if s.behalf_id is not None), found[0])


def _line(this: Act, op: Op, subject: Any, values: dict[str, Any], standing: Standing) -> Line:
    args = {name: value for name, value in values.items() if name != "by" and value is not None}
    line = Line(this.name, values["by"], op.stack[-1] if op.stack else None, args)
    if standing.behalf_id is not None:
        line.behalf = Person(pk=standing.behalf_id)
    if this.subject is not None and this.subject.many:
        line.args["on"] = [one.pk for one in subject]
        line.subjects = [(one._meta.label_lower, one.pk) for one in subject]
        line.names = [str(one) for one in subject[: ledger.NAMES] if getattr(one, "ledger_named", True)]
    elif subject is not None:
        line.subject, line.ref = subject, (subject._meta.label_lower, subject.pk)
    return line


def _check_times(op: Op, line: Line) -> None:
    """Not in the future, and a reason for what is recorded late."""
    happened, now = op.call.happened, timezone.now()
    if happened is None:
        return
    if happened > now + timedelta(minutes=1):
        raise Refused(_t("It cannot have happened in the future."), field="happened")
    if now - happened > LATE:
        text = _t("This is recorded more than two hours after it happened; say why.")
        line.warn("late-entry", text, op.call.overrides)
