"""What every door calls: page, API, command line, SOP step, assistant, job, import."""

from __future__ import annotations

from typing import Any, cast

import pydantic
from django.db import IntegrityError
from django.db.models import Model
from django.utils.translation import gettext as _t

from opsloop.base.acts import args, repeat, say
from opsloop.base.acts.locks import hold, lock, rows_of
from opsloop.base.acts.registry import Act, registry
from opsloop.base.acts.run import admit, ambient, breaking, carry_out, operation
from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import ActError, Invalid, NotFound, Stale
from opsloop.base.things.frame import Call, Op, current_op

KEY_LENGTH, REASON_LENGTH = 80, 2000


def perform(name: str, raw: dict[str, Any], call: Call, on: Any = None) -> Any:
    """Do the act with plain values. Raises an ActError; what it answers is the act's own result.

    on: the object's id, a list of ids for a bulk act, None for an act that makes something.
    Inside a running operation the act joins it: behalf, via, overrides, happened and dry are then the operation's.
    """
    outer = current_op.get()
    with breaking(outer):
        this = named(name)
        check_call(call)
        clean, ids = say.check(this.model, raw), ids_of(this, on)
        if outer is not None:
            return _once(this, clean, call, ids, outer)
        try:
            with operation(call) as op:
                return _once(this, clean, call, ids, op)
        except (ActError, IntegrityError):
            # on PostgreSQL two calls with one key can overlap: the loser answers from the winner
            if call.key and (entry := repeat.entry_of(call.by.pk, call.key)):
                return repeat.answer(this, clean, ids, entry)
            raise


def _once(this: Act, clean: pydantic.BaseModel, call: Call, on: Any, op: Op) -> Any:
    """Do it, unless its key says that it was done."""
    if call.key:
        if entry := repeat.entry_of(call.by.pk, call.key):
            return repeat.answer(this, clean, on, entry)
        if line := repeat.line_of(op, call.by.pk, call.key):
            return repeat.answer_line(this, clean, on, line)
    subject = load_subject(this, call.by, on, op)
    if call.revision is not None and getattr(subject, "revision", call.revision) != call.revision:
        raise Stale(_t("Somebody changed this meanwhile."))
    return judge(this, clean, call.by, subject, op, call.key)


def judge(this: Act, clean: pydantic.BaseModel, by: Person, subject: Any, op: Op, key: str | None) -> Any:
    """Permission first, then the objects among the values, then the act."""
    standing = admit(this, op, subject, by)
    values = {"by": by, **values_of(this, clean, by, subject)}
    return carry_out(this, op, subject, values, standing, key or None)


def perform_on(obj: Model, verb: str, *, by: Person, **values: Any) -> Any:
    """Another app's act without importing it: `<app label>.<verb>` on this object, in the running operation.

    `values` are plain, as at a door. Inside an act the caller's own instance is the one that is changed; save what
    you changed in it before.
    """
    name, outer = f"{obj._meta.app_label}.{verb}", current_op.get()
    if outer is None:
        return perform(name, values, ambient(by), on=obj.pk)
    with breaking(outer):
        this = named(name)
        clean = say.check(this.model, values)
        if not visible(by, type(obj)).filter(pk=obj.pk).exists():
            raise NotFound(_t("There is no such {what}.").format(what=obj._meta.verbose_name))
        lock(outer, [obj])
        return judge(this, clean, by, obj, outer, None)


def named(name: str) -> Act:
    """The act of this name. Raises NotFound."""
    this = registry.get(name)
    if this is None:
        raise NotFound(_t("There is no act {name}.").format(name=name))
    return this


def check_call(call: Call) -> None:
    """Raises Invalid for a key or a reason that the ledger cannot hold."""
    errors = {}
    if call.key and (len(call.key) > KEY_LENGTH or "\0" in call.key):
        errors["key"] = [_t("At most {max_length} characters.").format(max_length=KEY_LENGTH)]
    for code, reason in call.overrides.items():
        if len(reason) > REASON_LENGTH:
            errors[f"confirm.{code}"] = [_t("At most {max_length} characters.").format(max_length=REASON_LENGTH)]
    if errors:
        raise Invalid(errors)


def ids_of(this: Act, on: Any) -> Any:
    """`on` as whole numbers: None, one, or a list without doubles. Raises Invalid."""
    if this.subject is None:
        if on not in (None, []):
            raise Invalid({"on": [_t("There is no such field.")]})
        return None
    if this.subject.many != isinstance(on, list | tuple) or on in (None, [], ()):
        raise Invalid({"on": [_t("Please fill this in.")]})
    try:
        return list(dict.fromkeys(map(int, on))) if this.subject.many else int(on)
    except (TypeError, ValueError):
        raise Invalid({"on": [_t("A whole number, please.")]}) from None


def load_subject(this: Act, by: Person, on: Any, op: Op) -> Any:
    """The object or objects among what `by` may see, locked, bulk ones in id order. Raises NotFound."""
    if this.subject is None:
        return None
    wanted = on if this.subject.many else [on]
    found = rows_of(visible(by, this.subject.type), wanted)
    if missing := [i for i in wanted if i not in found]:
        if this.subject.many:
            raise NotFound(_t("Not found: {ids}").format(ids=", ".join(map(str, missing))))
        raise NotFound(_t("There is no such {what}.").format(what=this.subject.type._meta.verbose_name))
    for obj in found.values():
        hold(op, obj)
    return [found[i] for i in wanted] if this.subject.many else found[on]


def values_of(this: Act, clean: pydantic.BaseModel, by: Person, subject: Any) -> dict[str, Any]:
    """Checked values as the function takes them: objects for ids, dataclasses for rows. Raises Invalid."""
    return {p.name: _value(p, getattr(clean, p.name), by, subject, p.name) for p in this.params}


def _value(p: args.Param, value: Any, by: Person, subject: Any, place: str) -> Any:
    if value is None or not (p.is_model or p.is_rows):
        return value
    if p.is_model:
        return _picked(p, value, by, subject, place)
    return [
        p.type(**{r.name: _value(r, getattr(row, r.name), by, subject, f"{place}.{i}.{r.name}") for r in p.row_params})
        for i, row in enumerate(value)
    ]


def _picked(p: args.Param, value: Any, by: Person, subject: Any, place: str) -> Any:
    """The objects that `pick` offers, or that `by` may see, in one query."""
    wanted = value if p.many else [value]
    rows = p.arg.pick(by, subject) if p.arg.pick else visible(by, p.type)
    found = {obj.pk: obj for obj in rows.filter(pk__in=wanted)}
    if any(pk not in found for pk in wanted):
        raise Invalid({place: [say.no_such(p.label)]})
    return [found[pk] for pk in wanted] if p.many else cast(Model, found[value])
