"""What differs between two versions of a file: field by field, and as text."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from opsloop.base.kinds.fields import Either, Field, Group, Keyed, Many, OneOf, Shape, fields_of
from opsloop.base.kinds.registry import Kind
from opsloop.base.kinds.says import Says

KEYS = ("id", "do", "name", "title")
"""By which a row is recognised when no field of its class says `key=True`."""
Namer = Callable[[Says, str], str]
"""(field, key of its mapping) -> what people call it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs. `label` is in the reader's language; None on one side means it is not there.

    shape, says: what the values on both sides are.
    """

    path: str
    label: str
    old: Any
    new: Any
    shape: Shape = field(compare=False, repr=False)
    says: Says = field(compare=False, repr=False)

    def saying(self, old: str, new: str) -> Difference:
        """The same with both sides as texts."""
        return replace(self, old=old, new=new)


def as_written(_says: Says, key: str) -> str:
    """A Namer for whom keys are their own names."""
    return key


def fields(kind: Kind, old: dict[str, Any], new: dict[str, Any], namer: Namer = as_written) -> list[Difference]:
    """Field by field, in the order of the class; rows of lists are matched by what names them, not by place."""
    return list(_Walk(namer).group(kind.cls, "", "", old, new))


@dataclass(frozen=True, slots=True)
class _Walk:
    namer: Namer

    def group(self, cls: type, path: str, label: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Difference]:
        for f in fields_of(cls):
            was, now = old.get(f.key), new.get(f.key)
            if was != now:
                yield from self.value(f, f.shape, f"{path}{f.key}", f"{label}{f.says.label}", was, now)

    def value(self, f: Field, shape: Shape, path: str, label: str, old: Any, new: Any) -> Iterator[Difference]:
        if old == new:
            return
        if isinstance(shape, Group) and isinstance(old, dict) and isinstance(new, dict):
            yield from self.group(shape.cls, f"{path}.", f"{label} › ", old, new)
        elif isinstance(shape, Keyed) and isinstance(old or {}, dict) and isinstance(new or {}, dict):
            for key in dict.fromkeys([*(old or {}), *(new or {})]):
                was, now = (old or {}).get(key), (new or {}).get(key)
                name = self.namer(f.says, key)
                yield from self.value(f, shape.value, f"{path}.{key}", f"{label} › {name}", was, now)
        elif isinstance(shape, Many) and isinstance(shape.item, Group | OneOf):
            yield from self.rows(f, shape.item, path, label, old or [], new or [])
        elif isinstance(shape, Many) and old and new:
            yield _list(f, shape, path, label, old, new)
        else:
            yield Difference(path, label, old, new, shape, f.says)

    def rows(
        self, f: Field, item: Group | OneOf, path: str, label: str, old: list[Any], new: list[Any]
    ) -> Iterator[Difference]:
        before, after = _named(item, old), _named(item, new)
        for name in dict.fromkeys([*before, *after]):
            was, now = before.get(name), after.get(name)
            inner = f"{label} › {name}"
            if was is None or now is None:
                yield Difference(f"{path}[{name}]", inner, was, now, item, f.says)
            else:
                group = item if isinstance(item, Group) else item.member(set(now))
                yield from self.group(group.cls, f"{path}[{name}].", f"{inner} › ", was, now)
        if list(before) != list(after) and set(before) == set(after):
            yield Difference(path, label, list(before), list(after), Either(), f.says)


def _list(f: Field, shape: Shape, path: str, label: str, old: list[Any], new: list[Any]) -> Difference:
    """Plain lists: what came and what went; when only the order differs, the whole."""
    gone, came = [one for one in old if one not in new], [one for one in new if one not in old]
    was, now = (gone, came) if gone or came else (old, new)
    return Difference(path, label, was, now, shape, f.says)


def _named(item: Group | OneOf, rows: list[Any]) -> dict[str, Any]:
    """Rows by the text that names them; equal names are told apart by their place among each other."""
    out: dict[str, Any] = {}
    for i, row in enumerate(rows):
        group = item if isinstance(item, Group) else item.member(set(row))
        marked = [f.key for f in fields_of(group.cls) if f.says.key]
        name = next((str(row[key]) for key in (*marked, *KEYS) if row.get(key)), str(i + 1))
        again = 2
        base = name
        while name in out:
            name, again = f"{base} ({again})", again + 1
        out[name] = row
    return out


def text(path: str, old: str, new: str) -> str:
    """A unified diff; empty when nothing differs."""
    lines = difflib.unified_diff(
        old.splitlines(keepends=True), new.splitlines(keepends=True), f"a/{path}", f"b/{path}", n=3
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def show(value: Any) -> str:
    """A value of a difference on one line."""
    if value is None or value == "":
        return "–"
    if isinstance(value, list):
        return ", ".join(show(one) for one in value) or "–"
    if isinstance(value, dict):
        return "; ".join(f"{key}: {show(one)}" for key, one in value.items()) or "–"
    return str(value)
