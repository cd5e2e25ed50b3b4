"""JSON Schema of a kind, with labels in the reader's language: what editors of files complete and check against."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from opsloop.base.kinds.fields import Choice, Either, Field, Group, Keyed, Many, OneOf, Plain, Shape, Whole, fields_of
from opsloop.base.kinds.registry import Kind
from opsloop.base.kinds.says import Says

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TYPES: dict[type, dict[str, Any]] = {
    str: {"type": ["string", "number", "boolean"]},  # YAML editors read 3 or yes as no text; the reader takes both
    int: {"type": "integer"},
    Decimal: {"type": "number"},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
}


def schema(kind: Kind) -> dict[str, Any]:
    """The schema of a file's head, or of the whole file for YAML kinds. Groups that hold themselves are in `$defs`."""
    made = _Making()
    whole = made.fields(kind.cls)
    defs = {"$defs": made.defs} if made.defs else {}
    return {"$schema": DIALECT, "title": str(kind.title), "description": str(kind.about), **whole, **defs}


class _Making:
    def __init__(self) -> None:
        self.defs: dict[str, Any] = {}
        self._around: list[type] = []
        self._again: set[type] = set()

    def fields(self, cls: type) -> dict[str, Any]:
        shown = [f for f in fields_of(cls) if not isinstance(f.shape, Whole)]
        return {
            "type": "object",
            "properties": {f.key: self._field(f) for f in shown},
            "required": [f.key for f in shown if f.required],
            "additionalProperties": False,
        }

    def _group(self, group: Group) -> dict[str, Any]:
        """The fields, or where they stand when the group is met again inside itself."""
        cls, ref = group.cls, {"$ref": f"#/$defs/{group.cls.__name__}"}
        if cls in self._around:
            self._again.add(cls)
            return ref
        if cls.__name__ in self.defs:
            return ref
        self._around.append(cls)
        made = self.fields(cls)
        self._around.pop()
        if group.short:
            made = {"oneOf": [_TYPES[str], made]}
        if cls not in self._again:
            return made
        self.defs[cls.__name__] = made
        return ref

    def _field(self, f: Field) -> dict[str, Any]:
        out = self._shape(f.shape, f.says)
        out["title"] = str(f.says.label)
        if f.says.help:
            out["description"] = str(f.says.help)
        if f.says.example:
            out["examples"] = [f.says.example]
        if f.says.refs:
            out["x-ref"] = list(f.says.refs)
        return out

    def _shape(self, shape: Shape, says: Says) -> dict[str, Any]:
        match shape:
            case Many(item):
                return {"type": "array", "items": self._shape(item, says)}
            case Keyed(value):
                return {"type": "object", "additionalProperties": self._shape(value, says)}
            case Group():
                return dict(self._group(shape))
            case OneOf(members):
                return {"oneOf": [self._group(one) for one in members]}
            case Choice(options):
                return {"enum": [*options.values, *(str(label) for label in options.labels)]}
            case Plain(plain_type):
                limits = {"minimum": says.min, "maximum": says.max} if plain_type in (int, Decimal) else {}
                said = {name: value for name, value in limits.items() if value is not None}
                return {**_TYPES[plain_type], **said}
            case Either():
                return {"type": ["string", "array"], "items": _TYPES[str]}
            case Whole():
                return {"type": "string"}
