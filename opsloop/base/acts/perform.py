"""What every door calls: page, API, command line, SOP step, assistant, job, import."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager, nullcontext
from typing import Any, cast

import pydantic
from django.apps import apps
from django.db import IntegrityError
from django.db.models import Model
from django.utils.translation import gettext as _t

from opsloop.base.acts import args, say
from opsloop.base.acts.registry import Act, registry
from opsloop.base.acts.run import invoke, locked_rows, operation
from opsloop.base.ledger import chain, private
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import Invalid, KeyReused, NotFound, Stale
from opsloop.base.things.frame import Call, Op, current_op
from opsloop.base.things.models import Thing


class _Again(Exception):
    """The key was used before: leave the transaction and answer from the entry."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry


def perform(name: str, raw: dict[str, Any], call: Call, on: Any = None) -> Any:
    """Do the act with plain values. Raises an ActError; what it answers is the act's own result.

    on: the object's id, a list of ids for a bulk act, None for an act that makes something.
    """
    this = named(name)
    clean = say.check(this.model, raw)
    outer = current_op.get()
    frame: AbstractContextManager[Op] = nullcontext(outer) if outer is not None else operation(call)
    try:
        with frame as op:
            if call.key and (entry := entry_of(call.by.pk, call.key)):
                raise _Again(entry)
            return _do(this, clean, call, on, op)
    except _Again as again:
        return answer_again(this, clean, on, again.entry)
    except IntegrityError as error:  # the same key won the race on PostgreSQL
        if call.key and outer is None and "entry_key" in str(error) and (entry := entry_of(call.by.pk, call.key)):
            return answer_again(this, clean, on, entry)
        raise


def _do(this: Act, clean: pydantic.BaseModel, call: Call, on: Any, op: Op) -> Any:
    subject = None
    if this.subject is not None:
        subject = load_subject(this, call.by, on)
        for one in subject if this.subject.many else [subject]:
            op.locked[(type(one), one.pk)] = one
            if isinstance(one, Thing):
                one.remember()
        if call.revision is not None and getattr(subject, "revision", None) != call.revision:
            raise Stale(_t("Somebody changed this meanwhile."))
    return invoke(this, op, subject, {"by": call.by, **values_of(this, clean, call.by, subject)}, key=call.key)


def perform_on(obj: Model, verb: str, *, by: Person, **values: Any) -> Any:
    """Another app's act without importing it: `<app label>.<verb>` on this object, in the running operation."""
    return perform(f"{obj._meta.app_label}.{verb}", values, Call(by=by), on=obj.pk)


def named(name: str) -> Act:
    """The act of this name. Raises NotFound."""
    this = registry.get(name)
    if this is None:
        raise NotFound(_t("There is no act {name}.").format(name=name))
    return this


def values_of(this: Act, clean: pydantic.BaseModel, by: Person, subject: Any) -> dict[str, Any]:
    """Checked values as the function takes them: objects for ids, dataclasses for rows. Raises Invalid."""
    out: dict[str, Any] = {}
    for p in this.params:
        value = getattr(clean, p.name)
        if value is not None and p.is_model:
            value = [_picked(p, by, subject, i) for i in value] if p.many else _picked(p, by, subject, value)
        elif value is not None and p.is_rows:
            value = [p.type(**{r.name: getattr(row, r.name) for r in p.row_params}) for row in value]
        out[p.name] = value
    return out


def _picked(p: args.Param, by: Person, subject: Any, pk: int) -> Model:
    rows = p.arg.pick(by, subject) if p.arg.pick else visible(by, p.type)
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Invalid({p.name: [say.no_such(p.label)]})
    return cast(Model, found)


def load_subject(this: Act, by: Person, on: Any) -> Any:
    """The object or objects among what `by` may see, locked, bulk ones in id order. Raises NotFound."""
    assert this.subject is not None
    rows = locked_rows(visible(by, this.subject.type))
    if this.subject.many:
        found = {o.pk: o for o in rows.filter(pk__in=on or []).order_by("pk")}
        if missing := [i for i in on or [] if i not in found]:
            raise NotFound(_t("Not found: {ids}").format(ids=", ".join(map(str, missing))))
        return [found[i] for i in dict.fromkeys(on or [])]
    obj = rows.filter(pk=on).first()
    if obj is None:
        raise NotFound(_t("There is no such {what}.").format(what=this.subject.type._meta.verbose_name))
    return obj


def entry_of(by_id: int, key: str) -> Entry | None:
    """The entry that a person's idempotency key made, or None."""
    return Entry.objects.filter(by_id=by_id, key=key).first()


def answer_again(this: Act, clean: pydantic.BaseModel, on: Any, entry: Entry) -> Any:
    """Same key, same values: the entry's object, read again, marked `_repeated`. Other values: KeyReused."""
    body = json.loads(entry.body)
    now = json.loads(chain.text(clean.model_dump(exclude_none=True)))
    said = {name: value for name, value in body["args"].items() if name != "on"}
    same_object = this.subject is None or (body["args"].get("on") if this.subject.many else entry.object_id) == on
    if entry.act != this.name or not same_object or not _same(this, said, now, entry.pk):
        raise KeyReused(_t("This key was used for something else."))
    label, pk = body["result"][:2] if "result" in body else (entry.object_type, entry.object_id)
    obj = apps.get_model(label)._base_manager.filter(pk=pk).first() if label else None
    if obj is not None:
        obj.__dict__["_repeated"] = True
    return obj


def _same(this: Act, said: dict[str, Any], now: dict[str, Any], entry_id: int) -> bool:
    """Do the values of now equal those in the entry? Objects compare by id, personal values by their side rows."""
    aside = private.shown(entry_id) if any(map(private.is_hidden, said.values())) else {}
    kept = {n: aside.get(f"args/{n}") if private.is_hidden(v) else v for n, v in said.items()}
    for p in this.params:
        if p.is_model and p.name in kept:
            was: Any = kept[p.name]
            kept[p.name] = [v[0] for v in was] if p.many else was[0]
    return kept == now
