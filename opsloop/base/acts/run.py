"""The act decorator and the operation that carries it: one short transaction, one permission check, one entry."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar, cast

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.acts.events import Done, send
from opsloop.base.acts.registry import DOORS, Act, When, registry
from opsloop.base.ledger import write as ledger
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import allowed
from opsloop.base.policy.standing import Standing
from opsloop.base.things.errors import ActError, Forbidden, NotFound, Refused, SwallowedNo, Text, Warned
from opsloop.base.things.frame import Call, Line, Op, current_op, running
from opsloop.base.things.models import Thing

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")
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
        @functools.wraps(fn)
        def run(*args: Any, **values: Any) -> Any:
            subject = args[0] if args else None
            outer = current_op.get()
            if outer is not None:
                return invoke(this, outer, subject, values)
            kept = _ambient.get()
            call = replace(kept, by=values["by"]) if kept else Call(by=values["by"])
            with operation(call) as op:
                return invoke(this, op, subject, values)

        this = Act(name, label, done, fn, run, when, doors, tool)
        if name in registry and registry[name].fn.__module__ != fn.__module__:
            raise RuntimeError(f"two acts named {name}: in {registry[name].fn.__module__} and {fn.__module__}")
        registry[name] = this
        run.act = this  # type: ignore[attr-defined]
        return cast(F, run)

    return wrap


@contextmanager
def acting(call: Call) -> Iterator[None]:
    """For jobs and listeners: the acts called inside carry this call's behalf, via and overrides."""
    token = _ambient.set(call)
    try:
        yield
    finally:
        _ambient.reset(token)


@contextmanager
def operation(call: Call) -> Iterator[Op]:
    """One transaction for all acts called inside. Raises Warned, SwallowedNo, Refused; then nothing is kept."""
    op = Op(call)
    token = current_op.set(op)
    try:
        with transaction.atomic(durable=True):
            yield op
            _close(op)
    finally:
        current_op.reset(token)


def _close(op: Op) -> None:
    if op.broken:
        raise SwallowedNo("an act inside said no and its caller went on; use attempt()")
    if warned := {code: text for line in op.lines for code, text in line.warned.items()}:
        raise Warned(warned)
    if op.call.dry:
        transaction.set_rollback(True)
        return
    first = ledger.write(op)
    done = [_done(line, first + i) for i, line in enumerate(op.lines)]
    transaction.on_commit(functools.partial(send, done))


def _done(line: Line, entry_id: int) -> Done:
    subject = line.subject
    label = subject._meta.label_lower if subject is not None else ""
    return Done(line.act, entry_id, line.by.pk, label, subject.pk if subject is not None else None)


def attempt(fn: Callable[[], T]) -> tuple[T | None, ActError | None]:
    """Run an act inside another and live with its refusal: a savepoint; its entries and changes are dropped."""
    op = running()
    lines, depth, locked = len(op.lines), len(op.stack), dict(op.locked)
    kept = [{name: dict(diff) for name, diff in op.lines[i].changes.items()} for i in op.stack]
    hidden = [dict(op.lines[i].private) for i in op.stack]
    try:
        with transaction.atomic():
            got = fn()
            if warned := {c: t for line in op.lines[lines:] for c, t in line.warned.items()}:
                raise Warned(warned)
            return got, None
    except ActError as error:
        del op.lines[lines:], op.stack[depth:]
        op.locked, op.broken = locked, False
        for i, changes, private in zip(op.stack, kept, hidden, strict=True):
            op.lines[i].changes, op.lines[i].private = changes, private
        return None, error


def lock(op: Op, obj: Model) -> None:
    """The caller's instance becomes what is in the database now, under a lock. Raises NotFound when it is gone."""
    if op.locked.get((type(obj), obj.pk)) is obj:
        return
    rows = locked_rows(type(obj)._base_manager.all())
    try:
        obj.refresh_from_db(from_queryset=rows)
    except ObjectDoesNotExist:
        raise NotFound(_t("There is no such {what}.").format(what=obj._meta.verbose_name)) from None
    if isinstance(obj, Thing):
        obj.remember()
    op.locked[(type(obj), obj.pk)] = obj


def locked_rows(rows: QuerySet[Any]) -> QuerySet[Any]:
    """FOR UPDATE where the database has it; SQLite's transaction holds the only write lock anyway."""
    return rows.select_for_update(of=("self",)) if connection.features.has_select_for_update_of else rows


def invoke(this: Act, op: Op, subject: Any, values: dict[str, Any], *, key: str | None = None) -> Any:
    """Lock, permission, state, function: the part that every path shares."""
    subjects = _subjects(this, subject)
    for one in sorted(subjects, key=lambda o: o.pk):
        lock(op, one)
    standing = _permit(this, values["by"], subjects)
    for one in subjects:
        if said := this.why_not(one):
            raise Refused(said)
    _check_times(op)
    line = _line(this, op, subject, subjects, values, standing)
    line.key = key
    op.lines.append(line)
    op.stack.append(len(op.lines) - 1)
    if len(op.lines) == 1:
        _warn_late(op, line)
    try:
        line.result = this.fn(subject, **values) if this.subject is not None else this.fn(**values)
    except BaseException:
        op.broken = True
        raise
    finally:
        op.stack.pop()
    if this.subject is None and isinstance(line.result, Model):
        line.subject = line.result
    return line.result


def _subjects(this: Act, subject: Any) -> list[Model]:
    if this.subject is None:
        return []
    if not this.subject.many:
        return [subject]
    if len(subject) > BULK_LIMIT:
        raise Refused(_t("At most {n} at once.").format(n=BULK_LIMIT))
    return list(subject)


def _permit(this: Act, by: Person, subjects: list[Model]) -> Standing:
    standing: Standing | None = None
    targets: list[Model | None] = [*subjects] or [None]
    for one in targets:
        standing = allowed(by, this.name, one)
        if standing is None:
            raise Forbidden(_t("You may not do this: {act}").format(act=this.label))
    assert standing is not None
    return standing


def _line(this: Act, op: Op, subject: Any, subjects: list[Model], values: dict[str, Any], standing: Standing) -> Line:
    by: Person = values["by"]
    line = Line(
        this.name,
        by,
        op.stack[-1] if op.stack else None,
        {name: value for name, value in values.items() if name != "by" and value is not None},
    )
    if standing.behalf_id is not None:
        line.behalf = Person(pk=standing.behalf_id)
    if this.subject is not None and this.subject.many:
        line.args["on"] = [one.pk for one in subjects]
        line.subjects = [(one._meta.label_lower, one.pk) for one in subjects]
    elif subjects:
        line.subject = subject
    return line


def _check_times(op: Op) -> None:
    happened = op.call.happened
    if happened is not None and happened > timezone.now() + timedelta(minutes=1):
        raise Refused(_t("It cannot have happened in the future."), field="happened")


def _warn_late(op: Op, line: Line) -> None:
    happened = op.call.happened
    late = happened is not None and timezone.now() - happened > LATE
    if late and not op.call.overrides.get("late-entry", "").strip():
        line.warned["late-entry"] = _t("This is recorded more than two hours after it happened; say why.")
