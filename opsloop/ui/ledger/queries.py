"""One entry in full: values, changes, reasons, its place in the chain and whether it checks out."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _t

from opsloop.base.acts import registry
from opsloop.base.acts.naming import Names, model_of
from opsloop.base.acts.sentences import shown_value
from opsloop.base.ledger import chain
from opsloop.base.ledger.models import Entry, Private
from opsloop.base.ledger.private import MARK, at, is_hidden, salted
from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import scope_of, visible
from opsloop.base.things.errors import NotFound

NESTED, ABOUT = 200, 50


def entry_named(by: Person, pk: int) -> Entry:
    """The entry, if `by` may read it. Raises NotFound."""
    found = visible(by, Entry).filter(pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise NotFound(_t("There is no such {what}.").format(what=Entry._meta.verbose_name))
    return found


@dataclass(frozen=True, slots=True)
class Value:
    """One value given to the act."""

    label: str
    text: str


def values_of(entry: Entry, reader: Person) -> list[Value]:
    """Every value given, labelled as in the act's form; personal ones as this reader may see them."""
    names = Names([entry], reader, columns=True)
    said: dict[str, Any] = names.bodies[entry.pk]["args"]
    this = registry.get(entry.act)
    params = {p.name: p for p in this.params} if this is not None else {}
    out = []
    for name, raw in said.items():
        if name == "on":
            continue
        value = names.bare(entry, f"args/{name}", raw, entry.object_type, entry.object_id, name)
        param = params.get(name)
        text = shown_value(param, value, names) if param is not None else _plain(value)
        if param is not None and param.is_rows:
            text = _plain(value)
        out.append(Value(param.label if param is not None else name, text))
    return out


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def body_of(entry: Entry) -> dict[str, Any]:
    """The body as it was written; empty where it was tampered with."""
    try:
        found = json.loads(entry.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class Ref:
    """An object of an entry, with its page where this reader may open it."""

    kind: str
    name: str
    url: str


def objects_of(entry: Entry, reader: Person) -> list[Ref]:
    """The entry's object, those of a bulk act, and others that it names."""
    body = body_of(entry)
    wanted = [(entry.object_type, entry.object_id)] if entry.object_type and entry.object_id else []
    if isinstance(body.get("result"), list) and len(body["result"]) > 1:
        wanted.append((str(body["result"][0]), body["result"][1]))
    wanted += [(str(label), pk) for label, pk in body.get("about", [])]
    by_label: dict[str, list[int]] = {}
    for label, pk in dict.fromkeys(wanted):
        if isinstance(pk, int):
            by_label.setdefault(label, []).append(pk)
    found: list[Ref] = []
    for label, ids in by_label.items():
        found += _refs(label, ids[:ABOUT], reader)
    return found


def _refs(label: str, ids: list[int], reader: Person) -> list[Ref]:
    model: type[Model] | None = model_of(label)
    if model is None:
        return [Ref(label, str(pk), "") for pk in ids]
    kind = str(model._meta.verbose_name)
    seen = {row.pk: row for row in visible(reader, model).filter(pk__in=ids)} if scope_of(model) else {}
    return [Ref(kind, str(seen.get(pk, pk)), _page(seen.get(pk))) for pk in ids]


def _page(row: Any) -> str:
    known = getattr(row, "get_absolute_url", None)
    return str(known()) if known else ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands: the neighbours that exist, its hash, and what does not check out (nothing is well)."""

    previous: int | None
    next: int | None
    hash: str
    previous_hash: str
    faults: tuple[str, ...]


def place_of(entry: Entry) -> Place:
    """Check this one entry: its seal over the one before it, and its personal values. The whole chain is `verify`."""
    before = Entry.objects.filter(pk=entry.pk - 1).values_list("hash", flat=True).first()
    row = Entry.objects.filter(pk=entry.pk).values_list(*chain.COLUMNS).get()
    previous = bytes(before) if before is not None else chain.GENESIS
    faults = []
    if before is None and entry.pk != 1:
        faults.append(_t("The entry before it is missing."))
    elif not hmac.compare_digest(chain.seal(previous, row), bytes(entry.hash)):
        faults.append(_t("It was changed, or the one before it was changed."))
    faults += _private_faults(entry)
    after = Entry.objects.filter(pk=entry.pk + 1).exists()
    return Place(
        entry.pk - 1 if before is not None else None, entry.pk + 1 if after else None,
        bytes(entry.hash).hex(), previous.hex(), tuple(faults),
    )  # fmt: skip


def _private_faults(entry: Entry) -> list[str]:
    body = body_of(entry)
    for row in Private.objects.filter(entry_id=entry.pk):
        kept = at(body, row.place)
        if not is_hidden(kept) or kept[MARK] != salted(bytes(row.salt), row.text):
            return [_t("A personal value of it was changed.")]
    return []


def nested_in(entry: Entry, reader: Person) -> list[Entry]:
    """The acts that this one did on the way, in their order."""
    return list(visible(reader, Entry).filter(parent=entry.pk).order_by("pk")[:NESTED])
