"""The idempotency key: what was done under it before answers for the second time."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pydantic
from django.apps import apps
from django.db.models import Model
from django.utils.translation import gettext as _t

from opsloop.base.acts import args
from opsloop.base.acts.registry import Act
from opsloop.base.ledger import private
from opsloop.base.ledger.canonical import text
from opsloop.base.ledger.models import Entry
from opsloop.base.things.errors import KeyReused
from opsloop.base.things.frame import Line, Op


def entry_of(by_id: int, key: str) -> Entry | None:
    """The entry that a person's idempotency key made, or None."""
    return Entry.objects.filter(by_id=by_id, key=key).first()


def entries_of_keys(by_id: int, keys: Iterable[str]) -> dict[str, Entry]:
    """The same for many keys, in one query."""
    return {entry.key or "": entry for entry in Entry.objects.filter(by_id=by_id, key__in=list(keys))}


def line_of(op: Op, by_id: int, key: str) -> Line | None:
    """The line that the key made in this operation, or None."""
    return next((line for line in op.lines if line.key == key and line.by.pk == by_id), None)


def answer(this: Act, clean: pydantic.BaseModel, on: Any, entry: Entry) -> Any:
    """Same key, same values: the entry's object, read again, marked `_repeated`. Other values: KeyReused."""
    body = json.loads(entry.body)
    said = dict(body["args"])
    before = said.pop("on", None) if this.subject is not None and this.subject.many else entry.object_id
    hidden = private.shown(entry.pk) if any(map(private.is_hidden, said.values())) else {}
    said = {n: hidden.get(f"args/{n}") if private.is_hidden(v) else v for n, v in said.items()}
    same_object = this.subject is None or before == on
    if entry.act != this.name or not same_object or not _same(this, said, clean):
        raise KeyReused(_t("This key was used for something else."))
    if "answer" in body:
        return body["answer"]
    label, pk = body["result"][:2] if "result" in body else (entry.object_type, entry.object_id)
    return _again(label, pk)


def answer_line(this: Act, clean: pydantic.BaseModel, on: Any, line: Line) -> Any:
    """The same inside one operation: the line's own result."""
    said = json.loads(text(line.args))
    before = said.pop("on", None) if this.subject is not None and this.subject.many else (line.ref or ("", None))[1]
    if line.act != this.name or (this.subject is not None and before != on) or not _same(this, said, clean):
        raise KeyReused(_t("This key was used for something else."))
    return line.result


def _again(label: str, pk: Any) -> Model | None:
    if not label:
        return None
    try:
        model = apps.get_model(label)
    except LookupError:  # its app was removed since
        return None
    obj: Model | None = model._base_manager.filter(pk=pk).first()
    if obj is not None:
        obj.__dict__["_repeated"] = True
    return obj


def _same(this: Act, said: dict[str, Any], clean: pydantic.BaseModel) -> bool:
    """Do the values of now equal those of then? Objects compare by id."""
    now = json.loads(text({n: v for n, v in clean.model_dump().items() if v is not None}))
    return _by_id(this.params, said) == _by_id(this.params, now)


def _by_id(params: list[args.Param], values: dict[str, Any]) -> dict[str, Any]:
    out = dict(values)
    for p in params:
        value = out.get(p.name)
        if value is None:
            continue
        if p.is_model:
            out[p.name] = [_id(v) for v in value] if p.many else _id(value)
        elif p.is_rows:
            out[p.name] = [_by_id(p.row_params, row) for row in value]
    return out


def _id(value: Any) -> Any:
    """An object was written as [id, name], a plain value as its id."""
    return value[0] if isinstance(value, list) else value
