"""The editor of any kind, made from its class: a tree of boxes for the template, and the posted form back to values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.fields import Choice, Either, Field, Group, Keyed, Many, OneOf, Plain, Shape, Whole, fields_of
from opsloop.base.kinds.names import Names
from opsloop.base.kinds.registry import Kind
from opsloop.base.kinds.says import Says
from opsloop.playbook.reading.labels import Labels

NEW = "__new__"
"""Stands for the number of a row that the browser adds."""
_INT, _NUMBER = re.compile(r"-?(0|[1-9]\d*)"), re.compile(r"-?(0|[1-9]\d*)\.\d+")
Post = Mapping[str, str]


@dataclass(slots=True)
class Box:
    """One thing to fill in. `look` says which template draws it; `path` is its place in the file, for errors."""

    look: str
    name: str
    path: str
    label: str = ""
    help: str = ""
    value: Any = ""
    required: bool = False
    options: list[tuple[str, str]] = field(default_factory=list)
    offers: str = ""
    inside: list[Box] = field(default_factory=list)
    blank: Box | None = None
    errors: list[str] = field(default_factory=list)
    example: str = ""


@dataclass
class Offers:
    """Pick lists of ids, drawn once per page: list id -> (id, title)."""

    names: Names
    labels: Labels
    lists: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def of(self, refs: tuple[str, ...]) -> str:
        """The id of the pick list for these refs; empty when nothing is known."""
        key = "offers-" + "-".join(refs)
        if key not in self.lists:
            self.lists[key] = [(ident, self._title(refs, ident)) for ident in self.names.offered(refs)]
        return key if self.lists[key] else ""

    def _title(self, refs: tuple[str, ...], ident: str) -> str:
        if refs == ("act",):
            return self.labels.act(ident)
        return self.labels.noun(ident) if refs == ("noun",) else self.labels.title(refs, ident)[0]


class Editor:
    """Boxes for the values of a thing; `errors` maps a dotted path to what is wrong there."""

    def __init__(self, kind: Kind, offers: Offers, errors: Mapping[str, list[str]]) -> None:
        self.kind, self.offers, self.errors = kind, offers, dict(errors)

    def boxes(self, data: dict[str, Any]) -> list[Box]:
        return [self._field(f, f.key, f.key, data.get(f.key, f.default)) for f in fields_of(self.kind.cls)]

    def _field(self, f: Field, name: str, path: str, value: Any) -> Box:
        box = self._shape(f.shape, f.says, name, path, value)
        box.label, box.help, box.required, box.example = str(f.says.label), str(f.says.help), f.required, f.says.example
        return box

    def _shape(self, shape: Shape, says: Says, name: str, path: str, value: Any) -> Box:
        box = self._drawn(shape, says, name, path, value)
        box.errors = self.errors.get(path, [])
        return box

    def _drawn(self, shape: Shape, says: Says, name: str, path: str, value: Any) -> Box:
        match shape:
            case Plain(plain_type):
                return self._plain(plain_type, says, name, path, value)
            case Choice(options):
                return Box("choice", name, path, value=value or "", options=[(v, str(n)) for v, n in options.choices])
            case Many(Choice(options)):
                chosen = list(value or [])
                return Box("checks", name, path, value=chosen, options=[(v, str(n)) for v, n in options.choices])
            case Many(item):
                return self._many(item, says, name, path, value or [])
            case Either():
                return self._many(
                    Plain(str), says, name, path, value if isinstance(value, list) else [value] if value else []
                )
            case Keyed(inner):
                return self._keyed(inner, says, name, path, value or {})
            case Group(cls):
                return Box("group", name, path, inside=self._fields(cls, name, path, value or {}))
            case OneOf():
                cls = shape.member(set(value or {})).cls
                return Box("group", name, path, inside=self._fields(cls, name, path, value or {}))
            case Whole():
                return Box("body", name, path, value=value or "")

    def _plain(self, plain_type: type, says: Says, name: str, path: str, value: Any) -> Box:
        shown = "" if value is None else value
        if plain_type is bool:
            return Box("check", name, path, value=bool(value))
        look = "long" if says.long else "date" if plain_type.__name__ == "date" else "text"
        return Box(look, name, path, value=shown, offers=self.offers.of(says.refs) if says.refs else "")

    def _fields(self, cls: type, name: str, path: str, value: dict[str, Any]) -> list[Box]:
        return [self._field(f, f"{name}.{f.key}", f"{path}.{f.key}", value.get(f.key)) for f in fields_of(cls)]

    def _many(self, item: Shape, says: Says, name: str, path: str, values: list[Any]) -> Box:
        inside = [self._shape(item, says, f"{name}.{i}", f"{path}.{i}", one) for i, one in enumerate(values)]
        blank = self._shape(item, says, f"{name}.{NEW}", f"{path}.{NEW}", None)
        look = "rows" if isinstance(item, Group | OneOf | Keyed | Many) else "items"
        return Box(look, name, path, inside=inside, blank=blank)

    def _keyed(self, inner: Shape, says: Says, name: str, path: str, values: dict[str, Any]) -> Box:
        inside = [
            self._pair(inner, says, f"{name}.{i}", f"{path}.{k}", k, v) for i, (k, v) in enumerate(values.items())
        ]
        return Box("rows", name, path, inside=inside, blank=self._pair(inner, says, f"{name}.{NEW}", path, "", None))

    def _pair(self, inner: Shape, says: Says, name: str, path: str, key: str, value: Any) -> Box:
        label = says.keys or Says(label=_("Name"))
        says = replace(says, keys=label.keys)
        first = self._plain(str, label, f"{name}.key", path, key)
        first.label = str(label.label)
        return Box("group", name, path, inside=[first, self._shape(inner, says, f"{name}.value", path, value)])


def collect(kind: Kind, post: Post, lists: Mapping[str, list[str]]) -> dict[str, Any]:
    """The posted form as plain values keyed as in the file; empty fields and rows are left out."""
    return _unticked(kind) | _group(kind.cls, "", post, lists)


def _unticked(kind: Kind) -> dict[str, Any]:
    """What boxes say that are ticked by default and come back without a tick: left out, they would be ticked again."""
    out: dict[str, Any] = {}
    for f in fields_of(kind.cls):
        match f.shape:
            case Many(Choice()) if f.default:
                out[f.key] = []
            case Plain(plain_type) if plain_type is bool and f.default:
                out[f.key] = False
    return out


def _group(cls: type, prefix: str, post: Post, lists: Mapping[str, list[str]]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for f in fields_of(cls):
        value = _value(f.shape, f"{prefix}{f.key}", post, lists)
        if value not in (None, "", [], {}):
            out[f.key] = value
    return out


def _value(shape: Shape, name: str, post: Post, lists: Mapping[str, list[str]]) -> Any:
    match shape:
        case Plain(plain_type):
            return _typed(plain_type, post.get(name, ""))
        case Choice():
            return post.get(name, "")
        case Many(Choice()):
            return [one for one in lists.get(name, []) if one]
        case Many(item):
            found = (_value(item, f"{name}.{i}", post, lists) for i in _numbers(name, post))
            return [one for one in found if one not in (None, "", [], {})]
        case Either():
            said = [one for i in _numbers(name, post) if (one := post.get(f"{name}.{i}", "").strip())]
            return said[0] if len(said) == 1 and not re.search(r"\d:\d", said[0]) else said
        case Keyed(inner):
            pairs = ((post.get(f"{name}.{i}.key", "").strip(), f"{name}.{i}.value") for i in _numbers(name, post))
            return {key: _value(inner, at, post, lists) for key, at in pairs if key}
        case Group(cls):
            return _group(cls, f"{name}.", post, lists)
        case OneOf():
            keys = {one.removeprefix(f"{name}.").partition(".")[0] for one in post if one.startswith(f"{name}.")}
            return _group(shape.member(keys).cls, f"{name}.", post, lists)
        case Whole():
            return post.get(name, "").replace("\r\n", "\n")


def _numbers(name: str, post: Post) -> list[str]:
    """The numbers of the rows below a name, in the order of the page."""
    prefix = f"{name}."
    found = (one[len(prefix) :].partition(".")[0] for one in post if one.startswith(prefix))
    return [one for one in dict.fromkeys(found) if one != NEW]


def _typed(wanted: type, text: str) -> Any:
    """Numbers become numbers, so that the file shows them bare; what does not fit is judged on reading."""
    text = text.replace("\r\n", "\n").strip()
    if wanted is bool:
        return True if text else None
    if wanted is str or not text:
        return text
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text
